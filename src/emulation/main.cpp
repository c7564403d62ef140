// The plugin that qemu-user loads: where the emulator tells what it does, this
// hands it on. Only the shared object contains this file.

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "emulation/plugin_abi.hpp"
#include "emulation/process.hpp"

#define HEADROOM_EXPORT extern "C" __attribute__((visibility("default")))

using namespace headroom;
using namespace headroom::emulation;

namespace {

Process process;

/// The thread that now asks the kernel for something; a fork's child begins so.
thread_local unsigned asking = 0;

void run_code(unsigned index, void* translation) {
  process.run(index, *static_cast<const Translation*>(translation));
}

void use_memory(unsigned index, MemoryInfo info, std::uint64_t address, void* user) {
  process.use(index, *static_cast<const MemoryUser*>(user), address,
              qemu_plugin_mem_is_store(info));
}

/// Called by one thread at a time: the emulator translates under a lock.
void translate(PluginId, TranslatedCode* block) {
  static std::uint8_t code[16 * CodeTable::kInstructionsMost], sizes[CodeTable::kInstructionsMost];
  const std::size_t count = qemu_plugin_tb_n_insns(block);
  if (count == 0 || count > CodeTable::kInstructionsMost) __builtin_trap();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const TranslatedInstruction* instruction = qemu_plugin_tb_get_insn(block, i);
    const std::size_t size = qemu_plugin_insn_size(instruction);
    memcpy(code + bytes, qemu_plugin_insn_data(instruction), size);
    sizes[i] = static_cast<std::uint8_t>(size);
    bytes += size;
  }
  CodeTable& table = process.code();
  const Translation* made = table.add(qemu_plugin_tb_vaddr(block), {code, bytes}, {sizes, count});
  if (made == nullptr) __builtin_trap();
  auto* argument = const_cast<Translation*>(made);
  qemu_plugin_register_vcpu_tb_exec_cb(block, run_code, kNoRegisters, argument);
  for (std::uint32_t i = made->first_user; i < made->first_user + made->users; ++i) {
    auto* user = const_cast<MemoryUser*>(&table.user(i));
    qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(block, user->instruction), use_memory,
                                     kNoRegisters, kLoadsAndStores, user);
  }
}

bool starts_program(std::int64_t system_call) {
  return system_call == SYS_execve || system_call == SYS_execveat;
}

void ask_kernel(PluginId, unsigned index, std::int64_t number, std::uint64_t, std::uint64_t,
                std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t,
                std::uint64_t) {
  asking = index;
  if (!starts_program(number)) return;
  process.stop_following(index);
  process.counts().started.fetch_add(1);
}

void hear_kernel(PluginId, unsigned, std::int64_t number, std::int64_t) {
  // What starts another program does not come back, unless it failed.
  if (starts_program(number)) process.counts().started.fetch_sub(1);
}

void end_thread(PluginId, unsigned index) {
  process.end_thread(index);
}

void end_process(PluginId, void*) {
  process.end();
}

void begin_child() {
  process.begin_child(asking);
}

/// The emulator's messages go to the launcher, not among the program's output.
ssize_t keep_message(void*, const char* text, std::size_t size) {
  CountPage& page = process.counts();
  const std::uint32_t at = page.message_bytes.fetch_add(static_cast<std::uint32_t>(size));
  if (at < kMessageBytes) {
    memcpy(page.messages + at, text, size < kMessageBytes - at ? size : kMessageBytes - at);
  }
  return static_cast<ssize_t>(size);
}

void keep_messages() {
  cookie_io_functions_t functions{};
  functions.write = keep_message;
  FILE* kept = fopencookie(nullptr, "w", functions);
  if (kept == nullptr) return;
  setvbuf(kept, nullptr, _IONBF, 0);
  stderr = kept;
}

}  // namespace

HEADROOM_EXPORT int qemu_plugin_version;
int qemu_plugin_version = 1;

HEADROOM_EXPORT int qemu_plugin_install(PluginId id, const EmulatorInfo* info, int count,
                                        char** arguments) {
  constexpr const char kControl[] = "control=";
  constexpr std::size_t kLength = sizeof kControl - 1;
  if (info->system_emulation || count != 1 || strncmp(arguments[0], kControl, kLength) != 0 ||
      !process.begin(arguments[0] + kLength)) {
    return 1;
  }
  keep_messages();
  pthread_atfork(nullptr, nullptr, begin_child);
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_vcpu_exit_cb(id, end_thread);
  qemu_plugin_register_vcpu_syscall_cb(id, ask_kernel);
  qemu_plugin_register_vcpu_syscall_ret_cb(id, hear_kernel);
  qemu_plugin_register_atexit_cb(id, end_process, nullptr);
  return 0;
}

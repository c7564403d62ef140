#pragma once

#include <cstddef>
#include <cstdint>

/// The part of QEMU's plugin interface, version 1, that we use. No package of
/// Debian 12 brings its header along; the functions' names, types and values are
/// those that QEMU 4.2 to 8.2 document in "QEMU TCG Plugins", and the emulator
/// exports the functions to what it loads.
namespace headroom::emulation {
extern "C" {

struct TranslatedCode;
struct TranslatedInstruction;
using PluginId = std::uint64_t;
using MemoryInfo = std::uint32_t;

struct EmulatorInfo {
  const char* target_name;
  struct {
    int min, cur;
  } version;
  bool system_emulation;
  struct {
    int smp_vcpus, max_vcpus;
  } system;
};

enum RegistersUsed { kNoRegisters };
enum AccessesWanted { kLoadsAndStores = 3 };

using WhenThread = void (*)(PluginId, unsigned);
using WhenEnding = void (*)(PluginId, void*);
using WhenRun = void (*)(unsigned, void*);
using WhenTranslated = void (*)(PluginId, TranslatedCode*);
using WhenUsed = void (*)(unsigned, MemoryInfo, std::uint64_t, void*);
using WhenAsked = void (*)(PluginId, unsigned, std::int64_t, std::uint64_t, std::uint64_t,
                           std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t,
                           std::uint64_t, std::uint64_t);
using WhenAnswered = void (*)(PluginId, unsigned, std::int64_t, std::int64_t);

void qemu_plugin_register_vcpu_exit_cb(PluginId, WhenThread);
void qemu_plugin_register_vcpu_tb_trans_cb(PluginId, WhenTranslated);
void qemu_plugin_register_vcpu_tb_exec_cb(TranslatedCode*, WhenRun, RegistersUsed, void*);
void qemu_plugin_register_vcpu_mem_cb(TranslatedInstruction*, WhenUsed, RegistersUsed,
                                      AccessesWanted, void*);
void qemu_plugin_register_vcpu_syscall_cb(PluginId, WhenAsked);
void qemu_plugin_register_vcpu_syscall_ret_cb(PluginId, WhenAnswered);
void qemu_plugin_register_atexit_cb(PluginId, WhenEnding, void*);

std::size_t qemu_plugin_tb_n_insns(const TranslatedCode*);
std::uint64_t qemu_plugin_tb_vaddr(const TranslatedCode*);
TranslatedInstruction* qemu_plugin_tb_get_insn(const TranslatedCode*, std::size_t);
const void* qemu_plugin_insn_data(const TranslatedInstruction*);
std::size_t qemu_plugin_insn_size(const TranslatedInstruction*);
bool qemu_plugin_mem_is_store(MemoryInfo);
}
}  // namespace headroom::emulation

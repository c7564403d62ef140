#include "recorder/snapshot.hpp"

#include <asm/prctl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "recorder/engine.hpp"
#include "recorder/isolation.hpp"
#include "recorder/log_reader.hpp"
#include "recorder/own_pages.hpp"
#include "recorder/part_writer.hpp"
#include "recorder/present_pages.hpp"

namespace headroom::recorder {
namespace {

constexpr std::uint64_t kEngineStackBytes = 256 << 10;

constinit Engine engine;
constinit LogReader reader;
const SnapshotOrder* order_in_force = nullptr;

bool out_of_time() {
  const ControlPage& control = *engine.control;
  return control.finish_now.load(std::memory_order_relaxed) != 0 ||
         clock_ns(CLOCK_PROCESS_CPUTIME_ID) > control.child_seconds_most * 1'000'000'000ull;
}

/// To be asked whenever the log was read: a program that often reads files never fills it.
void end_if_due() {
  if (reader.complete(engine)) finish(engine, EndReason::kLength);
  if (out_of_time()) finish(engine, EndReason::kTime);
}

/// The log is full when its guard page is written to. Memory that was shared
/// becomes the copy's own, page by page. Any other fault is the program's.
void on_fault(int, siginfo_t* info, void* context) {
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto address = reinterpret_cast<std::uint64_t>(info->si_addr);
  const auto guard = reinterpret_cast<std::uint64_t>(engine.log_end);
  if (info->si_signo == SIGSEGV && address >= guard && address < guard + 4096) {
    read_log(engine);
    end_if_due();
    registers[REG_RCX] = static_cast<greg_t>(engine.context->log);
    return;
  }
  if (info->si_signo == SIGSEGV && make_page_private(address)) return;
  finish(engine, EndReason::kFault);
}

/// Least possible harm to the machine: no core file, a limit to the time, and
/// the first to go when memory runs out.
void be_humble() {
  raw_syscall(SYS_setpgid, 0, 0);  // not setsid(): a session gets a fair share of its own
  const rlimit no_core{1, 1};      // what Linux takes as "never", for pipes too
  raw_syscall(SYS_setrlimit, RLIMIT_CORE, as_argument(&no_core));
  const rlim_t seconds = engine.control->child_seconds_most + 5;
  const rlimit cpu{seconds, seconds};
  raw_syscall(SYS_setrlimit, RLIMIT_CPU, as_argument(&cpu));
  const long file = raw_syscall(SYS_openat, -100, as_argument("/proc/self/oom_score_adj"), 1);
  if (file >= 0) {
    raw_syscall(SYS_write, file, as_argument("1000"), 4);
    raw_syscall(SYS_close, file);
  }
}

/// Sleeps until the launcher gives the sign. False: it is gone.
bool wait_for_turn(ControlPage& control, unsigned slot) {
  constexpr std::uint64_t kGivenUpAfterNs = 60'000'000'000;
  control.live_b[slot].store(own_pages() * 4096);
  std::uint32_t sign = kGoWait;
  while ((sign = control.go[slot].load()) == kGoWait) {
    const timespec second{1, 0};
    raw_syscall(SYS_futex, as_argument(&control.go[slot]), FUTEX_WAIT, kGoWait,
                as_argument(&second));
    const std::uint64_t seen = control.launcher_seen_ns.load();
    if (clock_ns(CLOCK_MONOTONIC) > seen + kGivenUpAfterNs) return false;
  }
  const sched_param parameters{};
  if (sign == kGoIdle) {
    raw_syscall(SYS_sched_setscheduler, 0, SCHED_IDLE, as_argument(&parameters));
  } else {
    raw_syscall(SYS_setpriority, PRIO_PROCESS, 0, 5);
  }
  return true;
}

bool prepare_engine() {
  constexpr std::size_t kLogBytes = kLogEntries * sizeof(std::uint64_t);
  auto* memory = static_cast<std::uint8_t*>(map_memory(8192));
  auto* log = static_cast<std::uint8_t*>(map_memory(kLogBytes + 4096));
  auto* stack = static_cast<std::uint8_t*>(map_memory(2 * kEngineStackBytes));
  engine.lookup = static_cast<LookupEntry*>(map_memory(kLookupEntries * sizeof(LookupEntry)));
  if (memory == nullptr || log == nullptr || stack == nullptr || engine.lookup == nullptr) {
    return false;
  }
  if (raw_syscall(SYS_mprotect, as_argument(log + kLogBytes), 4096, PROT_NONE) != 0) return false;
  engine.context = reinterpret_cast<EngineContext*>(memory);
  engine.log_begin = reinterpret_cast<std::uint64_t*>(log);
  engine.log_end = engine.log_begin + kLogEntries;
  EngineContext& context = *engine.context;
  context.log = reinterpret_cast<std::uint64_t>(log);
  context.lookup_table = reinterpret_cast<std::uint64_t>(engine.lookup);
  context.engine_stack = reinterpret_cast<std::uint64_t>(stack + kEngineStackBytes);
  context.saved_state = reinterpret_cast<std::uint64_t>(memory + 4096);
  raw_syscall(SYS_arch_prctl, ARCH_GET_FS, as_argument(&context.fs_base));
  if (raw_syscall(SYS_arch_prctl, ARCH_SET_GS, as_argument(memory)) != 0) return false;

  stack_t signal_stack{};
  signal_stack.ss_sp = stack + kEngineStackBytes;
  signal_stack.ss_size = kEngineStackBytes;
  if (raw_syscall(SYS_sigaltstack, as_argument(&signal_stack), 0) != 0) return false;
  order_in_force->context->uc_stack = signal_stack;
  KernelSigaction action;
  action.handler = reinterpret_cast<void*>(&on_fault);
  action.flags = SA_SIGINFO | SA_ONSTACK | kRestorer;
  action.restorer = headroom_restore_signal;
  action.mask = kAllSignals & ~signal_bit(SIGSEGV);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP}) {
    if (set_signal_action(signal, &action, nullptr) != 0) return false;
  }
  ZydisDecoderInit(&engine.decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  return engine.blocks.reserve(1 << 18) && engine.sites.reserve(1 << 21) &&
         engine.code.reserve(1 << 24) && engine.stubs.reserve(1 << 19) &&
         engine.translations.reserve(19) &&
         engine.stubs.push({0, nullptr, nullptr, Stub::kIndirect}) &&
         reader.prepare(*engine.control);
}

[[noreturn]] void leave() {
  engine.control->live[order_in_force->slot].store(0);
  raw_syscall(SYS_exit_group, 0);
  __builtin_unreachable();
}

}  // namespace

void follow_program(const SnapshotOrder& order) {
  order_in_force = &order;
  engine.control = order.control;
  engine.header = order.header;
  if (!isolate(order.control)) leave();
  be_humble();
  note_present_pages();
  if (!wait_for_turn(*order.control, order.slot)) leave();
  if (!prepare_engine()) leave();
  ucontext_t& context = *order.context;
  std::memcpy(&engine.signal_mask, &context.uc_sigmask, sizeof engine.signal_mask);
  const std::uint64_t mask =
      kAllSignals & ~(signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) |
                      signal_bit(SIGFPE) | signal_bit(SIGTRAP));
  std::memcpy(&context.uc_sigmask, &mask, sizeof mask);
  raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, as_argument(&mask), 0, 8);
  auto& instruction = context.uc_mcontext.gregs[REG_RIP];
  instruction = static_cast<greg_t>(translated(engine, static_cast<std::uint64_t>(instruction)));
  asm volatile(
      "mov %0, %%rsp\n"
      "mov $15, %%eax\n"
      "syscall\n"
      "hlt\n" ::"r"(&context));
  __builtin_unreachable();
}

namespace {

/// Lives for a moment, in the program's memory, on a stack of ours.
void in_between(void* argument) {
  const auto& order = *static_cast<const SnapshotOrder*>(argument);
  raw_syscall(SYS_prctl, PR_SET_NAME, as_argument(kSnapshotName));
  const long copy = raw_syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (copy == 0) follow_program(order);
  std::int32_t taken = -1;
  order.control->live[order.slot].compare_exchange_strong(
      taken, copy > 0 ? static_cast<std::int32_t>(copy) : 0);
  raw_syscall(SYS_exit, copy > 0 ? 0 : 1);
}

}  // namespace

Engine& the_engine() {
  return engine;
}

void read_log(Engine& of) {
  auto* end = reinterpret_cast<std::uint64_t*>(of.context->log);
  of.context->log = reinterpret_cast<std::uint64_t>(reader.read(of, end));
}

void kernel_wrote(Engine& of, std::uint64_t address, std::uint64_t bytes) {
  read_log(of);
  end_if_due();
  reader.kernel_wrote(address, bytes);
}

void finish(Engine& of, EndReason reason) {
  read_log(of);
  reader.close_window(of);
  of.header.reason = reason;
  if (reason != EndReason::kSystemCall) of.header.system_call = -1;
  if (reason == EndReason::kSystemCall &&
      (of.context->registers[kRax] == SYS_exit_group || of.context->registers[kRax] == SYS_exit)) {
    of.header.reason = EndReason::kExit;
  }
  of.header.child_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  write_part(of, reader, order_in_force->number);
  leave();
}

bool take_snapshot(SnapshotOrder& order) {
  const long flags = CLONE_VM | CLONE_VFORK;  // and no signal at its end
  const long between = headroom_clone_on_stack(flags, order.stack_top, &in_between, &order);
  if (between < 0) return false;
  int status = 0;
  long waited = 0;
  do {
    waited = raw_syscall(SYS_wait4, between, as_argument(&status), __WCLONE, 0);
  } while (waited == -4);
  return waited == between && status == 0;
}

}  // namespace headroom::recorder

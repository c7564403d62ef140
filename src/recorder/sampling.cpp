#include "recorder/sampling.hpp"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <ucontext.h>

#include <atomic>
#include <cstring>

#include "profile/recording_cost.hpp"
#include "recorder/own_pages.hpp"
#include "recorder/raw_syscall.hpp"
#include "recorder/snapshot.hpp"

namespace headroom::recorder {
namespace {

constexpr int kSignal = 32;
constexpr std::size_t kStackBytes = 65536;

struct Sampling {
  ControlPage* control = nullptr;
  std::uint8_t* stack = nullptr;
  std::atomic<bool> busy = false;
  std::atomic<bool> active = false;
  std::atomic<int> threads = 0;   ///< that have a timer
  std::uint64_t since_ns = 0;     ///< when this process began, or the recorder in it
  std::uint64_t last_cpu_ns = 0;  ///< when the last snapshot was taken
  std::uint64_t spent_ns = 0;     ///< what snapshots have cost this process
  std::uint64_t fork_ns = 0;      ///< what the last copy took
  long faults_seen = 0;
  std::uint64_t pages_seen = 0;    ///< of its own, when faults were last counted
  std::uint64_t pages_shared = 0;  ///< with the last copy, at most, and so still to be copied
  std::uint64_t pages_copied = 0;  ///< since the last copy was made
  std::uint64_t random = 0x9e3779b97f4a7c15ull;
  SnapshotOrder order;
};
Sampling sampling;
thread_local int thread_timer __attribute__((tls_model("initial-exec"))) = -1;
/// In this thread's CPU time: its last tick, and when a snapshot is due.
thread_local std::uint64_t ticked_ns __attribute__((tls_model("initial-exec"))) = 0;
thread_local std::uint64_t due_ns __attribute__((tls_model("initial-exec"))) = 0;

std::uint64_t draw() {
  std::uint64_t& x = sampling.random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return x;
}

/// A quarter less or more.
std::uint64_t between(std::uint64_t period) {
  return period * 3 / 4 + draw() % (period / 2 + 1);
}

std::uint64_t period_ns() {
  return sampling.control->period_ns.load(std::memory_order_relaxed);
}

/// Ticks become rarer as they add up, so that the table lasts for any run.
std::uint64_t tick_ns() {
  constexpr std::uint32_t kDoubledEvery = kTicksMost / 16;
  const std::uint32_t doubled =
      sampling.control->ticks.load(std::memory_order_relaxed) / kDoubledEvery;
  return sampling.control->tick_ns << (doubled < 16 ? doubled : 16);
}

void set_timer(int timer, std::uint64_t after_ns) {
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(after_ns / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(after_ns % 1'000'000'000);
  raw_syscall(SYS_timer_settime, timer, 0, as_argument(&when), 0);
}

rusage own_usage() {
  rusage usage{};
  raw_syscall(SYS_getrusage, RUSAGE_SELF, as_argument(&usage));
  return usage;
}

/// A copy waits as long as the program runs, and each page that the program changes
/// meanwhile is copied, once: its cost, too. Faults that the program would have had
/// anyway are among them, other than those that brought it more memory: better too careful.
void account_faults() {
  if (sampling.pages_shared == 0) return;
  const long now = own_usage().ru_minflt;
  const std::uint64_t pages = own_pages();
  const std::uint64_t grown = pages > sampling.pages_seen ? pages - sampling.pages_seen : 0;
  const std::uint64_t copied =
      copied_pages(static_cast<std::uint64_t>(now - sampling.faults_seen), grown,
                   sampling.pages_shared, sampling.control->pages_per_fault);
  sampling.faults_seen = now;
  sampling.pages_seen = pages;
  sampling.pages_shared -= copied;
  sampling.pages_copied += copied;
  sampling.spent_ns += copied * copy_fault_ns(sampling.threads > 1);
}

/// The next snapshot is expected to cost what the last one did. Of the first one
/// nothing is known; a large program has to have run for a while before it.
bool affordable(std::uint64_t cpu_ns) {
  constexpr std::uint64_t kLargePages = 128 << 8;  // 128 MiB
  std::uint64_t pages = sampling.pages_copied;
  if (sampling.spent_ns == 0) {
    const auto resident = static_cast<std::uint64_t>(own_usage().ru_maxrss) / 4;
    if (resident < kLargePages) return true;
    pages = resident / 4;
  }
  const std::uint64_t expected = 2 * sampling.fork_ns + pages * copy_fault_ns(sampling.threads > 1);
  return sampling.spent_ns + expected <
         affordable_cost_ns(cpu_ns, clock_ns(CLOCK_MONOTONIC) - sampling.since_ns);
}

int free_slot(ControlPage& control) {
  const unsigned most = control.live_most < kLiveSlots ? control.live_most : kLiveSlots;
  for (unsigned i = 0; i < most; ++i) {
    std::int32_t free = 0;
    if (control.live[i].compare_exchange_strong(free, -1)) return static_cast<int>(i);
  }
  return -1;
}

void consider_snapshot(ucontext_t* context) {
  ControlPage& control = *sampling.control;
  const std::uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  account_faults();
  if (!affordable(cpu_ns)) return;
  const int slot = free_slot(control);
  if (slot < 0) return;
  SnapshotOrder& order = sampling.order;
  order.control = &control;
  order.context = context;
  order.stack_top = sampling.stack + kStackBytes;
  order.slot = static_cast<unsigned>(slot);
  order.number = control.taken.fetch_add(1);
  order.header.process = static_cast<std::int32_t>(raw_syscall(SYS_getpid));
  order.header.thread = static_cast<std::int32_t>(raw_syscall(SYS_gettid));
  raw_syscall(SYS_prctl, PR_GET_NAME, as_argument(order.header.name));
  order.header.process_cpu_ns = cpu_ns;
  order.header.covered_ns = cpu_ns - sampling.last_cpu_ns;
  order.header.pause_ns = sampling.fork_ns;
  const std::uint64_t before = clock_ns(CLOCK_MONOTONIC);
  order.header.monotonic_ns = before;
  control.live_since_ns[slot].store(before);
  control.live_b[slot].store(0);
  control.go[slot].store(kGoWait);
  const bool taken = take_snapshot(order);
  sampling.fork_ns = clock_ns(CLOCK_MONOTONIC) - before;
  sampling.spent_ns += sampling.fork_ns;
  control.pause_ns.fetch_add(sampling.fork_ns);
  if (!taken) {
    control.live[slot].store(0);
    return;
  }
  sampling.last_cpu_ns = cpu_ns;
  const rusage usage = own_usage();
  sampling.faults_seen = usage.ru_minflt;
  sampling.pages_seen = own_pages();
  sampling.pages_shared = static_cast<std::uint64_t>(usage.ru_maxrss) / 4;  // kB in pages
  sampling.pages_copied = 0;
  if (doubles_period(order.number + 1) && period_ns() < kPeriodMostNs) {
    control.period_ns.store(2 * period_ns());
  }
}

/// A system call that the program made waits no more, because of our signal:
/// begin it again, unless a signal of the program's own is due, too.
void hide_interruption(ucontext_t* context) {
  auto* registers = context->uc_mcontext.gregs;
  int number = 0;
  if (registers[REG_RAX] != -EINTR) return;
  const auto* code = reinterpret_cast<const unsigned char*>(registers[REG_RIP]);
  if (!interrupted_call(code, registers[REG_RAX], number)) return;
  std::uint64_t pending = 0, blocked = 0;
  std::memcpy(&blocked, &context->uc_sigmask, sizeof blocked);
  raw_syscall(SYS_rt_sigpending, as_argument(&pending), 8);
  if ((pending & ~blocked) != 0) return;
  registers[REG_RAX] = number;
  registers[REG_RIP] -= 2;
}

/// How long additions take that need not wait for each other: some two microseconds, or twice
/// that while somebody else works on this core.
std::uint32_t look_ns() {
  constexpr std::uint64_t kTurns = 3000;
  const std::uint64_t begin = clock_ns(CLOCK_MONOTONIC);
  std::uint64_t turns = kTurns;
  asm volatile(
      "1: add $1, %%rax\n add $1, %%rcx\n add $1, %%rdx\n add $1, %%rsi\n"
      "add $1, %%rdi\n add $1, %%r8\n add $1, %%r9\n dec %0\n jnz 1b"
      : "+r"(turns)::"rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "cc");
  const std::uint64_t took = clock_ns(CLOCK_MONOTONIC) - begin;
  return took < UINT32_MAX ? static_cast<std::uint32_t>(took) : UINT32_MAX;
}

/// Of time that went by in a system call, which leaves its own return address in rcx,
/// nothing is noted.
void note_tick(const greg_t* registers, std::uint64_t now_ns) {
  const std::uint64_t passed_ns = now_ns - ticked_ns;
  const auto address = static_cast<std::uint64_t>(registers[REG_RIP]);
  ticked_ns = now_ns;
  if (registers[REG_RCX] == registers[REG_RIP]) return;
  const std::uint32_t number = sampling.control->ticks.fetch_add(1, std::memory_order_relaxed);
  if (number < kTicksMost) sampling.control->tick[number] = {address, passed_ns, look_ns(), 0};
}

void on_timer(int, siginfo_t* info, void* context) {
  if (info->si_code != SI_TIMER || info->si_ptr != &sampling) return;
  if (!sampling.active.load(std::memory_order_relaxed)) return;
  auto* at = static_cast<ucontext_t*>(context);
  const std::uint64_t now_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  const bool off = sampling.control->off.load(std::memory_order_relaxed) != 0;
  if (!off) note_tick(at->uc_mcontext.gregs, now_ns);
  hide_interruption(at);
  if (off) return;
  if (now_ns >= due_ns) {
    if (!sampling.busy.exchange(true, std::memory_order_acquire)) {
      consider_snapshot(at);
      sampling.busy.store(false, std::memory_order_release);
    }
    due_ns = now_ns + between(period_ns());
  }
  const std::uint64_t tick = between(tick_ns()), left = due_ns - now_ns;
  set_timer(info->si_timerid, tick < left ? tick : left);
}

/// Nobody else uses the signal yet; takes it. glibc's posix_spawn() leaves it
/// ignored in what it starts, so what make and many others start finds it so.
bool take_signal() {
  KernelSigaction old;
  if (set_signal_action(kSignal, nullptr, &old) != 0) return false;
  const bool ignored = old.handler == reinterpret_cast<void*>(SIG_IGN);
  if (old.handler != nullptr && !ignored) return false;
  KernelSigaction action;
  action.handler = reinterpret_cast<void*>(&on_timer);
  action.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | kRestorer;
  action.restorer = headroom_restore_signal;
  action.mask = kAllSignals;
  return set_signal_action(kSignal, &action, nullptr) == 0;
}

}  // namespace

bool interrupted_call(const unsigned char* instruction, long result, int& number) {
  if (result != -EINTR) return false;
  if (instruction[-2] != 0x0f || instruction[-1] != 0x05) return false;  // syscall
  if (instruction[-7] != 0xb8) return false;                             // mov eax, number
  std::memcpy(&number, instruction - 6, sizeof number);
  return number >= 0 && number < 1024;
}

bool is_sampling() {
  return sampling.active.load(std::memory_order_relaxed);
}

void begin_sampling(ControlPage* control) {
  sampling.control = control;
  sampling.stack = static_cast<std::uint8_t*>(map_memory(kStackBytes));
  control->processes.fetch_add(1);
  if (sampling.stack == nullptr || !take_signal()) return;
  sampling.since_ns = clock_ns(CLOCK_MONOTONIC);
  sampling.random ^= sampling.since_ns * 0xff51afd7ed558ccdull;
  sampling.active = true;
  begin_thread();
}

void continue_after_fork() {
  if (sampling.control == nullptr) return;
  sampling.busy = false;
  sampling.threads = 0;
  sampling.pages_shared = 0;
  sampling.last_cpu_ns = sampling.spent_ns = 0;
  sampling.since_ns = clock_ns(CLOCK_MONOTONIC);
  sampling.random ^= sampling.since_ns * 0xff51afd7ed558ccdull;
  sampling.control->processes.fetch_add(1);
  if (is_sampling()) begin_thread();
}

void begin_thread() {
  if (!is_sampling()) return;
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kSignal;
  event.sigev_value.sival_ptr = &sampling;
  event._sigev_un._tid = static_cast<int>(raw_syscall(SYS_gettid));
  int timer = -1;
  thread_timer = -1;
  if (raw_syscall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, as_argument(&event),
                  as_argument(&timer)) != 0) {
    return;
  }
  thread_timer = timer;
  sampling.threads.fetch_add(1, std::memory_order_relaxed);
  // Anywhere in the first period, so that short processes have a fair chance.
  const std::uint64_t now_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  const std::uint64_t left = 1'000'000 + draw() % (period_ns() + 1), tick = between(tick_ns());
  ticked_ns = now_ns;
  due_ns = now_ns + left;
  set_timer(timer, tick < left ? tick : left);
}

void end_thread() {
  if (thread_timer < 0) return;
  raw_syscall(SYS_timer_delete, thread_timer);
  sampling.threads.fetch_sub(1, std::memory_order_relaxed);
  thread_timer = -1;
}

void stop_sampling() {
  sampling.active = false;
  end_thread();
}

}  // namespace headroom::recorder

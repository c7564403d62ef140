#include "profile/held_thread.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string>

#include "profile/kernel_file.hpp"

namespace headroom {
namespace {

constexpr int kStoppedByUs = SIGTRAP | PTRACE_EVENT_STOP << 8;
constexpr int kAtCall = SIGTRAP | 0x80;
constexpr std::uint64_t kCode64 = 0x33;  ///< the code segment of 64-bit programs
// Newer than some headers; their numbers are the kernel's, for good.
constexpr auto kGetRestartable = static_cast<__ptrace_request>(0x420f);
constexpr auto kGetDispatch = static_cast<__ptrace_request>(0x4211);

/// A number from /proc/.../status.
std::uint64_t status_number(const std::string& status, const std::string& key, int base) {
  const auto at = status.find("\n" + key + ":");
  if (at == std::string::npos) return 0;
  return std::strtoull(status.c_str() + at + key.size() + 2, nullptr, base);
}

/// Calls that end with EINTR when their thread was stopped, handler or not.
bool gives_up_when_stopped(std::uint64_t number) {
  switch (number) {
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
    case 441:  // epoll_pwait2
    case SYS_semop:
    case SYS_semtimedop:
    case SYS_rt_sigtimedwait:
    case SYS_io_getevents:
    case SYS_msgsnd:
    case SYS_msgrcv:
    case SYS_read:
    case SYS_write:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_accept:
    case SYS_accept4:
      return true;
    default:
      return false;
  }
}

/// The thread's limits to system calls must be our own, which forbid nothing
/// that is needed here, as in a container.
bool is_free_to_call(const std::string& status) {
  static const std::string kOurs = read_kernel_file("/proc/self/status");
  for (const char* key : {"Seccomp", "Seccomp_filters"}) {
    if (status_number(status, key, 10) != status_number(kOurs, key, 10)) return false;
  }
  return true;
}

}  // namespace

bool HeldThread::seize() {
  if (ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0) return false;
  ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr);  // fails if it ends just now
  return true;
}

HeldThread::State HeldThread::look() {
  const State state = stop_or_end();
  if (state == State::kGone) held_ = false;
  return state;
}

HeldThread::State HeldThread::stop_or_end() {
  siginfo_t info{};
  const auto id = static_cast<id_t>(thread_);
  const int all = WEXITED | WSTOPPED | WNOHANG | __WALL;
  if (waitid(P_PID, id, &info, all | WNOWAIT) != 0) return State::kGone;
  if (info.si_pid == 0) return State::kWaiting;
  const bool ended =
      info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
  if (ended && own_child_) return State::kGone;  // left to whoever waits for it
  if (waitid(P_PID, id, &info, all) != 0 || ended) return State::kGone;
  const int status = info.si_status;
  signal_ = 0;
  if (status == kStoppedByUs) return State::kStopped;
  if (status == kAtCall) return State::kCall;
  if (status >> 8 == PTRACE_EVENT_STOP) return State::kSignal;  // the whole process is stopped
  if (status >> 8 != 0) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, thread_, nullptr, &message);
    newborn_ = static_cast<pid_t>(message);
    return State::kNewborn;
  }
  signal_ = status;
  return State::kSignal;
}

HeldThread::State HeldThread::wait() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (int round = 1;; ++round) {
    const State state = look();
    if (state != State::kWaiting) return state;
    const timespec span{0, 10'000'000};
    sigtimedwait(&set, nullptr, &span);
    if (round % 10 != 0) continue;
    const auto status = read_kernel_file(fmt::format("/proc/{}/status", thread_));
    if (status_number(status, "TracerPid", 10) != static_cast<std::uint64_t>(getpid())) {
      return State::kGone;
    }
  }
}

/// A call that the stop has ended, which would have gone on without it, is begun
/// again, unless a signal of the program's own is due.
bool HeldThread::restarts_call() {
  if (static_cast<long>(registers_.rax) != -EINTR || !gives_up_when_stopped(registers_.orig_rax)) {
    return false;
  }
  const auto status = read_kernel_file(fmt::format("/proc/{}/status", thread_));
  const auto number = [&](const char* key) { return status_number(status, key, 16); };
  if (((number("SigPnd") | number("ShdPnd")) & ~number("SigBlk")) != 0) return false;
  user_regs_struct again = registers_;
  again.rax = registers_.orig_rax;
  again.rip -= 2;
  again.orig_rax = ~0ull;
  ptrace(PTRACE_SETREGS, thread_, nullptr, &again);
  return true;
}

/// Whether it stands in one of those pieces of code that the kernel makes begin
/// again when their thread is moved (rseq), which it could not do now.
bool HeldThread::is_amid_restartable_sequence() const {
  struct {
    std::uint64_t pointer = 0;
    std::uint32_t rest[4] = {};
  } area;
  if (ptrace(kGetRestartable, thread_, sizeof area, &area) <= 0 || area.pointer == 0) return false;
  const auto word = [&](std::uint64_t at) {
    return static_cast<std::uint64_t>(ptrace(PTRACE_PEEKDATA, thread_, at, nullptr));
  };
  const std::uint64_t sequence = word(area.pointer + 8);
  return sequence != 0 && registers_.rip - word(sequence + 8) < word(sequence + 16);
}

bool HeldThread::can_be_borrowed() {
  if (ptrace(PTRACE_GETREGS, thread_, nullptr, &registers_) != 0) return false;
  if (registers_.cs != kCode64) return false;
  if (static_cast<long>(registers_.orig_rax) >= 0) {
    const auto result = static_cast<long>(registers_.rax);
    if (result <= -512 && result >= -516) return false;  // the kernel begins it again
    if (restarts_call()) return false;
  }
  std::uint64_t dispatch[4] = {};
  if (ptrace(kGetDispatch, thread_, sizeof dispatch, dispatch) == 0 && dispatch[0] != 0) {
    return false;  // its system calls go to a handler of its own
  }
  return !is_amid_restartable_sequence() &&
         is_free_to_call(read_kernel_file(fmt::format("/proc/{}/status", thread_)));
}

bool HeldThread::borrow() {
  const long options =
      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  const std::uint64_t all = ~0ull;
  borrowed_ = ptrace(PTRACE_SETOPTIONS, thread_, nullptr, options) == 0 &&
              ptrace(PTRACE_GETREGS, thread_, nullptr, &registers_) == 0 &&
              ptrace(PTRACE_GETSIGMASK, thread_, sizeof signal_mask_, &signal_mask_) == 0 &&
              ptrace(PTRACE_SETSIGMASK, thread_, sizeof all, &all) == 0;
  return borrowed_;
}

bool HeldThread::resume(bool to_next_call, int signal) {
  return ptrace(to_next_call ? PTRACE_SYSCALL : PTRACE_CONT, thread_, nullptr, signal) == 0;
}

std::optional<long> HeldThread::call(std::uint64_t gate, long number,
                                     std::initializer_list<std::uint64_t> arguments) {
  user_regs_struct set = registers_;
  set.rip = gate;
  set.rax = static_cast<std::uint64_t>(number);
  set.orig_rax = ~0ull;
  unsigned long long* const order[] = {&set.rdi, &set.rsi, &set.rdx, &set.r10, &set.r8, &set.r9};
  auto given = arguments.begin();
  for (auto* word : order) *word = given != arguments.end() ? *given++ : 0;
  if (ptrace(PTRACE_SETREGS, thread_, nullptr, &set) != 0) return {};
  newborn_ = 0;
  // Once at its begin, once at its end, or when it has made a process.
  for (int stops = 0; stops < 2;) {
    if (!resume(true)) return {};
    switch (wait()) {
      case State::kCall:
        ++stops;
        break;
      case State::kNewborn:
        return 0;
      case State::kGone:
        return {};
      default:
        if (signal_ != 0) held_back_ = signal_;
    }
  }
  user_regs_struct now;
  if (ptrace(PTRACE_GETREGS, thread_, nullptr, &now) != 0) return {};
  return static_cast<long>(now.rax);
}

std::optional<long> HeldThread::finish_call() {
  for (;;) {
    if (!resume(true)) return {};
    const State state = wait();
    if (state == State::kGone) return {};
    if (state == State::kCall) break;
    if (signal_ != 0) held_back_ = signal_;
  }
  user_regs_struct now;
  if (ptrace(PTRACE_GETREGS, thread_, nullptr, &now) != 0) return {};
  return static_cast<long>(now.rax);
}

bool HeldThread::run_with(const user_regs_struct& set) {
  return ptrace(PTRACE_SETREGS, thread_, nullptr, &set) == 0 && resume(false);
}

bool HeldThread::detach(int signal) {
  if (ptrace(PTRACE_DETACH, thread_, nullptr, signal) == 0) held_ = false;
  return !held_;
}

void HeldThread::release() {
  if (borrowed_) {
    ptrace(PTRACE_SETREGS, thread_, nullptr, &registers_);
    ptrace(PTRACE_SETSIGMASK, thread_, sizeof signal_mask_, &signal_mask_);
  }
  borrowed_ = false;
  // What cannot be blocked, a stop, begins now.
  if (held_back_ != 0) syscall(SYS_tkill, thread_, held_back_);
  detach(signal_);
  signal_ = held_back_ = 0;
}

bool HeldThread::release_with(const user_regs_struct& set) {
  if (ptrace(PTRACE_SETREGS, thread_, nullptr, &set) != 0) return false;
  return detach();
}

void HeldThread::kill() {
  ::kill(thread_, SIGKILL);
  while (wait() != State::kGone) {
  }
}

}  // namespace headroom

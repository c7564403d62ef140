// Runs a command on one processor and tells how long it ran while nobody else used
// that processor's core.
//
//   undisturbed FILE COMMAND ARGUMENT...
//
// A virtual machine's processor may be one of two hardware threads of a core whose
// other one belongs to a stranger. While that one works, additions that do not depend
// on each other run at half their pace, and programs at 50 to 90 % of theirs; nothing
// the machine says of itself tells. So every 10 ms the command is interrupted for some 20 us,
// and the pace of such additions is measured. The other processors of this machine are
// kept in a loop of pauses meanwhile, so that none of them is lent to a stranger.
//
// FILE gets one line of JSON: user and system time of the command (s), clock (Hz), and
// how much of its time the core was its own ("clear"), shared ("shared"), or
// changing ("between"), each in s. Needs the right to real-time priority.

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr long kBetweenProbesNs = 10'000'000;
constexpr double kClearPace = 3.3;  // additions a cycle; 4 alone, 2.0 to 2.4 shared

double now_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Probe {
  double clock_hz = 0;
  double additions_per_cycle = 0;
};

Probe probe() {
  constexpr std::uint64_t kChained = 8000, kSideBySide = 16000;
  std::uint64_t turns = kChained;
  const double begin = now_s();
  asm volatile("1: add $3, %%rax\n imul $1, %%rax, %%rax\n dec %0\n jnz 1b"
               : "+r"(turns)::"rax", "cc");
  const double middle = now_s();
  turns = kSideBySide;
  asm volatile(
      "1: add $1, %%rax\n add $1, %%rbx\n add $1, %%rcx\n add $1, %%rdx\n"
      "add $1, %%rsi\n add $1, %%rdi\n add $1, %%r8\n dec %0\n jnz 1b"
      : "+r"(turns)::"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "cc");
  const double end = now_s();
  const double clock_hz = 4.0 * kChained / (middle - begin);  // 1 + 3 cycles a turn
  return {clock_hz, 8.0 * kSideBySide / ((end - middle) * clock_hz)};
}

void keep_busy_with_nothing(int cpu, pid_t parent) {
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it ended before
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
  for (;;) asm volatile("pause");
}

bool real_time(int priority) {
  const sched_param wanted{priority};
  return sched_setscheduler(0, SCHED_FIFO, &wanted) == 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::fprintf(stderr, "usage: undisturbed FILE COMMAND ARGUMENT...\n");
    return 2;
  }
  cpu_set_t allowed, first;
  sched_getaffinity(0, sizeof allowed, &allowed);
  CPU_ZERO(&first);
  if (!real_time(20)) {
    std::perror("undisturbed: real-time priority");
    return 2;
  }
  const pid_t self = getpid();
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    if (CPU_COUNT(&first) == 0) {
      CPU_SET(cpu, &first);
    } else {
      keep_busy_with_nothing(cpu, self);
    }
  }
  sched_setaffinity(0, sizeof first, &first);
  const pid_t command = fork();
  if (command == 0) {
    execvp(words[2], words + 2);
    std::perror(words[2]);
    _exit(127);
  }
  real_time(21);
  rusage used{};
  int status = 0;
  double clear_s = 0, shared_s = 0, between_s = 0, clocks = 0;
  int probes = 0;
  Probe before = probe();
  double began_s = now_s();
  while (wait4(command, &status, WNOHANG, &used) == 0) {
    const timespec pause{0, kBetweenProbesNs};
    nanosleep(&pause, nullptr);
    const double slice_s = now_s() - began_s;
    const Probe after = probe();
    const int clear = (before.additions_per_cycle > kClearPace ? 1 : 0) +
                      (after.additions_per_cycle > kClearPace ? 1 : 0);
    (clear == 2 ? clear_s : clear == 0 ? shared_s : between_s) += slice_s;
    clocks += after.clock_hz;
    ++probes;
    before = after;
    began_s = now_s();
  }
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  std::FILE* out = std::fopen(words[1], "w");
  if (out == nullptr) {
    std::perror(words[1]);
    return 2;
  }
  std::fprintf(out,
               "{\"status\": %d, \"user_s\": %.6f, \"system_s\": %.6f, \"clock_hz\": %.0f, "
               "\"clear_s\": %.4f, \"shared_s\": %.4f, \"between_s\": %.4f}\n",
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
               seconds(used.ru_utime), seconds(used.ru_stime), clocks / probes, clear_s, shared_s,
               between_s);
  std::fclose(out);
  return 0;
}

// Runs a command on one processor and tells how long it ran while nobody else used
// that processor's core.
//
//   undisturbed [--processors N] FILE COMMAND ARGUMENT...
//
// A virtual machine's processor may be one of two hardware threads of a core whose
// other one belongs to a stranger. While that one works, additions that do not depend
// on each other run at half their pace, and programs at 50 to 90 % of theirs; nothing
// the machine says of itself tells. So every 10 ms the command is interrupted for some 20 us,
// and the pace of such additions is measured. The other processors of this machine are
// kept in a loop of pauses meanwhile, so that none of them is lent to a stranger.
//
// With N processors, for programs of several threads, all are interrupted at once and
// measured one after the other, so that they are not taken for each other's strangers.
//
// FILE gets one line of JSON: user and system time of the command (s), clock (Hz), and
// how much of its time the core was its own ("clear"), shared ("shared"), or
// changing ("between"), each in s, of all N processors together. Needs the right to real-time
// priority.

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
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

void run_only_on(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

void keep_busy_with_nothing(int cpu, pid_t parent) {
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it ended before
  run_only_on(cpu);
  for (;;) asm volatile("pause");
}

bool real_time(int priority) {
  const sched_param wanted{priority};
  return sched_setscheduler(0, SCHED_FIFO, &wanted) == 0;
}

/// Interrupts whatever runs on its processors and measures them, in turn.
class Watch {
 public:
  struct Found {
    double clear_s = 0, shared_s = 0, between_s = 0, clocks_hz = 0;
    int probes = 0;
  };

  explicit Watch(std::vector<int> cpus) : cpus_(std::move(cpus)), found_(cpus_.size()) {
    for (std::size_t i = 0; i < cpus_.size(); ++i) threads_.emplace_back([this, i] { watch(i); });
  }

  /// All its processors together.
  Found end() {
    ended_ = true;
    for (auto& thread : threads_) thread.join();
    Found all;
    for (const auto& one : found_) {
      all.clear_s += one.clear_s;
      all.shared_s += one.shared_s;
      all.between_s += one.between_s;
      all.clocks_hz += one.clocks_hz;
      all.probes += one.probes;
    }
    return all;
  }

 private:
  /// All stand here until the last one has come, at work: asleep they would lend their
  /// processors.
  void meet() {
    const unsigned round = round_;
    if (++here_count_ == static_cast<unsigned>(cpus_.size())) {
      here_count_ = 0;
      ++round_;
      return;
    }
    while (round_ == round) asm volatile("pause");
  }

  Probe in_turn(std::size_t own) {
    Probe mine;
    for (std::size_t turn = 0; turn < cpus_.size(); ++turn) {
      meet();
      if (turn == own) mine = probe();
    }
    meet();
    return mine;
  }

  void watch(std::size_t own) {
    run_only_on(cpus_[own]);
    real_time(21);
    Found& found = found_[own];
    Probe before = in_turn(own);
    for (bool last = false; !last;) {
      const double began_s = now_s();
      const timespec pause{0, kBetweenProbesNs};
      nanosleep(&pause, nullptr);
      const double slice_s = now_s() - began_s;
      if (own == 0) last_ = ended_.load();
      const Probe after = in_turn(own);
      last = last_;  // the same for all: they have met since it was set
      const int clear = (before.additions_per_cycle > kClearPace ? 1 : 0) +
                        (after.additions_per_cycle > kClearPace ? 1 : 0);
      (clear == 2 ? found.clear_s : clear == 0 ? found.shared_s : found.between_s) += slice_s;
      found.clocks_hz += after.clock_hz;
      ++found.probes;
      before = after;
    }
  }

  std::vector<int> cpus_;
  std::atomic<unsigned> here_count_ = 0, round_ = 0;
  std::atomic<bool> ended_ = false, last_ = false;
  std::vector<Found> found_;
  std::vector<std::thread> threads_;
};

}  // namespace

int main(int count, char** words) {
  std::size_t wanted = 1;
  if (count > 2 && std::string_view(words[1]) == "--processors") {
    wanted = static_cast<std::size_t>(std::max(1, std::atoi(words[2])));
    words += 2;
    count -= 2;
  }
  if (count < 3) {
    std::fprintf(stderr, "usage: undisturbed [--processors N] FILE COMMAND ARGUMENT...\n");
    return 2;
  }
  cpu_set_t allowed, watched;
  sched_getaffinity(0, sizeof allowed, &allowed);
  CPU_ZERO(&watched);
  if (!real_time(20)) {
    std::perror("undisturbed: real-time priority");
    return 2;
  }
  const pid_t self = getpid();
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    if (cpus.size() < wanted) {
      cpus.push_back(cpu);
      CPU_SET(cpu, &watched);
    } else {
      keep_busy_with_nothing(cpu, self);
    }
  }
  sched_setaffinity(0, sizeof watched, &watched);
  const pid_t command = fork();
  if (command == 0) {
    execvp(words[2], words + 2);
    std::perror(words[2]);
    _exit(127);
  }
  Watch watch(std::move(cpus));
  rusage used{};
  int status = 0;
  wait4(command, &status, 0, &used);
  const Watch::Found found = watch.end();
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
               seconds(used.ru_utime), seconds(used.ru_stime), found.clocks_hz / found.probes,
               found.clear_s, found.shared_s, found.between_s);
  std::fclose(out);
  return 0;
}

#include "profile/process_watch.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <functional>

#include "profile/proc_text.hpp"

namespace headroom {
namespace {

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Looks at a process that does so much, until it has ended.
Profile watch(const std::function<void()>& work) {
  const double began_s = seconds(CLOCK_MONOTONIC);
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  ProcessWatch watched(child);
  Profile profile;
  siginfo_t info{};
  double now_s = 0;
  do {
    now_s = seconds(CLOCK_MONOTONIC) - began_s;
    watched.look(now_s);
    usleep(5'000);
    info.si_pid = 0;
    waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
  } while (info.si_pid == 0 && now_s < 20);
  now_s = seconds(CLOCK_MONOTONIC) - began_s;
  watched.look(now_s, true);
  waitpid(child, nullptr, 0);
  watched.add_to(profile, 64);
  profile.totals.wall_s = now_s;
  return profile;
}

void use_cpu(double for_s) {
  volatile double x = 0;
  while (seconds(CLOCK_PROCESS_CPUTIME_ID) < for_s) x = x + 1;
}

TEST(ProcessWatch, TellsSleepFromWork) {
  const Profile profile = watch([] {
    use_cpu(0.2);
    usleep(400'000);
  });
  ASSERT_EQ(profile.threads.size(), 1u);
  const ObservedThread& thread = profile.observed.threads[0];
  EXPECT_NEAR(profile.threads[0].cpu_s, 0.2, 0.05);
  EXPECT_NEAR(thread.asleep_s, 0.4, 0.1);
  // All of the time is one of the three.
  EXPECT_NEAR(profile.threads[0].cpu_s + thread.ready_s + thread.asleep_s, profile.totals.wall_s,
              0.1);
  EXPECT_GE(thread.switches_voluntary, 1u);
  ASSERT_EQ(profile.observed.rows.size(), profile.timeline.size());
  EXPECT_EQ(profile.observed.rows.back().switches_voluntary, thread.switches_voluntary);
}

TEST(ProcessWatch, CountsAProcessThatWasKilled) {
  const Profile profile = watch([] {
    if (fork() == 0) {
      use_cpu(1);
      _exit(0);
    }
    usleep(500'000);  // looks are rarer where the machine is busy
    raise(SIGKILL);
  });
  EXPECT_GE(profile.threads.size(), 2u);
  EXPECT_GE(profile.timeline.front().processes, 1u);
}

TEST(ProcessWatch, CountsTheMemoryOfAForkOnce) {
  const Profile profile = watch([] {
    constexpr std::size_t kBytes = 64u << 20;
    auto* memory = static_cast<volatile char*>(malloc(kBytes));
    for (std::size_t i = 0; i < kBytes; i += 4096) memory[i] = 1;
    for (int i = 0; i < 3; ++i) {
      if (fork() == 0) {
        usleep(200'000);
        _exit(0);
      }
    }
    usleep(200'000);
    while (wait(nullptr) > 0) {
    }
  });
  std::uint64_t least_b = 0, sum_b = 0;
  for (std::size_t i = 0; i < profile.timeline.size(); ++i) {
    least_b = std::max(least_b, profile.observed.rows[i].memory_b);
    sum_b = std::max(sum_b, profile.timeline[i].resident_b);
  }
  EXPECT_GT(sum_b, 3 * (64u << 20));
  EXPECT_GT(least_b, 64u << 20);
  EXPECT_LT(least_b, 100u << 20);
}

TEST(ThreadWatch, CostsNoMoreThanOnePerCentOfAProcessor) {
  const double before_s = seconds(CLOCK_PROCESS_CPUTIME_ID);
  const pid_t child = fork();
  if (child == 0) {
    usleep(3'000'000);
    _exit(0);
  }
  const double began_s = seconds(CLOCK_MONOTONIC);
  ProcessWatch watched(child);
  double now_s = 0;
  while (now_s < 2) {
    now_s = seconds(CLOCK_MONOTONIC) - began_s;
    watched.look(now_s);
    usleep(static_cast<useconds_t>(1e6 * watched.due_in(now_s)) + 100);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_LT(seconds(CLOCK_PROCESS_CPUTIME_ID) - before_s, 0.02 * now_s);
}

}  // namespace
}  // namespace headroom

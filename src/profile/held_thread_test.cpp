#include "profile/held_thread.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace headroom {
namespace {

/// A process with a second thread, whose id it tells; ended with the test.
class Pair {
 public:
  Pair() {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    process_ = fork();
    if (process_ == 0) live(ends[1]);
    close(ends[1]);
    EXPECT_EQ(read(ends[0], &thread_, sizeof thread_), ssize_t{sizeof thread_});
    close(ends[0]);
  }
  ~Pair() { end(); }

  /// Its status, as soon as it has ended; nothing within two seconds: -1.
  int end() {
    if (process_ == 0) return -1;
    kill(process_, SIGKILL);
    for (int i = 0; i < 2000; ++i) {
      int status = 0;
      if (waitpid(process_, &status, WNOHANG) == process_) {
        process_ = 0;
        return status;
      }
      const timespec span{0, 1'000'000};
      nanosleep(&span, nullptr);
    }
    return -1;
  }
  pid_t process() const { return process_; }
  pid_t thread() const { return thread_; }

 private:
  [[noreturn]] static void live(int answer) {
    static int pipe_end = answer;
    pthread_t second;
    pthread_create(
        &second, nullptr,
        [](void*) -> void* {
          const auto id = static_cast<pid_t>(syscall(SYS_gettid));
          if (write(pipe_end, &id, sizeof id) < 0) _exit(1);
          for (;;) pause();
        },
        nullptr);
    for (;;) pause();
  }

  pid_t process_ = 0;
  pid_t thread_ = 0;
};

TEST(HeldThread, IsLetGoAsItWas) {
  Pair pair;
  HeldThread held(pair.thread());
  if (!held.seize()) GTEST_SKIP() << "this system does not let processes be traced";
  EXPECT_EQ(held.wait(), HeldThread::State::kStopped);
  EXPECT_TRUE(held.is_held());
  held.release();
  EXPECT_FALSE(held.is_held());
  EXPECT_TRUE(WIFSIGNALED(pair.end()));
}

// A thread that nobody waits for keeps its whole process from ending.
TEST(HeldThread, OneThatWasKilledIsWaitedFor) {
  Pair pair;
  HeldThread held(pair.thread());
  if (!held.seize()) GTEST_SKIP() << "this system does not let processes be traced";
  ASSERT_EQ(held.wait(), HeldThread::State::kStopped);
  kill(pair.process(), SIGKILL);
  held.release();
  EXPECT_TRUE(held.is_held());
  EXPECT_EQ(held.wait(), HeldThread::State::kGone);
  EXPECT_FALSE(held.is_held());
  const int status = pair.end();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

}  // namespace
}  // namespace headroom

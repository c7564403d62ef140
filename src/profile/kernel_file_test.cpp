#include "profile/kernel_file.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace headroom {
namespace {

TEST(KernelFile, IsReadWhole) {
  EXPECT_NE(read_kernel_file("/proc/self/status").find("Threads:"), std::string::npos);
  // Longer than one read gives.
  EXPECT_GT(read_kernel_file("/proc/self/maps").size(), 2000u);
}

TEST(KernelFile, IsEmptyIfMissingOrUnreadable) {
  EXPECT_EQ(read_kernel_file("/proc/self/no-such-file"), "");
  EXPECT_EQ(read_kernel_file("/proc/self"), "");  // a folder: opens, and cannot be read
}

// A process that has ended keeps its folder until it is waited for, and some of
// its files open and then answer "no such process".
TEST(KernelFile, OfAnEndedProcessIsNoError) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  for (const char* name : {"stat", "schedstat", "maps", "io", "syscall", "stack", "auxv"}) {
    EXPECT_NO_THROW(read_kernel_file(fmt::format("/proc/{}/{}", child, name))) << name;
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(read_kernel_file(fmt::format("/proc/{}/stat", child)), "");
}

}  // namespace
}  // namespace headroom

#include "profile/call_summary.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "profile/system_call_names.hpp"

namespace headroom {
namespace {

TEST(SystemCallNames, AreThoseOfLinux) {
  EXPECT_EQ(system_call_name(SYS_read), "read");
  EXPECT_EQ(system_call_name(SYS_futex), "futex");
  EXPECT_EQ(system_call_name(SYS_rseq), "rseq");
  EXPECT_EQ(system_call_name(SYS_pidfd_send_signal), "pidfd_send_signal");
  EXPECT_EQ(system_call_name(SYS_openat2), "openat2");
  EXPECT_EQ(system_call_name(400), "call 400");
  EXPECT_EQ(system_call_name(511), "call 511");
}

TEST(CallSummary, ScalesWhatSnapshotsMetByTheReadsAndWritesThatLinuxCounted) {
  Profile profile;
  profile.totals.user_s = 3;
  profile.totals.system_s = 1;
  profile.observed.calls = {{SYS_read, 30}, {SYS_close, 20}, {SYS_futex, 50}};
  profile.observed.call_instructions = 50'000'000;
  profile.observed.read_calls = 2900;
  profile.observed.write_calls = 100;
  const CallSummary calls = summarize_calls(profile);
  EXPECT_EQ(calls.met, 100u);
  EXPECT_DOUBLE_EQ(calls.per_million, 2);
  EXPECT_DOUBLE_EQ(calls.all, 10'000);  // 3,000 are 30 % of them
  EXPECT_DOUBLE_EQ(calls.per_cpu_s, 2'500);
  ASSERT_EQ(calls.kinds.size(), 3u);
  EXPECT_EQ(calls.kinds[0].name, "futex");
  EXPECT_DOUBLE_EQ(calls.kinds[0].share, 0.5);
}

TEST(CallSummary, DoesNotScaleByAHandfulOfCalls) {
  Profile profile;
  profile.observed.calls = {{SYS_read, 3}, {SYS_futex, 50}};
  profile.observed.call_instructions = 1'000'000;
  profile.observed.read_calls = 2900;
  EXPECT_EQ(summarize_calls(profile).all, 0);
  EXPECT_EQ(summarize_calls(Profile{}).per_million, 0);
}

}  // namespace
}  // namespace headroom

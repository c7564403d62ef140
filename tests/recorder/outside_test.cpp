// Records a program from outside, into which no recorder can be loaded.

#include <gtest/gtest.h>

#include <cstring>

#include "base/error.hpp"
#include "profile/copy_order.hpp"
#include "profile/loaded_image.hpp"
#include "profile/outside_recorder.hpp"
#include "profile/record_run.hpp"

namespace headroom {
namespace {

TEST(LoadedImage, DependsOnItsPlaceByAddressesOnly) {
  const LoadedImage image(HEADROOM_COPY_IMAGE);
  EXPECT_EQ(image.bytes() % 4096, 0u);
  EXPECT_LT(image.symbol(kCopyEntry), image.bytes());
  const auto here = image.at(0), there = image.at(0x7000'0000'0000);
  ASSERT_EQ(here.size(), image.bytes());
  // All that differs is the sixth byte of addresses, each of which lies within.
  unsigned moved = 0;
  for (std::size_t at = 5; at < here.size(); ++at) {
    if (here[at] == there[at]) continue;
    ++moved;
    EXPECT_EQ(here[at], 0x00);
    EXPECT_EQ(there[at], 0x70);
    std::uint32_t address = 0;
    std::memcpy(&address, here.data() + at - 5, sizeof address);
    EXPECT_LE(address, image.bytes());
  }
  EXPECT_GT(moved, 100u);
}

TEST(LoadedImage, RefusesWhatIsNoLibraryAndWhatNeedsMore) {
  EXPECT_THROW(LoadedImage("/no/such/library.so"), InputError);
  EXPECT_THROW(LoadedImage("/proc/self/maps"), InputError);
  EXPECT_THROW(LoadedImage{HEADROOM_RECORDER_LIBRARY}, InputError);  // variables of threads
  EXPECT_THROW(LoadedImage(HEADROOM_COPY_IMAGE).symbol("no_such_function"), InputError);
}

TEST(RecordOutside, FollowsAProgramWithoutAnyLibrary) {
  if (!OutsideRecorder::is_possible()) GTEST_SKIP() << "no process may trace another here";
  RecordOptions options;
  options.command = {HEADROOM_STATIC_PROGRAM};
  options.library = HEADROOM_RECORDER_LIBRARY;
  testing::internal::CaptureStdout();
  const RecordedRun run = record_run(options);
  testing::internal::GetCapturedStdout();
  EXPECT_EQ(run.exit_status, 6);
  EXPECT_GE(run.taken, 1u);
  EXPECT_EQ(run.profile.totals.processes, 1u);
  EXPECT_GT(run.profile.totals.pause_s, 0);
  unsigned full = 0;
  for (const auto& s : run.profile.snapshots) {
    EXPECT_EQ(s.program, HEADROOM_STATIC_PROGRAM);
    // Had the copy lost its vector registers, it would have met a fault.
    EXPECT_NE(s.reason, EndReason::kFault);
    EXPECT_NE(s.reason, EndReason::kUnsupported);
    if (s.reason != EndReason::kLength) continue;
    ++full;
    EXPECT_GE(s.instructions, 60'000'000u);
    // Seven instructions a round, two of them branches, of which one is taken.
    const auto branches = static_cast<double>(s.branches.conditional);
    EXPECT_NEAR(branches / static_cast<double>(s.branches.instructions), 2 / 7.0, 1e-3);
    EXPECT_NEAR(static_cast<double>(s.branches.taken) / branches, 0.5, 1e-3);
  }
  if (full == 0) GTEST_SKIP() << "this machine is too busy";
}

}  // namespace
}  // namespace headroom

// Records programs whose instructions are known beforehand, and compares.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "profile/profile_file.hpp"
#include "profile/record_run.hpp"

namespace headroom {
namespace {

/// The profile of the program that walks over 1 MiB, line by line.
const RecordedRun& walked() {
  static const RecordedRun kRun = [] {
    RecordOptions options;
    options.command = {HEADROOM_KNOWN_PROGRAM};
    options.library = HEADROOM_RECORDER_LIBRARY;
    return record_run(options);
  }();
  return kRun;
}

/// Those that neither met the program's end nor were ended for lack of time, as
/// on a machine that is busy with other things.
std::vector<Snapshot> full_snapshots() {
  std::vector<Snapshot> full;
  for (const auto& s : walked().profile.snapshots) {
    const bool ended = s.reason == EndReason::kExit || s.reason == EndReason::kTime;
    EXPECT_TRUE(ended || s.reason == EndReason::kLength);
    if (!ended) full.push_back(s);
  }
  return full;
}

TEST(Record, FollowsAKnownLoopInstructionByInstruction) {
  const auto snapshots = full_snapshots();
  if (snapshots.empty()) GTEST_SKIP() << "this machine is too busy";
  for (const auto& s : snapshots) {
    // Four instructions a step, one access.
    EXPECT_NEAR(static_cast<double>(s.accesses) / static_cast<double>(s.instructions), 0.25, 1e-3);
    EXPECT_GE(s.instructions, 60'000'000u);
    EXPECT_LT(s.instructions, 651'000'000u);  // with few copies, each goes on for longer
    // A walk of 16,384 steps ends with the only branch that is not taken.
    EXPECT_NEAR(static_cast<double>(s.branches.taken) / static_cast<double>(s.branches.conditional),
                1 - 1 / 16384.0, 1e-5);
    EXPECT_EQ(s.program, HEADROOM_KNOWN_PROGRAM);
  }
}

TEST(Record, FindsTheReuseTimeOfAKnownLoop) {
  for (const auto& s : full_snapshots()) {
    double known = 0, all = 0;
    for (unsigned i = 0; i < kReuseBuckets; ++i) {
      all += static_cast<double>(s.data_reuse[i]);
      if (i == reuse_bucket(16384)) known = static_cast<double>(s.data_reuse[i]);
    }
    // All but the first walk's touches come back after 16,384 others.
    EXPECT_GT(known / all, 0.99);
    EXPECT_NEAR(static_cast<double>(s.data_reuse[kFirstTouch]), 16384, 300);
    EXPECT_NEAR(static_cast<double>(s.page_reuse[kFirstTouch]), 256, 20);
  }
}

TEST(Record, KeepsEveryAddressOfAWindow) {
  for (const auto& s : full_snapshots()) {
    ASSERT_GE(s.windows.size(), 4u);
    for (const auto& window : s.windows) {
      std::uint64_t steps = 0, jumps = 0;
      for (std::size_t i = 1; i < window.accesses.size(); ++i) {
        const auto step =
            static_cast<std::int64_t>(window.accesses[i].address - window.accesses[i - 1].address);
        (step == 64 ? steps : jumps) += 1;
      }
      EXPECT_NEAR(static_cast<double>(window.instructions), 10'000, 10);
      EXPECT_GE(steps, window.instructions / 4 - 20);
      EXPECT_LE(jumps, 10u);  // at most one walk ends within 2,500 steps
    }
  }
}

// What the kernel writes is noted at once, so that the notes never fill up.
TEST(Record, EndsInTimeInAProgramThatReadsAllTheTime) {
  RecordOptions options;
  options.command = {HEADROOM_KNOWN_PROGRAM, "40000", "/proc/self/exe"};
  options.library = HEADROOM_RECORDER_LIBRARY;
  const RecordedRun run = record_run(options);
  EXPECT_EQ(run.exit_status, 0);
  unsigned full = 0;
  for (const auto& s : run.profile.snapshots) {
    EXPECT_LT(s.instructions, 651'000'000u);
    full += s.reason == EndReason::kLength ? 1 : 0;
  }
  if (run.profile.snapshots.empty()) GTEST_SKIP() << "this machine is too busy";
  EXPECT_GT(full, 0u);
}

TEST(Record, MeasuresTheRunAsAWhole) {
  const RunTotals& t = walked().profile.totals;
  EXPECT_EQ(walked().exit_status, 0);
  EXPECT_EQ(t.processes, 1u);
  EXPECT_GT(t.user_s, 0.05);
  EXPECT_LE(t.user_s + t.system_s, 1.05 * t.wall_s + 0.05);
  EXPECT_GE(t.written_b, 7u);  // "walked" and a new line
  EXPECT_FALSE(walked().profile.timeline.empty());
  EXPECT_FALSE(walked().profile.threads.empty());
}

TEST(Record, TellsTheTimeInEachRegionOfTheCode) {
  RecordOptions options;
  options.command = {HEADROOM_DIVIDED_PROGRAM};
  options.library = HEADROOM_RECORDER_LIBRARY;
  const Profile profile = record_run(options).profile;
  if (profile.snapshots.size() < 4) GTEST_SKIP() << "this machine is too busy";
  ASSERT_EQ(profile.region_s.size(), 2u);
  const double all_s = profile.region_s[0] + profile.region_s[1];
  EXPECT_NEAR(all_s, profile.totals.user_s, 0.1 * profile.totals.user_s + 0.02);
  // A quarter of some hundreds of ticks, to four times its standard deviation.
  const double share = std::min(profile.region_s[0], profile.region_s[1]) / all_s;
  ASSERT_GT(profile.ticks, 100u);
  EXPECT_NEAR(share, 0.25, 4 * std::sqrt(0.25 * 0.75 / profile.ticks));
  // Nearly every tick looked, whatever it saw of others.
  EXPECT_GT(profile.own_core.looks, profile.ticks * 8 / 10);
  EXPECT_GE(profile.own_core.share, 0);
  EXPECT_LE(profile.own_core.share, 1);
}

TEST(Record, WritesAProfileThatCanBeReadAgain) {
  const auto bytes = encode_profile(walked().profile);
  const Profile again = decode_profile(bytes, "x");
  EXPECT_EQ(again.snapshots.size(), walked().profile.snapshots.size());
  EXPECT_EQ(encode_profile(again), bytes);
  EXPECT_LT(bytes.size(), 10'000'000u);
}

}  // namespace
}  // namespace headroom

#include "replay/profile_replay.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

ReplayCounts window(double instructions, double cycles) {
  ReplayCounts counts;
  counts.instructions = instructions;
  counts.cycles = cycles;
  return counts;
}

TEST(RatioNoise, IsTheVarianceOfARatioOfSums) {
  EXPECT_EQ(ratio_noise({}), 0);
  EXPECT_EQ(ratio_noise({window(100, 50)}), 0);
  EXPECT_EQ(ratio_noise({window(100, 50), window(200, 100)}), 0) << "the same CPI";
  // CPI 1 and 3, mean 2: each 100 cycles from the mean of 200; 2 * 100^2 * 2 / 400^2.
  EXPECT_DOUBLE_EQ(ratio_noise({window(100, 100), window(100, 300)}), 0.25);
}

TEST(RatioNoise, HalvesWithTwiceAsManyWindows) {
  std::vector<ReplayCounts> few, many;
  for (int i = 0; i < 100; ++i) {
    for (const double cycles : {50.0, 150.0}) {
      if (i < 50) few.push_back(window(100, cycles));
      many.push_back(window(100, cycles));
    }
  }
  EXPECT_NEAR(ratio_noise(few) / ratio_noise(many), 2, 0.02);
}

TEST(SnapshotReplay, LeavesOutWhatScatterAddsToAnInverse) {
  SnapshotReplay s;
  s.counts = window(100, 200);
  EXPECT_DOUBLE_EQ(s.ipc(), 0.5);
  s.noise = 0.25;
  EXPECT_DOUBLE_EQ(s.ipc(), 0.4);
}

}  // namespace
}  // namespace headroom

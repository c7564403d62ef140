#include "replay/profile_replay.hpp"

#include <gtest/gtest.h>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

TEST(RatioNoise, IsTheVarianceOfARatioOfSums) {
  EXPECT_EQ(ratio_noise({}), 0);
  EXPECT_EQ(ratio_noise({counted(100, 50)}), 0);
  EXPECT_EQ(ratio_noise({counted(100, 50), counted(200, 100)}), 0) << "the same CPI";
  // CPI 1 and 3, mean 2: each 100 cycles from the mean of 200; 2 * 100^2 * 2 / 400^2.
  EXPECT_DOUBLE_EQ(ratio_noise({counted(100, 100), counted(100, 300)}), 0.25);
}

TEST(RatioNoise, HalvesWithTwiceAsManyWindows) {
  std::vector<ReplayCounts> few, many;
  for (int i = 0; i < 100; ++i) {
    for (const double cycles : {50.0, 150.0}) {
      if (i < 50) few.push_back(counted(100, cycles));
      many.push_back(counted(100, cycles));
    }
  }
  EXPECT_NEAR(ratio_noise(few) / ratio_noise(many), 2, 0.02);
}

TEST(SnapshotReplay, LeavesOutWhatScatterAddsToAnInverse) {
  SnapshotReplay s;
  s.counts = counted(100, 200);
  EXPECT_DOUBLE_EQ(s.ipc(), 0.5);
  s.noise = 0.25;
  EXPECT_DOUBLE_EQ(s.ipc(), 0.4);
}

}  // namespace
}  // namespace headroom

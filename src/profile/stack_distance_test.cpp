#include "profile/stack_distance.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

TEST(ReuseBuckets, HoldEveryTimeWithinAQuarter) {
  for (std::uint64_t time = 1; time < std::uint64_t{1} << 60; time = time * 5 / 4 + 1) {
    const auto bucket = reuse_bucket(time);
    EXPECT_LE(reuse_bucket_low(bucket), static_cast<double>(time));
    EXPECT_GT(reuse_bucket_low(bucket + 1u), static_cast<double>(time));
    EXPECT_LE(reuse_bucket_low(bucket + 1u), 1.25 * reuse_bucket_low(bucket) + 1);
  }
}

TEST(StackDistance, OfALoopOverAnArrayIsTheArray) {
  // 1000 lines touched in turn: every reuse time is 1000, and so is the distance.
  ReuseHistogram reuse{};
  reuse[reuse_bucket(1000)] = 1'000'000;
  const StackDistance distance(reuse);
  EXPECT_NEAR(distance.of(reuse_bucket(1000)), 1000, 100);
  EXPECT_DOUBLE_EQ(distance.miss_share(512), 1.0);
  EXPECT_DOUBLE_EQ(distance.miss_share(2048), 0.0);
}

TEST(StackDistance, OfUniformAccessFollowsTheSizeOfTheCache) {
  // Uniform random access to n lines: the reuse time is geometric, and a cache
  // of half the lines holds half of what is asked.
  const double n = 4096;
  ReuseHistogram reuse{};
  for (std::uint64_t time = 1; time < 60'000; ++time) {
    const double chance = std::pow(1 - 1 / n, static_cast<double>(time - 1)) / n;
    reuse[reuse_bucket(time)] += static_cast<std::uint64_t>(1e9 * chance);
  }
  const StackDistance distance(reuse);
  EXPECT_NEAR(distance.miss_share(n / 2), 0.5, 0.08);
  EXPECT_NEAR(distance.miss_share(n / 4), 0.75, 0.08);
}

TEST(StackDistance, FirstTouchesMissEveryCache) {
  ReuseHistogram reuse{};
  reuse[1] = 900;
  reuse[kFirstTouch] = 100;
  EXPECT_DOUBLE_EQ(StackDistance(reuse).miss_share(1e12), 0.1);
  EXPECT_DOUBLE_EQ(StackDistance(ReuseHistogram{}).miss_share(1), 0.0);
}

TEST(StackDistance, AfterAnyTimeLiesBetweenItsBuckets) {
  ReuseHistogram reuse{};
  for (unsigned bucket = 0; bucket < 60; ++bucket) reuse[bucket] = 1000 - 10 * bucket;
  const StackDistance distance(reuse);
  EXPECT_DOUBLE_EQ(distance.after(0), 0);
  for (unsigned bucket = 1; bucket < 60; ++bucket) {
    const auto b = static_cast<std::uint8_t>(bucket);
    EXPECT_DOUBLE_EQ(distance.after(reuse_bucket_middle(bucket)), distance.of(b));
    const double between =
        distance.after(0.5 * (reuse_bucket_middle(bucket) + reuse_bucket_middle(bucket - 1)));
    EXPECT_GE(between, distance.of(static_cast<std::uint8_t>(bucket - 1)));
    EXPECT_LE(between, distance.of(b));
  }
  EXPECT_TRUE(std::isfinite(distance.after(1e300)));
}

}  // namespace
}  // namespace headroom

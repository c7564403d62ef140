#include "workload/character.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace headroom {
namespace {

constexpr double kKiB = 1024;

Character curve(std::vector<double> sizes_kib, std::vector<double> misses) {
  Character c;
  for (double size : sizes_kib) c.cache_sizes_b.push_back(size * kKiB);
  c.misses = std::move(misses);
  return c;
}

TEST(MissCurve, PassesThroughItsPoints) {
  const auto c = curve({32, 256, 1024, 8192}, {22, 10, 5, 1.5});
  EXPECT_NEAR(c.misses_at(32 * kKiB), 22, 1e-9);
  EXPECT_NEAR(c.misses_at(256 * kKiB), 10, 1e-9);
  EXPECT_NEAR(c.misses_at(1024 * kKiB), 5, 1e-9);
  EXPECT_NEAR(c.misses_at(8192 * kKiB), 1.5, 1e-9);
}

TEST(MissCurve, IsAPowerLawBetweenItsPoints) {
  // A quarter of the misses with four times the cache: exponent -1, then -1/2.
  const auto c = curve({32, 128, 512}, {40, 10, 5});
  EXPECT_NEAR(c.misses_at(64 * kKiB), 20, 1e-9);
  EXPECT_NEAR(c.misses_at(256 * kKiB), 10 / std::sqrt(2.0), 1e-9);
}

TEST(MissCurve, GoesOnBeyondItsEnds) {
  const auto c = curve({32, 128, 512}, {40, 10, 5});
  EXPECT_NEAR(c.misses_at(16 * kKiB), 80, 1e-9);
  EXPECT_NEAR(c.misses_at(2048 * kKiB), 2.5, 1e-9);
}

TEST(MissCurve, NeverMissesMoreThanOnceAnInstruction) {
  EXPECT_EQ(curve({32, 64}, {900, 300}).misses_at(1 * kKiB), 1000);
  EXPECT_TRUE(std::isfinite(curve({32, 64}, {900, 300}).misses_at(0)));
}

TEST(MissCurve, OfOnePointIsFlatAndOfNoneIsZero) {
  EXPECT_EQ(curve({32}, {7}).misses_at(1 * kKiB), 7);
  EXPECT_EQ(curve({32}, {7}).misses_at(1e9), 7);
  EXPECT_EQ(curve({}, {}).misses_at(1e9), 0);
}

TEST(MissCurve, IsScaledAsAWhole) {
  auto c = curve({32, 128}, {40, 10});
  c.miss_scale = 0.5;
  EXPECT_NEAR(c.misses_at(64 * kKiB), 10, 1e-9);
  EXPECT_NEAR(c.misses_at(512 * kKiB), 1.25, 1e-9);
}

TEST(MissCurve, MayFallToNothing) {
  const auto c = curve({32, 64, 128}, {100, 0, 0});
  EXPECT_LT(c.misses_at(64 * kKiB), 1e-5);
  EXPECT_LT(c.misses_at(1e9), 1e-5);
}

RC_GTEST_PROP(MissCurveProperty, ALargerCacheNeverMissesMore, ()) {
  std::vector<double> sizes, misses;
  double size = 32, miss = *rc::gen::inRange(1, 1000);
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
    sizes.push_back(size);
    misses.push_back(miss);
    size *= *rc::gen::inRange(2, 9);
    miss *= *rc::gen::inRange(0, 11) / 10.0;
  }
  const auto c = curve(sizes, misses);
  const double small_b = *rc::gen::inRange(1, 1 << 20) * kKiB;
  const double large_b = small_b * *rc::gen::inRange(1, 100);
  RC_ASSERT(c.misses_at(large_b) <= c.misses_at(small_b) * (1 + 1e-12));
}

TEST(Character, OrdersVectorsByTheirLicence) {
  Character c;
  EXPECT_EQ(c.level(), VectorLevel::scalar);
  VectorLevel before = VectorLevel::scalar;
  for (const auto* name : {"sse", "avx", "avx2", "avx512"}) {
    c.vector_level = name;
    EXPECT_GT(c.level(), before) << name;
    before = c.level();
  }
}

}  // namespace
}  // namespace headroom

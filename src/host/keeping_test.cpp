#include "host/keeping.hpp"

#include <gtest/gtest.h>

#include "host/buffer.hpp"
#include "profile/stack_distance.hpp"

namespace headroom {
namespace {

constexpr double kMiB = 1 << 20;

/// What would be kept of a cache, with an error that changes its sign.
std::vector<Measurements::Kept> kept_of(double l3_b, double others_b_per_s, double error = 0) {
  std::vector<Measurements::Kept> all;
  const auto add = [&](double own_b, double s) {
    const double share = kept_beside_others((own_b + others_b_per_s * s) / l3_b);
    all.push_back({own_b, s, share + (all.size() % 2 == 0 ? error : -error)});
  };
  for (const double s : {0.5e-3, 1e-3, 2e-3, 4e-3, 8e-3}) add(3 * kMiB, s);
  for (const double own_b : {8 * kMiB, 16 * kMiB, 24 * kMiB}) add(own_b, own_b / 30e9);
  return all;
}

TEST(Keeping, GoesInTwoSteps) {
  EXPECT_EQ(kept_beside_others(0), 1);
  EXPECT_NEAR(kept_beside_others(1), 2 / 2.718282, 1e-6);
  EXPECT_NEAR(kept_beside_others(1.678347), 0.5, 1e-6);
  EXPECT_NEAR(kept_beside_others(4), 5 / 54.59815, 1e-6);
}

TEST(Keeping, SaysHowLargeTheCacheIsAndWhatOthersBring) {
  for (const double l3_b : {14 * kMiB, 30 * kMiB}) {
    for (const double b_per_s : {2e9, 10e9, 40e9}) {
      const auto exact = find_other_users(kept_of(l3_b, b_per_s), 32 * kMiB);
      EXPECT_NEAR(exact.l3_b, l3_b, 0.03 * l3_b);
      EXPECT_NEAR(exact.b_per_s, b_per_s, 0.06 * b_per_s);
      const auto near = find_other_users(kept_of(l3_b, b_per_s, 0.02), 32 * kMiB);
      EXPECT_NEAR(near.l3_b, l3_b, 0.25 * l3_b) << b_per_s;
      EXPECT_NEAR(near.b_per_s, b_per_s, 0.3 * b_per_s) << l3_b;
    }
  }
}

TEST(Keeping, OfACacheOfItsOwnShowsNobody) {
  EXPECT_EQ(find_other_users({}, 32 * kMiB).b_per_s, 0);
  EXPECT_EQ(find_other_users(kept_of(32 * kMiB, 0.05e9), 32 * kMiB).b_per_s, 0);
  // What no cache does says nothing: all gone at once, or more kept after a longer time.
  auto gone = kept_of(32 * kMiB, 10e9), strange = gone;
  for (auto& found : gone) found.share = 0;
  EXPECT_EQ(find_other_users(gone, 32 * kMiB).b_per_s, 0);
  for (std::size_t i = 0; i < strange.size(); ++i) strange[i].share = i % 2 == 0 ? 0.05 : 0.85;
  EXPECT_EQ(find_other_users(strange, 32 * kMiB).b_per_s, 0);
  // Nor is the cache larger than reported, whatever was kept.
  EXPECT_LE(find_other_users(kept_of(60 * kMiB, 20e9), 32 * kMiB).l3_b, 32 * kMiB);
}

TEST(KeepingSlow, MeasuredHereGoesDownWithTime) {
  const Buffer buffer(64 << 20);
  const auto kept = measure_keeping(buffer, 1 * kMiB, 32 * kMiB, 3, {});
  if (kept.empty()) GTEST_SKIP() << "nothing tells the third cache from memory here";
  ASSERT_EQ(kept.size(), 8u);
  for (const auto& found : kept) {
    EXPECT_GE(found.share, 0);
    EXPECT_LE(found.share, 1);
    EXPECT_GE(found.own_b, 3 * kMiB * 0.99);
  }
  EXPECT_GE(kept[4].s, 8e-3);  // the longest wait
  EXPECT_LE(kept[4].share, kept[0].share + 0.3);
  EXPECT_GT(kept.back().own_b, 0.7 * 32 * kMiB);
}

TEST(Keeping, IsNotMeasuredWhereItCannotBe) {
  const Buffer buffer(8 << 20);
  EXPECT_TRUE(measure_keeping(buffer, 1 * kMiB, 0, 3, {}).empty());          // no third cache
  EXPECT_TRUE(measure_keeping(buffer, 1 * kMiB, 32 * kMiB, 3, {}).empty());  // a small buffer
  const Buffer large(64 << 20);
  EXPECT_TRUE(measure_keeping(large, 1 * kMiB, 32 * kMiB, 3, [] { return true; }).empty());
}

}  // namespace
}  // namespace headroom

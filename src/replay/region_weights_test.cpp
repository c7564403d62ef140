#include "replay/region_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

/// Each stands for the same time.
std::vector<SnapshotReplay> snapshots(const std::vector<RegionCounts>& all) {
  std::vector<SnapshotReplay> list;
  for (const auto& regions : all) {
    SnapshotReplay s;
    s.regions = regions;
    s.weight = 1 / static_cast<double>(all.size()) /
               weighted(regions, RegionFactors(regions.size(), 1.0)).cycles;
    list.push_back(s);
  }
  return list;
}

double relative_error(const std::vector<SnapshotReplay>& list, const RegionFactors& factors,
                      std::uint32_t ticks) {
  return weighted_error(list, list, factors, &ReplayCounts::instructions, &ReplayCounts::cycles,
                        ticks);
}

TEST(RegionFactors, MakeTimesAgreeWithTicks) {
  // Windows show half of the time in each region, ticks found 1 s and 3 s.
  const auto list = snapshots({{counted(100, 50), counted(25, 50)}});
  const auto factors = region_factors({1, 3}, list);
  EXPECT_DOUBLE_EQ(factors[0], 0.5);
  EXPECT_DOUBLE_EQ(factors[1], 1.5);
  // A quarter of the time at 2 instructions a cycle, three quarters at 0.5: by hand, 0.875.
  const auto sum = weighted(list[0].regions, factors);
  EXPECT_DOUBLE_EQ(sum.instructions / sum.cycles, 0.25 * 2 + 0.75 * 0.5);
}

TEST(RegionFactors, KeepTheWholeAndAreBounded) {
  const auto list = snapshots({{counted(1, 999), counted(1, 1)}, {counted(1, 500), {}}});
  const auto factors = region_factors({1, 9}, list);
  double all = 0;
  for (const auto& s : list) all += s.weight * weighted(s.regions, factors).cycles;
  EXPECT_NEAR(all, 1, 1e-12);
  EXPECT_NEAR(factors[1] / factors[0], 64, 1e-9) << "8 by 1/8, where ticks say 18,000";
}

TEST(RegionFactors, AreOneWhereNothingIsKnown) {
  const auto list = snapshots({{counted(1, 1)}});
  EXPECT_EQ(region_factors({}, list), RegionFactors{1.0});
  EXPECT_EQ(region_factors({5}, list), RegionFactors{1.0});
  EXPECT_EQ(region_factors({0, 0}, snapshots({{counted(1, 1), counted(1, 1)}})),
            (RegionFactors{1.0, 1.0}));
  // Time in code that no window shows tells nothing of the rest.
  EXPECT_EQ(region_factors({5, 7}, snapshots({{counted(1, 1), {}}})), (RegionFactors{1.0, 1.0}));
}

TEST(WeightedError, OfOneRegionIsThatOfTheMean) {
  // 1 and 3 instructions a cycle: a deviation of sqrt(2), so 1 of the mean of two, which is 2.
  const auto list = snapshots({{counted(100, 100)}, {counted(300, 100)}});
  EXPECT_NEAR(relative_error(list, {1}, 0), 0.5, 1e-12);
}

TEST(WeightedError, IsNoneWhereRegionsAloneDiffer) {
  // Each region has its pace, and only how much of which was met scatters.
  const auto list = snapshots({{counted(200, 100), counted(50, 100)},
                               {counted(400, 200), counted(5, 10)},
                               {counted(20, 10), counted(100, 200)}});
  EXPECT_NEAR(relative_error(list, region_factors({1, 1}, list), 0), 0, 1e-12);
  EXPECT_GT(relative_error(list, region_factors({1, 1}, list), 100), 0.01)
      << "but for ticks' chance";
  EXPECT_LT(relative_error(list, region_factors({1, 1}, list), 10000), 0.01);
  std::vector<SnapshotReplay> merged = list;
  for (auto& s : merged) s.regions = {weighted(s.regions, {1, 1})};
  EXPECT_GT(relative_error(merged, {1}, 0), 0.2);
}

TEST(WeightedError, FewSnapshotsAreNotSure) {
  EXPECT_EQ(relative_error(snapshots({{counted(1, 1)}}), {1}, 0), 0.5);
  EXPECT_EQ(relative_error({}, {1}, 0), 0.5);
}

}  // namespace
}  // namespace headroom

#include "study/baseline.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

BaselineRow row(std::string workload, double cores, double threads_per_core, double turbo_ghz,
                double value, bool single = false) {
  return {{cores, threads_per_core, turbo_ghz * 1e9}, std::move(workload), single, false, value};
}

/// score = a cores^0.8 clock^1.1 threads^0.25 for many threads.
double planted(double a, double cores, double threads, double ghz) {
  return a * std::pow(cores, 0.8) * std::pow(ghz, 1.1) * std::pow(threads, 0.25);
}

std::vector<std::optional<BaselineRow>> planted_rows() {
  std::vector<std::optional<BaselineRow>> rows;
  for (const double a : {100.0, 7.0}) {
    const std::string workload = a > 50 ? "big" : "small";
    for (int repeat = 0; repeat < 40; ++repeat) {
      for (const double cores : {4.0, 8.0, 18.0}) {
        for (const double threads : {1.0, 2.0}) {
          for (const double ghz : {3.0, 4.5}) {
            rows.emplace_back(row(workload, cores, threads, ghz, planted(a, cores, threads, ghz)));
          }
        }
      }
    }
  }
  return rows;
}

TEST(Baseline, RecoversAPlantedLaw) {
  const auto rows = planted_rows();
  const Baseline baseline(rows, std::vector<bool>(rows.size()));
  EXPECT_NEAR(baseline.slopes().cores, 0.8, 2e-3);
  EXPECT_NEAR(baseline.slopes().clock, 1.1, 2e-3);
  EXPECT_NEAR(baseline.slopes().threads_per_core, 0.25, 2e-3);
  EXPECT_NEAR(*baseline.predict(row("small", 10, 2, 4, 1)), planted(7, 10, 2, 4), 0.1);
}

TEST(Baseline, FollowsTheRuleOfThumbFromOneRow) {
  // One row cannot give slopes: twice the cores, twice the score.
  const std::vector<std::optional<BaselineRow>> rows = {row("big", 8, 2, 4, 1000)};
  const Baseline baseline(rows, {false});
  EXPECT_NEAR(*baseline.predict(row("big", 16, 2, 4, 1)), 2000, 1e-6);
  EXPECT_NEAR(*baseline.predict(row("big", 8, 2, 3, 1)), 750, 1e-6);
  EXPECT_FALSE(baseline.predict(row("other", 8, 2, 4, 1)));
}

TEST(Baseline, InvertsTimes) {
  auto seen = row("build", 8, 2, 4, 300);
  seen.less_is_better = true;
  auto asked = row("build", 16, 2, 4, 1);
  asked.less_is_better = true;
  const std::vector<std::optional<BaselineRow>> rows = {seen};
  EXPECT_NEAR(*Baseline(rows, {false}).predict(asked), 150, 1e-6);
}

TEST(Baseline, DoesNotSeeTheFoldItPredicts) {
  const std::vector<std::optional<BaselineRow>> rows = {row("big", 8, 2, 4, 1000),
                                                        row("big", 8, 2, 4, 5000), std::nullopt,
                                                        row("alone", 8, 2, 4, 10)};
  const auto cross = baseline_cross(rows, {{0}, {1}, {2}, {3}});
  EXPECT_NEAR(*cross[0], 5000, 1e-6);
  EXPECT_NEAR(*cross[1], 1000, 1e-6);
  EXPECT_FALSE(cross[2]);
  EXPECT_FALSE(cross[3]);
  EXPECT_NEAR(*baseline_plain(rows)[3], 10, 1e-9);
}

TEST(Baseline, PoolsSingleAndManyThreadsApart) {
  const std::vector<std::optional<BaselineRow>> rows = {row("one", 4, 2, 4, 100, true),
                                                        row("one", 28, 2, 4, 100, true)};
  // Cores do not help one thread.
  EXPECT_NEAR(*Baseline(rows, {false, false}).predict(row("one", 64, 2, 4, 1, true)), 100, 1e-6);
}

}  // namespace
}  // namespace headroom

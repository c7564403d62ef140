#include "host/levels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "host/buffer.hpp"
#include "host/kernels.hpp"
#include "host/machine_file.hpp"

namespace headroom {
namespace {

constexpr double kKiB = 1024, kMiB = 1024 * kKiB;

/// A staircase: each step's latency up to its size.
std::vector<Measurements::Latency> staircase(const std::vector<Measurements::Latency>& steps) {
  std::vector<Measurements::Latency> curve;
  for (double size_b = 4 * kKiB; size_b <= 256 * kMiB; size_b *= 2) {
    for (const double factor : {1.0, 1.5}) {
      for (const auto& step : steps) {
        if (factor * size_b > step.bytes) continue;
        curve.push_back({factor * size_b, step.s});
        break;
      }
    }
  }
  return curve;
}

const std::vector<Measurements::Latency> kSteps = {
    {32 * kKiB, 1e-9}, {1 * kMiB, 4e-9}, {6 * kMiB, 15e-9}, {1e12, 150e-9}};

TEST(CacheLevels, AreTheStepsOfTheCurve) {
  const auto levels = find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 32 * kMiB});
  EXPECT_DOUBLE_EQ(levels.l1_s, 1e-9);
  EXPECT_DOUBLE_EQ(levels.l2_s, 4e-9);
  EXPECT_DOUBLE_EQ(levels.l3_s, 15e-9);
  EXPECT_DOUBLE_EQ(levels.memory_s, 150e-9);
  EXPECT_GT(levels.l1_b, 32 * kKiB);
  EXPECT_LT(levels.l1_b, 48 * kKiB);
  EXPECT_GT(levels.l3_b, 6 * kMiB);  // and not the 32 MiB that are reported
  EXPECT_LT(levels.l3_b, 8 * kMiB);
}

TEST(CacheLevels, OnePointThatWasDisturbedChangesNothing) {
  auto curve = staircase(kSteps);
  for (auto& point : curve) {
    if (point.bytes == 2 * kMiB) point.s = 118e-9;
    if (point.bytes == 16 * kKiB) point.s = 1.9e-9;
  }
  const auto clean = find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 32 * kMiB});
  const auto levels = find_levels(curve, {32 * kKiB, 1 * kMiB, 32 * kMiB});
  EXPECT_DOUBLE_EQ(levels.l1_s, clean.l1_s);
  EXPECT_DOUBLE_EQ(levels.l3_s, clean.l3_s);
  EXPECT_DOUBLE_EQ(levels.l3_b, clean.l3_b);
}

/// Reading round and round: 90 GB/s up to a size, 20 GB/s beyond.
std::vector<Measurements::Sweep> sweeps_up_to(double held_b) {
  std::vector<Measurements::Sweep> sweeps;
  for (double size_b = 2 * kMiB; size_b <= 48 * kMiB; size_b *= 1.3) {
    sweeps.push_back({size_b, size_b <= held_b ? 90e9 : 20e9});
  }
  return sweeps;
}

TEST(CacheLevels, QuickRoundsThatFindMoreOfTheThirdCacheShowWhatOthersBringIntoIt) {
  const auto levels =
      find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 32 * kMiB}, sweeps_up_to(18 * kMiB));
  const auto alone = find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 32 * kMiB});
  // By hand: the walk finds 6.8 MiB, a round of which takes 111,000 lines x 15 ns = 1.7 ms;
  // reading finds about 19 MiB, a round of which takes 0.22 ms. In between lie 1.4 ms, in
  // which others brought 12 MiB: 9 GB/s. In the quick round, they brought 2 MiB.
  EXPECT_NEAR(levels.l3_others_b_per_s, 9e9, 1.5e9);
  EXPECT_GT(levels.l3_b, 19 * kMiB);
  EXPECT_LT(levels.l3_b, 24 * kMiB);
  // A line of either round is gone when the cache is full of both.
  const double walk_s = alone.l3_b / 64 * levels.l3_s;
  EXPECT_NEAR(alone.l3_b + levels.l3_others_b_per_s * walk_s, levels.l3_b, 1);
}

TEST(CacheLevels, TheThirdCacheIsNeverLargerThanReported) {
  const auto levels =
      find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 20 * kMiB}, sweeps_up_to(18 * kMiB));
  const auto alone = find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 20 * kMiB});
  EXPECT_EQ(levels.l3_b, 20 * kMiB);
  const double walk_s = alone.l3_b / 64 * levels.l3_s;  // and the walk still agrees
  EXPECT_NEAR(alone.l3_b + levels.l3_others_b_per_s * walk_s, levels.l3_b, 1);
}

TEST(CacheLevels, RoundsThatAgreeShowNobodyElse) {
  for (const double held_b : {5 * kMiB, 7 * kMiB}) {
    const auto levels =
        find_levels(staircase(kSteps), {32 * kKiB, 1 * kMiB, 32 * kMiB}, sweeps_up_to(held_b));
    EXPECT_EQ(levels.l3_others_b_per_s, 0);
    EXPECT_LT(levels.l3_b, 8 * kMiB);
  }
}

TEST(CacheLevels, WithoutAThirdCacheSayNone) {
  const auto curve = staircase({{32 * kKiB, 1e-9}, {1 * kMiB, 4e-9}, {1e12, 100e-9}});
  for (const double reported_b : {0.0, 32 * kMiB}) {  // or one of which nothing is left
    const auto levels = find_levels(curve, {32 * kKiB, 1 * kMiB, reported_b});
    EXPECT_EQ(levels.l3_b, 0) << reported_b;
    EXPECT_DOUBLE_EQ(levels.memory_s, 100e-9);
    EXPECT_GT(levels.l2_b, 1 * kMiB);
    EXPECT_LT(levels.l2_b, 1.5 * kMiB);
  }
  EXPECT_THROW(find_levels({}, {1, 2, 3}), ModelError);
}

TEST(HostFindings, CoresThatAreSharedAreCountedOnce) {
  HostFindings found;
  found.facts.cores = 8;
  found.facts.description.cores = found.facts.description.logical_processors = 8;
  found.correct_cores();
  EXPECT_EQ(found.facts.cores, 8);
  found.measured.shares_cores = true;
  found.correct_cores();
  EXPECT_EQ(found.facts.cores, 4);
  EXPECT_EQ(found.facts.threads_per_core, 2);
  EXPECT_EQ(found.facts.description.cores, 4u);
  EXPECT_EQ(found.facts.description.logical_processors, 8u);
}

TEST(Kernels, AChainVisitsEveryLineOnceAndComesHome) {
  const Buffer buffer(2 << 20);
  std::mt19937_64 random(1);
  const std::span lines(reinterpret_cast<ChainLine*>(buffer.data()), 1000);
  link_chain(lines, random);
  std::set<const ChainLine*> seen;
  const ChainLine* at = lines.data();
  for (int i = 0; i < 1000; ++i, at = at->next) seen.insert(at);
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(at, lines.data());
  EXPECT_EQ(follow(lines.data(), 1000), lines.data());
}

TEST(Kernels, AChainThroughPagesVisitsEachOnce) {
  const Buffer buffer(2 << 20, Buffer::Pages::kSmall);
  std::mt19937_64 random(1);
  const std::span lines(reinterpret_cast<ChainLine*>(buffer.data()), buffer.size() / 64);
  const ChainLine* const first = link_pages(lines, random);
  std::set<std::uintptr_t> pages;
  const ChainLine* at = first;
  for (int i = 0; i < 512; ++i, at = at->next)
    pages.insert(reinterpret_cast<std::uintptr_t>(at) >> 12);
  EXPECT_EQ(pages.size(), 512u);
  EXPECT_EQ(at, first);
}

TEST(Kernels, ReadingSeesEveryByte) {
  const Buffer buffer(4096);
  std::fill_n(buffer.data(), 4096, std::byte{0});
  EXPECT_EQ(read_all(buffer.data(), 4096), 0u);
  for (const std::size_t at : {0u, 100u, 1023u, 4095u}) {
    buffer.data()[at] = std::byte{1};
    EXPECT_NE(read_all(buffer.data(), 4096), 0u) << at;
    buffer.data()[at] = std::byte{0};
  }
}

}  // namespace
}  // namespace headroom

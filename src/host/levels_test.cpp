#include "host/levels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "host/buffer.hpp"
#include "host/kernels.hpp"
#include "host/machine_file.hpp"
#include "profile/stack_distance.hpp"

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

TEST(CacheLevels, LinesThatGoByAndByShowTheSizeAndWhatOthersBring) {
  const ReportedCaches reported = {32 * kKiB, 1 * kMiB, 32 * kMiB};
  const auto alone = find_levels(staircase(kSteps), reported);
  const std::vector<Measurements::Kept> kept = {
      {3 * kMiB, 1e-3, kept_beside_others((3 * kMiB + 10e6) / (24 * kMiB))},
      {3 * kMiB, 4e-3, kept_beside_others((3 * kMiB + 40e6) / (24 * kMiB))},
      {18 * kMiB, 1e-3, kept_beside_others((18 * kMiB + 10e6) / (24 * kMiB))}};
  const auto levels = find_levels(staircase(kSteps), reported, kept);
  EXPECT_NEAR(levels.l3_b, 24 * kMiB, 1 * kMiB);
  EXPECT_NEAR(levels.l3_others_b_per_s, 10e9, 0.5e9);
  EXPECT_EQ(levels.l3_s, alone.l3_s);
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

TEST(Kernels, DroppingLeavesAChainAsItIs) {
  const Buffer buffer(2 << 20);
  std::mt19937_64 random(1);
  ChainLine* const first =
      link_pages({reinterpret_cast<ChainLine*>(buffer.data()), buffer.size() / 64}, random);
  drop(first, 512);
  EXPECT_EQ(follow(first, 512), first);
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

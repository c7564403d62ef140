#include "host/measure.hpp"

#include <gtest/gtest.h>

#include "host/levels.hpp"

namespace headroom {
namespace {

TEST(MeasureSlow, FindsACurveThatAComputerCouldHave) {
  const auto facts = read_facts();
  MeasureOptions options;
  options.quick = true;
  std::size_t told = 0;
  options.progress = [&](std::string_view, std::size_t done, std::size_t all) {
    EXPECT_LE(done, all);
    ++told;
  };
  const auto m = measure(facts, options);
  EXPECT_TRUE(m.complete);
  EXPECT_GT(told, 5u);
  ASSERT_FALSE(m.clocks.empty());
  EXPECT_EQ(m.clocks.back().threads, facts.cores);
  for (const auto& row : m.clocks) {
    EXPECT_GT(row.hz, 0.5e9);
    EXPECT_LT(row.hz, 7e9);
  }
  const auto levels = find_levels(m.latencies, {32 << 10, 256 << 10, facts.cache_b(3)});
  EXPECT_GT(levels.l1_s * m.clocks.front().hz, 2);  // cycles
  EXPECT_LE(levels.l1_s, levels.l2_s);
  EXPECT_LE(levels.l2_s, levels.memory_s);
  EXPECT_LT(levels.memory_s, 2e-6);
  EXPECT_GT(m.cpuid_s, 1e-9);
  EXPECT_LT(m.cpuid_s, 1e-3);
  EXPECT_GT(m.walk_s, 0);
  EXPECT_LT(m.walk_s, 2e-6);
  for (const auto& kept : m.kept) EXPECT_LE(kept.share, 1);
  ASSERT_FALSE(m.bandwidths.empty());
  for (const auto& row : m.bandwidths) {
    EXPECT_GT(row.b_per_s, 0.1e9);
    EXPECT_LT(row.b_per_s, 2e12);
  }
}

TEST(MeasureSlow, EndsSoonWhenItIsStopped) {
  MeasureOptions options;
  options.stopped = [] { return true; };
  const auto m = measure(read_facts(), options);
  EXPECT_FALSE(m.complete);
  EXPECT_TRUE(m.latencies.empty());
}

}  // namespace
}  // namespace headroom

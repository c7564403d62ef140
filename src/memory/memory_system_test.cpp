#include "memory/memory_system.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace headroom {
namespace {

/// The iMac Pro's memory: four channels of DDR4-2666.
MemorySystem four_channels() {
  MemorySystem memory;
  memory.capacity_b = 32e9;
  memory.modules = 4;
  memory.rate_hz = 2666e6;
  memory.channels = 4;
  memory.efficiency = 0.92;
  return memory;
}

TEST(MemorySystem, BandwidthIsChannelsTimesEightBytesTimesTheRate) {
  auto memory = four_channels();
  EXPECT_NEAR(memory.bandwidth_b_per_s(), 78.49e9, 0.01e9);  // 0.92 of 85.3 GB/s
  memory.efficiency = 1;
  EXPECT_NEAR(memory.bandwidth_b_per_s(), 85.312e9, 1);
  memory.channels = 2;
  EXPECT_NEAR(memory.bandwidth_b_per_s(), 42.656e9, 1);
}

TEST(MemorySystem, LatencyUnderLoadFollowsTheQueue) {
  auto memory = four_channels();
  memory.load_exponent = 0.5;
  EXPECT_DOUBLE_EQ(memory.latency_factor(0), 1);
  EXPECT_DOUBLE_EQ(memory.latency_factor(0.75), 2);  // (1/4)^-1/2
  memory.load_exponent = 1;
  EXPECT_DOUBLE_EQ(memory.latency_factor(0.75), 4);
  memory.load_exponent = 0;
  EXPECT_DOUBLE_EQ(memory.latency_factor(0.75), 1);
}

TEST(MemorySystem, LatencyStaysFiniteAtSaturation) {
  const auto memory = four_channels();
  EXPECT_DOUBLE_EQ(memory.latency_factor(1), memory.latency_factor(0.97));
  EXPECT_NEAR(memory.latency_factor(5), std::pow(0.03, -0.35), 1e-12);
  EXPECT_DOUBLE_EQ(memory.latency_factor(-1), 1);
}

RC_GTEST_PROP(MemorySystemProperty, MoreUseNeverShortensTheLatency, ()) {
  const auto memory = four_channels();
  const double low = *rc::gen::inRange(0, 1000) / 1000.0;
  const double high = low + *rc::gen::inRange(0, 1000) / 1000.0;
  RC_ASSERT(memory.latency_factor(low) <= memory.latency_factor(high));
}

TEST(MemorySystem, TrafficCostsEnergyOnTopOfTheModules) {
  auto memory = four_channels();
  memory.idle_w_per_module = 0.5;
  memory.energy_per_byte_j = 1e-10;
  EXPECT_DOUBLE_EQ(memory.power_w(0), 2);
  EXPECT_DOUBLE_EQ(memory.power_w(70e9), 9);  // 7 W of traffic
}

}  // namespace
}  // namespace headroom

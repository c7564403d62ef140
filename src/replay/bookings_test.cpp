#include "replay/bookings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace headroom {
namespace {

TEST(Throughput, ServesOneRequestEachSoManyCycles) {
  Throughput bus(15);
  for (int i = 0; i < 100; ++i) EXPECT_DOUBLE_EQ(bus.take(0), 15.0 * i) << i;
  // Idle for a while, it serves the next at once.
  EXPECT_DOUBLE_EQ(bus.take(5000), 5000);
}

TEST(Throughput, ARequestThatComesLaterInTimeHoldsUpNoEarlierOne) {
  Throughput bus(15);
  EXPECT_DOUBLE_EQ(bus.take(1000), 1000);
  EXPECT_DOUBLE_EQ(bus.take(10), 10);  // made before, though it stands behind it
}

TEST(Throughput, ASlowOneTakesSeveralStretches) {
  Throughput bus(200);
  EXPECT_DOUBLE_EQ(bus.take(0), 0);
  EXPECT_DOUBLE_EQ(bus.take(0), 200);
  EXPECT_DOUBLE_EQ(bus.take(0), 400);
}

TEST(Throughput, OneThatCostsNothingNeverWaits) {
  Throughput bus(0);
  for (int i = 0; i < 1000; ++i) EXPECT_DOUBLE_EQ(bus.take(7), 7);
}

TEST(Throughput, KeepsItsRateOverStretchesWhateverTheOrder) {
  Throughput bus(16);
  double last = 0;
  for (int i = 0; i < 1000; ++i) last = std::max(last, bus.take(static_cast<double>(i % 50)));
  EXPECT_NEAR(last, 1000 * 16, 64);
}

TEST(Throughput, FarBehindTheLastRequestItServesAtOnceAndBooksNothing) {
  Throughput bus(15);
  for (int i = 0; i < 10; ++i) bus.take(1e6);
  EXPECT_DOUBLE_EQ(bus.take(5), 5);
  EXPECT_DOUBLE_EQ(bus.take(1e6), 1e6 + 150);
}

TEST(Throughput, OneThatIsAbsurdlySlowStillAnswers) {
  Throughput bus(1e30);
  bus.take(0);
  EXPECT_GT(bus.take(0), 30'000);
  Occupancy buffers(1);
  buffers.hold(0, std::int64_t{1} << 60);
  EXPECT_GT(buffers.free_at(0), 30'000);
}

TEST(Occupancy, OnlySoManyAreHeldAtATime) {
  Occupancy buffers(2);
  EXPECT_EQ(buffers.free_at(0), 0);
  buffers.hold(0, 80);
  EXPECT_EQ(buffers.free_at(0), 0);
  buffers.hold(0, 80);
  EXPECT_EQ(buffers.free_at(0), 80);
  EXPECT_EQ(buffers.free_at(85), 85);
}

TEST(Occupancy, WhatIsHeldLaterLeavesRoomBefore) {
  Occupancy buffers(1);
  buffers.hold(800, 1600);
  EXPECT_EQ(buffers.free_at(100), 100);
  EXPECT_EQ(buffers.free_at(900), 1600);
}

}  // namespace
}  // namespace headroom

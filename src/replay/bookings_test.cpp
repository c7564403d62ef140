#include "replay/bookings.hpp"

#include <gtest/gtest.h>

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

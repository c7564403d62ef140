#include "network/port.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(Port, TenGigabitCarries1175MegabytesASecond) {
  Port port;
  port.fastest_b_per_s = 1.25e9;
  EXPECT_DOUBLE_EQ(port.payload_b_per_s(), 1.175e9);  // 94 % of 1.25 GB/s
  EXPECT_NEAR(port.seconds(11.75e9), 10, 1e-9);
}

TEST(Port, FollowsTheLinkItWasGiven) {
  Port port;
  port.fastest_b_per_s = 1.25e9;
  port.link_b_per_s = 0.125e9;
  EXPECT_NEAR(port.seconds(1.175e9), 10, 1e-9);
}

TEST(Port, NothingToSendTakesNoTime) {
  Port port;
  port.fastest_b_per_s = 1.25e9;
  EXPECT_EQ(port.seconds(0), 0);
}

}  // namespace
}  // namespace headroom

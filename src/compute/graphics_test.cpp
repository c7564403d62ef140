#include "compute/graphics.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

Graphics vega_56() {
  Graphics g;
  g.compute_units = 56;
  g.lanes_per_unit = 64;
  g.boost_hz = 1250e6;
  g.state_hz = {852e6, 991e6, 1138e6, 1250e6};
  g.state_v = {0.762, 0.800, 0.841, 0.872};
  return g;
}

TEST(Graphics, PeakRateIsTwoOperationsALaneACycle) {
  // 56 x 64 x 2 x 1.25 GHz: the 9 TFLOP/s that Apple printed.
  EXPECT_NEAR(vega_56().peak_flop_per_s(1250e6), 8.96e12, 1);
  EXPECT_NEAR(vega_56().peak_flop_per_s(625e6), 4.48e12, 1);
}

TEST(Graphics, VoltageIsStraightBetweenItsStates) {
  const auto g = vega_56();
  for (std::size_t i = 0; i < g.state_hz.size(); ++i) {
    EXPECT_DOUBLE_EQ(g.voltage_v(g.state_hz[i]), g.state_v[i]);
  }
  EXPECT_NEAR(g.voltage_v(0.5 * (852e6 + 991e6)), 0.781, 1e-12);
  EXPECT_NEAR(g.voltage_v(1194e6), 0.8565, 1e-12);
}

TEST(Graphics, VoltageHoldsBelowTheFirstStateAndGoesOnBeyondTheLast) {
  const auto g = vega_56();
  EXPECT_DOUBLE_EQ(g.voltage_v(26e6), 0.762);
  EXPECT_NEAR(g.voltage_v(1306e6), 0.872 + 0.5 * 0.031, 1e-12);  // half a step of 112 MHz
}

TEST(Graphics, OfOneStateHasOneVoltage) {
  Graphics g;
  g.state_hz = {1e9};
  g.state_v = {0.9};
  EXPECT_EQ(g.voltage_v(0.5e9), 0.9);
  EXPECT_EQ(g.voltage_v(2e9), 0.9);
}

}  // namespace
}  // namespace headroom

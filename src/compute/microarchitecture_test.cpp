#include "compute/microarchitecture.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// Client Skylake's guard band, 0.951 V at 2.6 GHz and 1.167 V at 3.5 GHz: 0.24 V/GHz.
Microarchitecture::Silicon skylake() {
  Microarchitecture::Silicon silicon;
  silicon.voltage_low_v = 0.951;
  silicon.clock_low_hz = 2.6e9;
  silicon.voltage_high_v = 1.167;
  silicon.clock_high_hz = 3.5e9;
  silicon.voltage_floor_v = 0.7;
  return silicon;
}

TEST(Silicon, VoltageIsStraightThroughBothPoints) {
  const auto silicon = skylake();
  EXPECT_NEAR(silicon.voltage_v(2.6e9), 0.951, 1e-12);
  EXPECT_NEAR(silicon.voltage_v(3.5e9), 1.167, 1e-12);
  EXPECT_NEAR(silicon.voltage_v(3.05e9), 1.059, 1e-12);
  EXPECT_NEAR(silicon.voltage_v(4.0e9), 1.287, 1e-12);  // 0.24 V/GHz further
}

TEST(Silicon, VoltageDoesNotFallBelowItsFloor) {
  EXPECT_DOUBLE_EQ(skylake().voltage_v(0.8e9), 0.7);
  // It is met at 2.6 - 0.251 / 0.24 = 1.554 GHz.
  EXPECT_DOUBLE_EQ(skylake().voltage_v(1.55e9), 0.7);
  EXPECT_GT(skylake().voltage_v(1.56e9), 0.7);
}

TEST(Core, KnowsTheWidestVectorsItRuns) {
  Microarchitecture::Core core;
  EXPECT_EQ(core.level(), VectorLevel::avx2);
  core.vectors = "sse";
  EXPECT_EQ(core.level(), VectorLevel::sse);
  core.vectors = "avx";
  EXPECT_EQ(core.level(), VectorLevel::avx);
  core.vectors = "avx512";
  EXPECT_EQ(core.level(), VectorLevel::avx512);
}

}  // namespace
}  // namespace headroom

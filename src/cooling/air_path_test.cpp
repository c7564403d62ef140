#include "cooling/air_path.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "cooling/noise.hpp"

namespace headroom {
namespace {

const Air kRoom = air_at(298.15, 0);

FanParameters two_blowers() {
  return {.count = 2,
          .speed_min_rpm = 1100,
          .speed_max_rpm = 2500,
          .reference_speed_rpm = 2500,
          .shutoff_pressure_pa = 120,
          .free_flow_m3_per_s = 0.016,
          .curve_exponent = 2.5,
          .power_w = 6,
          .blades = 37,
          .sound_power_dba = 45};
}

FinStackParameters fins(double channels = 60, double gap_m = 0.0015) {
  return {.channels = channels,
          .gap_m = gap_m,
          .height_m = 0.030,
          .length_m = 0.060,
          .thickness_m = 0.0003,
          .path_m = 0.015};
}

const AirPathParameters kSlots = {
    .free_area_m2 = 0.005, .loss_coefficient = 2.5, .linear_pa_s_per_m3 = 100};

TEST(AirPath, FanCurveMeetsSystemCurve) {
  for (const auto& stacks : {std::vector<FinStackParameters>{},
                             {fins()},
                             {fins(), fins()},
                             {fins(30, 0.001), fins(60, 0.002), fins(10, 0.004)}}) {
    const AirPath path(kSlots, stacks, two_blowers());
    for (const double rpm : {2.0, 50.0, 1100.0, 2500.0}) {
      const auto at = path.solve(rpm, kRoom);
      EXPECT_GT(at.flow_m3_per_s, 0);
      EXPECT_NEAR(path.pressure_pa(at.flow_m3_per_s, kRoom) / at.pressure_pa, 1, 1e-9);
      EXPECT_NEAR(path.fan().pressure_pa(at.flow_m3_per_s / 2, rpm, kRoom.density_kg_per_m3) /
                      at.pressure_pa,
                  1, 1e-9);
      double sum = 0;
      for (std::size_t i = 0; i < stacks.size(); ++i) {
        sum += path.stack_flow_m3_per_s(i, at, kRoom);
        EXPECT_NEAR(
            path.stacks()[i].pressure_drop_pa(path.stack_flow_m3_per_s(i, at, kRoom), kRoom) /
                at.stack_pressure_pa,
            1, 1e-9);
      }
      if (!stacks.empty()) {
        EXPECT_NEAR(sum / at.flow_m3_per_s, 1, 1e-12);
      }
    }
  }
}

// With a = 2 and only a quadratic loss, dp0 n^2 - dp0 (Q/Q0)^2 = B Q^2 gives
// Q = n / sqrt(1/Q0^2 + B/dp0): by hand.
TEST(AirPath, QuadraticSystemHasItsClosedSolution) {
  auto fan = two_blowers();
  fan.curve_exponent = 2;
  const AirPath path({.free_area_m2 = 0.005, .loss_coefficient = 2.5}, {}, fan);
  Air air = kRoom;
  air.density_kg_per_m3 = Fan::kReferenceDensity;
  const double b = 2.5 * 1.204 / 2 / (0.005 * 0.005);
  const double full = 1 / std::sqrt(1 / (0.032 * 0.032) + b / 120);
  EXPECT_NEAR(path.solve(2500, air).flow_m3_per_s, full, 1e-12);
  EXPECT_NEAR(path.solve(1250, air).flow_m3_per_s, full / 2, 1e-12);
}

TEST(AirPath, WithoutAnyResistanceTheFanGivesItsFreeFlow) {
  const AirPath path({.free_area_m2 = 0.005, .loss_coefficient = 0}, {}, two_blowers());
  EXPECT_DOUBLE_EQ(path.solve(2500, kRoom).flow_m3_per_s, 0.032);
}

TEST(AirPath, AStandingFanMovesNoAir) {
  const AirPath path(kSlots, {fins()}, two_blowers());
  EXPECT_EQ(path.solve(0, kRoom).flow_m3_per_s, 0);
  EXPECT_EQ(path.pressure_pa(0, kRoom), 0);
}

TEST(AirPath, MoreSpeedMovesMoreAirAndALittleMoreThanInProportion) {
  const AirPath path(kSlots, {fins(), fins(40, 0.002)}, two_blowers());
  double last = 0, last_share = 0;
  for (double rpm = 2; rpm < 20000; rpm *= 1.02) {
    const double flow = path.solve(rpm, kRoom).flow_m3_per_s;
    EXPECT_TRUE(std::isfinite(flow));
    EXPECT_GT(flow, last);
    EXPECT_GT(flow / rpm, last_share * (1 - 1e-12));  // laminar losses weigh less and less
    last = flow, last_share = flow / rpm;
  }
}

TEST(AirPath, ThinnerAirMeansLessMassFlow) {
  const AirPath path(kSlots, {fins(), fins()}, two_blowers());
  double last = 1e9;
  for (double altitude = -500; altitude <= 9000; altitude += 250) {
    const Air air = air_at(298.15, altitude);
    const double mass = path.solve(2000, air).flow_m3_per_s * air.density_kg_per_m3;
    EXPECT_LT(mass, last);
    last = mass;
  }
}

TEST(AirPath, DustAndAWallCostFlow) {
  const auto flow = [](const Obstruction& o) {
    return AirPath(kSlots, {fins()}, two_blowers(), o).solve(2000, kRoom).flow_m3_per_s;
  };
  double last = 1;
  for (double layer = 0; layer < 0.0006; layer += 0.00005) {
    EXPECT_LT(flow({.dust_layer_m = layer}), last);
    last = flow({.dust_layer_m = layer});
  }
  EXPECT_LT(flow({.grille_factor = 3}), flow({.grille_factor = 2}));
  EXPECT_LT(flow({.grille_factor = 2}), flow({}));
  EXPECT_LT(flow({.wall_loss = 4}), flow({}));
}

TEST(AirPath, SolvingTwiceGivesTheSameBits) {
  const AirPath one(kSlots, {fins(), fins(40, 0.002)}, two_blowers());
  const AirPath two(kSlots, {fins(), fins(40, 0.002)}, two_blowers());
  for (double rpm = 100; rpm < 3000; rpm += 77) {
    EXPECT_EQ(one.solve(rpm, kRoom).flow_m3_per_s, two.solve(rpm, kRoom).flow_m3_per_s);
  }
}

// Every declared number drawn from its declared range, evenly in its logarithm.
template <class Parameters>
Parameters drawn(std::mt19937_64& random) {
  Parameters p;
  Fields fields;
  p.declare(fields);
  for (const auto& row : fields.rows()) {
    const double low = std::max(row.low, 1e-4 * row.high);
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    **std::get_if<double*>(&row.target) = low * std::pow(row.high / low, share);
  }
  return p;
}

TEST(AirPath, WhateverItsDeclaredRangesAllowIsSolved) {
  std::mt19937_64 random(20171214);
  for (int i = 0; i < 5000; ++i) {
    auto fan = drawn<FanParameters>(random);
    fan.speed_emergency_rpm = 0;
    if (fan.speed_min_rpm > fan.speed_max_rpm) std::swap(fan.speed_min_rpm, fan.speed_max_rpm);
    fan.power_w = fan.shutoff_pressure_pa * fan.free_flow_m3_per_s;  // an efficiency below one
    std::vector<FinStackParameters> stacks(random() % 4);
    for (auto& stack : stacks) {
      stack = drawn<FinStackParameters>(random);
      stack.dust_layer_m = std::min(stack.dust_layer_m, 0.4 * stack.gap_m);
    }
    const AirPath path(drawn<AirPathParameters>(random), stacks, fan);
    const Air air = air_at(250 + i % 100, i % 9000);
    const double rpm = fan.speed_max_rpm;
    const auto at = path.solve(rpm, air);
    const double shutoff = path.fan().pressure_pa(0, rpm, air.density_kg_per_m3);
    ASSERT_GT(at.flow_m3_per_s, 0) << i;
    ASSERT_LE(at.flow_m3_per_s, fan.count * path.fan().free_flow_m3_per_s(rpm) * (1 + 1e-12)) << i;
    ASSERT_NEAR(path.pressure_pa(at.flow_m3_per_s, air), at.pressure_pa, 1e-8 * shutoff) << i;
    for (std::size_t k = 0; k < stacks.size(); ++k) {
      const double flow = path.stack_flow_m3_per_s(k, at, air);
      ASSERT_GT(path.stacks()[k].conductance_w_per_k(flow, air), 0) << i;
      ASSERT_LE(path.stacks()[k].inlet_conductance_w_per_k(flow, air),
                capacity_rate_w_per_k(flow, air))
          << i;
    }
    const auto noise =
        fan_noise(path.fan(), rpm, at.flow_m3_per_s / fan.count, air.density_kg_per_m3);
    ASSERT_TRUE(std::isfinite(noise.total_dba)) << i;
  }
}

// The promise is a few microseconds; a build with sanitizers on a busy machine
// is allowed a hundred times that.
TEST(AirPath, SolvesFastEnoughToTabulate) {
  const AirPath path(kSlots, {fins(), fins(40, 0.002)}, two_blowers());
  const auto start = std::chrono::steady_clock::now();
  double sum = 0;
  for (int i = 0; i < 2000; ++i) sum += path.solve(500 + i, kRoom).flow_m3_per_s;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  RecordProperty("microseconds_per_solve", std::to_string(took.count() / 2000 * 1e6));
  EXPECT_GT(sum, 0);
  EXPECT_LT(took.count() / 2000, 500e-6);
}

}  // namespace
}  // namespace headroom

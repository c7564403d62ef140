#include "cooling/fan.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

FanParameters blower() {
  return {.count = 2,
          .speed_min_rpm = 1100,
          .speed_max_rpm = 2500,
          .speed_emergency_rpm = 2800,
          .reference_speed_rpm = 2500,
          .shutoff_pressure_pa = 100,
          .free_flow_m3_per_s = 0.016,
          .curve_exponent = 2,
          .power_w = 5,
          .spin_up_s = 1.5,
          .blades = 37,
          .sound_power_dba = 45};
}

TEST(Fan, ObeysTheAffinityLaws) {
  const Fan fan(blower());
  const double rho = Fan::kReferenceDensity;
  EXPECT_DOUBLE_EQ(fan.pressure_pa(0, 2500, rho), 100);
  EXPECT_DOUBLE_EQ(fan.pressure_pa(0.008, 2500, rho), 75);  // 100 (1 - 1/4)
  EXPECT_NEAR(fan.pressure_pa(0.004, 1250, rho), 75.0 / 4, 1e-12);
  EXPECT_NEAR(fan.pressure_pa(0.008, 2500, rho / 2), 37.5, 1e-12);
  EXPECT_NEAR(fan.pressure_pa(0.016, 2500, rho), 0, 1e-12);
  EXPECT_LT(fan.pressure_pa(0.017, 2500, rho), 0);
  EXPECT_DOUBLE_EQ(fan.free_flow_m3_per_s(1250), 0.008);
  EXPECT_DOUBLE_EQ(fan.electric_power_w(2500, rho), 10);  // two fans of 5 W
  EXPECT_DOUBLE_EQ(fan.electric_power_w(1250, rho), 10.0 / 8);
}

TEST(Fan, BestFlowHasTheGreatestAirPower) {
  const Fan fan(blower());
  const double rho = 1.1, best = fan.best_flow_m3_per_s(2000);
  const double power = best * fan.pressure_pa(best, 2000, rho);
  EXPECT_GT(power, 1.01 * best * fan.pressure_pa(1.01 * best, 2000, rho) - 1e-15);
  EXPECT_GT(power, 0.99 * best * fan.pressure_pa(0.99 * best, 2000, rho) - 1e-15);
}

TEST(Fan, StandingStillMakesNoPressureAndTakesNoPower) {
  const Fan fan(blower());
  for (const double rpm : {0.0, 0.5, -100.0}) {
    EXPECT_EQ(fan.pressure_pa(0.01, rpm, 1.2), 0);
    EXPECT_EQ(fan.electric_power_w(rpm, 1.2), 0);
    EXPECT_EQ(fan.free_flow_m3_per_s(rpm), 0);
    EXPECT_EQ(fan.reachable_rpm(rpm), 0);
  }
}

TEST(Fan, KeepsWithinItsSpeeds) {
  auto p = blower();
  EXPECT_EQ(Fan(p).reachable_rpm(300), 1100);
  EXPECT_EQ(Fan(p).reachable_rpm(1800), 1800);
  EXPECT_EQ(Fan(p).reachable_rpm(9000), 2800);
  p.speed_emergency_rpm = 0;
  EXPECT_EQ(Fan(p).reachable_rpm(9000), 2500);
}

TEST(Fan, SpinsUpAsAFirstOrderLagWhateverTheStep) {
  const Fan fan(blower());
  EXPECT_NEAR(fan.speed_after(1000, 2000, 1.5), 2000 - 1000 / std::exp(1.0), 1e-9);
  double rpm = 1000;
  for (int i = 0; i < 15; ++i) rpm = fan.speed_after(rpm, 2000, 0.1);
  EXPECT_NEAR(rpm, fan.speed_after(1000, 2000, 1.5), 1e-9);
  EXPECT_EQ(fan.speed_after(1000, 2000, 0), 1000);
}

TEST(Fan, RefusesSpeedsOutOfOrderAndAnEfficiencyAboveOne) {
  auto p = blower();
  p.speed_min_rpm = 2600;
  EXPECT_THROW(Fan{p}, InputError);
  p = blower();
  // Greatest air power: 100 Pa 0.016 m3/s (2/3) / sqrt(3) = 0.616 W.
  p.power_w = 0.62;
  EXPECT_NO_THROW(Fan{p});
  p.power_w = 0.61;
  EXPECT_THROW(Fan{p}, InputError);
}

TEST(Fan, DeclaresEveryNumberItHolds) {
  FanParameters p;
  Fields fields;
  p.declare(fields);
  EXPECT_EQ(fields.rows().size() * sizeof(double), sizeof(FanParameters));
}

}  // namespace
}  // namespace headroom

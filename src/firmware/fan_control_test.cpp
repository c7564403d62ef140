#include "firmware/fan_control.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>

namespace headroom {
namespace {

constexpr double kZeroC = 273.15;

/// The iMac Pro's speeds, 1100 to 2500 rpm, with round numbers for the rest.
FanControlParameters one_rule() {
  FanControlParameters p;
  p.idle_rpm = 1100;
  p.normal_rpm = 2500;
  p.slew_rpm_per_s = 100;
  p.period_s = 1;
  p.quantum_rpm = 10;
  FanRule rule;
  rule.name = "processor";
  rule.sensor = "cpu";
  rule.target_k = kZeroC + 90;
  rule.gain_rpm_per_k = 20;
  rule.integral_rpm_per_k_s = 1;
  p.rules = {rule};
  return p;
}

double after(const FanControl& control, double celsius, FanControl::State& state, int ticks = 1) {
  const std::array sensors{kZeroC + celsius};
  for (int i = 0; i < ticks; ++i) control.tick(sensors, state);
  return state.command_rpm;
}

TEST(FanControl, IdlesBelowItsTarget) {
  const FanControl control(one_rule());
  auto state = control.start();
  EXPECT_DOUBLE_EQ(state.command_rpm, 1100);
  EXPECT_DOUBLE_EQ(after(control, 60, state, 1000), 1100);
}

TEST(FanControl, AddsAProportionalAndAnIntegralPart) {
  const FanControl control(one_rule());
  auto state = control.start();
  // 2 K too hot: 40 rpm at once, and 2 rpm more each second.
  EXPECT_DOUBLE_EQ(after(control, 92, state), 1140);  // 1142, in tens
  EXPECT_DOUBLE_EQ(after(control, 92, state, 9), 1160);
  EXPECT_NEAR(state.integral_rpm[0], 20, 1e-9);
  EXPECT_DOUBLE_EQ(after(control, 92, state, 90), 1340);  // 200 + 40
  // At the target the integral alone holds the speed.
  EXPECT_DOUBLE_EQ(after(control, 90, state, 50), 1300);
}

TEST(FanControl, ChangesNoFasterThanItsSlew) {
  auto p = one_rule();
  p.period_s = 0.5;
  const FanControl control(p);
  auto state = control.start();
  EXPECT_DOUBLE_EQ(after(control, 150, state), 1150);  // 100 rpm/s for half a second
  EXPECT_DOUBLE_EQ(after(control, 150, state), 1200);
  EXPECT_DOUBLE_EQ(after(control, 150, state, 100), 2500);
  EXPECT_DOUBLE_EQ(after(control, 20, state), 2450);
}

TEST(FanControl, DoesNotWindUpAtItsLimits) {
  const FanControl control(one_rule());
  auto state = control.start();
  after(control, 120, state, 10000);
  EXPECT_NEAR(state.integral_rpm[0], 1400, 1e-9);  // all it can add
  // 10 K below the target takes 200 rpm at once and 10 a second: 120 s to idle.
  EXPECT_GT(after(control, 80, state, 118), 1100);
  EXPECT_DOUBLE_EQ(after(control, 80, state, 2), 1100);
  after(control, 20, state, 10000);
  EXPECT_EQ(state.integral_rpm[0], 0);
  EXPECT_DOUBLE_EQ(after(control, 91, state), 1120);  // acts in the first second
}

TEST(FanControl, TheGreatestRequestWins) {
  auto p = one_rule();
  p.rules.push_back(p.rules[0]);
  p.rules[1].target_k = kZeroC + 70;
  const FanControl control(p);
  auto state = control.start();
  control.tick(std::array{kZeroC + 91, kZeroC + 73}, state);
  EXPECT_DOUBLE_EQ(state.command_rpm, 1160);  // 3 K: 60 + 3, not 1 K: 20 + 1
  auto other = control.start();
  control.tick(std::array{kZeroC + 93, kZeroC + 71}, other);
  EXPECT_DOUBLE_EQ(other.command_rpm, 1160);
}

TEST(FanControl, PassesItsNormalLimitInAnEmergency) {
  auto p = one_rule();
  p.emergency_rpm = 2800;
  p.emergency_k = kZeroC + 105;
  p.emergency_release_k = kZeroC + 85;
  const FanControl control(p);
  auto state = control.start();
  EXPECT_DOUBLE_EQ(after(control, 104.9, state, 100), 2500);
  EXPECT_DOUBLE_EQ(after(control, 105, state, 3), 2800);
  EXPECT_DOUBLE_EQ(after(control, 86, state, 100), 2800);  // until it is over
  EXPECT_LT(after(control, 85, state, 100), 2500);
  EXPECT_FALSE(state.emergency);
}

TEST(FanControl, AnswersToASmoothedReading) {
  auto p = one_rule();
  p.rules[0].integral_rpm_per_k_s = 0;
  p.smoothing_s = 10;
  const FanControl control(p);
  auto state = control.start();
  EXPECT_DOUBLE_EQ(after(control, 90, state), 1100);  // the first reading counts in full
  // 10 K more: after 10 s the reading has come 1 - 1/e of the way, 6.3 K or 126 rpm.
  EXPECT_DOUBLE_EQ(after(control, 100, state, 10), 1230);
  EXPECT_NEAR(state.reading_k[0], kZeroC + 96.321, 1e-3);
  EXPECT_DOUBLE_EQ(after(control, 100, state, 100), 1300);
}

TEST(FanControl, HasNoEmergencyUnlessItIsGivenOne) {
  const FanControl control(one_rule());
  auto state = control.start();
  EXPECT_DOUBLE_EQ(after(control, 900, state, 100), 2500);
}

RC_GTEST_PROP(FanControlProperty, CommandsStayWithinTheirLimits, ()) {
  const auto p = one_rule();
  const FanControl control(p);
  auto state = control.start();
  for (int i = 0; i < 200; ++i) {
    const double before_rpm = state.command_rpm;
    after(control, *rc::gen::inRange(20, 120), state);
    RC_ASSERT(state.command_rpm >= p.idle_rpm);
    RC_ASSERT(state.command_rpm <= p.normal_rpm);
    RC_ASSERT(std::abs(state.command_rpm - before_rpm) <= 100 + 1e-9);
    RC_ASSERT(std::fmod(state.command_rpm, p.quantum_rpm) == 0);
  }
}

}  // namespace
}  // namespace headroom

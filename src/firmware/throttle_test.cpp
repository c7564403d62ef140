#include "firmware/throttle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace headroom {
namespace {

constexpr double kZeroC = 273.15;

/// The iMac Pro's clamp: 3.9 to 3.6 GHz at 94 degC, back below 92.
ThrottleParameters clamp() {
  ThrottleParameters p;
  p.name = "clamp";
  p.sensor = "cpu";
  p.trip_k = kZeroC + 94;
  p.release_k = kZeroC + 92;
  p.step_hz = 0.3e9;
  p.floor_hz = 0.8e9;
  p.period_s = 1;
  return p;
}

/// The ceiling after a second at a temperature.
double after(const Throttle& throttle, double celsius, double clock_hz, Throttle::State& state) {
  throttle.tick(kZeroC + celsius, clock_hz, 1, state);
  return state.ceiling_hz;
}

TEST(Throttle, ClampsTheIMacProFrom3_9To3_6AtNinetyFour) {
  auto p = clamp();
  p.settle_s = 60;
  const Throttle throttle(p);
  Throttle::State state;
  EXPECT_EQ(after(throttle, 93.9, 3.9e9, state), Throttle::kOpen);
  EXPECT_DOUBLE_EQ(after(throttle, 94, 3.9e9, state), 3.6e9);
  EXPECT_DOUBLE_EQ(after(throttle, 93, 3.6e9, state), 3.6e9);  // holds in between
  EXPECT_DOUBLE_EQ(after(throttle, 92.1, 3.6e9, state), 3.6e9);
  EXPECT_EQ(after(throttle, 92, 3.6e9, state), Throttle::kOpen);  // back at once
}

TEST(Throttle, StepsAgainEachTimeItHasSettled) {
  auto p = clamp();
  p.settle_s = 3;
  const Throttle throttle(p);
  Throttle::State state;
  EXPECT_DOUBLE_EQ(after(throttle, 95, 3.9e9, state), 3.6e9);
  EXPECT_DOUBLE_EQ(after(throttle, 95, 3.6e9, state), 3.6e9);  // 1 s
  EXPECT_DOUBLE_EQ(after(throttle, 95, 3.6e9, state), 3.6e9);  // 2 s
  EXPECT_DOUBLE_EQ(after(throttle, 95, 3.6e9, state), 3.3e9);  // 3 s: still hot
}

TEST(Throttle, StepsBelowTheClockOfTheMoment) {
  const Throttle throttle(clamp());
  Throttle::State state;
  // Something else already holds the clock at 3.0: a step counts from there.
  EXPECT_DOUBLE_EQ(after(throttle, 94, 3.0e9, state), 2.7e9);
  // A clock above the ceiling, as the processor has not followed yet, counts not.
  EXPECT_DOUBLE_EQ(after(throttle, 94, 3.0e9, state), 2.4e9);
}

TEST(Throttle, NeverGoesBelowItsFloor) {
  auto p = clamp();
  p.floor_hz = 3.5e9;
  const Throttle throttle(p);
  Throttle::State state;
  EXPECT_DOUBLE_EQ(after(throttle, 99, 3.9e9, state), 3.6e9);
  EXPECT_DOUBLE_EQ(after(throttle, 99, 3.6e9, state), 3.5e9);
  EXPECT_DOUBLE_EQ(after(throttle, 99, 3.5e9, state), 3.5e9);
}

TEST(Throttle, GivesBackByStepsUntilItNoLongerLimits) {
  auto p = clamp();
  p.step_back_hz = 0.1e9;
  const Throttle throttle(p);
  Throttle::State state;
  after(throttle, 94, 3.9e9, state);
  EXPECT_DOUBLE_EQ(after(throttle, 91, 3.6e9, state), 3.7e9);
  EXPECT_DOUBLE_EQ(after(throttle, 91, 3.7e9, state), 3.8e9);
  EXPECT_DOUBLE_EQ(after(throttle, 93, 3.8e9, state), 3.8e9);  // waits while it is warm
  // The clock stays at its own limit of 3.9; the ceiling goes on and lets go.
  int periods = 0;
  while (state.ceiling_hz < Throttle::kOpen && periods < 100) {
    after(throttle, 91, 3.9e9, state);
    ++periods;
  }
  EXPECT_EQ(periods, 10);  // 3.9, 4.0, ... 4.7; the tenth passes 3.9 + 8 x 0.1
}

TEST(Throttle, FollowsASmoothedReading) {
  auto p = clamp();
  p.smoothing_s = 2;
  const Throttle throttle(p);
  Throttle::State state;
  EXPECT_EQ(after(throttle, 90, 3.9e9, state), Throttle::kOpen);
  EXPECT_DOUBLE_EQ(state.reading_k, kZeroC + 90);  // the first reading counts in full
  // 98 degC for a second moves it by 8 (1 - e^-1/2) = 3.15 K: not yet. For two, by 5.06 K.
  EXPECT_EQ(after(throttle, 98, 3.9e9, state), Throttle::kOpen);
  EXPECT_NEAR(state.reading_k, kZeroC + 93.148, 1e-3);
  EXPECT_FALSE(throttle.idle(kZeroC + 98, state));
  EXPECT_DOUBLE_EQ(after(throttle, 98, 3.9e9, state), 3.6e9);
  EXPECT_NEAR(state.reading_k, kZeroC + 95.057, 1e-3);
  // The sensor is cold at once, the reading is not.
  EXPECT_DOUBLE_EQ(after(throttle, 91, 3.6e9, state), 3.6e9);
}

TEST(Throttle, ReadsTheSameWhetherASecondIsOneStepOrMany) {
  auto p = clamp();
  p.smoothing_s = 2;
  const Throttle throttle(p);
  Throttle::State once, often;
  throttle.tick(kZeroC + 50, 3.9e9, 1, once);
  throttle.tick(kZeroC + 50, 3.9e9, 1, often);
  throttle.tick(kZeroC + 80, 3.9e9, 1, once);
  for (int i = 0; i < 8; ++i) throttle.tick(kZeroC + 80, 3.9e9, 0.125, often);
  EXPECT_NEAR(once.reading_k, often.reading_k, 1e-9);
}

TEST(Throttle, IsIdleOnlyWhenATickWouldChangeNothing) {
  const Throttle throttle(clamp());
  Throttle::State state;
  EXPECT_TRUE(throttle.idle(kZeroC + 90, state));
  EXPECT_FALSE(throttle.idle(kZeroC + 94, state));
  after(throttle, 94, 3.9e9, state);
  EXPECT_FALSE(throttle.idle(kZeroC + 93, state));
  after(throttle, 91, 3.6e9, state);
  EXPECT_TRUE(throttle.idle(kZeroC + 93, state));
}

RC_GTEST_PROP(ThrottleProperty, TheCeilingNeverFallsBelowTheFloor, ()) {
  auto p = clamp();
  p.floor_hz = 1.2e9;
  p.step_back_hz = *rc::gen::inRange(0, 5) * 1e8;
  p.settle_s = *rc::gen::inRange(0, 5);
  const Throttle throttle(p);
  Throttle::State state;
  for (int i = 0; i < 200; ++i) {
    const double clock_hz = std::min(3.9e9, state.ceiling_hz);
    const double before_hz = state.ceiling_hz;
    const double celsius = *rc::gen::inRange(85, 100);
    after(throttle, celsius, clock_hz, state);
    RC_ASSERT(state.ceiling_hz >= p.floor_hz);
    if (celsius >= 94) RC_ASSERT(state.ceiling_hz <= before_hz);
    if (celsius <= 92) RC_ASSERT(state.ceiling_hz >= before_hz);
    if (celsius == 93) RC_ASSERT(state.ceiling_hz == before_hz);
  }
}

}  // namespace
}  // namespace headroom

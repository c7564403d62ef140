#include "power/power_limit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace headroom {
namespace {

TEST(PowerLimit, LastsAsLongAtPl2AsTheDatasheetsImply) {
  // From idle, some 8 W: tau ln((PL2 - P0) / (PL2 - PL1)).
  EXPECT_NEAR(PowerLimit({125, 229, 56}).time_left_s(8, 229), 42, 0.5);  // i7-10700K
  EXPECT_NEAR(PowerLimit({95, 119, 28}).time_left_s(8, 119), 42, 1);     // i9-9900K
  EXPECT_NEAR(PowerLimit({65, 134, 28}).time_left_s(8, 134), 17, 0.5);   // i5-10500
}

TEST(PowerLimit, LastsShorterFromAWarmStart) {
  const PowerLimit limit{125, 229, 56};
  // Half way to PL1 in the average: 56 ln(164 / 104).
  EXPECT_NEAR(limit.time_left_s(65, 229), 25.51, 0.01);
  EXPECT_EQ(limit.time_left_s(125, 229), 0);
}

TEST(PowerLimit, LastsForEverAtOrBelowPl1) {
  const PowerLimit limit{125, 229, 56};
  EXPECT_EQ(limit.time_left_s(10, 125), HUGE_VAL);
  EXPECT_EQ(limit.time_left_s(124, 60), HUGE_VAL);
}

TEST(PowerLimit, AllowsPl2UntilTheAverageArrives) {
  const PowerLimit limit{125, 229, 56};
  EXPECT_EQ(limit.allowed_w(0), 229);
  EXPECT_EQ(limit.allowed_w(124.9), 229);
  EXPECT_EQ(limit.allowed_w(125), 125);
  EXPECT_EQ(limit.allowed_w(140), 125);
}

TEST(PowerLimit, TheAverageForgetsWithItsTimeConstant) {
  const PowerLimit limit{125, 229, 56};
  EXPECT_DOUBLE_EQ(limit.average_after_w(40, 100, 0), 40);
  EXPECT_NEAR(limit.average_after_w(0, 100, 56), 63.212, 1e-3);  // 1 - 1/e
  EXPECT_NEAR(limit.average_after_w(100, 0, 56 * std::log(2.0)), 50, 1e-9);
  EXPECT_NEAR(limit.average_after_w(0, 100, 1e4), 100, 1e-9);
}

RC_GTEST_PROP(PowerLimitProperty, OneStepOrTwoGiveTheSameAverage, ()) {
  const PowerLimit limit{125, 229, 1.0 * *rc::gen::inRange(1, 112)};
  const double start_w = *rc::gen::inRange(0, 250), power_w = *rc::gen::inRange(0, 250);
  const double first_s = *rc::gen::inRange(0, 1000) / 7.0,
               then_s = *rc::gen::inRange(0, 1000) / 9.0;
  const double split_w =
      limit.average_after_w(limit.average_after_w(start_w, power_w, first_s), power_w, then_s);
  RC_ASSERT(std::abs(split_w - limit.average_after_w(start_w, power_w, first_s + then_s)) < 1e-9);
}

RC_GTEST_PROP(PowerLimitProperty, AfterTheTimeLeftTheAverageIsPl1, ()) {
  const PowerLimit limit{125, 229, 1.0 * *rc::gen::inRange(1, 112)};
  const double start_w = *rc::gen::inRange(0, 124), power_w = *rc::gen::inRange(126, 400);
  const double left_s = limit.time_left_s(start_w, power_w);
  RC_ASSERT(std::abs(limit.average_after_w(start_w, power_w, left_s) - 125) < 1e-9);
  RC_ASSERT(limit.allowed_w(limit.average_after_w(start_w, power_w, left_s)) == 125);
}

}  // namespace
}  // namespace headroom

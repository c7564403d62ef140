#include "claims/crossing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace headroom {
namespace {

PaceCurve curve(double (*of)(double), const std::vector<double>& x) {
  PaceCurve made{"", x, {}};
  for (const double at : x) made.y.push_back(of(at));
  return made;
}

const std::vector<double> kPoints = {0, 1, 2, 4};

TEST(Crossing, FindsWhereAStraightLineFallsBelowALevel) {
  // 3 - x is above 0.9 until x = 2.1.
  const auto a = curve([](double x) { return 3 - x; }, kPoints);
  const auto b = curve([](double) { return 0.9; }, kPoints);
  const auto found = find_crossing(
      a, b, [](double x) { return (3 - x) / 0.9; }, 1e-6);
  ASSERT_TRUE(found.at.has_value());
  EXPECT_NEAR(*found.at, 2.1, 1e-5);
  EXPECT_TRUE(found.above_first);
  EXPECT_FALSE(found.turns_again);
}

TEST(Crossing, SaysWhenTheOrderNeverTurns) {
  const auto a = curve([](double x) { return x; }, kPoints);
  const auto b = curve([](double) { return 9.0; }, kPoints);
  const auto found = find_crossing(a, b, [](double) { return 0.5; });
  EXPECT_FALSE(found.at.has_value());
  EXPECT_FALSE(found.above_first);
}

TEST(Crossing, NoticesThatItTurnsAgain) {
  // (x - 1.5)^2 against 1: above, below, above.
  const auto a = curve([](double x) { return (x - 1.5) * (x - 1.5); }, kPoints);
  const auto b = curve([](double) { return 1.0; }, kPoints);
  const auto found = find_crossing(
      a, b, [](double x) { return (x - 1.5) * (x - 1.5); }, 1e-6);
  ASSERT_TRUE(found.at.has_value());
  EXPECT_NEAR(*found.at, 0.5, 1e-5);
  EXPECT_TRUE(found.turns_again);
}

RC_GTEST_PROP(Crossing, LiesWhereTheRatioIsOne, ()) {
  const double at = *rc::gen::inRange(1, 3999) / 1000.0;
  RC_PRE(at != 1 && at != 2);
  PaceCurve a{"", kPoints, {}}, b{"", kPoints, {}};
  for (const double x : kPoints) {
    a.y.push_back(10 - x);
    b.y.push_back(10 - at);
  }
  const auto found = find_crossing(
      a, b, [&](double x) { return (10 - x) / (10 - at); }, 1e-4);
  RC_ASSERT(found.at.has_value());
  RC_ASSERT(std::abs(*found.at - at) < 3e-4);
}

}  // namespace
}  // namespace headroom

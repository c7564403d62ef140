#include "report/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace headroom {
namespace {

TEST(Text, WhatIsNotANumberIsNotMeasured) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (double nothing : {std::nan(""), -std::nan(""), kInfinity, -kInfinity}) {
    EXPECT_EQ(quantity(nothing, 2, "GHz"), "not measured");
    EXPECT_EQ(significant(nothing, 3, "s"), "not measured");
    EXPECT_EQ(percent(nothing), "not measured");
    EXPECT_EQ(duration(nothing), "not measured");
    EXPECT_EQ(energy(nothing), "not measured");
    EXPECT_EQ(noise_word(nothing), "not measured");
    EXPECT_EQ(residual(nothing), "not measured");
    EXPECT_EQ(plain(nothing), "not measured");
  }
  EXPECT_FALSE(measured(celsius(0)));    // no part is at 0 K: it is not there
  EXPECT_FALSE(measured(gigahertz(0)));  // a clock that never ran
}

TEST(Text, NumbersHaveTheDigitsThatMatter) {
  EXPECT_EQ(quantity(3.8149, 2, "GHz"), "3.81 GHz");
  EXPECT_EQ(quantity(-0.004, 2), "0.00");
  EXPECT_EQ(significant(2871.4, 3), "2871");
  EXPECT_EQ(significant(38.5, 3, "Wh"), "38.5 Wh");
  EXPECT_EQ(significant(0.0123, 2), "0.012");
  EXPECT_EQ(plain(0.6, "m"), "0.6 m");
  EXPECT_EQ(quantity(celsius(367.15), 0, "degC"), "94 degC");
}

TEST(Text, SharesBelowAPercentKeepADigit) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.0002), "under 0.1 %");
  EXPECT_EQ(percent(0.004), "0.4 %");
  EXPECT_EQ(percent(0.041), "4 %");
  EXPECT_EQ(percent(-0.12), "-12 %");
  EXPECT_EQ(percent(1), "100 %");
}

TEST(Text, ResidualsAreSaidToBeUnderWhatMatters) {
  EXPECT_EQ(residual(-2.3e-8), "under 0.0001 %");
  EXPECT_EQ(residual(0.0123), "1.2 %");
}

TEST(Text, DurationsReadAsPeopleSayThem) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(0.25), "0.25 s");
  EXPECT_EQ(duration(68), "68 s");
  EXPECT_EQ(duration(119.4), "119 s");
  EXPECT_EQ(duration(119.7), "2 min");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(600), "10 min");
  EXPECT_EQ(duration(3600), "1 h");
  EXPECT_EQ(duration(4800), "1 h 20 min");
  EXPECT_EQ(duration(7200), "2 h");
  EXPECT_EQ(duration(8400), "2 h 20 min");
}

TEST(Text, EnergyChoosesItsUnit) {
  EXPECT_EQ(energy(820), "820 J");
  EXPECT_EQ(energy(138600), "38.5 Wh");
  EXPECT_EQ(energy(4.5e6), "1.25 kWh");
}

TEST(Text, NoiseGetsLouderInWords) {
  EXPECT_EQ(noise_word(24.6), "barely audible");
  EXPECT_EQ(noise_word(33), "audible");
  EXPECT_EQ(noise_word(60), "very loud");
}

}  // namespace
}  // namespace headroom

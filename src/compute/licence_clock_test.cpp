#include "compute/licence_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace headroom {
namespace {

/// A W-2104: 3.2, 2.8 and 2.4 GHz by licence, with the times T. Downs measured.
Processor w2104() {
  Processor p;
  p.cores = 4;
  p.turbo_cores = {4};
  p.turbo_hz = {3.2e9};
  p.licence_avx2 = 0.875;
  p.licence_avx512 = 0.75;
  p.microarchitecture.licence = {14e-6, 0.25, 10e-6, 670e-6};
  return p;
}

TEST(LicenceClock, RestsAtTheFullClockUntilWideCodeComes) {
  const Processor p = w2104();
  LicenceClock clock(p);
  clock.want(VectorLevel::scalar, 4);
  EXPECT_TRUE(std::isinf(clock.limit_hz()));
  EXPECT_DOUBLE_EQ(clock.pace(), 1);
  EXPECT_TRUE(std::isinf(clock.time_left_s()));
}

TEST(LicenceClock, WideCodeIsThrottledThenHaltedThenRunsAtItsOwnClock) {
  const Processor p = w2104();
  LicenceClock clock(p);
  clock.want(VectorLevel::scalar, 4);
  clock.want(VectorLevel::avx512, 4);
  EXPECT_DOUBLE_EQ(clock.pace(), 0.25);
  EXPECT_EQ(clock.licence(), VectorLevel::scalar) << "not before the voltage has risen";
  EXPECT_DOUBLE_EQ(clock.time_left_s(), 14e-6);
  clock.advance(14e-6);
  EXPECT_DOUBLE_EQ(clock.pace(), 0);
  EXPECT_DOUBLE_EQ(clock.time_left_s(), 10e-6);
  clock.advance(10e-6);
  EXPECT_DOUBLE_EQ(clock.pace(), 1);
  EXPECT_EQ(clock.licence(), VectorLevel::avx512);
}

TEST(LicenceClock, TheLowClockStaysFor680MicrosecondsAfterWideCodeEnds) {
  const Processor p = w2104();
  LicenceClock clock(p);
  clock.want(VectorLevel::avx512, 4);
  clock.advance(14e-6);
  clock.advance(10e-6);
  clock.want(VectorLevel::scalar, 4);
  EXPECT_DOUBLE_EQ(clock.limit_hz(), 2.4e9);
  EXPECT_DOUBLE_EQ(clock.pace(), 1) << "it works, though slowly";
  clock.advance(670e-6);
  EXPECT_DOUBLE_EQ(clock.pace(), 0);
  clock.advance(10e-6);
  EXPECT_TRUE(std::isinf(clock.limit_hz()));
  EXPECT_TRUE(std::isinf(clock.time_left_s()));
}

TEST(LicenceClock, WideCodeThatComesBackInTimeKeepsItsLicenceAndCostsNothing) {
  const Processor p = w2104();
  LicenceClock clock(p);
  clock.want(VectorLevel::avx512, 4);
  clock.advance(24e-6);
  clock.advance(10e-6);
  clock.want(VectorLevel::scalar, 4);
  clock.advance(300e-6);
  clock.want(VectorLevel::avx512, 4);
  EXPECT_DOUBLE_EQ(clock.pace(), 1);
  EXPECT_TRUE(std::isinf(clock.limit_hz()));
  EXPECT_TRUE(std::isinf(clock.time_left_s()));
}

TEST(LicenceClock, OtherNumbersOfAwakeCoresHaltOnlyWhereTheTurboClockChanges) {
  Processor p = w2104();
  p.turbo_cores = {2, 4};
  p.turbo_hz = {3.6e9, 3.2e9};
  LicenceClock clock(p);
  clock.want(VectorLevel::scalar, 1);
  clock.want(VectorLevel::scalar, 2);
  EXPECT_DOUBLE_EQ(clock.pace(), 1);
  clock.want(VectorLevel::scalar, 3);
  EXPECT_DOUBLE_EQ(clock.pace(), 0);
  EXPECT_DOUBLE_EQ(clock.time_left_s(), 10e-6);
}

TEST(LicenceClock, AProcessorWithoutLicencesNeverStops) {
  Processor p = w2104();
  p.licence_avx2 = p.licence_avx512 = 1;
  p.microarchitecture.licence = {};
  LicenceClock clock(p);
  clock.want(VectorLevel::scalar, 4);
  clock.want(VectorLevel::avx2, 2);
  EXPECT_DOUBLE_EQ(clock.pace(), 1);
  EXPECT_TRUE(std::isinf(clock.time_left_s()));
}

}  // namespace
}  // namespace headroom

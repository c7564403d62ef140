#include "cooling/noise.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace headroom {
namespace {

FanParameters fan_at(double rpm, double level, double exponent) {
  return {.count = 1,
          .speed_min_rpm = 700,
          .speed_max_rpm = rpm,
          .reference_speed_rpm = rpm,
          .shutoff_pressure_pa = 60,
          .free_flow_m3_per_s = 0.03,
          .power_w = 5,
          .blades = 15,
          .sound_power_dba = level,
          .sound_exponent_db = exponent};
}

TEST(Noise, AWeightingMatchesTheTableOfIec61672) {
  const struct {
    double hz, db;
  } table[] = {{19.953, -50.5}, {31.623, -39.4}, {63.096, -26.2}, {100, -19.1},  {125.89, -16.1},
               {251.19, -8.6},  {501.19, -3.2},  {1000, 0.0},     {1995.3, 1.2}, {3981.1, 1.0},
               {7943.3, -1.1},  {10000, -2.5},   {15849, -6.6},   {19953, -9.3}};
  for (const auto& row : table) EXPECT_NEAR(a_weighting_db(row.hz), row.db, 0.055) << row.hz;
  EXPECT_NEAR(a_weighting_db(1000), 0, 1e-3);
  EXPECT_TRUE(std::isfinite(a_weighting_db(0)));
}

TEST(Noise, LevelsAddAsPowers) {
  const double pair[] = {40, 40};
  EXPECT_NEAR(level_sum_dba(pair), 43.01, 0.01);
  const double unequal[] = {40, 30, kSilenceDba};
  EXPECT_NEAR(level_sum_dba(unequal), 40.41, 0.01);
  EXPECT_EQ(level_sum_dba({}), kSilenceDba);
}

TEST(Noise, LevelFallsSixDecibelsPerDoublingOfDistance) {
  EXPECT_NEAR(level_at_dba(50, 1), 50 - 7.98, 0.01);  // 10 log10(2 pi)
  EXPECT_NEAR(level_at_dba(50, 1) - level_at_dba(50, 2), 6.02, 0.01);
  EXPECT_NEAR(sound_power_behind_dba(level_at_dba(50, 0.457), 0.457), 50, 1e-12);
}

TEST(Noise, BroadbandFollowsSpeedDensityAndCount) {
  auto p = fan_at(2000, 50, 60);
  const auto broadband = [&](double rpm, double density) {
    const Fan fan(p);
    return fan_noise(fan, rpm, fan.best_flow_m3_per_s(rpm), density).broadband_dba;
  };
  EXPECT_NEAR(broadband(2000, Fan::kReferenceDensity), 50, 1e-12);
  EXPECT_NEAR(broadband(1000, Fan::kReferenceDensity), 50 - 18.06, 0.01);
  EXPECT_NEAR(broadband(2000, Fan::kReferenceDensity / 2), 50 - 6.02, 0.01);
  p.count = 2;
  EXPECT_NEAR(broadband(2000, Fan::kReferenceDensity), 53.01, 0.01);
}

TEST(Noise, ThrottlingAddsOneDecibelPerTenthOfFlow) {
  const Fan fan(fan_at(2000, 50, 60));
  const double best = fan.best_flow_m3_per_s(2000);
  const double rho = Fan::kReferenceDensity;
  EXPECT_NEAR(fan_noise(fan, 2000, 0.9 * best, rho).broadband_dba, 51, 1e-9);
  EXPECT_NEAR(fan_noise(fan, 2000, 0, rho).broadband_dba, 60, 1e-9);
  EXPECT_NEAR(fan_noise(fan, 2000, 1.5 * best, rho).broadband_dba, 50, 1e-9);
}

TEST(Noise, TonesLieAtMultiplesOfTheBladePassFrequency) {
  const Fan fan(fan_at(2000, 50, 60));
  const auto noise = fan_noise(fan, 2000, 1, Fan::kReferenceDensity);
  EXPECT_DOUBLE_EQ(noise.tones[0].frequency_hz, 500);  // 15 blades, 2000 rpm
  EXPECT_DOUBLE_EQ(noise.tones[2].frequency_hz, 1500);
  EXPECT_NEAR(noise.tones[0].level_dba, 50 - 10 - 3.2, 0.1);
  const double parts[] = {noise.broadband_dba, noise.tones[0].level_dba, noise.tones[1].level_dba,
                          noise.tones[2].level_dba};
  EXPECT_NEAR(noise.total_dba, level_sum_dba(parts), 1e-12);
}

TEST(Noise, AFasterFanIsLouderAndAStandingOneSilent) {
  const Fan fan(fan_at(2000, 50, 60));
  double last = kSilenceDba;
  EXPECT_EQ(fan_noise(fan, 0, 0, 1.2).total_dba, kSilenceDba);
  for (double rpm = 10; rpm < 4000; rpm *= 1.05) {
    const double level =
        fan_noise(fan, rpm, fan.best_flow_m3_per_s(rpm), Fan::kReferenceDensity).total_dba;
    EXPECT_GT(level, last);
    last = level;
  }
}

// AnandTech measured the Mac Pro of 2013 at 0.457 m over a room of 32.2 dBA:
// 32.4, 34.1 and 44.7 dBA at 770, 1097 and 1900 rpm. Taking the room off as
// power leaves 18.9, 29.6 and 44.4 dBA: 69 dB per decade of speed between the
// first two, which a rounding of 0.05 dB already moves by 9, and 62 between the
// last two. One law with 62 dB per decade meets all three rows.
TEST(Noise, OneExponentMeetsTheMacProOf2013) {
  const double room = 32.2, distance = 0.457;
  const auto fan_alone = [&](double measured) {
    return 10 * std::log10(std::pow(10, measured / 10) - std::pow(10, room / 10));
  };
  const double slow = (fan_alone(34.1) - fan_alone(32.4)) / std::log10(1097.0 / 770);
  const double fast = (fan_alone(44.7) - fan_alone(34.1)) / std::log10(1900.0 / 1097);
  EXPECT_NEAR(slow, 69.4, 0.5);
  EXPECT_NEAR(fast, 62.3, 0.5);

  auto p = fan_at(1900, sound_power_behind_dba(fan_alone(44.7), distance), fast);
  p.tone_below_db = 100;  // broadband alone
  const Fan fan(p);
  const auto heard = [&](double rpm) {
    const double levels[] = {
        room, level_at_dba(fan_noise(fan, rpm, 1, Fan::kReferenceDensity).total_dba, distance)};
    return level_sum_dba(levels);
  };
  EXPECT_NEAR(heard(1900), 44.7, 0.05);
  EXPECT_NEAR(heard(1097), 34.1, 0.05);
  EXPECT_NEAR(heard(770), 32.4, 0.1);
  EXPECT_NEAR(heard(0), 32.2, 1e-9);
}

}  // namespace
}  // namespace headroom

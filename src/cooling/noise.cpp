#include "cooling/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headroom {
namespace {

// Power over the reference power, of a level.
double relative_power(double level_dba) {
  return level_dba > kSilenceDba ? std::pow(10, level_dba / 10) : 0;
}

double level_of(double power) {
  return std::max(kSilenceDba, 10 * std::log10(std::max(power, 1e-30)));
}

double hemisphere_db(double distance_m) {
  const double r = std::max(distance_m, 0.1);
  return 10 * std::log10(2 * std::numbers::pi * r * r);
}

}  // namespace

double a_weighting_db(double frequency_hz) {
  constexpr double k1 = 20.598997 * 20.598997, k2 = 107.65265 * 107.65265,
                   k3 = 737.86223 * 737.86223, k4 = 12194.217 * 12194.217;
  constexpr double kAt1kHz = 1.9997;  // makes it 0 there
  const double f = std::max(frequency_hz, 1e-3);
  const double f2 = f * f;
  const double response = k4 * f2 * f2 / ((f2 + k1) * std::sqrt((f2 + k2) * (f2 + k3)) * (f2 + k4));
  return 20 * std::log10(response) + kAt1kHz;
}

double level_sum_dba(std::span<const double> levels_dba) {
  double power = 0;
  for (const double level : levels_dba) power += relative_power(level);
  return level_of(power);
}

double level_at_dba(double sound_power_dba, double distance_m) {
  return std::max(kSilenceDba, sound_power_dba - hemisphere_db(distance_m));
}

double sound_power_behind_dba(double level_dba, double distance_m) {
  return std::max(kSilenceDba, level_dba + hemisphere_db(distance_m));
}

FanNoise fan_noise(const Fan& fan, double rpm, double flow_m3_per_s, double density_kg_per_m3) {
  const FanParameters& p = fan.parameters();
  FanNoise noise;
  if (!(rpm >= Fan::kStandstillRpm)) return noise;
  const double throttled = std::clamp(1 - flow_m3_per_s / fan.best_flow_m3_per_s(rpm), 0.0, 1.0);
  noise.broadband_dba =
      std::max(kSilenceDba, p.sound_power_dba +
                                p.sound_exponent_db * std::log10(rpm / p.reference_speed_rpm) +
                                20 * std::log10(density_kg_per_m3 / Fan::kReferenceDensity) +
                                10 * std::log10(p.count) + p.throttling_db * throttled);
  double power = relative_power(noise.broadband_dba);
  for (std::size_t k = 0; k < noise.tones.size(); ++k) {
    auto& tone = noise.tones[k];
    tone.frequency_hz = static_cast<double>(k + 1) * p.blades * rpm / 60;
    tone.level_dba = std::max(
        kSilenceDba, noise.broadband_dba - p.tone_below_db + a_weighting_db(tone.frequency_hz));
    power += relative_power(tone.level_dba);
  }
  noise.total_dba = level_of(power);
  return noise;
}

}  // namespace headroom

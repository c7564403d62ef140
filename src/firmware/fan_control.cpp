#include "firmware/fan_control.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void FanRule::declare(Fields& f) {
  f.text("name", name, "what the rule is called");
  f.text("sensor", sensor, "\"cpu\", \"gpu\", \"gpu.memory\" or a node of the thermal network");
  f.number("target", target_k, "degC", "temperature it holds", -50, 150);
  f.number("gain", gain_rpm_per_k, "1", "rpm per kelvin above the target", 0, 1e4);
  f.number("integral", integral_rpm_per_k_s, "1", "rpm per kelvin and second above the target", 0,
           1e4);
}

void FanControlParameters::declare(Fields& f) {
  f.number("idle", idle_rpm, "rpm", "slowest speed ever asked for", 0, 20000);
  f.number("normal", normal_rpm, "rpm", "fastest speed in normal control", 0, 20000);
  f.number("emergency", emergency_rpm, "rpm", "speed in an emergency; 0: none", 0, 20000);
  f.number("emergency_at", emergency_k, "degC", "sensor temperature that is an emergency", -50,
           1000);
  f.number("emergency_release", emergency_release_k, "degC", "temperature that ends it", -273.15,
           1000);
  f.number("slew", slew_rpm_per_s, "1", "fastest change of the command, rpm per second", 0.1, 1e5);
  f.number("period", period_s, "s", "of the loop", 1e-2, 60);
  f.number("smoothing", smoothing_s, "s", "time constant of the sensors' readings", 0, 600);
  f.number("quantum", quantum_rpm, "rpm", "commands are whole multiples", 1, 500);
}

FanControl::State FanControl::start() const {
  State state;
  state.integral_rpm.assign(p_.rules.size(), 0.0);
  state.reading_k.assign(p_.rules.size(), 0.0);
  state.command_rpm = p_.idle_rpm;
  return state;
}

void FanControl::tick(std::span<const double> sensors_k, State& state) const {
  const double range_rpm = std::max(0.0, p_.normal_rpm - p_.idle_rpm);
  double wanted_rpm = p_.idle_rpm;
  double hottest_k = 0;
  for (std::size_t i = 0; i < p_.rules.size() && i < sensors_k.size(); ++i) {
    const auto& rule = p_.rules[i];
    auto& reading_k = state.reading_k[i];
    const bool first = reading_k <= 0 || p_.smoothing_s <= 0;
    reading_k +=
        (first ? 1 : 1 - std::exp(-p_.period_s / p_.smoothing_s)) * (sensors_k[i] - reading_k);
    const double excess_k = reading_k - rule.target_k;
    auto& integral = state.integral_rpm[i];
    integral =
        std::clamp(integral + rule.integral_rpm_per_k_s * excess_k * p_.period_s, 0.0, range_rpm);
    wanted_rpm = std::max(wanted_rpm, p_.idle_rpm + integral + rule.gain_rpm_per_k * excess_k);
    hottest_k = std::max(hottest_k, reading_k);
  }
  wanted_rpm = std::min(wanted_rpm, p_.normal_rpm);
  if (p_.emergency_rpm > 0) {
    if (hottest_k >= p_.emergency_k) state.emergency = true;
    if (hottest_k <= p_.emergency_release_k) state.emergency = false;
    if (state.emergency) wanted_rpm = p_.emergency_rpm;
  }
  const double most_rpm = p_.slew_rpm_per_s * p_.period_s;
  const double target_rpm = std::round(wanted_rpm / p_.quantum_rpm) * p_.quantum_rpm;
  state.command_rpm += std::clamp(target_rpm - state.command_rpm, -most_rpm, most_rpm);
}

}  // namespace headroom

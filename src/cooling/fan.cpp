#include "cooling/fan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"

namespace headroom {

void FanParameters::declare(Fields& f) {
  f.whole("count", count, "equal fans in parallel, turning at one speed", 1, 16);
  f.number("speed_min", speed_min_rpm, "rpm", "least speed while running", 100, 30000);
  f.number("speed_max", speed_max_rpm, "rpm", "greatest speed in normal use", 100, 30000);
  f.number("speed_emergency", speed_emergency_rpm, "rpm",
           "greatest speed of all; 0 for that of normal use", 0, 30000);
  f.number("reference_speed", reference_speed_rpm, "rpm",
           "speed at which pressure, flow, power and sound are given", 100, 30000);
  f.number("shutoff_pressure", shutoff_pressure_pa, "Pa", "pressure of one fan without flow", 1,
           10000);
  f.number("free_flow", free_flow_m3_per_s, "m3/s", "flow of one fan without pressure", 1e-5, 10);
  f.number("curve_exponent", curve_exponent, "1",
           "exponent of the pressure curve: blower 2 to 3, axial fan 1.5 to 2", 1, 6);
  f.number("power", power_w, "W", "electrical power of one fan", 0.01, 1000);
  f.number("spin_up", spin_up_s, "s", "time constant of the rotor", 1e-3, 60);
  f.whole("blades", blades, "blades of one rotor", 1, 200);
  f.number("sound_power", sound_power_dba, "dBA", "broadband sound power level of one fan", -20,
           120);
  f.number("sound_exponent", sound_exponent_db, "dBA", "rise of that level for ten times the speed",
           20, 100);
  f.number("throttling", throttling_db, "dBA",
           "rise of that level from the flow of best power to none", 0, 40);
  f.number("tone_below", tone_below_db, "dBA",
           "each blade-pass tone below the broadband, before A-weighting", -20, 100);
}

Fan::Fan(const FanParameters& parameters) : p_(parameters) {
  const double a = p_.curve_exponent;
  top_rpm_ = p_.speed_emergency_rpm > 0 ? p_.speed_emergency_rpm : p_.speed_max_rpm;
  best_share_ = std::pow(1 / (1 + a), 1 / a);
  if (p_.speed_min_rpm > p_.speed_max_rpm || p_.speed_max_rpm > top_rpm_) {
    throw InputError(fmt::format("a fan's speeds are out of order: {} to {} rpm, emergency {} rpm",
                                 p_.speed_min_rpm, p_.speed_max_rpm, top_rpm_),
                     "give speed_min <= speed_max <= speed_emergency");
  }
  const double air_power_w =
      p_.shutoff_pressure_pa * p_.free_flow_m3_per_s * best_share_ * a / (1 + a);
  if (air_power_w > p_.power_w) {
    throw InputError(
        fmt::format("a fan gives the air {:.2f} W but takes {:.2f} W", air_power_w, p_.power_w),
        "raise power, or lower shutoff_pressure or free_flow");
  }
}

double Fan::pressure_pa(double flow_m3_per_s, double rpm, double density_kg_per_m3) const {
  if (!(rpm >= kStandstillRpm)) return 0;
  const double n = rpm / p_.reference_speed_rpm;
  const double share = std::max(flow_m3_per_s, 0.0) / (n * p_.free_flow_m3_per_s);
  return n * n * (density_kg_per_m3 / kReferenceDensity) * p_.shutoff_pressure_pa *
         (1 - std::pow(share, p_.curve_exponent));
}

double Fan::free_flow_m3_per_s(double rpm) const {
  if (!(rpm >= kStandstillRpm)) return 0;
  return p_.free_flow_m3_per_s * rpm / p_.reference_speed_rpm;
}

double Fan::best_flow_m3_per_s(double rpm) const {
  return best_share_ * free_flow_m3_per_s(rpm);
}

double Fan::electric_power_w(double rpm, double density_kg_per_m3) const {
  if (!(rpm >= kStandstillRpm)) return 0;
  const double n = rpm / p_.reference_speed_rpm;
  return p_.count * p_.power_w * n * n * n * (density_kg_per_m3 / kReferenceDensity);
}

double Fan::reachable_rpm(double rpm) const {
  if (!(rpm >= kStandstillRpm)) return 0;
  return std::clamp(rpm, p_.speed_min_rpm, top_rpm_);
}

double Fan::speed_after(double rpm, double target_rpm, double seconds) const {
  return target_rpm + (rpm - target_rpm) * std::exp(-std::max(seconds, 0.0) / p_.spin_up_s);
}

}  // namespace headroom

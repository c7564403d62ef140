#pragma once

#include "base/fields.hpp"

namespace headroom {

/// A set of equal fans that turn at one speed.
struct FanParameters {
  double count = 1;
  double speed_min_rpm = kRequired;
  double speed_max_rpm = kRequired;
  double speed_emergency_rpm = 0;
  double reference_speed_rpm = kRequired;
  double shutoff_pressure_pa = kRequired;
  double free_flow_m3_per_s = kRequired;
  double curve_exponent = 2.5;
  double power_w = kRequired;
  double spin_up_s = 1.5;
  double blades = kRequired;
  double sound_power_dba = kRequired;
  double sound_exponent_db = 60;
  double throttling_db = 10;
  double tone_below_db = 10;

  void declare(Fields& f);
};

/// A speed-controlled fan or blower, and how many of it there are.
///
/// The pressure curve is dp = (N/N0)^2 (rho/rho0) dp0 (1 - (q/q0)^a) with q the
/// flow scaled to the reference speed: a of 2 to 3 for a forward-curved blower,
/// 1.5 to 2 for an axial fan, whose stall dip is left out. Electrical power
/// goes with N^3 and density (the affinity laws), whatever the flow. They hold
/// at fixed geometry; at very low speed laminar losses make a real fan a little
/// weaker. Reference values are at 20 degC and sea level, 1.204 kg/m3.
class Fan {
 public:
  static constexpr double kReferenceDensity = 1.204;
  /// Below this a rotor counts as standing: it makes no pressure and no sound.
  static constexpr double kStandstillRpm = 1;

  /// Throws InputError if speeds are out of order or if the fan would give the
  /// air more power than it takes from its motor's supply.
  explicit Fan(const FanParameters& parameters);

  const FanParameters& parameters() const { return p_; }

  /// Pressure rise of one fan that moves `flow` (per fan, not below 0). It is
  /// negative beyond the free flow.
  double pressure_pa(double flow_m3_per_s, double rpm, double density_kg_per_m3) const;
  /// Flow of one fan against no pressure.
  double free_flow_m3_per_s(double rpm) const;
  /// Flow of one fan where flow times pressure is greatest.
  double best_flow_m3_per_s(double rpm) const;
  /// Electrical power of all `count` fans; it all ends as heat in the air.
  double electric_power_w(double rpm, double density_kg_per_m3) const;

  /// The speed the fan turns at when asked for `rpm`: within its least speed
  /// and its emergency speed, or standing if asked for less than 1 rpm.
  double reachable_rpm(double rpm) const;
  /// The speed after `seconds` of following a constant target: a first-order
  /// lag, exact for any step.
  double speed_after(double rpm, double target_rpm, double seconds) const;
  double top_rpm() const { return top_rpm_; }

 private:
  FanParameters p_;
  double top_rpm_;     ///< emergency speed, or the greatest if none is given
  double best_share_;  ///< best flow over free flow
};

}  // namespace headroom

#pragma once

namespace headroom {

/// Running-average power limits (RAPL): the package may draw up to PL2 until the
/// exponentially weighted average of its power, with time constant tau, reaches
/// PL1; from then on it is held at PL1. From a steady P0 the time at PL2 is
/// tau ln((PL2 - P0) / (PL2 - PL1)).
struct PowerLimit {
  double pl1_w = 0;
  double pl2_w = 0;
  double tau_s = 1;

  /// The most that may be drawn now, with the average as it is.
  double allowed_w(double average_w) const {
    return average_w >= pl1_w * (1 - kTouch) ? pl1_w : pl2_w;
  }
  /// How long a constant power may last until the average reaches PL1;
  /// infinite when it never does, 0 when it has.
  double time_left_s(double average_w, double power_w) const;
  /// The average after `dt_s` of a constant power: exact.
  double average_after_w(double average_w, double power_w, double dt_s) const;

  static constexpr double kTouch = 1e-6;  ///< share of PL1 within which the average has arrived
};

}  // namespace headroom

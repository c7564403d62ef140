#pragma once

#include <string>

#include "base/fields.hpp"

namespace headroom {

/// A rule that takes clock away while a sensor is hot.
struct ThrottleParameters {
  std::string name;
  std::string sensor;          ///< "cpu", "gpu", "gpu.memory", or a node of the network
  std::string limits = "cpu";  ///< whose clock: "cpu" or "gpu"
  double trip_k = kRequired;
  double release_k = kRequired;
  double step_hz = kRequired;   ///< taken from the clock of the moment at a trip
  double step_back_hz = 0;      ///< given back a period below release; 0: all at once
  double floor_hz = kRequired;  ///< never below
  double period_s = kRequired;  ///< of the firmware's loop
  double settle_s = 0;          ///< least time between two steps down
  double smoothing_s = 0;       ///< time constant with which the sensor's reading follows

  void declare(Fields& f);
};

/// The sampled two-point rule behind thermal clamps: at or above `trip` the
/// ceiling drops by a step below the clock of the moment, again after every
/// `settle` while it stays there; at or below `release` it returns, at once or
/// by steps. The reading may follow the sensor slowly, as reported temperatures
/// do. With one large step it is the iMac Pro's clamp (3.9 to 3.6 GHz at
/// 94 degC, back below 92, published by AppleInsider 2017-12); with small steps
/// it is a processor's own protection at TjMax.
class Throttle {
 public:
  /// What varies in time.
  struct State {
    double ceiling_hz = 1e12;
    double since_step_s = 1e9;
    double reading_k = 0;  ///< the smoothed sensor; 0: not read yet
  };

  explicit Throttle(const ThrottleParameters& parameters) : p_(parameters) {}

  const ThrottleParameters& parameters() const { return p_; }
  /// One decision, `elapsed_s` after the last. `clock_hz` is the clock of the
  /// moment.
  void tick(double sensor_k, double clock_hz, double elapsed_s, State& state) const;
  /// Whether, at this temperature, tick() leaves the ceiling as it is.
  bool idle(double sensor_k, const State& state) const {
    return sensor_k < p_.trip_k && state.reading_k < p_.trip_k && state.ceiling_hz >= kOpen;
  }

  static constexpr double kOpen = 1e12;  ///< a ceiling that limits nothing

 private:
  ThrottleParameters p_;
};

}  // namespace headroom

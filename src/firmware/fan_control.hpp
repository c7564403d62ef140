#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

/// One sensor that the fans look after.
struct FanRule {
  std::string name;
  std::string sensor;  ///< as in ThrottleParameters
  double target_k = kRequired;
  double gain_rpm_per_k = kRequired;
  double integral_rpm_per_k_s = kRequired;

  void declare(Fields& f);
};

struct FanControlParameters {
  double idle_rpm = kRequired;
  double normal_rpm = kRequired;  ///< greatest speed of the rules
  double emergency_rpm = 0;       ///< speed while the emergency lasts; 0: none
  double emergency_k = 1000;      ///< of the hottest rule's sensor
  double emergency_release_k = 0;
  double slew_rpm_per_s = 100;
  double period_s = 1;
  double smoothing_s = 0;   ///< time constant with which readings follow the sensors
  double quantum_rpm = 10;  ///< commands are whole multiples
  std::vector<FanRule> rules;

  void declare(Fields& f);
};

/// The fan loop of a system management controller: for each rule a sampled
/// proportional-integral law on its sensor, the greatest request wins, within a
/// slew limit; integrals are held to the range in which they can act. Above an
/// emergency temperature the fans may pass their normal limit.
class FanControl {
 public:
  struct State {
    std::vector<double> integral_rpm;
    std::vector<double> reading_k;  ///< the smoothed sensors; 0: not read yet
    double command_rpm = 0;
    bool emergency = false;
  };

  explicit FanControl(FanControlParameters parameters) : p_(std::move(parameters)) {}

  const FanControlParameters& parameters() const { return p_; }
  State start() const;
  /// One period's decision; `sensors_k` in the order of the rules.
  void tick(std::span<const double> sensors_k, State& state) const;

 private:
  FanControlParameters p_;
};

}  // namespace headroom

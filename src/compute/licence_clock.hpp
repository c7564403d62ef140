#pragma once

#include "compute/microarchitecture.hpp"

namespace headroom {

/// When a processor changes its vector licence, and what each change costs.
///
/// Wide instructions need a higher voltage, and on some processors a lower
/// clock. From the first of them on, dispatch is throttled while the voltage
/// rises; then, if the clock is to change, the cores halt; then they run at the
/// licence's clock. The licence is kept until no such instruction has come for a
/// while, and given back with another halt. A change in the number of awake
/// cores that changes their turbo clock halts them as well (T. Downs 2020,
/// measured on a Xeon W-2104). Only changes between loads are seen here: within
/// one, wide instructions come often enough to keep its licence.
class LicenceClock {
 public:
  explicit LicenceClock(const Processor& processor) : processor_(&processor) {}

  /// A load that takes `licence` on `cores_awake` cores begins; with none awake
  /// the processor rests. At the start of a run nothing was licensed.
  void want(VectorLevel licence, int cores_awake);
  /// Share of its rate at which the load runs now: 1, or less in a transition.
  double pace() const;
  /// Highest clock under a licence that is kept though no longer needed; infinite
  /// otherwise, when the load's own licence says how fast it may run.
  double limit_hz() const;
  /// Until the state changes by itself; infinite when nothing is under way.
  double time_left_s() const;
  void advance(double dt_s);
  VectorLevel licence() const { return held_; }

 private:
  enum class Stage { steady, throttled, halted, keeping };
  void enter(Stage stage, double length_s);
  void settle();

  const Processor* processor_;
  VectorLevel held_ = VectorLevel::scalar, wanted_ = VectorLevel::scalar;
  int cores_ = 1;
  Stage stage_ = Stage::steady;
  double left_s_ = 0;
};

}  // namespace headroom

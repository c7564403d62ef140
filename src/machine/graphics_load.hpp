#pragma once

#include "compute/graphics.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// What one graphics processor is given to do, with the phase's efficiencies.
struct GraphicsLoad {
  double flop = 0;  ///< of work, in the ratio to bytes that the phase asks for
  double bytes = 0;
  double efficiency = 1;  ///< of peak arithmetic
  double bandwidth_efficiency = 0.85;
  double activity = 0;
  double busy = 0;  ///< 0: nothing to do

  /// The load of a phase; `system` is the operating system's name.
  static GraphicsLoad of(const Phase& phase, const std::string& system);
};

/// What it does and draws at a clock.
struct GraphicsPoint {
  double clock_hz = 0;
  double flop_per_s = 0;
  double bytes_per_s = 0;
  double dynamic_w = 0;
  double leakage_w = 0;
  double memory_w = 0;
  double package_w() const { return dynamic_w + leakage_w + memory_w; }
};

/// At a clock, with e^(slope (T - T0)) of the die in `growth`: time by the
/// roofline, arithmetic switching in proportion to the time it runs.
GraphicsPoint graphics_at(const Graphics& graphics, const GraphicsLoad& load, double clock_hz,
                          double growth);

/// A load worked out at every clock, 10 MHz apart, once, to be looked up: between
/// two rows the clock states alternate within milliseconds, so means are linear.
class GraphicsTable {
 public:
  GraphicsTable(const Graphics& graphics, const GraphicsLoad& load);

  GraphicsPoint at(double clock_hz, double growth) const;
  /// At the highest clock that the ceiling and the package cap allow.
  GraphicsPoint under_cap(double ceiling_hz, double growth) const;
  bool busy() const { return busy_ > 0; }
  /// Share of the time that it has something to do.
  double busy_share() const { return busy_; }
  double idle_hz() const { return lowest_hz_; }

 private:
  double lowest_hz_, highest_hz_, cap_w_, busy_;
  std::vector<GraphicsPoint> rows_;  ///< at growth 1
};

}  // namespace headroom

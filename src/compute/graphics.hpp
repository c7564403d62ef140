#pragma once

#include <string>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

/// One graphics processor with its memory, as sold. One file each in
/// catalog/graphics. Time follows the roofline: the longer of arithmetic and
/// memory traffic. Power is switched capacitance and leakage, as of a core,
/// plus the memory's; all of it together is held under the package cap.
struct Graphics {
  std::string id;
  std::string name;

  double compute_units = kRequired;
  double lanes_per_unit = 64;
  double boost_hz = kRequired;  ///< highest clock
  double idle_hz = kRequired;
  std::vector<double> state_hz;  ///< clock states, rising
  std::vector<double> state_v;   ///< supply in each state
  double memory_b = kRequired;
  double bandwidth_b_per_s = kRequired;
  double package_cap_w = kRequired;  ///< chip and, where they share a package, its memory
  double board_overhead_w = 0;       ///< regulators and the rest, at the cap
  double capacitance_f = kRequired;  ///< of the whole chip at activity 1
  double idle_activity = 0.02;
  double leakage_w = kRequired;  ///< at leakage_voltage and leakage_temperature
  double leakage_voltage_v = 1.0;
  double leakage_exponent = 2.5;
  double leakage_temperature_k = 353.15;
  double leakage_slope_per_k = 0.016;
  double gated_share = 0.1;          ///< of the leakage that remains when idle
  double memory_idle_w = kRequired;  ///< of all stacks or chips together
  double memory_energy_per_byte_j = kRequired;
  double memory_stacks = 0;  ///< HBM stacks beside the die; 0: chips on the board
  double temperature_limit_k = kRequired;
  double memory_limit_k = 368.15;
  double shutdown_k = kRequired;
  double junction_rise_k_per_w = 0;  ///< hottest spot above the edge sensor

  struct Die {
    double area_m2 = kRequired;
    void declare(Fields& f);
  } die;

  void declare(Fields& f);
  /// Supply voltage at a clock, by the state table, linear between states.
  double voltage_v(double clock_hz) const;
  /// Peak single-precision rate at a clock, flop/s.
  double peak_flop_per_s(double clock_hz) const {
    return compute_units * lanes_per_unit * 2 * clock_hz;
  }
};

}  // namespace headroom

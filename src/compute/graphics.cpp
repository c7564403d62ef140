#include "compute/graphics.hpp"

#include <algorithm>

namespace headroom {

void Graphics::Die::declare(Fields& f) {
  f.number("area", area_m2, "mm*mm", "of the silicon", 10, 2000);
}

void Graphics::declare(Fields& f) {
  f.whole("compute_units", compute_units, "compute units", 1, 256);
  f.whole("lanes_per_unit", lanes_per_unit, "stream processors of a unit", 1, 256);
  f.number("boost", boost_hz, "MHz", "highest clock", 100, 5000);
  f.number("idle", idle_hz, "MHz", "clock when idle", 10, 2000);
  f.numbers("state_clocks", state_hz, "MHz", "clock states, rising", 10, 5000);
  f.numbers("state_voltages", state_v, "mV", "supply in each state", 300, 2000);
  f.number("memory", memory_b, "GB", "graphics memory", 0.1, 1024);
  f.number("bandwidth", bandwidth_b_per_s, "GB/s", "of the graphics memory", 1, 10000);
  f.number("package_cap", package_cap_w, "W", "cap of chip and memory package", 1, 1000);
  f.number("board_overhead", board_overhead_w, "W", "regulators and the rest, at the cap", 0, 300);
  f.number("capacitance", capacitance_f, "nF", "switched by the whole chip at activity 1", 0.1,
           1000);
  f.number("idle_activity", idle_activity, "1", "activity when idle", 0, 1);
  f.number("leakage", leakage_w, "W", "at leakage_voltage and leakage_temperature", 0, 200);
  f.number("leakage_voltage", leakage_voltage_v, "V", "voltage of the leakage figure", 0.3, 2);
  f.number("leakage_exponent", leakage_exponent, "1", "power of voltage with which it goes", 0, 6);
  f.number("leakage_temperature", leakage_temperature_k, "degC", "temperature of the figure", -50,
           150);
  f.number("leakage_slope", leakage_slope_per_k, "1", "logarithmic growth per kelvin", 0, 0.1);
  f.number("gated_share", gated_share, "1", "leakage that remains when idle", 0, 1);
  f.number("memory_idle", memory_idle_w, "W", "graphics memory at no traffic", 0, 100);
  f.number("memory_energy_per_byte", memory_energy_per_byte_j, "J/B", "energy of its traffic", 0,
           1e-8);
  f.number("memory_stacks", memory_stacks, "1", "stacks beside the die; 0: chips on the board", 0,
           8);
  f.number("temperature_limit", temperature_limit_k, "degC", "edge temperature it is held to", 40,
           120);
  f.number("memory_limit", memory_limit_k, "degC", "temperature its memory is held to", 40, 130);
  f.number("shutdown", shutdown_k, "degC", "edge temperature at which the machine stops", 50, 150);
  f.number("junction_rise", junction_rise_k_per_w, "K/W", "hottest spot above the edge", 0, 1);
}

double Graphics::voltage_v(double clock_hz) const {
  const auto n = std::min(state_hz.size(), state_v.size());
  if (n == 0) return 1;
  if (clock_hz <= state_hz[0] || n == 1) return state_v[0];
  for (std::size_t i = 1; i < n; ++i) {
    if (clock_hz <= state_hz[i] || i + 1 == n) {
      const double t = (clock_hz - state_hz[i - 1]) / (state_hz[i] - state_hz[i - 1]);
      return state_v[i - 1] + t * (state_v[i] - state_v[i - 1]);
    }
  }
  return state_v[n - 1];
}

}  // namespace headroom

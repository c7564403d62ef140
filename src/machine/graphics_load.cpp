#include "machine/graphics_load.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
GraphicsLoad GraphicsLoad::of(const Phase& phase, const std::string& system) {
  const auto& g = phase.graphics;
  GraphicsLoad load;
  load.flop = g.work_flop;
  load.bytes = g.traffic_b;
  load.efficiency = g.efficiency;
  load.bandwidth_efficiency = g.bandwidth_efficiency;
  load.activity = g.activity;
  load.busy = phase.demands_graphics() ? g.busy : 0;
  if (const auto it = g.system_efficiency.find(system); it != g.system_efficiency.end()) {
    load.efficiency = std::min(1.0, load.efficiency * it->second);
  }
  return load;
}

GraphicsPoint graphics_at(const Graphics& graphics, const GraphicsLoad& load, double clock_hz,
                          double growth) {
  GraphicsPoint point;
  const double busy = std::min(load.busy, 1.0);
  const double peak_flop = graphics.peak_flop_per_s(clock_hz) * load.efficiency;
  const double peak_b = graphics.bandwidth_b_per_s * load.bandwidth_efficiency;
  double arithmetic = 0;  // share of the busy time that the arithmetic runs
  if (load.flop > 0 || load.bytes > 0) {
    const double seconds = std::max(load.flop / peak_flop, load.bytes / peak_b);
    point.flop_per_s = busy * load.flop / seconds;
    point.bytes_per_s = busy * load.bytes / seconds;
    arithmetic = load.flop / peak_flop / seconds;
  } else if (busy > 0) {  // endless: arithmetic at its full rate, a third of it in traffic
    point.flop_per_s = busy * peak_flop;
    point.bytes_per_s = busy * peak_b / 3;
    arithmetic = 1;
  }
  const double volt = graphics.voltage_v(clock_hz);
  const double idle_volt = graphics.voltage_v(graphics.idle_hz);
  const double switched = graphics.capacitance_f * volt * volt * clock_hz;
  const double idle_switched =
      graphics.capacitance_f * idle_volt * idle_volt * graphics.idle_hz * graphics.idle_activity;
  // Waiting for memory the chip still runs its clocks and address units.
  constexpr double kWaiting = 0.45;
  const double activity = load.activity * (kWaiting + (1 - kWaiting) * arithmetic);
  point.dynamic_w = busy * switched * activity + (1 - busy) * idle_switched;
  auto leakage = [&](double v) {
    return graphics.leakage_w * std::pow(v / graphics.leakage_voltage_v, graphics.leakage_exponent);
  };
  point.leakage_w =
      growth * (busy * leakage(volt) + (1 - busy) * graphics.gated_share * leakage(idle_volt));
  point.memory_w = graphics.memory_idle_w + graphics.memory_energy_per_byte_j * point.bytes_per_s;
  point.clock_hz = busy > 0 ? clock_hz : graphics.idle_hz;
  return point;
}

namespace {
constexpr double kRowHz = 10e6;
}

GraphicsTable::GraphicsTable(const Graphics& graphics, const GraphicsLoad& load)
    : lowest_hz_(graphics.idle_hz),
      highest_hz_(std::max(graphics.boost_hz, graphics.idle_hz)),
      cap_w_(graphics.package_cap_w),
      busy_(load.busy) {
  const auto rows =
      static_cast<std::size_t>(std::ceil((highest_hz_ - lowest_hz_) / kRowHz - 1e-9)) + 1;
  for (std::size_t row = 0; row < rows; ++row) {
    const double clock_hz = std::min(highest_hz_, lowest_hz_ + static_cast<double>(row) * kRowHz);
    rows_.push_back(graphics_at(graphics, load, clock_hz, 1));
  }
}

GraphicsPoint GraphicsTable::at(double clock_hz, double growth) const {
  const double place =
      std::clamp((clock_hz - lowest_hz_) / kRowHz, 0.0, static_cast<double>(rows_.size() - 1));
  const auto row = std::min(static_cast<std::size_t>(place), rows_.size() - 1);
  const double part = place - static_cast<double>(row);
  const GraphicsPoint& a = rows_[row];
  const GraphicsPoint& b = rows_[std::min(row + 1, rows_.size() - 1)];
  auto mix = [part](double x, double y) { return x + part * (y - x); };
  return {mix(a.clock_hz, b.clock_hz),
          mix(a.flop_per_s, b.flop_per_s),
          mix(a.bytes_per_s, b.bytes_per_s),
          mix(a.dynamic_w, b.dynamic_w),
          growth * mix(a.leakage_w, b.leakage_w),
          mix(a.memory_w, b.memory_w)};
}

GraphicsPoint GraphicsTable::under_cap(double ceiling_hz, double growth) const {
  const GraphicsPoint top = at(ceiling_hz, growth);
  if (!busy() || top.package_w() <= cap_w_) return top;
  auto drawn = [&](std::size_t row) {
    const GraphicsPoint& p = rows_[row];
    return p.dynamic_w + growth * p.leakage_w + p.memory_w;
  };
  std::size_t low = 0, high = rows_.size() - 1;
  if (drawn(low) >= cap_w_) return at(lowest_hz_, growth);
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (drawn(middle) > cap_w_ ? high : low) = middle;
  }
  const double a = drawn(low), b = drawn(high);
  const double part = b > a ? std::clamp((cap_w_ - a) / (b - a), 0.0, 1.0) : 0;
  return at(std::min(ceiling_hz, lowest_hz_ + (static_cast<double>(low) + part) * kRowHz), growth);
}

}  // namespace headroom

#include "power/operating_table.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kLowestHz = 0.8e9;

/// Leakage of a clocked core at a voltage and the reference temperature.
double leakage_at(const Microarchitecture::Silicon& silicon, double voltage_v) {
  return silicon.leakage_w *
         std::pow(voltage_v / silicon.leakage_voltage_v, silicon.leakage_exponent);
}

/// How the cores of a load rest between its bursts.
struct Rest {
  double leakage_w = 0;  ///< of a core, at the reference temperature
  double exit_s = 0;
  bool package_sleeps = true;
};

Rest rest_of(const Microarchitecture& m, double wait_s, double running_v) {
  const auto& silicon = m.silicon;
  const double gated_w = silicon.gated_share * leakage_at(silicon, silicon.voltage_floor_v);
  if (m.idle_states.empty()) return {gated_w, 0, true};
  const auto* state = m.idle_state(wait_s);
  if (state == nullptr) return {leakage_at(silicon, running_v), 0, false};
  if (state->gated) return {gated_w, state->exit_s, true};
  const double held_v = state->low_voltage ? silicon.voltage_floor_v : running_v;
  return {leakage_at(silicon, held_v), state->exit_s, false};
}

/// One steady state of the processor: so many threads at a ceiling.
struct Steady {
  ComputeRate rate;
  double clock_hz;
  double voltage_v;
  int awake;
};

Steady steady(const Processor& processor, const CoreModel& cores, const Character& character,
              int threads, double ceiling_hz) {
  Steady s;
  s.awake = std::min(threads, static_cast<int>(processor.cores));
  s.clock_hz = std::min(ceiling_hz, turbo_mean_hz(processor, s.awake, cores.licence(character)));
  s.voltage_v = processor.microarchitecture.silicon.voltage_v(s.clock_hz);
  s.rate = cores.rate(character, threads, s.clock_hz);
  return s;
}

}  // namespace

void OperatingTable::reserve(const Processor& processor) {
  cores_ = static_cast<int>(processor.cores);
  lowest_hz_ = std::min(kLowestHz, processor.base_hz);
  const double top_hz = processor.turbo_hz.empty() ? processor.base_hz : processor.turbo_hz[0];
  rows_ = static_cast<std::size_t>(std::ceil((top_hz - lowest_hz_) / kStepHz - 1e-9)) + 1;
  points_.resize(rows_);
  dynamic_w_.assign(rows_ * static_cast<std::size_t>(cores_), 0.0);
  leakage_w_.assign(rows_ * static_cast<std::size_t>(cores_), 0.0);
}

OperatingTable::OperatingTable(const Processor& processor) {
  reserve(processor);
  const auto& m = processor.microarchitecture;
  idle_uncore_w_ = m.uncore.idle_power_w;
  const double asleep_w = m.silicon.gated_share * leakage_at(m.silicon, m.silicon.voltage_floor_v);
  for (auto& point : points_) {
    point.uncore_w = m.uncore.idle_power_w;
    point.voltage_v = m.silicon.voltage_floor_v;
  }
  asleep_leakage_w_ = asleep_w;
  std::ranges::fill(leakage_w_, asleep_w);
}

OperatingTable::OperatingTable(const Processor& processor, const CoreModel& cores, const Load& load)
    : OperatingTable(processor) {
  asleep_ = false;
  const auto& m = processor.microarchitecture;
  const double awake_uncore_w = m.uncore.power_w + m.uncore.power_per_core_w * processor.cores;
  const double asleep_w = m.silicon.gated_share * leakage_at(m.silicon, m.silicon.voltage_floor_v);
  const int threads = std::max(1, load.threads);
  const double serial = threads > 1 ? load.serial : 0;

  for (std::size_t row = 0; row < rows_; ++row) {
    const double ceiling_hz = lowest_hz_ + static_cast<double>(row) * kStepHz;
    const Steady many = steady(processor, cores, *load.character, threads, ceiling_hz);
    const Steady one = serial > 0 ? steady(processor, cores, *load.character, 1, ceiling_hz) : many;
    const double others = threads - 1;
    const double slowdown = 1 + others * (load.sync + load.crosstalk * threads);
    // Time for one instruction of the mix, alone and together, and their shares.
    const double alone_s = serial / one.rate.instr_per_s;
    const double together_s = (1 - serial) * slowdown / many.rate.instr_per_s;
    const double full_rate = 1 / (alone_s + together_s);
    const double part_one = alone_s * full_rate;
    double duty = load.busy;
    double wait_s = load.wait_s;
    if (load.due_per_s > 0) {
      duty = std::min(duty, load.due_per_s / full_rate);
      wait_s = (1 - duty) * load.period_s;
    }
    const Rest rest = rest_of(m, wait_s, many.voltage_v);
    double waking = 0;  // share of the time: clocked, but not at work yet
    if (load.due_per_s > 0 && duty < 1 && load.period_s > 0) {
      waking = std::min(1 - duty, rest.exit_s / load.period_s);
    }
    const double resting = 1 - duty - waking;

    Point& point = points_[row];
    point.work_per_s = duty * full_rate;
    point.awake = duty + waking;
    // Threads that wait for each other spin or sleep: they draw while they work.
    const double working = 1 / slowdown;
    point.traffic_b_per_s = duty * (part_one * one.rate.traffic_b_per_s +
                                    (1 - part_one) * working * many.rate.traffic_b_per_s);
    double awake_cores = 0, clock_cores = 0;
    for (int core = 0; core < cores_; ++core) {
      double dynamic_w = 0, leakage_w = 0;
      auto add = [&](const Steady& state, double share, double active) {
        const bool two = core < state.rate.cores_two;
        const bool on = core < state.rate.cores_two + state.rate.cores_one;
        if (!on) {
          leakage_w += share * asleep_w;
          return;
        }
        const double idle = m.silicon.idle_activity;
        const double full = two ? state.rate.activity_two : state.rate.activity_one;
        const double activity = idle + (full - idle) * active;
        dynamic_w += share * activity * m.silicon.capacitance_f * state.voltage_v *
                     state.voltage_v * state.clock_hz;
        leakage_w += share * leakage_at(m.silicon, state.voltage_v);
        awake_cores += share;
        clock_cores += share * state.clock_hz;
      };
      add(one, duty * part_one, 1);
      add(many, duty * (1 - part_one), working);
      add(many, waking, 0);
      const bool used = core < many.rate.cores_two + many.rate.cores_one;
      leakage_w += resting * (used ? rest.leakage_w : asleep_w);
      dynamic_w_[row * static_cast<std::size_t>(cores_) + static_cast<std::size_t>(core)] =
          dynamic_w;
      leakage_w_[row * static_cast<std::size_t>(cores_) + static_cast<std::size_t>(core)] =
          leakage_w;
      point.dynamic_w += dynamic_w;
    }
    point.clock_hz = awake_cores > 0 ? clock_cores / awake_cores : 0;
    const double sleeping = rest.package_sleeps ? resting : 0;
    point.uncore_w = (1 - sleeping) * awake_uncore_w + sleeping * m.uncore.idle_power_w +
                     m.uncore.energy_per_byte_j * point.traffic_b_per_s;
    point.voltage_v = many.voltage_v;
  }
}

OperatingTable OperatingTable::together(const std::vector<Part>& parts) {
  OperatingTable sum = *parts.front().table;
  const std::size_t cores = static_cast<std::size_t>(sum.cores_);
  for (std::size_t row = 0; row < sum.rows_; ++row) {
    double wanted = 0;
    for (const auto& part : parts) wanted += part.count * part.table->points_[row].awake;
    const double share = wanted > 1 ? 1 / wanted : 1;
    Point point;
    const double idle_w = sum.idle_uncore_w_;
    point.uncore_w = idle_w;
    double clock_awake = 0;
    for (std::size_t core = 0; core < cores; ++core) {
      sum.dynamic_w_[row * cores + core] = 0;
      sum.leakage_w_[row * cores + core] = sum.asleep_leakage_w_;
    }
    for (const auto& [table, count] : parts) {
      const Point& one = table->points_[row];
      const double weight = share * count;
      point.work_per_s += weight * one.work_per_s;
      point.awake += weight * one.awake;
      point.traffic_b_per_s += weight * one.traffic_b_per_s;
      point.uncore_w += weight * (one.uncore_w - idle_w);
      point.dynamic_w += weight * one.dynamic_w;
      point.voltage_v = std::max(point.voltage_v, one.voltage_v);
      clock_awake += weight * one.awake * one.clock_hz;
      for (std::size_t core = 0; core < cores; ++core) {
        sum.dynamic_w_[row * cores + core] += weight * table->dynamic_w_[row * cores + core];
        sum.leakage_w_[row * cores + core] +=
            weight * (table->leakage_w_[row * cores + core] - sum.asleep_leakage_w_);
      }
    }
    point.clock_hz = point.awake > 0 ? clock_awake / point.awake : 0;
    sum.points_[row] = point;
  }
  return sum;
}

double OperatingTable::highest_hz() const {
  return lowest_hz_ + static_cast<double>(rows_ - 1) * kStepHz;
}

OperatingTable::Position OperatingTable::locate(double ceiling_hz) const {
  const double place =
      std::clamp((ceiling_hz - lowest_hz_) / kStepHz, 0.0, static_cast<double>(rows_ - 1));
  const auto row = std::min(static_cast<std::size_t>(place), rows_ - (rows_ > 1 ? 2 : 1));
  return {row, rows_ > 1 ? place - static_cast<double>(row) : 0.0};
}

OperatingTable::Point OperatingTable::at(double ceiling_hz) const {
  const auto [row, part] = locate(ceiling_hz);
  const Point& a = points_[row];
  if (part <= 0) return a;
  const Point& b = points_[row + 1];
  auto mix = [part = part](double x, double y) { return x + part * (y - x); };
  return {mix(a.work_per_s, b.work_per_s), mix(a.clock_hz, b.clock_hz),
          mix(a.awake, b.awake),           mix(a.traffic_b_per_s, b.traffic_b_per_s),
          mix(a.uncore_w, b.uncore_w),     mix(a.dynamic_w, b.dynamic_w),
          mix(a.voltage_v, b.voltage_v)};
}

double OperatingTable::leakage_w(int core, double ceiling_hz) const {
  const auto [row, part] = locate(ceiling_hz);
  const std::size_t i = row * static_cast<std::size_t>(cores_) + static_cast<std::size_t>(core);
  const double low = leakage_w_[i];
  return part <= 0 ? low : low + part * (leakage_w_[i + static_cast<std::size_t>(cores_)] - low);
}

double OperatingTable::dynamic_w(int core, double ceiling_hz) const {
  const auto [row, part] = locate(ceiling_hz);
  const std::size_t i = row * static_cast<std::size_t>(cores_) + static_cast<std::size_t>(core);
  const double low = dynamic_w_[i];
  return part <= 0 ? low : low + part * (dynamic_w_[i + static_cast<std::size_t>(cores_)] - low);
}

double OperatingTable::leakage_total_w(double ceiling_hz, const std::vector<double>& growth) const {
  const auto [row, part] = locate(ceiling_hz);
  const double* low = &leakage_w_[row * static_cast<std::size_t>(cores_)];
  const double* high = part > 0 ? low + cores_ : low;
  double total_w = 0;
  for (int core = 0; core < cores_; ++core) {
    total_w +=
        (low[core] + part * (high[core] - low[core])) * growth[static_cast<std::size_t>(core)];
  }
  return total_w;
}

}  // namespace headroom

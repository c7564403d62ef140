#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cooling/noise.hpp"
#include "machine/simulation.hpp"

namespace headroom {
namespace {

constexpr double kZeroC = 273.15;
constexpr double kFirstWorkS = 10;           // over which the clock at the start is taken
constexpr double kSustainedShare = 2.0 / 3;  // the run's last third counts as sustained

}  // namespace

double Simulation::noise_dba(double& tone_hz) {
  // Sound changes only with fan speed: worked out again when that moved by 0.1 %.
  if (std::abs(fan_rpm_ - noise_rpm_) > 1e-3 * noise_rpm_ || noise_rpm_ < 0) {
    const auto& fan = thermal_.air_path().fan();
    const auto& flow = thermal_.at(level_);
    const FanNoise noise = fan_noise(fan, fan_rpm_, flow.flow_m3_per_s / fan.parameters().count,
                                     thermal_.air().density_kg_per_m3);
    const double levels[] = {level_at_dba(noise.total_dba, surroundings_.distance_m),
                             surroundings_.room_floor_dba};
    noise_dba_ = level_sum_dba(levels);
    noise_tone_hz_ = noise.tones[0].frequency_hz;
    noise_rpm_ = fan_rpm_;
  }
  tone_hz = noise_tone_hz_;
  return noise_dba_;
}

void Simulation::record(const Now& now, double) {
  auto set = [&](Ch channel, double value) { frame_[static_cast<std::size_t>(channel)] = value; };
  double hottest_k = 0;
  for (const int core : thermal_.cores()) {
    hottest_k = std::max(hottest_k, node_mean_k_[static_cast<std::size_t>(core)]);
  }
  const int cards = gpus();
  // With every core asleep: the clock at which one would wake.
  const double asleep_hz = phases_.processor().lowest_hz();
  set(Ch::cpu_clock, (now.cpu.awake > 0 ? now.cpu.clock_hz : asleep_hz) * 1e-9);
  set(Ch::cpu_ceiling, now.ceiling_hz * 1e-9);
  set(Ch::cpu_temperature, hottest_k - kZeroC);
  set(Ch::cpu_power, now.cpu_w);
  set(Ch::cpu_busy, now.cpu.awake);
  set(Ch::cpu_work, now.cpu.work_per_s * 1e-9);
  if (!machine_.gpus.empty()) {
    const double busy = phases_.graphics().busy_share();
    const double idle_hz = phases_.graphics().idle_hz();
    set(Ch::gpu_clock, (busy * now.gpu.clock_hz + (1 - busy) * idle_hz) * 1e-6);
    set(Ch::gpu_temperature, node_mean_k_[static_cast<std::size_t>(thermal_.gpu(0))] - kZeroC);
    set(Ch::gpu_memory_temperature,
        node_mean_k_[static_cast<std::size_t>(thermal_.gpu_memory(0))] - kZeroC);
    set(Ch::gpu_junction, node_mean_k_[static_cast<std::size_t>(thermal_.gpu(0))] - kZeroC +
                              machine_.gpus.front().junction_rise_k_per_w * now.gpu.package_w());
    set(Ch::gpu_power, now.gpu.package_w() * cards);
    set(Ch::gpu_work, now.gpu.flop_per_s * cards * 1e-9);
  }
  set(Ch::memory_traffic, now.cpu.traffic_b_per_s * 1e-9);
  set(Ch::storage_rate, phases_.storage_b_per_s() * 1e-9);
  set(Ch::network_rate, phases_.network_b_per_s() * 1e-9);
  set(Ch::fan_speed, fan_rpm_);
  set(Ch::air_flow, thermal_.at(level_).flow_m3_per_s * 1e3);
  double tone_hz = 0;
  set(Ch::noise_level, noise_dba(tone_hz));
  set(Ch::blade_tone, tone_hz);
  set(Ch::wall_power, now.wall_w);
  set(Ch::power_display, now.display_w);
  set(Ch::power_board, now.board_w + now.storage_w + now.network_w + now.fan_w);
  set(Ch::power_memory, now.memory_w);
  set(Ch::power_supply_loss, now.supply_w + now.cpu_regulator_w + now.gpu_regulator_w);
  auto i = static_cast<std::size_t>(Ch::count);
  for (const double k : node_mean_k_) frame_[i++] = k - kZeroC;
  const auto& network = thermal_.network();
  const auto& system = thermal_.at(level_).system;
  system.outputs(z_, drive_, std::span(frame_).subspan(i), network.outlet_output(0));
  for (; i < frame_.size(); ++i) frame_[i] -= kZeroC;
  trace_.record(now_, frame_);
}

void Simulation::account(const Now& now, double dt_s) {
  const auto& table = phases_.processor();
  const double end_s = now_.s();
  summary_.ledger.from_wall_j += now.wall_w * dt_s;
  constexpr double kLaminarReynolds = 2300;
  if (thermal_.at(level_).reynolds > kLaminarReynolds) turbulent_s_ += dt_s;
  if (now.wall_w - now.supply_w > machine_.supply.rated_w) overloaded_s_ += dt_s;
  if (hottest_core_k() > machine_.cpu.tj_max_k + 1) too_hot_s_ += dt_s;
  summary_.wall_highest_w = std::max(summary_.wall_highest_w, now.wall_w);
  summary_.cpu_highest_k = std::max(summary_.cpu_highest_k, hottest_core_k());
  if (!machine_.gpus.empty()) {
    summary_.gpu_highest_k =
        std::max(summary_.gpu_highest_k, node_k_[static_cast<std::size_t>(thermal_.gpu(0))]);
  }
  summary_.fan_highest_rpm = std::max(summary_.fan_highest_rpm, fan_rpm_);
  double tone_hz = 0;
  summary_.noise_highest_dba = std::max(summary_.noise_highest_dba, noise_dba(tone_hz));
  for (Sums* sums : {&sums_, &repeat_sums_}) {
    sums->work += now.cpu.work_per_s * dt_s;
    if (now.cool_hz > now.ceiling_hz || now.power_limited) {
      sums->work_cool += now.pace * table.at(now.cool_hz).work_per_s * dt_s;
      sums->work_free += now.pace * table.at(table.highest_hz()).work_per_s * dt_s;
    } else {
      sums->work_cool += now.cpu.work_per_s * dt_s;
      sums->work_free += now.cpu.work_per_s * dt_s;
    }
    if (!machine_.gpus.empty() && phases_.graphics().busy()) {
      const auto& graphics = machine_.gpus.front();
      const bool full = now.gpu.clock_hz >= graphics.boost_hz;
      auto rate = [](const GraphicsPoint& p) { return p.flop_per_s + p.bytes_per_s; };
      const auto cool =
          full ? now.gpu : phases_.graphics().under_cap(graphics.boost_hz, gpu_growth_[0]);
      const auto free = full ? now.gpu : phases_.graphics().at(graphics.boost_hz, 1);
      sums->flop += rate(now.gpu) * dt_s;
      sums->flop_cool += rate(cool) * dt_s;
      sums->flop_free += rate(free) * dt_s;
    }
    sums->awake_s += now.cpu.awake * dt_s;
    sums->clock_hz_s += now.cpu.awake * now.cpu.clock_hz * dt_s;
  }
  if (end_s <= kFirstWorkS + dt_s && sums_.awake_s > 0) {
    summary_.clock_first_hz = sums_.clock_hz_s / sums_.awake_s;
  }
}

void Simulation::end_repeat(bool finished) {
  Repeat repeat;
  repeat.start_s = repeat_start_s_;
  repeat.end_s = now_.s();
  repeat.finished = finished;
  repeat.work_instr = phases_.work_instr;
  repeat.graphics_flop = phases_.flop;
  repeat.graphics_b = phases_.graphics_b;
  repeat.storage_b = phases_.storage_b;
  repeat.clock_hz = repeat_sums_.awake_s > 0 ? repeat_sums_.clock_hz_s / repeat_sums_.awake_s : 0;
  repeat.clamped = repeat_clamped_;
  repeat.result = std::numeric_limits<double>::quiet_NaN();
  const double span_s = repeat.end_s - repeat.start_s;
  const auto& result = workload_.result;
  if (workload_.has_result && span_s > 0) {
    const double storage_s = machine_.drive.read_latency_s + span_s;
    if (result.kind == "rate") repeat.result = result.scale * repeat.work_instr * 1e-9 / span_s;
    if (result.kind == "time" && finished) repeat.result = result.scale * span_s;
    if (result.kind == "time-per-work") repeat.result = result.scale * span_s / repeat.work_instr;
    if (result.kind == "graphics-rate") {
      repeat.result = result.scale * repeat.graphics_flop * 1e-9 / span_s;
    }
    if (result.kind == "graphics-bandwidth") {
      repeat.result = result.scale * repeat.graphics_b * 1e-9 / span_s;
    }
    if (result.kind == "storage-rate") {
      repeat.result = result.scale * repeat.storage_b * 1e-9 / storage_s;
    }
  }
  if (finished) {
    event("repeat", fmt::format("run {} ends after {:.1f} s{}", summary_.repeats.size() + 1, span_s,
                                std::isfinite(repeat.result)
                                    ? fmt::format(": {:.0f} {}", repeat.result, result.unit)
                                    : ""));
  }
  summary_.repeats.push_back(repeat);
  repeat_sums_ = {};
  repeat_clamped_ = std::ranges::any_of(
      throttle_states_, [](const auto& state) { return state.ceiling_hz < Throttle::kOpen; });
}

namespace {

double mean_of(const Trace& trace, Ch channel, double from_s) {
  return trace.mean_between(static_cast<std::size_t>(channel), from_s, trace.end_s());
}

/// Mean clock over the time cores were awake.
double awake_clock_ghz(const Trace& trace, Ch clock, Ch busy, double from_s) {
  double sum = 0, weight = 0;
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    if (trace.start_s(bin) + trace.bin_s() <= from_s + 1e-9) continue;
    const double awake = trace.mean(static_cast<std::size_t>(busy), bin);
    sum += awake * trace.mean(static_cast<std::size_t>(clock), bin);
    weight += awake;
  }
  return weight > 0 ? sum / weight : 0;
}

}  // namespace

void Simulation::finish(RunResult& result) {
  auto& s = summary_;
  const auto& network = thermal_.network();
  s.length_s = now_.s();
  s.energy_j = s.ledger.from_wall_j;
  s.ledger.stored_j = network.stored_j(node_k_) - stored_at_start_j_;
  s.ledger.carried_off_j = sums_.heat_out_j;
  s.wall_mean_w = s.length_s > 0 ? s.energy_j / s.length_s : 0;
  if (sums_.work_free > 0) {
    s.losses.to_heat = (sums_.work_cool - sums_.work) / sums_.work_free;
    s.losses.to_power = (sums_.work_free - sums_.work_cool) / sums_.work_free;
  }
  if (sums_.flop_free > 0) {
    s.losses.graphics_to_heat = (sums_.flop_cool - sums_.flop) / sums_.flop_free;
    s.losses.graphics_to_power = (sums_.flop_free - sums_.flop_cool) / sums_.flop_free;
  }
  s.result_first =
      s.repeats.empty() ? std::numeric_limits<double>::quiet_NaN() : s.repeats.front().result;
  double sum = 0;
  int count = 0;
  for (std::size_t i = s.repeats.size() / 2; i < s.repeats.size(); ++i) {
    if (!std::isfinite(s.repeats[i].result)) continue;
    sum += s.repeats[i].result;
    ++count;
  }
  s.result_sustained = count > 0 ? sum / count : s.result_first;
  if (phases_.due_instr > 0) {
    s.missed_deadlines = std::max(0.0, 1 - phases_.due_done_instr / phases_.due_instr);
  }
  if (trace_.bins() > 0) {
    const double from_s = kSustainedShare * s.length_s;
    s.clock_sustained_hz = 1e9 * awake_clock_ghz(trace_, Ch::cpu_clock, Ch::cpu_busy, from_s);
    s.graphics_clock_sustained_hz = 1e6 * mean_of(trace_, Ch::gpu_clock, from_s);
    s.cpu_sustained_k = kZeroC + mean_of(trace_, Ch::cpu_temperature, from_s);
    s.gpu_sustained_k = kZeroC + mean_of(trace_, Ch::gpu_temperature, from_s);
    s.wall_sustained_w = mean_of(trace_, Ch::wall_power, from_s);
    s.noise_sustained_dba = mean_of(trace_, Ch::noise_level, from_s);
    s.fan_sustained_rpm = mean_of(trace_, Ch::fan_speed, from_s);
  }
  constexpr double kStillWarmingK = 1;
  const double last_s = s.length_s / 6;
  const auto hottest = static_cast<std::size_t>(Ch::cpu_temperature);
  if (trace_.bins() > 12 && !s.shut_down &&
      trace_.high_between(hottest, s.length_s - last_s, s.length_s) >
          trace_.high_between(hottest, s.length_s - 2 * last_s, s.length_s - last_s) +
              kStillWarmingK) {
    s.warnings.emplace_back(
        "still warming when the run ended: a longer run may sustain less (--for, --repeat)");
  }
  if (too_hot_s_ > 0) {
    s.warnings.push_back(fmt::format(
        "the hottest core was above its limit of {:.0f} degC, before protection acted, for {:.1f} "
        "s in all",
        machine_.cpu.tj_max_k - kZeroC, too_hot_s_));
  }
  if (overloaded_s_ > 0) {
    s.warnings.push_back(
        fmt::format("the power supply gave more than its {:.0f} W for {:.1f} s in all",
                    machine_.supply.rated_w, overloaded_s_));
  }
  if (turbulent_s_ > 0) {
    s.warnings.push_back(fmt::format(
        "extrapolated for {:.0f} s in all: air between the fins was beyond the laminar laws",
        turbulent_s_));
  }
  result.summary = std::move(summary_);
  result.trace = std::move(trace_);
}

double Ledger::residual() const {
  if (from_wall_j <= 0) return 0;
  return std::abs(from_wall_j - stored_j - carried_off_j) / from_wall_j;
}

void Surroundings::declare(Fields& f) {
  f.number("ambient", room_k, "degC", "room temperature", -20, 50);
  f.number("altitude", altitude_m, "m", "above the sea", -400, 5000);
  f.number("dust", dust, "1", "0 new, 1 after years without cleaning", 0, 1);
  f.number("paste", paste, "1", "thermal paste's resistance relative to new", 0.2, 10);
  f.number("wall", wall, "1", "0 free on a desk, 1 its back close to a wall", 0, 1);
  f.number("distance", distance_m, "m", "of the listener", 0.1, 20);
  f.number("room_floor", room_floor_dba, "dBA", "the room's own sound", 0, 90);
}

}  // namespace headroom

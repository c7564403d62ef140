#include "machine/simulation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cooling/noise.hpp"

namespace headroom {
namespace {

constexpr double kDefaultLengthS = 600;  // of an endless workload, when nothing is said
constexpr double kLongestRunS = 30 * 86400.0;
constexpr double kShortestStepS = 1e-3;
constexpr double kLongestStepS = 0.25;
constexpr double kTripAboveTjK = 25;  // a processor's THERMTRIP lies this far above TjMax
constexpr double kThermalHysteresisHz = 5e6;
constexpr int kWarmRounds = 60;

double due_tick_s(Time now, double period_s) {
  const std::int64_t period_ns = Time::seconds(period_s).ns;
  return Time{(now.ns / period_ns + 1) * period_ns - now.ns}.s();
}

bool falls_on(Time now, double period_s) {
  return now.ns % Time::seconds(period_s).ns == 0;
}

}  // namespace

Simulation::Simulation(const Machine& machine, const Workload& workload,
                       const Surroundings& surroundings, const RunOptions& options)
    : machine_(machine),
      workload_(workload),
      surroundings_(surroundings),
      options_(options),
      thermal_(machine, surroundings),
      phases_(machine, workload, options),
      limit_{machine.cpu.pl1_w, machine.cpu.pl2_w, machine.cpu.tau_s},
      fan_control_(machine.fan_control),
      trace_(channels_of(thermal_), options.bin_s) {
  for (const auto& parameters : machine.throttles) throttles_.emplace_back(parameters);
  throttle_states_.resize(throttles_.size());
  throttle_last_.resize(throttles_.size());
  for (const auto& rule : machine.throttles) throttle_sensors_.push_back(sensor_of(rule.sensor));
  for (const auto& rule : machine.fan_control.rules) {
    fan_sensors_.push_back(sensor_of(rule.sensor));
  }
  fan_readings_k_.resize(fan_sensors_.size());
  auto sinks = [&](std::string_view consumer) { return &thermal_.sinks(consumer); };
  sinks_ = {sinks("cpu.regulator"),
            machine.gpus.empty() ? nullptr : sinks("gpu.regulator"),
            sinks("memory"),
            sinks("storage"),
            sinks("network"),
            sinks("board"),
            sinks("display"),
            sinks("supply"),
            sinks("fan")};
  fan_state_ = fan_control_.start();
  fan_rpm_ = fan_state_.command_rpm;
  const auto& network = thermal_.network();
  const auto nodes = static_cast<std::size_t>(network.nodes());
  node_k_.assign(nodes, surroundings.room_k);
  node_mean_k_ = node_k_;
  slope_k_per_s_.assign(nodes, 0.0);
  growth_.assign(thermal_.cores().size(), 1.0);
  gpu_growth_.assign(machine.gpus.size(), 1.0);
  u_ = network.no_inputs();
  u_[static_cast<std::size_t>(network.room_input())] = surroundings.room_k;
  frame_.assign(trace_.channels().size(), 0.0);
  repeats_left_ = static_cast<int>(options.repeat > 0 ? options.repeat : workload.repeat);
  endless_ = workload.endless();
  const double asked_s = options.for_s > 0 ? options.for_s : (endless_ ? kDefaultLengthS : 0);
  if (asked_s > 0) endless_ = true;
  end_ = Time::seconds(asked_s > 0 ? std::min(asked_s, kLongestRunS) : kLongestRunS);
}

int Simulation::gpus() const {
  const int fitted = static_cast<int>(machine_.gpus.size());
  return options_.gpus > 0 ? std::min(options_.gpus, fitted) : fitted;
}

double Simulation::hottest_core_k() const {
  double hottest_k = 0;
  for (const int core : thermal_.cores()) {
    hottest_k = std::max(hottest_k, node_k_[static_cast<std::size_t>(core)]);
  }
  return hottest_k;
}

int Simulation::sensor_of(const std::string& name) const {
  if (name == "cpu") return kCpuSensor;
  if (name == "gpu") return kGpuSensor;
  if (name == "gpu.memory") return kGpuMemorySensor;
  const int node = thermal_.node(name);
  if (node >= 0) return node;
  std::vector<std::string> known = {"cpu", "gpu", "gpu.memory"};
  for (int i = 0; i < thermal_.network().nodes(); ++i) {
    known.push_back(thermal_.network().node_name(i));
  }
  throw InputError(
      fmt::format("{}: the firmware reads a sensor '{}' that does not exist", machine_.id, name),
      suggest(name, known));
}

double Simulation::sensor_k(int sensor) const {
  if (sensor >= 0) return node_k_[static_cast<std::size_t>(sensor)];
  if (sensor == kCpuSensor) return hottest_core_k();
  double hottest_k = 0;
  for (std::size_t i = 0; i < machine_.gpus.size(); ++i) {
    const int node = sensor == kGpuSensor ? thermal_.gpu(i) : thermal_.gpu_memory(i);
    hottest_k = std::max(hottest_k, node_k_[static_cast<std::size_t>(node)]);
  }
  return hottest_k;
}

void Simulation::settle_growth(double dt_s) {
  const auto& silicon = machine_.cpu.microarchitecture.silicon;
  // Temperatures in the middle of the step to come, as they move now.
  auto middle_k = [&](int node) {
    const auto i = static_cast<std::size_t>(node);
    return node_k_[i] + std::clamp(0.5 * dt_s * slope_k_per_s_[i], -2.0, 2.0);
  };
  for (std::size_t i = 0; i < growth_.size(); ++i) {
    growth_[i] =
        std::exp(silicon.leakage_slope_per_k *
                 (std::min(middle_k(thermal_.cores()[i]), 500.0) - silicon.leakage_temperature_k));
  }
  for (std::size_t i = 0; i < gpu_growth_.size(); ++i) {
    const auto& graphics = machine_.gpus[i];
    gpu_growth_[i] =
        std::exp(graphics.leakage_slope_per_k *
                 (std::min(middle_k(thermal_.gpu(i)), 500.0) - graphics.leakage_temperature_k));
  }
}

double Simulation::power_ceiling_hz(double from_hz, double allowed_w) const {
  const auto& table = phases_.processor();
  auto fits = [&](double hz) {
    const auto point = table.at(hz);
    const double cores_w = point.dynamic_w + table.leakage_total_w(hz, growth_);
    return point.uncore_w + cores_w <= allowed_w &&
           cores_w / point.voltage_v <= machine_.cpu.icc_max_a;
  };
  if (fits(from_hz)) return from_hz;
  double low = table.lowest_hz(), high = from_hz;
  while (high - low > 1e5) {  // 0.1 MHz: the mean clock of alternating multipliers
    const double middle = 0.5 * (low + high);
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

void Simulation::decide(Now& now) {
  double thermal_hz = Throttle::kOpen, gpu_thermal_hz = Throttle::kOpen;
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    auto& ceiling = throttles_[i].parameters().limits == "gpu" ? gpu_thermal_hz : thermal_hz;
    ceiling = std::min(ceiling, throttle_states_[i].ceiling_hz);
  }
  const auto& table = phases_.processor();
  const double top_hz = table.highest_hz();
  const double allowed_w = limit_.allowed_w(average_w_);
  now.cool_hz = power_ceiling_hz(top_hz, allowed_w);
  now.power_limited = now.cool_hz < top_hz;
  now.ceiling_hz = std::clamp(thermal_hz, table.lowest_hz(), now.cool_hz);
  now.cpu = table.at(now.ceiling_hz);
  now.cpu_w = now.cpu.uncore_w + now.cpu.dynamic_w + table.leakage_total_w(now.ceiling_hz, growth_);

  const int cards = gpus();
  now.gpu = {};
  if (!machine_.gpus.empty()) {
    now.gpu = phases_.graphics().under_cap(gpu_thermal_hz, gpu_growth_[0]);
  }
  const double gpu_w = now.gpu.package_w() * cards;
  const auto& board = machine_.board;
  const bool working = !table.asleep() || (!machine_.gpus.empty() && phases_.graphics().busy());
  now.board_w = board.idle_w + (working ? board.active_w * std::max(now.cpu.awake, 0.2) : 0);
  now.display_w = board.display_dark_w + board.display_bright_w * workload_.display;
  now.memory_w = machine_.memory.power_w(now.cpu.traffic_b_per_s);
  now.storage_w =
      machine_.drive.idle_w + (phases_.storage_b_per_s() > 0 ? machine_.drive.active_w : 0);
  now.network_w =
      machine_.port.idle_w + (phases_.network_b_per_s() > 0 ? machine_.port.active_w : 0);
  now.fan_w =
      thermal_.air_path().fan().electric_power_w(fan_rpm_, thermal_.air().density_kg_per_m3);
  const double current_a = (now.cpu_w - now.cpu.uncore_w) / now.cpu.voltage_v;
  now.cpu_regulator_w = now.cpu_w * board.cpu_regulator_loss / (1 - board.cpu_regulator_loss) +
                        current_a * current_a * machine_.cpu.loadline_ohm;
  now.gpu_regulator_w = gpu_w * board.gpu_regulator_loss / (1 - board.gpu_regulator_loss);
  for (int i = 0; i < cards; ++i) {
    const auto& g = machine_.gpus[static_cast<std::size_t>(i)];
    now.gpu_regulator_w +=
        g.board_overhead_w * std::min(1.0, now.gpu.package_w() / g.package_cap_w);
  }
  const double output_w = now.cpu_w + gpu_w + now.board_w + now.display_w + now.memory_w +
                          now.storage_w + now.network_w + now.fan_w + now.cpu_regulator_w +
                          now.gpu_regulator_w;
  now.supply_w = machine_.supply.loss_w(output_w);
  now.wall_w = output_w + now.supply_w;
}

void Simulation::put_heat(const Now& now) {
  const auto& network = thermal_.network();
  const double room_k = surroundings_.room_k;
  std::fill(u_.begin(), u_.end() - 1, 0.0);
  auto node = [&](int i) -> double& {
    return u_[static_cast<std::size_t>(network.node_power_input(i))];
  };
  const auto& table = phases_.processor();
  const auto& cores = thermal_.cores();
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const int core = static_cast<int>(i);
    node(cores[i]) +=
        table.dynamic_w(core, now.ceiling_hz) + table.leakage_w(core, now.ceiling_hz) * growth_[i];
  }
  // Mesh and cache slice lie in each core's tile, the rest in the other tiles.
  const auto& uncore = machine_.cpu.microarchitecture.uncore;
  const double sliced_w = uncore.power_per_core_w * machine_.cpu.cores;
  const double all_w = sliced_w + uncore.power_w;
  const double slices_w = all_w > 0 ? now.cpu.uncore_w * sliced_w / all_w : 0;
  for (const int core : cores) node(core) += slices_w / machine_.cpu.cores;
  node(thermal_.uncore()) += now.cpu.uncore_w - slices_w;
  for (int i = 0; i < gpus(); ++i) {
    const auto card = static_cast<std::size_t>(i);
    node(thermal_.gpu(card)) += now.gpu.dynamic_w + now.gpu.leakage_w;
    node(thermal_.gpu_memory(card)) += now.gpu.memory_w;
  }
  auto spread = [&](const std::vector<ThermalModel::Sink>* sinks, double watts) {
    for (const auto& sink : *sinks) {
      u_[static_cast<std::size_t>(sink.input)] += watts * sink.share;
    }
  };
  spread(sinks_.cpu_regulator, now.cpu_regulator_w);
  if (!machine_.gpus.empty()) spread(sinks_.gpu_regulator, now.gpu_regulator_w);
  spread(sinks_.memory, now.memory_w);
  spread(sinks_.storage, now.storage_w);
  spread(sinks_.network, now.network_w);
  spread(sinks_.board, now.board_w);
  spread(sinks_.display, now.display_w);
  spread(sinks_.supply, now.supply_w);
  spread(sinks_.fan, now.fan_w);
  enclosure_extra_w_ = 0;
  if (thermal_.outside() >= 0) {
    const double outside_k = node_k_[static_cast<std::size_t>(thermal_.outside())];
    enclosure_extra_w_ = thermal_.enclosure().heat_w(outside_k, room_k, thermal_.air()) -
                         thermal_.enclosure_w_per_k() * (outside_k - room_k);
    node(thermal_.outside()) -= enclosure_extra_w_;
  }
}

void Simulation::start_warm() {
  // The machine has stood switched on, at rest, for as long as it takes. A fan
  // that is held is taken in hand only when the run begins.
  level_ = thermal_.level(fan_rpm_);
  const auto* system = &thermal_.at(level_).system;
  const auto& network = thermal_.network();
  z_.assign(static_cast<std::size_t>(system->modes()), 0.0);
  z_integral_ = z_;
  drive_.assign(static_cast<std::size_t>(system->drive_size()), 0.0);
  Now now;
  const auto cold = node_k_;
  for (int round = 0; round < kWarmRounds; ++round) {
    settle_growth(0);
    decide(now);
    put_heat(now);
    system->drive(u_, drive_);
    try {
      system->steady(drive_, z_);
    } catch (const ModelError&) {  // nothing carries its heat away: it starts at the room's
      node_k_ = cold;
      break;
    }
    const auto before = node_k_;
    system->outputs(z_, drive_, node_k_);
    double moved_k = 0;
    for (std::size_t i = 0; i < node_k_.size(); ++i) {
      if (!(node_k_[i] < 400)) node_k_[i] = 400;
      moved_k = std::max(moved_k, std::abs(node_k_[i] - before[i]));
    }
    if (moved_k < 1e-9) break;
  }
  system->project(node_k_, z_);
  system->outputs(z_, drive_, node_k_);
  average_w_ = now.cpu_w;
  stored_at_start_j_ = network.stored_j(node_k_);
}

double Simulation::next_tick_s() const {
  double soonest_s = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    const auto& p = throttles_[i].parameters();
    // A loop is skipped while its sensor is too cool to reach its trip within a step.
    if (throttles_[i].idle(sensor_k(throttle_sensors_[i]) + 3, throttle_states_[i])) continue;
    soonest_s = std::min(soonest_s, due_tick_s(now_, p.period_s));
  }
  if (options_.fan_rpm < 0) {
    soonest_s = std::min(soonest_s, due_tick_s(now_, fan_control_.parameters().period_s));
  }
  return soonest_s;
}

double Simulation::step_length_s(const Now& now) {
  double length_s = std::min(step_s_, kLongestStepS) * options_.step_scale;
  length_s = std::min(length_s, (end_ - now_).s());
  length_s = std::min(length_s, next_tick_s());
  if (pause_left_s_ > 0) length_s = std::min(length_s, pause_left_s_);
  length_s = std::min(length_s, phases_.time_to_change_s(now.ceiling_hz, now.gpu));
  if (now.ceiling_hz >= now.cool_hz) {
    const double left_s = limit_.time_left_s(average_w_, now.cpu_w);
    if (left_s > 0) length_s = std::min(length_s, left_s);
  }
  return std::max(length_s, 1e-9);
}

void Simulation::advance(const Now& now, double dt_s) {
  const auto& system = thermal_.at(level_).system;
  const auto& network = thermal_.network();
  system.drive(u_, drive_);
  if (modal_level_ != level_ || modal_step_.dt_s() != dt_s) {
    system.prepare(dt_s, modal_step_);
    modal_level_ = level_;
  }
  system.advance(modal_step_, drive_, z_, z_integral_);
  node_before_k_ = node_k_;
  system.outputs(z_, drive_, node_k_);
  system.output_integrals(modal_step_, z_integral_, drive_, node_mean_k_);
  double heat_j[1];
  system.output_integrals(modal_step_, z_integral_, drive_, heat_j, network.heat_output());
  sums_.heat_out_j += heat_j[0] + enclosure_extra_w_ * dt_s;
  for (std::size_t i = 0; i < node_k_.size(); ++i) {
    slope_k_per_s_[i] = (node_k_[i] - node_before_k_[i]) / dt_s;
    node_mean_k_[i] /= dt_s;
  }
  // At PL1 the limiter holds the average there; bisection leaves a trifle below.
  constexpr double kHeld = 1e-3;
  const bool held =
      limit_.allowed_w(average_w_) <= limit_.pl1_w && now.cpu_w >= limit_.pl1_w * (1 - kHeld);
  if (!held) average_w_ = limit_.average_after_w(average_w_, now.cpu_w, dt_s);
}

void Simulation::fire_ticks(const Now& now) {
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    const auto& p = throttles_[i].parameters();
    if (!falls_on(now_, p.period_s)) continue;
    auto& state = throttle_states_[i];
    const double sensor = sensor_k(throttle_sensors_[i]);
    const double before_hz = state.ceiling_hz;
    const bool gpu = p.limits == "gpu";
    throttles_[i].tick(sensor, gpu ? now.gpu.clock_hz : now.cpu.clock_hz,
                       (now_ - throttle_last_[i]).s(), state);
    throttle_last_[i] = now_;
    if (state.ceiling_hz == before_hz) continue;
    if (std::abs(state.ceiling_hz - before_hz) > kThermalHysteresisHz) step_s_ = kShortestStepS;
    const bool began = before_hz >= Throttle::kOpen;
    const bool ended = state.ceiling_hz >= Throttle::kOpen;
    if (!began && !ended) continue;
    event(began ? "clamp" : "release",
          fmt::format("{}: {} at {:.1f} degC", p.name,
                      began ? fmt::format("{} held to {:.2f} GHz", gpu ? "graphics" : "cores",
                                          state.ceiling_hz * 1e-9)
                            : "lets go",
                      state.reading_k - 273.15),
          state.reading_k - 273.15);
    if (began) {
      repeat_clamped_ = true;
      if (!summary_.first_heat_loss_s) summary_.first_heat_loss_s = now_.s();
    }
  }
  if (options_.fan_rpm < 0 && falls_on(now_, fan_control_.parameters().period_s)) {
    for (std::size_t i = 0; i < fan_sensors_.size(); ++i) {
      fan_readings_k_[i] = sensor_k(fan_sensors_[i]);
    }
    const bool before = fan_state_.emergency;
    fan_control_.tick(fan_readings_k_, fan_state_);
    if (fan_state_.emergency != before) {
      event(before ? "release" : "emergency",
            before ? "fans return to their normal range" : "fans pass their normal limit");
    }
  }
}

bool Simulation::shut_down_by_heat() {
  std::string reason;
  const double cpu_k = hottest_core_k();
  if (!(cpu_k < machine_.cpu.tj_max_k + kTripAboveTjK)) {
    reason = fmt::format("thermal trip at {:.0f} s: processor at {:.0f} degC", now_.s(),
                         std::min(cpu_k, 1e4) - 273.15);
  }
  for (std::size_t i = 0; i < machine_.gpus.size() && reason.empty(); ++i) {
    const double gpu_k = node_k_[static_cast<std::size_t>(thermal_.gpu(i))];
    if (!(gpu_k < machine_.gpus[i].shutdown_k)) {
      reason = fmt::format("thermal trip at {:.0f} s: graphics at {:.0f} degC", now_.s(),
                           std::min(gpu_k, 1e4) - 273.15);
    }
  }
  if (reason.empty()) return false;
  summary_.shut_down = true;
  summary_.shutdown_reason = reason;
  event("shutdown", reason);
  return true;
}

void Simulation::event(std::string kind, std::string what, double value) {
  constexpr std::size_t kMostEvents = 20000;
  if (trace_.events.size() < kMostEvents) {
    trace_.events.push_back({now_.s(), std::move(kind), std::move(what), value});
  }
}

RunResult Simulation::run() {
  start_warm();
  if (options_.fan_rpm >= 0) fan_rpm_ = options_.fan_rpm;
  phases_.restart();
  step_s_ = kShortestStepS;
  Now now;
  long since_progress = 0;
  const double fan_lag_s = machine_.fan.spin_up_s;
  while (now_ < end_) {
    const int level = thermal_.level(fan_rpm_);
    if (level != level_) {
      level_ = level;
      thermal_.at(level_).system.project(node_k_, z_);
    }
    settle_growth(std::min(step_s_, kLongestStepS));
    decide(now);
    put_heat(now);
    const Time dt{std::max<std::int64_t>(1, Time::seconds(step_length_s(now)).ns)};
    const double dt_s = dt.s();
    advance(now, dt_s);
    now_ = now_ + dt;
    account(now, dt_s);
    if (options_.record) record(now, dt_s);
    ++summary_.steps;
    step_s_ = std::min(2 * step_s_, kLongestStepS);
    if (options_.fan_rpm < 0 && fan_rpm_ != fan_state_.command_rpm) {
      fan_rpm_ = thermal_.air_path().fan().speed_after(fan_rpm_, fan_state_.command_rpm, dt_s);
      if (std::abs(fan_rpm_ - fan_state_.command_rpm) < 0.05 || fan_lag_s <= 0) {
        fan_rpm_ = fan_state_.command_rpm;
      }
    }
    fire_ticks(now);
    if (shut_down_by_heat()) break;
    if (pause_left_s_ > 0) {
      pause_left_s_ -= dt_s;
      if (pause_left_s_ <= 1e-9) {
        pause_left_s_ = 0;
        phases_.restart();
        repeat_start_s_ = now_.s();
        step_s_ = kShortestStepS;
      }
    } else if (phases_.advance(dt_s, now.ceiling_hz, now.gpu, gpus())) {
      step_s_ = kShortestStepS;
      if (phases_.done()) {
        const double lasted_s = now_.s() - repeat_start_s_;
        end_repeat(true);
        constexpr double kShortestRepeatS = 1e-3;
        if (endless_ && repeats_left_ <= 1 && lasted_s < kShortestRepeatS) {
          summary_.warnings.push_back(fmt::format(
              "the workload is over in {:.3g} ms: too short to be repeated", lasted_s * 1e3));
          break;
        }
        // A finite workload that is told how long to run starts again and again.
        if (--repeats_left_ <= 0 && (!endless_ || options_.repeat > 0)) break;
        pause_left_s_ = workload_.gap_s;
        phases_.stop();
        if (pause_left_s_ <= 0) {
          phases_.restart();
          repeat_start_s_ = now_.s();
        }
      }
    }
    if (options_.progress != nullptr && ++since_progress >= 4096) {
      since_progress = 0;
      if (!options_.progress(options_.progress_context, now_.s(), endless_ ? end_.s() : 0)) {
        summary_.warnings.emplace_back("stopped by hand: what follows is what was done so far");
        break;
      }
    }
  }
  if (phases_.running()) end_repeat(false);
  RunResult result;
  finish(result);
  return result;
}

RunResult run(const Machine& machine, const Workload& workload, const Surroundings& surroundings,
              const RunOptions& options) {
  for (const auto& phase : workload.phases) {
    if (phase.demands_graphics() && machine.gpus.empty()) {
      throw InputError(
          fmt::format("{} cannot run '{}': it has no graphics processor", machine.id, workload.id));
    }
    if (phase.memory_b > machine.memory.capacity_b) {
      throw InputError(
          fmt::format("{} cannot run '{}': it needs {:g} GB of memory, and there are {:g}",
                      machine.id, workload.id, phase.memory_b * 1e-9,
                      machine.memory.capacity_b * 1e-9),
          "choose a larger memory option");
    }
  }
  return Simulation(machine, workload, surroundings, options).run();
}

}  // namespace headroom

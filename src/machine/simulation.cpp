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
      licence_(machine.cpu),
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
  length_s = std::min(length_s, licence_.time_left_s());
  length_s = std::min(length_s, phases_.time_to_change_s({now.ceiling_hz, now.pace, now.gpu}));
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
    licence_.want(phases_.licence(), phases_.cores_awake());
    decide(now);
    put_heat(now);
    const Time dt{std::max<std::int64_t>(1, Time::seconds(step_length_s(now)).ns)};
    const double dt_s = dt.s();
    advance(now, dt_s);
    now_ = now_ + dt;
    licence_.advance(dt_s);
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
    } else if (phases_.advance(dt_s, {now.ceiling_hz, now.pace, now.gpu}, gpus())) {
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
  for (const auto& need : workload.needs) {
    if (meets(machine.features, configured_of(machine), need)) continue;
    throw InputError(fmt::format("{} cannot run '{}': it needs {} ({})", machine.id, workload.id,
                                 need.text, need.meaning),
                     "'headroom show' says what a machine has");
  }
  const double top_rpm = std::max(machine.fan.speed_max_rpm, machine.fan.speed_emergency_rpm);
  if (options.fan_rpm > top_rpm) {
    throw InputError(
        fmt::format("the fans of {} cannot turn at {:g} rpm", machine.id, options.fan_rpm),
        fmt::format("0 to {:g} rpm", top_rpm));
  }
  return Simulation(machine, workload, surroundings, options).run();
}

}  // namespace headroom

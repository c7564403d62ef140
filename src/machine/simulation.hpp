#pragma once

#include <vector>

#include "compute/licence_clock.hpp"
#include "firmware/fan_control.hpp"
#include "firmware/throttle.hpp"
#include "machine/channels.hpp"
#include "machine/phases.hpp"
#include "machine/run.hpp"
#include "machine/thermal_model.hpp"
#include "power/power_limit.hpp"

namespace headroom {

/// One run, step by step: demand -> activity -> watts -> temperatures ->
/// sensors -> firmware -> clocks and fan speeds -> next demand.
///
/// A step lasts until the first thing that can change a decision: the end of a
/// demand, a tick of a firmware loop that is not idle, the power average
/// reaching its limit. Within it power is constant (leakage at the temperature
/// of its middle) and the network is advanced exactly. After a jump of load
/// steps start at a millisecond and double. Ticks lie on whole multiples of
/// their periods, so that where steps fall cannot change what firmware sees.
class Simulation {
 public:
  Simulation(const Machine& machine, const Workload& workload, const Surroundings& surroundings,
             const RunOptions& options);
  RunResult run();

 private:
  /// Clocks and powers that hold during a step.
  struct Now {
    double ceiling_hz = 0;  ///< granted to the cores
    double cool_hz = 0;     ///< what power and current alone would grant
    bool power_limited = false;
    double pace = 1;  ///< share of its rate at which the processor works: below 1 in a transition
    OperatingTable::Point cpu;
    double cpu_w = 0;
    GraphicsPoint gpu;
    double wall_w = 0;
    double display_w = 0, board_w = 0, memory_w = 0, storage_w = 0, network_w = 0, fan_w = 0;
    double cpu_regulator_w = 0, gpu_regulator_w = 0, supply_w = 0;
  };

  void start_warm();
  void decide(Now& now);
  double power_ceiling_hz(double from_hz, double allowed_w) const;
  void put_heat(const Now& now);
  void settle_growth(double dt_s);
  double next_tick_s() const;
  double step_length_s(const Now& now);
  void advance(const Now& now, double dt_s);
  void fire_ticks(const Now& now);
  bool shut_down_by_heat();
  void record(const Now& now, double dt_s);
  void account(const Now& now, double dt_s);
  void end_repeat(bool finished);
  void finish(RunResult& result);
  /// A sensor by its number: a node, or one of these.
  enum Sensor { kCpuSensor = -1, kGpuSensor = -2, kGpuMemorySensor = -3 };
  int sensor_of(const std::string& name) const;
  double sensor_k(int sensor) const;
  double hottest_core_k() const;
  double noise_dba(double& tone_hz);
  int gpus() const;
  void event(std::string kind, std::string what, double value = 0);

  const Machine& machine_;
  const Workload& workload_;
  const Surroundings& surroundings_;
  const RunOptions& options_;
  ThermalModel thermal_;
  Phases phases_;
  PowerLimit limit_;
  LicenceClock licence_;
  std::vector<Throttle> throttles_;
  FanControl fan_control_;
  std::vector<int> throttle_sensors_, fan_sensors_;
  struct Sinks {
    const std::vector<ThermalModel::Sink>*cpu_regulator, *gpu_regulator, *memory, *storage,
        *network, *board, *display, *supply, *fan;
  } sinks_{};

  // State of the run.
  Time now_{};
  Time end_{};
  bool endless_ = false;
  int level_ = 0;
  std::vector<double> z_, z_integral_, drive_, u_;
  std::vector<double> node_k_, node_mean_k_, node_before_k_, growth_, gpu_growth_, slope_k_per_s_;
  std::vector<double> fan_readings_k_;
  double fan_rpm_ = 0;
  FanControl::State fan_state_;
  std::vector<Throttle::State> throttle_states_;
  std::vector<Time> throttle_last_;  ///< when each rule last looked
  double average_w_ = 0;
  double step_s_ = 1e-3;
  double pause_left_s_ = 0;
  int repeats_left_ = 1;
  double enclosure_extra_w_ = 0;
  double noise_rpm_ = -1, noise_dba_ = 0, noise_tone_hz_ = 0;
  ModalSystem::Step modal_step_;
  int modal_level_ = -1;

  // What is kept.
  Trace trace_;
  std::vector<double> frame_;
  Summary summary_;
  struct Sums {
    double work = 0, work_cool = 0, work_free = 0;
    double flop = 0, flop_cool = 0, flop_free = 0;
    double awake_s = 0, clock_hz_s = 0;
    double heat_out_j = 0;
  } sums_, repeat_sums_;
  double repeat_start_s_ = 0;
  bool repeat_clamped_ = false;
  double stored_at_start_j_ = 0;
  double turbulent_s_ = 0, overloaded_s_ = 0, too_hot_s_ = 0;
};

}  // namespace headroom

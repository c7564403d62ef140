#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/machine.hpp"
#include "machine/trace.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// Where the machine stands.
struct Surroundings {
  double room_k = 295.15;  ///< 22 degC
  double altitude_m = 0;
  double dust = 0;             ///< 0 new, 1 years without cleaning
  double paste = 1;            ///< resistance of the thermal paste relative to new
  double wall = 0;             ///< 0 open desk, 1 back close to a wall
  double distance_m = 0.6;     ///< of the listener
  double room_floor_dba = 20;  ///< the room's own sound, a quiet study

  void declare(Fields& f);
};

/// What else a run may be asked.
struct RunOptions {
  double for_s = 0;     ///< 0: until the work is done; an endless workload runs 10 min
  double repeat = 0;    ///< 0: as the workload says
  int threads = 0;      ///< 0: as the workload says
  int gpus = 0;         ///< 0: all
  double bytes = 0;     ///< size of storage and memory work, 0: as the workload says
  double fan_rpm = -1;  ///< held speed; below 0: the firmware decides
  std::string os = "macos";
  double link_b_per_s = 0;  ///< network link rate, 0: the fastest
  double bin_s = 0.1;       ///< first width of the trace's bins
  double step_scale = 1;    ///< scales the longest step between events, for tests
  bool record = true;       ///< keep the trace's channels
  /// Called now and then with simulated seconds done and to do (0: unknown);
  /// returning false ends the run there, with what it has so far.
  bool (*progress)(void* context, double done_s, double end_s) = nullptr;
  void* progress_context = nullptr;
};

/// One pass of the workload's graph.
struct Repeat {
  double start_s = 0;
  double end_s = 0;
  bool finished = false;
  double work_instr = 0;
  double graphics_flop = 0;
  double graphics_b = 0;
  double storage_b = 0;
  double clock_hz = 0;   ///< mean over the time cores were awake
  double result = 0;     ///< in the unit of the workload's result; NaN if it has none
  bool clamped = false;  ///< heat lowered the clock during it
};

/// Where the time went, as shares of the work that an unlimited turbo would do.
struct Losses {
  double to_heat = 0;
  double to_power = 0;  ///< package power or current limit
  double graphics_to_heat = 0;
  double graphics_to_power = 0;
};

/// Energy that moved, J, and how well it adds up.
struct Ledger {
  double from_wall_j = 0;  ///< all of it becomes heat (light and sound included)
  double stored_j = 0;
  double carried_off_j = 0;
  /// |in - stored - carried off| / in.
  double residual() const;
};

struct Summary {
  double length_s = 0;
  std::vector<Repeat> repeats;
  double result_first = 0;        ///< of the first repeat; NaN if the workload has no result
  double result_sustained = 0;    ///< mean of the last half of the repeats
  double clock_first_hz = 0;      ///< mean while awake over the first 10 s of work
  double clock_sustained_hz = 0;  ///< mean while awake over the last third of the run
  double graphics_clock_sustained_hz = 0;
  double cpu_highest_k = 0, gpu_highest_k = 0;
  double cpu_sustained_k = 0, gpu_sustained_k = 0;
  double wall_mean_w = 0, wall_sustained_w = 0, wall_highest_w = 0;
  double noise_sustained_dba = 0, noise_highest_dba = 0;
  double fan_sustained_rpm = 0, fan_highest_rpm = 0;
  double energy_j = 0;
  Losses losses;
  std::optional<double> first_heat_loss_s;  ///< when heat first lowered a clock
  bool shut_down = false;
  std::string shutdown_reason;        ///< "thermal trip at 83 s: ..."
  double missed_deadlines = 0;        ///< share of deadline work that came late
  std::vector<std::string> warnings;  ///< "extrapolated for 12 s in all: ..."
  Ledger ledger;
  long steps = 0;
};

struct RunResult {
  Summary summary;
  Trace trace;
};

/// Runs a workload on a machine. Deterministic: equal arguments give equal bits.
/// Throws InputError when the machine cannot do the work at all (memory too
/// small, no graphics), with what is missing.
RunResult run(const Machine& machine, const Workload& workload, const Surroundings& surroundings,
              const RunOptions& options = {});

/// The reading that an evidence row or a user names, from a finished run:
/// "score", "time_s", "wall_power_w", "cpu_temp_c", "noise_dba", "X_max",
/// "run1_X", "X_mean", ... `at_s` below 0: the whole run. Nothing, and why in
/// `reason`, when the run has no such reading. Values in the metric's unit.
std::optional<double> read_metric(const Workload& workload, const RunResult& result,
                                  const std::string& metric, double at_s, std::string& reason);

}  // namespace headroom

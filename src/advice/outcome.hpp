#pragma once

#include <limits>
#include <string>
#include <vector>

#include "machine/run.hpp"

namespace headroom {

/// What a machine does with a workload once it is warm.
///
/// The run lasts as long as asked, with a finite workload again and again, and
/// at least one whole pass. What counts as sustained is its last third; a pass
/// is sustained when it ends in that third.
struct Outcome {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  bool possible = true;
  std::string reason;  ///< why not: "needs 32 GB of memory, and there are 8"

  double pass_s = kNone;        ///< time for the work; NaN for a workload without an end
  double first_pass_s = kNone;  ///< when the machine was still cool
  double instr_per_s = 0;       ///< sustained, in instructions of the program's AVX2 build
  double flop_per_s = 0;        ///< sustained, all graphics processors together
  /// Work per time in a unit of the workload's own, to be compared between
  /// machines: passes, or for endless work instructions, flops, or the geometric
  /// mean of both. NaN where nothing is to be done but wait, and for work that lasts
  /// a given time on any machine.
  double pace_per_s = kNone;
  double result = kNone;  ///< what the benchmark prints, sustained; unit in the workload
  double clock_hz = 0, graphics_clock_hz = 0;
  double cpu_k = 0, gpu_k = 0;  ///< sustained; gpu 0: there is none
  double noise_dba = 0;
  double wall_w = 0;
  double energy_per_pass_j = kNone;
  double lost_to_heat = 0;           ///< share of processor work
  double graphics_lost_to_heat = 0;  ///< share of graphics work
  double missed_deadlines = 0;       ///< share of deadline work
  bool shut_down = false;
  std::vector<std::string> warnings;
};

/// Runs the workload for `for_s` seconds or one pass, whichever is longer. A
/// machine that cannot do it at all gives an outcome that says so; only mistakes
/// in the question throw. `stop` is asked now and then; a run that it ends was not
/// possible, for the reason kStopped.
inline constexpr const char* kStopped = "not run to its end: stopped by hand";
Outcome outcome_of(const Machine& machine, const Workload& workload,
                   const Surroundings& surroundings, double for_s, bool (*stop)() = nullptr);

/// "runs/h", or for endless work "Ginstr/s" or "Gflop/s": the unit of work_rate()
/// for the workload; "" where both count and the rate has no name.
std::string rate_unit(const Workload& workload);
/// The pace in that unit.
double work_rate(const Workload& workload, const Outcome& outcome);

}  // namespace headroom

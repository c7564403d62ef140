#include "advice/outcome.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "machine/channels.hpp"

namespace headroom {
namespace {

constexpr double kSustainedShare = 2.0 / 3;  // the run's last third counts as sustained
constexpr double kBinS = 1;
// Longest steps of a second, not a quarter: half the time, and work moves by some 0.01 %.
constexpr double kStepScale = 4;

/// Whether an endless workload keeps processor or graphics busy all the time, so
/// that how much gets done says something.
bool works_processor(const Workload& workload) {
  return std::ranges::any_of(workload.phases, [](const Phase& phase) {
    return phase.demands_processor() && phase.processor.busy >= 1;
  });
}
bool works_graphics(const Workload& workload) {
  return std::ranges::any_of(workload.phases, [](const Phase& phase) {
    return phase.demands_graphics() && phase.graphics.busy >= 1;
  });
}

/// Whether it lasts as long on every machine that can do it, as an hour of editing
/// does: then its length says nothing of the machine.
bool keeps_time(const Workload& workload) {
  return !workload.endless() &&
         std::ranges::all_of(workload.phases, [](const Phase& phase) { return phase.for_s > 0; });
}

double mean_of(const RunResult& result, Ch channel) {
  const double from_s = kSustainedShare * result.summary.length_s;
  return result.trace.mean_between(static_cast<std::size_t>(channel), from_s, result.trace.end_s());
}

void read_passes(const RunResult& result, Outcome& outcome) {
  const auto& summary = result.summary;
  std::vector<const Repeat*> finished, late;
  for (const auto& repeat : summary.repeats) {
    if (!repeat.finished) continue;
    finished.push_back(&repeat);
    if (repeat.end_s >= kSustainedShare * summary.length_s) late.push_back(&repeat);
  }
  if (finished.empty()) return;
  if (late.empty()) late.push_back(finished.back());  // passes longer than a third of the run
  double time_s = 0, result_sum = 0;
  for (const auto* repeat : late) {
    time_s += repeat->end_s - repeat->start_s;
    result_sum += repeat->result;
  }
  const auto passes = static_cast<double>(late.size());
  outcome.first_pass_s = finished.front()->end_s - finished.front()->start_s;
  outcome.pass_s = time_s / passes;
  outcome.result = result_sum / passes;
  outcome.energy_per_pass_j = outcome.wall_w * outcome.pass_s;
}

}  // namespace

Outcome outcome_of(const Machine& machine, const Workload& workload,
                   const Surroundings& surroundings, double for_s, bool (*stop)()) {
  Outcome outcome;
  struct Watch {
    bool (*stop)();
    bool stopped = false;
  } watch{stop};
  RunOptions options;
  options.for_s = for_s;
  options.bin_s = kBinS;
  options.step_scale = kStepScale;
  options.os = Library::id_of(machine.system);
  if (stop != nullptr) {
    options.progress_context = &watch;
    options.progress = [](void* context, double, double) {
      auto& asked = *static_cast<Watch*>(context);
      asked.stopped = asked.stopped || asked.stop();
      return !asked.stopped;
    };
  }
  RunResult result;
  try {
    result = run(machine, workload, surroundings, options);
    const auto& repeats = result.summary.repeats;
    const bool finished = std::ranges::any_of(repeats, &Repeat::finished);
    if (!workload.endless() && !finished && !result.summary.shut_down && !watch.stopped) {
      options.for_s = 0;  // one pass takes longer than that
      options.repeat = 1;
      result = run(machine, workload, surroundings, options);
    }
  } catch (const InputError& error) {
    outcome.possible = false;
    outcome.reason = error.problems().front().what;
    return outcome;
  } catch (const ModelError& error) {
    outcome.possible = false;
    outcome.reason = error.what();
    return outcome;
  }
  if (watch.stopped) {
    outcome.possible = false;
    outcome.reason = kStopped;
    return outcome;
  }
  const auto& summary = result.summary;
  outcome.clock_hz = summary.clock_sustained_hz;
  outcome.graphics_clock_hz = summary.graphics_clock_sustained_hz;
  outcome.cpu_k = summary.cpu_sustained_k;
  outcome.gpu_k = machine.gpus.empty() ? 0 : summary.gpu_sustained_k;
  outcome.noise_dba = summary.noise_sustained_dba;
  outcome.wall_w = summary.wall_sustained_w;
  outcome.lost_to_heat = summary.losses.to_heat;
  outcome.graphics_lost_to_heat = summary.losses.graphics_to_heat;
  outcome.missed_deadlines = summary.missed_deadlines;
  outcome.instr_per_s = 1e9 * mean_of(result, Ch::cpu_work);
  outcome.flop_per_s = machine.gpus.empty() ? 0 : 1e9 * mean_of(result, Ch::gpu_work);
  outcome.warnings = summary.warnings;
  outcome.shut_down = summary.shut_down;
  if (summary.shut_down) {
    outcome.possible = false;
    outcome.reason = summary.shutdown_reason;
    return outcome;
  }
  if (!workload.endless()) {
    read_passes(result, outcome);
    if (!keeps_time(workload)) outcome.pace_per_s = 1 / outcome.pass_s;
    return outcome;
  }
  outcome.result = summary.result_sustained;
  const bool processor = works_processor(workload), graphics = works_graphics(workload);
  if (processor && graphics) {
    outcome.pace_per_s = std::sqrt(outcome.instr_per_s * outcome.flop_per_s);
  } else if (processor || graphics) {
    outcome.pace_per_s = processor ? outcome.instr_per_s : outcome.flop_per_s;
  }
  return outcome;
}

std::string rate_unit(const Workload& workload) {
  if (!workload.endless()) return "runs/h";
  const bool processor = works_processor(workload), graphics = works_graphics(workload);
  if (processor && graphics) return "";
  return processor ? "Ginstr/s" : "Gflop/s";
}

double work_rate(const Workload& workload, const Outcome& outcome) {
  return outcome.pace_per_s * (workload.endless() ? 1e-9 : 3600);
}

}  // namespace headroom

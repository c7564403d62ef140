#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advice/outcome.hpp"

namespace headroom {

/// Something a sustained run tells, in the unit in which claims speak of it.
struct RunMetric {
  std::string_view name;
  std::string_view unit;  ///< "": that of the workload's own result or rate
  std::string_view meaning;
  double (*of)(const Workload& workload, const Outcome& outcome);
  bool of_finished_work = false;  ///< says nothing of a machine that shut down
};

const std::vector<RunMetric>& run_metrics();
/// The one of that name, or nullptr: a reading by the names of evidence files,
/// such as "noise_dba" or "fan_rpm_max".
const RunMetric* find_run_metric(std::string_view name);
std::string unit_of(const RunMetric& metric, const Workload& workload);
/// Why a run has no metric of that name, or "". A run of so many repeats or threads
/// has only the readings of evidence files.
std::string wrong_metric(const std::string& name, bool counted);

/// Of a reading by its name in evidence files: "rpm" of "fan_rpm_max".
std::string reading_unit(const std::string& metric, const Workload& workload);

/// "recommended_price", ...: what a figure of kind "advice" takes.
const std::vector<std::string>& advice_metrics();

}  // namespace headroom

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/advice_report.hpp"
#include "report/json_parts.hpp"
#include "report/program_report.hpp"

namespace headroom {

nlohmann::ordered_json uncertainty_json(const Uncertainty& doubt) {
  if (!doubt.stated()) return nullptr;
  nlohmann::ordered_json j = {{"relative_error", doubt.share()},
                              {"interval_90", {doubt.low(1), doubt.high(1)}}};
  for (const auto& part : doubt.parts) {
    j["reasons"].push_back({{"why", part.why}, {"relative_error", part.share}});
  }
  return j;
}

nlohmann::ordered_json interval_json(const Uncertainty& doubt, double value) {
  if (!doubt.stated() || !std::isfinite(value)) return nullptr;
  return {doubt.low(value), doubt.high(value)};
}

nlohmann::ordered_json outcome_json(const Workload& workload, const Outcome& o) {
  nlohmann::ordered_json j;
  j["workload"] = workload.id;
  j["possible"] = o.possible;
  if (!o.possible) {
    j["reason"] = o.reason;
    return j;
  }
  j["pass_s"] = json_number(o.pass_s);
  if (workload.uncertainty.stated()) {
    j["pass_s_interval_90"] = interval_json(workload.uncertainty, o.pass_s);
  }
  j["first_pass_s"] = json_number(o.first_pass_s);
  j["rate"] = json_number(work_rate(workload, o));
  j["rate_unit"] = rate_unit(workload);
  j["result"] = workload.has_result ? json_number(o.result) : nullptr;
  j["result_unit"] = workload.has_result ? workload.result.unit : "";
  j["clock_ghz"] = json_number(o.clock_hz > 0 ? o.clock_hz * 1e-9 : Outcome::kNone);
  j["graphics_clock_ghz"] =
      json_number(o.graphics_clock_hz > 0 ? o.graphics_clock_hz * 1e-9 : Outcome::kNone);
  j["cpu_c"] = json_number(o.cpu_k - 273.15);
  j["gpu_c"] = json_number(o.gpu_k > 0 ? o.gpu_k - 273.15 : Outcome::kNone);
  j["noise_dba"] = json_number(o.noise_dba);
  j["wall_w"] = json_number(o.wall_w);
  j["energy_per_pass_j"] = json_number(o.energy_per_pass_j);
  j["lost_to_heat_share"] = json_number(o.lost_to_heat);
  j["graphics_lost_to_heat_share"] = json_number(o.graphics_lost_to_heat);
  j["missed_deadlines_share"] = json_number(o.missed_deadlines);
  j["warnings"] = o.warnings;
  return j;
}

nlohmann::ordered_json standing_json(const Standing& s, const std::vector<Task>& tasks) {
  nlohmann::ordered_json j;
  const auto& configuration = s.contender.machine->configuration;
  j["machine"] = s.contender.machine->id;
  j["configuration"] = configuration.text();
  j["changes"] = configuration.changes_text();
  j["label"] = s.contender.label;
  j["price_usd"] = s.priced ? json_number(s.price_usd) : nullptr;
  j["possible"] = s.possible;
  j["speed"] = json_number(s.speed);
  if (const auto doubt = speed_doubt(tasks); doubt.stated()) {
    // The speed of the reference is 1 by definition.
    j["speed_interval_90"] =
        s.speed == 1 ? nlohmann::ordered_json{1.0, 1.0} : interval_json(doubt, s.speed);
  }
  j["usd_per_speed"] = s.priced ? json_number(s.usd_per_speed) : nullptr;
  j["noise_dba"] = json_number(s.noise_dba);
  j["wall_w"] = json_number(s.wall_w);
  j["electricity_usd_a_year"] = json_number(s.energy_usd_a_year);
  j["notes"] = s.notes;
  j["outcomes"] = nlohmann::ordered_json::array();
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    j["outcomes"].push_back(outcome_json(tasks[t].workload, s.outcomes[t]));
  }
  return j;
}

nlohmann::ordered_json question_json(const std::vector<Task>& tasks, const Circumstances& where) {
  nlohmann::ordered_json j;
  j["workloads"] = nlohmann::ordered_json::array();
  for (const auto& task : tasks) {
    j["workloads"].push_back({{"id", task.workload.id}, {"weight", task.weight}});
    if (!task.workload.uncertainty.stated()) continue;
    j["workloads"].back()["prediction"] = uncertainty_json(task.workload.uncertainty);
  }
  j["for_s"] = where.for_s;
  j["ambient_c"] = where.surroundings.room_k - 273.15;
  j["day"] = where.day;
  j["usd_per_kwh"] = where.usd_per_kwh;
  j["hours_a_year"] = where.hours_a_year;
  return j;
}

std::string comparison_json(const Comparison& comparison) {
  nlohmann::ordered_json j;
  j["format"] = "headroom-compare";
  j["version"] = 1;
  j["question"] = question_json(comparison.tasks, comparison.circumstances);
  j["workload_changes"] = comparison.changed;
  j["stopped"] = comparison.stopped;
  j["verdict"] = comparison_verdict(comparison);
  j["machines"] = nlohmann::ordered_json::array();
  for (const auto& standing : comparison.standings) {
    j["machines"].push_back(standing_json(standing, comparison.tasks));
  }
  return j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace headroom

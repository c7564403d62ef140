#include "claims/metric_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "study/metric.hpp"

namespace headroom {
namespace {

constexpr double kZeroCelsiusK = 273.15;
constexpr double kJPerWh = 3600;

double degc(double kelvin) {
  return kelvin > 0 ? kelvin - kZeroCelsiusK : Outcome::kNone;
}

}  // namespace

const std::vector<RunMetric>& run_metrics() {
  using W = Workload;
  using O = Outcome;
  static const std::vector<RunMetric> kMetrics = {
      {"pace", "", "work per time, sustained",
       [](const W& w, const O& o) { return work_rate(w, o); }, true},
      {"pass_time", "s", "time for the work, sustained",
       [](const W&, const O& o) { return o.pass_s; }, true},
      {"first_pass_time", "s", "time for the work, machine cool",
       [](const W&, const O& o) { return o.first_pass_s; }, true},
      {"result", "", "what the benchmark prints, sustained",
       [](const W& w, const O& o) { return w.has_result ? o.result : Outcome::kNone; }, true},
      {"clock", "GHz", "processor's clock", [](const W&, const O& o) { return o.clock_hz * 1e-9; }},
      {"graphics_clock", "GHz", "graphics' clock",
       [](const W&, const O& o) { return o.graphics_clock_hz * 1e-9; }},
      {"cpu_temperature", "degC", "hottest core",
       [](const W&, const O& o) { return degc(o.cpu_k); }},
      {"gpu_temperature", "degC", "graphics processor",
       [](const W&, const O& o) { return degc(o.gpu_k); }},
      {"noise", "dBA", "sound at the listener, room included",
       [](const W&, const O& o) { return o.noise_dba; }},
      {"wall_power", "W", "drawn from the wall", [](const W&, const O& o) { return o.wall_w; }},
      {"energy_per_pass", "Wh", "energy for the work",
       [](const W&, const O& o) { return o.energy_per_pass_j / kJPerWh; }, true},
      {"lost_to_heat", "%", "share of processor work that heat takes",
       [](const W&, const O& o) { return 100 * o.lost_to_heat; }},
      {"graphics_lost_to_heat", "%", "share of graphics work that heat takes",
       [](const W&, const O& o) { return 100 * o.graphics_lost_to_heat; }},
      {"missed_deadlines", "%", "share of deadline work that came late",
       [](const W&, const O& o) { return 100 * o.missed_deadlines; }, true},
      {"shut_down", "1", "1 if it shut itself down, else 0",
       [](const W&, const O& o) { return o.shut_down ? 1.0 : 0.0; }},
  };
  return kMetrics;
}

const RunMetric* find_run_metric(std::string_view name) {
  const auto& metrics = run_metrics();
  const auto it = std::ranges::find(metrics, name, &RunMetric::name);
  return it == metrics.end() ? nullptr : &*it;
}

std::string unit_of(const RunMetric& metric, const Workload& workload) {
  if (metric.name == "result") return workload.has_result ? workload.result.unit : "";
  if (metric.name == "pace") return rate_unit(workload);
  return std::string(metric.unit);
}

std::string wrong_metric(const std::string& name, bool counted) {
  if (find_run_metric(name) != nullptr) {
    return counted ? "with repeat or threads a reading such as noise_dba or wall_power_w" : "";
  }
  if (!unit_of_metric(name).empty() || name == "score" || name.starts_with("dip_")) return {};
  std::vector<std::string> names;
  for (const auto& metric : run_metrics()) names.emplace_back(metric.name);
  const auto guess = nearest(name, names);
  std::string all;
  for (const auto& known : names) all += (all.empty() ? "" : ", ") + known;
  return guess.empty() ? "known: " + all + ", and readings such as noise_dba"
                       : fmt::format("did you mean '{}'?", guess);
}

std::string reading_unit(const std::string& metric, const Workload& workload) {
  if (auto unit = unit_of_metric(metric); !unit.empty()) return unit;
  return workload.has_result ? workload.result.unit : "";
}

const std::vector<std::string>& advice_metrics() {
  static const std::vector<std::string> kMetrics = {"fastest_pace",      "fastest_price",
                                                    "recommended_pace",  "recommended_price",
                                                    "recommended_noise", "work_per_dollar"};
  return kMetrics;
}

}  // namespace headroom

#include "study/fit.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlopt.hpp>
#include <set>

#include "study/statistics.hpp"

namespace headroom {
namespace {

constexpr double kRatioWidth = 0.05;
constexpr double kDegreesWidthK = 3;
constexpr double kDecibelsWidth = 2;
/// What a row without a prediction costs: as much as one that is off by a factor of a
/// hundred, so that no fit does better by losing a reading.
const double kMissing = huber(std::log(100.0) / kRatioWidth);
/// A search tries steps of this share of low to high, no finer: readings do not
/// decide on more, and the refits of a cross-check meet the same values again.
constexpr double kGrid = 1.0 / 1024;
constexpr double kGridAgain = 1.0 / 256;
constexpr int kEvaluationsAgain = 25;  ///< for each parameter, when fitted again
constexpr double kFirstStep = 0.1;
constexpr int kScanned = 8;  ///< steps from low to high in a first look at each parameter

double house_value(const FittedTable& table, const FitParameter& parameter) {
  const auto entry = table.find(parameter.key);
  return entry ? parse_quantity(entry->value, parameter.unit) : parameter.start;
}

void put(FittedTable& table, const FitParameter& parameter, double value) {
  table.set({parameter.key, parameter.written(value), ""});
  for (const auto& key : parameter.also) table.set({key, parameter.written(value), ""});
}

FittedTable without(const FittedTable& table, const std::string& key) {
  FittedTable rest;
  for (const auto& [name, entry] : table.entries()) {
    if (name != key) rest.set(entry);
  }
  return rest;
}

/// Where a value lies between its limits, 0 to 1, and back.
double to_share(const FitParameter& p, double value) {
  value = std::clamp(value, p.low, p.high);
  if (p.log) return std::log(value / p.low) / std::log(p.high / p.low);
  return (value - p.low) / (p.high - p.low);
}
double from_share(const FitParameter& p, double share) {
  if (p.log) return p.low * std::pow(p.high / p.low, share);
  return p.low + share * (p.high - p.low);
}

/// How implausible a value is before any evidence.
double prior(const FitParameter& p, double value) {
  const double away =
      p.log ? std::log(value / p.start) / std::log1p(p.spread) : (value - p.start) / p.spread;
  return 0.5 * away * away;
}

double loss(const EvidenceRow& row, const std::optional<double>& predicted) {
  if (!predicted) return kMissing;
  switch (row.scale()) {
    case Scale::degrees:
      return huber((*predicted - row.value) / kDegreesWidthK);
    case Scale::decibels:
      return huber((*predicted - row.value) / kDecibelsWidth);
    case Scale::ratio:
      break;
  }
  if (*predicted <= 0 || row.value <= 0) return kMissing;
  return huber(std::log(*predicted / row.value) / kRatioWidth);
}

/// The last folder and name of a path: the same wherever the project lies.
std::string short_path(const std::string& path) {
  const auto last = path.rfind('/');
  if (last == path.npos || last == 0) return path;
  const auto before = path.rfind('/', last - 1);
  return before == path.npos ? path : path.substr(before + 1);
}

/// "13 rows of passmark-10-nt in evidence/measurements.csv".
std::string describe(const std::vector<EvidenceRow>& all, const std::vector<std::size_t>& rows,
                     bool name_metrics) {
  std::set<std::string> workloads, metrics, files;
  for (const std::size_t row : rows) {
    workloads.insert(all[row].workload);
    metrics.insert(all[row].metric);
    files.insert(short_path(all[row].place.file));
  }
  return fmt::format("{} {}{} of {} in {}", rows.size(), rows.size() == 1 ? "row" : "rows",
                     name_metrics ? fmt::format(" ({})", fmt::join(metrics, ", ")) : "",
                     fmt::join(workloads, ", "), fmt::join(files, ", "));
}

}  // namespace

bool is_result(const std::string& metric) {
  static const std::set<std::string> kResults = {"score",     "time_s",         "gflops",
                                                 "rate_kh_s", "bandwidth_gb_s", "latency_ns"};
  return kResults.contains(base_metric(metric));
}

Fitter::Fitter(const FitPlan& plan, const std::vector<EvidenceRow>& rows, Predictor predictor)
    : plan_(plan), rows_(rows), predictor_(std::move(predictor)) {
  for (const auto& block : plan_.blocks) {
    for (const auto& parameter : block.parameters) {
      if (parameter.is_scale()) scales_[parameter.workload] = &parameter;
    }
  }
}

std::vector<std::size_t> Fitter::rows_of(const FitBlock& block) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (block.selects(rows_[i])) found.push_back(i);
  }
  return found;
}

const FitParameter* Fitter::scale_of_row(std::size_t row) const {
  if (!is_result(rows_[row].metric)) return nullptr;
  const auto it = scales_.find(rows_[row].workload);
  return it == scales_.end() ? nullptr : it->second;
}

std::vector<Prediction> Fitter::at_scale_one(const FittedTable& fitted,
                                             const std::vector<std::size_t>& rows) const {
  FittedTable table = fitted;
  for (const auto& [workload, scale] : scales_) put(table, *scale, 1);
  std::vector<Prediction> predictions(rows.size());
  tbb::parallel_for(std::size_t{0}, rows.size(),
                    [&](std::size_t i) { predictions[i] = predictor_(table, rows[i]); });
  return predictions;
}

std::vector<Prediction> Fitter::predict(const FittedTable& fitted,
                                        const std::vector<std::size_t>& rows) const {
  auto predictions = at_scale_one(fitted, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const FitParameter* scale = scale_of_row(rows[i]);
    if (scale == nullptr || !predictions[i].value) continue;
    if (fitted.find(scale->key)) {
      *predictions[i].value *= house_value(fitted, *scale);
    } else {
      predictions[i] = {std::nullopt, fmt::format("no other row of {} to fit its scale to",
                                                  rows_[rows[i]].workload)};
    }
  }
  return predictions;
}

Prediction Fitter::predict(const FittedTable& fitted, std::size_t row) const {
  return predict(fitted, std::vector<std::size_t>{row}).front();
}

/// Puts the best scales for the block's other values into `table`, and gives
/// the loss of the rows. A scale without a row is taken out.
double Fitter::settle(const FitBlock& block, const std::vector<std::size_t>& rows,
                      FittedTable& table) const {
  auto predictions = at_scale_one(table, rows);
  for (const auto& parameter : block.parameters) {
    if (!parameter.is_scale()) continue;
    std::vector<double> logs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& predicted = predictions[i].value;
      if (scale_of_row(rows[i]) != &parameter || !predicted) continue;
      const double value = rows_[rows[i]].value;
      if (*predicted > 0 && value > 0) logs.push_back(std::log(value / *predicted));
    }
    if (const auto centre = huber_centre(logs, kRatioWidth)) {
      put(table, parameter, std::exp(*centre));
    } else {
      table = without(table, parameter.key);
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const FitParameter* scale = scale_of_row(rows[i]);
    auto& predicted = predictions[i].value;
    if (scale != nullptr && predicted) *predicted *= house_value(table, *scale);
    sum += loss(rows_[rows[i]], predicted);
  }
  return sum;
}

Fitter::Outcome Fitter::search(const FitBlock& block, const std::vector<std::size_t>& rows,
                               FittedTable table, bool again, const Progress& progress) const {
  std::vector<const FitParameter*> searched;
  for (const auto& parameter : block.parameters) {
    if (!parameter.is_scale()) searched.push_back(&parameter);
  }
  Outcome best;
  best.objective = std::numeric_limits<double>::infinity();
  std::vector<double> best_at;
  const auto evaluate = [&](const std::vector<double>& at) {
    FittedTable trial = table;
    double sum = 0;
    for (std::size_t i = 0; i < searched.size(); ++i) {
      put(trial, *searched[i], from_share(*searched[i], at[i]));
      sum += prior(*searched[i], house_value(trial, *searched[i]));
    }
    sum += settle(block, rows, trial);
    ++best.evaluations;
    if (sum < best.objective) {
      best.objective = sum;
      best.table = std::move(trial);
      best_at = at;
    }
    if (progress) {
      progress("fit " + block.name, static_cast<std::size_t>(best.evaluations),
               static_cast<std::size_t>(std::max(block.evaluations, 1)));
    }
    return sum;
  };
  std::vector<double> start;
  for (const auto* parameter : searched) {
    start.push_back(to_share(*parameter, house_value(table, *parameter)));
  }
  evaluate(start);
  std::map<std::vector<double>, double> seen;
  const double grid = again ? kGridAgain : kGrid;
  const int most_evaluations =
      again ? std::min(block.evaluations, kEvaluationsAgain * static_cast<int>(searched.size()))
            : block.evaluations;
  const auto on_grid = [&](std::vector<double> at) {
    for (double& share : at) share = std::round(share / grid) * grid;
    const auto [it, added] = seen.emplace(at, 0);
    if (added) it->second = evaluate(at);
    return it->second;
  };
  if (searched.empty() || rows.empty()) return best;

  using Objective = decltype(on_grid);
  const nlopt::vfunc call = [](const std::vector<double>& at, std::vector<double>&, void* data) {
    return (*static_cast<const Objective*>(data))(at);
  };
  const auto improve = [&](nlopt::algorithm algorithm, int most) {
    if (best.evaluations >= most) return;
    nlopt::opt search(algorithm, static_cast<unsigned>(searched.size()));
    search.set_lower_bounds(0.0);
    search.set_upper_bounds(1.0);
    search.set_initial_step(kFirstStep);
    search.set_xtol_abs(grid / 2);
    search.set_maxeval(most - best.evaluations);
    search.set_min_objective(call, const_cast<void*>(static_cast<const void*>(&on_grid)));
    std::vector<double> at = best_at;
    double least = 0;
    try {
      search.optimize(at, least);
    } catch (const nlopt::roundoff_limited&) {
      // As far as it can get; the best point is kept.
    }
  };
  // What a clamp does shows only where it acts: look along each parameter first,
  // so that the search does not start on a plain where nothing happens.
  for (std::size_t i = 0; i < searched.size() && !again; ++i) {
    // best_at moves while this looks along the line through where it stood.
    std::vector<double> at = best_at;
    for (int step = 0; step <= kScanned; ++step) {
      at[i] = static_cast<double>(step) / kScanned;
      on_grid(at);
    }
  }
  if (searched.size() > 1) improve(nlopt::LN_BOBYQA, most_evaluations / 2);
  improve(nlopt::LN_SBPLX, most_evaluations);
  return best;
}

FitResult Fitter::fit(const FittedTable& base, const std::vector<std::string>& only,
                      const Progress& progress) const {
  const auto chosen = [&](const FitBlock& block) {
    return only.empty() || std::ranges::find(only, block.name) != only.end();
  };
  std::vector<std::string> names;
  for (const auto& block : plan_.blocks) names.push_back(block.name);
  for (const auto& name : only) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw InputError(fmt::format("no block of the fits is called '{}'", name),
                     suggest(name, names));
  }

  FitResult result;
  result.fitted = base;
  for (const auto& block : plan_.blocks) {
    for (const auto& parameter : block.parameters) {
      const auto kept = base.find(parameter.key);
      put(result.fitted, parameter, parameter.start);
      if (chosen(block) || !kept) continue;
      result.fitted.set(*kept);
      for (const auto& key : parameter.also) {
        result.fitted.set({key, kept->value, kept->evidence});
      }
    }
  }
  for (const auto& block : plan_.blocks) {
    if (!chosen(block)) continue;
    BlockFit report;
    report.name = block.name;
    report.rows = rows_of(block);
    const bool known = std::ranges::all_of(
        block.parameters, [&](const auto& p) { return base.find(p.key).has_value(); });
    report.before =
        known ? predict(base, report.rows)
              : std::vector<Prediction>(report.rows.size(), {std::nullopt, "not fitted before"});
    Outcome best = search(block, report.rows, std::move(result.fitted), false, progress);
    result.fitted = std::move(best.table);
    report.objective = best.objective;
    report.evaluations = best.evaluations;
    report.after = predict(result.fitted, report.rows);
    for (const auto& parameter : block.parameters) {
      ParameterFit found;
      found.key = parameter.key;
      if (const auto before = base.find(parameter.key)) found.before = before->value;
      std::vector<std::size_t> deciding;
      for (const std::size_t row : report.rows) {
        if (!parameter.is_scale() || scale_of_row(row) == &parameter) deciding.push_back(row);
      }
      found.evidence = deciding.empty() ? "no row decides on it: the start of the search"
                                        : describe(rows_, deciding, !parameter.is_scale());
      if (auto entry = result.fitted.find(parameter.key)) {
        found.value = entry->value;
        entry->evidence = found.evidence;
        const double value = house_value(result.fitted, parameter);
        const double share = parameter.is_scale() ? 0.5 : to_share(parameter, value);
        found.at_limit = share < kGrid / 2 || share > 1 - kGrid / 2;
        result.fitted.set(*entry);
        for (const auto& key : parameter.also) {
          result.fitted.set({key, entry->value, entry->evidence});
        }
      }
      report.parameters.push_back(std::move(found));
    }
    result.blocks.push_back(std::move(report));
  }
  return result;
}

FittedTable Fitter::refit(std::size_t block, const FittedTable& from,
                          const std::vector<bool>& left_out) const {
  const FitBlock& of = plan_.blocks.at(block);
  auto rows = rows_of(of);
  std::erase_if(rows, [&](std::size_t row) { return left_out.at(row); });
  FittedTable start = from;
  if (rows.empty()) {
    for (const auto& parameter : of.parameters) put(start, parameter, parameter.start);
  }
  return search(of, rows, std::move(start), true, {}).table;
}

}  // namespace headroom

#include "claims/experiments.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>

#include "claims/cells.hpp"
#include "claims/metric_table.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {
namespace {

bool is_of_workload(const Change& change) {
  constexpr std::string_view kSections[] = {"workload.", "phase.", "characters."};
  return std::ranges::any_of(kSections,
                             [&](auto section) { return change.path.starts_with(section); });
}

std::vector<Change> changes_of(const ClaimFigure& figure, bool of_workload) {
  std::vector<Change> changes;
  for (const auto& text : figure.sets) {
    auto change = Change::parse(text);
    if (is_of_workload(change) == of_workload) changes.push_back(std::move(change));
  }
  return changes;
}

/// What machines of one figure are called: without what the figure does to all of
/// them, and without their name if that is the same.
std::vector<std::string> labels_of(const std::vector<SharedMachine>& machines) {
  std::vector<std::string> labels;
  bool alike = machines.size() > 1;
  for (const auto& made : machines) {
    Machine sold = *made;
    sold.configuration.changes.clear();
    sold.configuration.swaps.clear();
    labels.push_back(label_of(sold));
    alike = alike && made->name == machines.front()->name;
  }
  if (!alike) return labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& name = machines[i]->name;
    labels[i] = labels[i] == name ? fmt::format("base ({})", option_name(*machines[i], "cpu"))
                                  : labels[i].substr(name.size() + 2);
  }
  return labels;
}

ClaimCell cell_of(const OutcomeJob& job, const RunMetric& metric) {
  if (!job.error.empty()) return failed(job.error);
  const auto& outcome = job.outcome;
  const bool ran = outcome.possible || outcome.shut_down;
  if (!ran || (outcome.shut_down && metric.of_finished_work)) return failed(outcome.reason);
  const double value = metric.of(*job.workload, outcome);
  if (!std::isfinite(value)) {
    return failed(fmt::format("{} has no {}", job.workload->name, metric.name));
  }
  return number(value, unit_of(metric, *job.workload), outcome.shut_down ? outcome.reason : "");
}

/// "*0.25" as its number and what stands around it.
struct Written {
  std::string before, after;
  double value = 0;
};

Written read_written(const std::string& text) {
  const auto from = std::min(text.find_first_of("0123456789."), text.size());
  Written written;
  const auto [end, error] =
      std::from_chars(text.data() + from, text.data() + text.size(), written.value);
  if (error != std::errc()) throw InputError(fmt::format("'{}' is no number", text));
  written.before = text.substr(0, from);
  written.after = std::string(end, text.data() + text.size());
  return written;
}

}  // namespace

SharedMachine Experiments::machine(const ClaimFigure& figure, const std::string& text) {
  Configuration configuration = Configuration::parse(text);
  configuration.changes = changes_of(figure, false);
  for (const auto& swap : figure.swaps) configuration.swap(swap);
  auto& slot = machines_[fmt::format("{} {} {}", configuration.text(), configuration.changes_text(),
                                     figure.gpus)];
  if (slot) return slot;
  Machine made = assemble(library_, configuration);
  const auto fitted = static_cast<std::size_t>(figure.gpus);
  if (fitted > made.gpus.size()) {
    throw InputError(fmt::format("{} has no {} graphics processors", text, fitted));
  }
  if (fitted > 0) made.gpus.resize(fitted);
  slot = std::make_shared<const Machine>(std::move(made));
  return slot;
}

SharedWorkload Experiments::workload(const ClaimFigure& figure, const std::string& id) {
  const auto changes = changes_of(figure, true);
  std::string key = id;
  for (const auto& change : changes) key += " " + change.text();
  auto& slot = workloads_[key];
  if (!slot) slot = std::make_shared<const Workload>(read_rested_workload(library_, id, changes));
  return slot;
}

std::vector<Task> Experiments::tasks(const ClaimFigure& figure) {
  std::vector<Task> tasks;
  for (const auto& id : figure.workloads) tasks.push_back({*workload(figure, id), 1});
  return tasks;
}

Circumstances Experiments::circumstances(const ClaimFigure& figure) const {
  Circumstances where;
  where.surroundings = figure.surroundings;
  where.for_s = figure.for_s > 0 ? figure.for_s : options_.for_s;
  return where;
}

/// What makes two experiments on the same machine and workload different.
std::string Experiments::key_of(const ClaimFigure& figure) const {
  const auto& s = figure.surroundings;
  return fmt::format("{} {} {} {} {} {} {} | {} {} {} | {} | {}", s.room_k, s.altitude_m, s.dust,
                     s.paste, s.wall, s.distance_m, s.room_floor_dba, circumstances(figure).for_s,
                     figure.repeat, figure.threads, fmt::join(figure.sets, " "),
                     fmt::join(figure.swaps, " "));
}

std::string Experiments::timeline_key(const ClaimFigure& figure) const {
  return fmt::format("timeline {} {}", fmt::join(figure.workloads, " "), key_of(figure));
}

void Experiments::check_machines(const std::vector<std::string>& machines) const {
  const auto known = library_.ids("machines");
  for (const auto& id : machines) {
    if (std::ranges::find(known, id) != known.end()) continue;
    throw InputError(fmt::format("no machine is called '{}'", id), suggest(id, known));
  }
}

Experiments::CellOf Experiments::plan_run(const ClaimFigure& figure, const SharedMachine& tested,
                                          const std::string& id) {
  const auto work = workload(figure, id);
  const auto key =
      fmt::format("{} {} {} {}", tested->configuration.text(), figure.gpus, id, key_of(figure));
  if (const auto* metric = find_run_metric(figure.metric)) {
    auto& shared = job<OutcomeJob>("outcome " + key);
    shared.machine = tested;
    shared.workload = work;
    shared.surroundings = figure.surroundings;
    shared.for_s = circumstances(figure).for_s;
    return [&shared, metric] { return cell_of(shared, *metric); };
  }
  auto& shared = job<ReadingJob>("reading " + key);
  shared.machine = tested;
  shared.workload = work;
  shared.surroundings = figure.surroundings;
  shared.options.repeat = figure.repeat;
  shared.options.for_s = figure.for_s > 0 ? figure.for_s : (figure.repeat > 0 ? 0 : options_.for_s);
  shared.options.threads = static_cast<int>(figure.threads);
  shared.readings[figure.metric];
  return [&shared, metric = figure.metric] {
    if (!shared.error.empty()) return failed(shared.error);
    const auto& reading = shared.readings.at(metric);
    if (!reading.reason.empty()) return failed(reading.reason);
    return number(reading.value, reading_unit(metric, *shared.workload));
  };
}

Experiments::CellOf Experiments::plan_capacity(const ClaimFigure& figure,
                                               const SharedMachine& tested) {
  const auto key = fmt::format("{} {}", tested->configuration.text(), key_of(figure));
  if (figure.kind == "airflow") {
    auto& shared = job<AirflowJob>("airflow " + key);
    shared.machine = tested;
    shared.surroundings = figure.surroundings;
    return [&shared] {
      return shared.error.empty() ? number(shared.flow_m3_per_s, "m3/s") : failed(shared.error);
    };
  }
  if (figure.graphics.size() > tested->gpus.size()) {
    throw InputError(fmt::format("{} has {} graphics processors, not {}", tested->id,
                                 tested->gpus.size(), figure.graphics.size()),
                     "give as many shares");
  }
  auto& shared = job<CapacityJob>(
      fmt::format("capacity {} {} {}", key, figure.processor, fmt::join(figure.graphics, " ")));
  shared.machine = tested;
  shared.surroundings = figure.surroundings;
  shared.processor = figure.processor;
  shared.graphics = figure.graphics;
  return [&shared, wall = figure.metric == "wall_power"] {
    if (!shared.error.empty()) return failed(shared.error);
    const auto& c = shared.capacity;
    std::string note = "first limit: " + c.limit;
    if (wall && c.wall_w > c.supply_rated_w) {
      note += fmt::format("; the supply is rated {:.0f} W", c.supply_rated_w);
    }
    return number(wall ? c.wall_w : c.chips_w, "W", note);
  };
}

std::function<FigureResult()> Experiments::plan_crossing(const ClaimFigure& figure) {
  const auto& own = figure.configurations.front();
  auto& shared = job<CrossingJob>(fmt::format(
      "crossing {} {} {} {} {} {}", own, fmt::join(figure.against, " "), figure.workloads.front(),
      figure.parameter, fmt::join(figure.at, " "), key_of(figure)));
  shared.library = &library_;
  shared.machine = machine(figure, own);
  shared.rivals.clear();
  for (const auto& rival : figure.against) shared.rivals.push_back(machine(figure, rival));
  shared.workload = figure.workloads.front();
  shared.changes = changes_of(figure, true);
  shared.parameter = figure.parameter;
  shared.surroundings = figure.surroundings;
  shared.for_s = circumstances(figure).for_s;
  shared.at.clear();
  for (const auto& text : figure.at) {
    const auto written = read_written(text);
    if (shared.at.empty()) {
      shared.before = written.before;
      shared.after = written.after;
    } else if (written.before != shared.before || written.after != shared.after ||
               written.value <= shared.at.back()) {
      throw InputError("the values of 'at' must rise and be written alike",
                       "as [\"0\", \"0.1\", \"0.5\"] or [\"*0.5\", \"*1\", \"*2\"]");
    }
    shared.at.push_back(written.value);
    (void)shared.at_value(written.value);  // so that a wrong path is told before the work
  }
  const auto labels = labels_of(shared.rivals);
  return [&shared, &figure, labels] {
    FigureResult result;
    result.figure = &figure;
    if (labels.size() > 1) result.cases = labels;
    for (std::size_t r = 0; r < labels.size(); ++r) {
      if (!shared.error.empty()) {
        result.cells.push_back(failed(shared.error));
        continue;
      }
      const auto& crossing = shared.crossings[r];
      ClaimCell cell;
      cell.none = !crossing.at.has_value();
      if (crossing.at) cell.value = *crossing.at;
      cell.unit = shared.before == "*" ? "x" : shared.after;
      cell.note = cell.none ? (crossing.above_first ? "always ahead" : "never ahead")
                            : (crossing.above_first ? "ahead below" : "ahead above");
      if (crossing.turns_again) cell.note += ", and turns again";
      result.cells.push_back(std::move(cell));
    }
    result.curves = shared.curves;
    result.curve_unit = shared.unit;
    result.curve_logarithmic = shared.before == "*";
    return result;
  };
}

std::function<FigureResult()> Experiments::plan(const ClaimFigure& figure) {
  if (figure.kind == "derived") return {};
  if (figure.kind == "crossing") return plan_crossing(figure);
  std::vector<CellOf> cells;
  std::vector<std::string> cases = figure.axis();
  if (figure.kind == "need") {
    cells = plan_needs(figure);
  } else if (figure.kind == "value") {
    cells = plan_values(figure);
  } else if (figure.kind == "advice") {
    cells = plan_advice(figure);
  } else {
    std::vector<SharedMachine> machines;
    for (const auto& text : figure.configurations) {
      const auto made = machine(figure, text);
      machines.push_back(made);
      if (figure.kind == "run") {
        for (const auto& id : figure.workloads) cells.push_back(plan_run(figure, made, id));
      } else if (figure.kind == "price") {
        auto days = figure.days;
        if (days.empty()) days.emplace_back();
        for (const auto& day : days) {
          cells.push_back([made, day] { return number(made->price_usd(day), "USD"); });
        }
      } else {
        cells.push_back(plan_capacity(figure, made));
      }
    }
    if (&figure.axis() == &figure.configurations) {
      cases = labels_of(machines);
    } else if (&figure.axis() == &figure.workloads) {
      for (auto& name : cases) name = workload(figure, name)->name;
    }
  }
  if (cells.size() < 2) cases.clear();
  const TimelineJob* years = nullptr;
  if (figure.kind == "value") years = &job<TimelineJob>(timeline_key(figure));
  return [&figure, cases, cells, years] {
    FigureResult result;
    result.figure = &figure;
    result.cases = cases;
    for (const auto& cell : cells) result.cells.push_back(cell());
    if (years != nullptr) result.timeline = years->line;
    return result;
  };
}

bool Experiments::run(const Progress& progress, bool (*stop)()) {
  std::vector<Experiment*> all;
  for (auto& [key, job] : jobs_) all.push_back(job.get());
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::size_t done = 0;
  tbb::parallel_for(std::size_t{0}, all.size(), [&](std::size_t i) {
    if (stopped || (stop != nullptr && stop())) {
      stopped = true;
      all[i]->error = "not run: stopped by hand";
      return;
    }
    all[i]->run();
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress("experiments", done, all.size());
  });
  return !stopped;
}

}  // namespace headroom

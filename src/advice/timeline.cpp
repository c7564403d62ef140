#include "advice/timeline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "advice/assessor.hpp"

namespace headroom {
namespace {

/// The configurations of a day that differ in processor or graphics, each with
/// the cheapest of the rest that can do the work.
std::vector<Configuration> cores_and_graphics(const Market& market, const Model& model,
                                              const std::string& day, double memory_b,
                                              const std::map<std::string, double>& sizes_b) {
  std::map<std::pair<std::string, std::string>, std::pair<double, Configuration>> cheapest;
  for (auto& configuration : market.on_sale(model, day)) {
    auto option = [&](const char* slot) {
      const auto it = configuration.options.find(slot);
      return it == configuration.options.end() ? std::string() : it->second;
    };
    const auto size = sizes_b.find(option("memory"));
    if (size != sizes_b.end() && size->second < memory_b) continue;
    const double usd = model.offer.price_usd(configuration, day);
    auto& best = cheapest[{option("cpu"), option("gpu")}];
    if (best.second.machine.empty() || usd < best.first) best = {usd, std::move(configuration)};
  }
  std::vector<Configuration> found;
  for (auto& [key, best] : cheapest) found.push_back(std::move(best.second));
  return found;
}

double needed_memory_b(const std::vector<Task>& tasks) {
  double needed_b = 0;
  for (const auto& task : tasks) {
    for (const auto& phase : task.workload.phases) needed_b = std::max(needed_b, phase.memory_b);
  }
  return needed_b;
}

/// Capacity of each memory option of a model, by id.
std::map<std::string, double> memory_sizes_b(const Library& library, const Model& model) {
  std::map<std::string, double> sizes_b;
  for (const auto& option : model.offer.options) {
    if (option.slot != "memory") continue;
    Configuration with{model.id, {{"memory", option.id}}};
    try {
      sizes_b[option.id] = assemble(library, with).memory.capacity_b;
    } catch (const InputError&) {
      continue;  // sold only together with others: left to the market to combine
    }
  }
  return sizes_b;
}

void append(std::vector<Offering>& lane, Offering offering) {
  const bool same = !lane.empty() && lane.back().configuration == offering.configuration &&
                    (lane.back().price_usd == offering.price_usd ||
                     (std::isnan(lane.back().price_usd) && std::isnan(offering.price_usd)));
  if (same) {
    lane.back().to = offering.to;
  } else {
    lane.push_back(std::move(offering));
  }
}

/// The time from a day of change to the next, cut to what was asked.
struct Span {
  std::string from, to;
};

std::vector<Span> spans_of(const Market& market, const Model& model, const std::string& from,
                           const std::string& to) {
  std::vector<Span> spans;
  const auto first = std::max(from, model.offer.from), last = std::min(to, model.offer.to);
  if (first > last) return spans;
  spans.push_back({first, last});
  for (const auto& day : market.days_of_change()) {
    if (day <= first || day > last) continue;
    spans.back().to = day;
    spans.push_back({day, last});
  }
  return spans;
}

}  // namespace

const Offering* Timeline::on(const std::vector<Offering>& offerings, const std::string& day) {
  const Offering* found = nullptr;
  for (const auto& offering : offerings) {
    if (offering.from <= day && day <= offering.to) found = &offering;
  }
  return found;
}

Timeline timeline(const Library& library, std::vector<Task> tasks,
                  const Circumstances& circumstances, const std::string& from,
                  const std::string& to, const Progress& progress, bool (*stop)()) {
  const Market market(library);
  Timeline line;
  line.tasks = std::move(tasks);
  line.circumstances = circumstances;
  line.from = from;
  line.to = to;
  if (from > to || to < market.first_day() || from > market.last_day()) {
    throw InputError(
        fmt::format("nothing was on sale from {} to {}", from, to),
        fmt::format("the machines were sold from {} to {}", market.first_day(), market.last_day()));
  }
  Assessor assessor(library, line.tasks, line.circumstances);
  std::vector<Outcome> reference;
  const double memory_b = needed_memory_b(line.tasks);
  std::vector<const Model*> models;
  for (const auto& model : market.models()) models.push_back(&model);
  std::ranges::stable_sort(models, {}, [](const Model* m) { return m->offer.from; });
  for (const auto* model : models) {
    const auto spans = spans_of(market, *model, from, to);
    if (spans.empty()) continue;
    Lane lane{model->id, model->offer.name, {}, {}, {}};
    const auto sizes_b = memory_sizes_b(library, *model);
    for (const auto& span : spans) {
      const auto configurations = cores_and_graphics(market, *model, span.from, memory_b, sizes_b);
      auto standings = assessor.assess(assessor.assemble_all(configurations), progress, stop);
      Offering dollar, watt;
      for (auto& s : standings) {
        const bool able = std::ranges::all_of(s.outcomes, &Outcome::possible);
        if (able && reference.empty()) {
          reference = s.outcomes;
          line.reference = s.contender.label;
        }
        s.priced = s.contender.machine->price_known(span.from);
        s.price_usd = s.contender.machine->price_usd(span.from);
        if (!able) {
          for (const auto& o : s.outcomes) {
            if (!o.possible) lane.reason = o.reason;
          }
          continue;
        }
        judge(s, line.tasks, reference, line.circumstances);
        if (!std::isfinite(s.speed)) continue;
        const Offering offering{span.from,
                                span.to,
                                s.contender.machine->configuration.text(),
                                s.contender.label,
                                s.priced ? s.price_usd : Outcome::kNone,
                                s.speed,
                                0};
        const double by_dollar = 1000 * s.speed / s.price_usd, by_watt = 100 * s.speed / s.wall_w;
        if (s.priced && !(by_dollar <= dollar.value)) dollar = offering, dollar.value = by_dollar;
        if (!(by_watt <= watt.value)) watt = offering, watt.value = by_watt;
      }
      if (std::isfinite(dollar.value)) append(lane.per_dollar, std::move(dollar));
      if (std::isfinite(watt.value)) append(lane.per_watt, std::move(watt));
    }
    if (!lane.per_watt.empty()) lane.reason.clear();
    line.lanes.push_back(std::move(lane));
  }
  line.stopped = assessor.stopped();
  if (reference.empty() && !line.stopped) {
    throw ModelError("none of the machines can do this work at all" +
                     (line.lanes.empty() ? "" : ": " + line.lanes.front().reason));
  }
  return line;
}

}  // namespace headroom

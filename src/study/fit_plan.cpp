#include "study/fit_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "catalog/document.hpp"

namespace headroom {
namespace {

constexpr std::string_view kScaleStart = "workloads/";
constexpr std::string_view kScaleEnd = "/result.scale";
constexpr double kEvaluationsPerParameter = 80;

bool is_any(const std::vector<std::string>& wanted, const std::string& found) {
  return wanted.empty() || std::ranges::find(wanted, found) != wanted.end();
}

/// The workload whose scale a key names, "*" for each of the block's, or "".
std::string workload_of(const std::string& key) {
  if (!key.starts_with(kScaleStart) || !key.ends_with(kScaleEnd)) return {};
  return key.substr(kScaleStart.size(), key.size() - kScaleStart.size() - kScaleEnd.size());
}

void read_search(Section& section, FitParameter& parameter) {
  const std::string& unit = parameter.unit.symbol;
  parameter.start = parameter.low = parameter.high = parameter.spread = kRequired;
  Fields flags;
  flags.flag("log", parameter.log, "whether the search goes by its logarithm");
  section.read(flags);
  Fields fields;
  fields.number("start", parameter.start, unit, "the best guess without evidence", -1e18);
  fields.number("low", parameter.low, unit, "least value tried", -1e18);
  fields.number("high", parameter.high, unit, "greatest value tried", -1e18);
  fields.number("spread", parameter.spread, parameter.log ? "1" : unit,
                "how far from start is plausible, one standard deviation", 1e-18);
  section.read(fields);
  if (!(parameter.low <= parameter.start && parameter.start <= parameter.high) &&
      parameter.start == parameter.start) {
    section.report(fmt::format("'{}' must have low <= start <= high", parameter.key), "start");
  }
  if (parameter.low == parameter.high) {
    section.report(fmt::format("'{}' has nothing to choose: low is high", parameter.key), "low");
  }
  if (parameter.log && parameter.low <= 0) {
    section.report(fmt::format("'{}' has no logarithm down to low", parameter.key), "low",
                   "low must be above 0 when log = true");
  }
}

void read_parameter(Section& section, FitBlock& block) {
  FitParameter parameter;
  std::string unit = "1";
  Fields fields;
  fields.text("key", parameter.key, "catalogue file and path of the number");
  fields.texts("also", parameter.also, "further keys that get the same value");
  fields.text("unit", unit, "its unit");
  section.read(fields);
  try {
    parameter.unit = parse_unit(unit);
  } catch (const InputError& error) {
    section.report(error.what(), "unit", error.problems().front().help);
    return;
  }
  if (std::ranges::count(parameter.key, '/') != 2) {
    section.report(fmt::format("'{}' is not kind/id/path", parameter.key), "key",
                   "such as \"workloads/passmark-10-nt/result.scale\"");
  }
  parameter.workload = workload_of(parameter.key);
  if (!parameter.is_scale()) {
    read_search(section, parameter);
    block.parameters.push_back(std::move(parameter));
    return;
  }
  if (parameter.workload == "*" && block.workloads.empty()) {
    section.report("a scale for each workload needs the block to name its workloads", "key");
  }
  const auto each =
      parameter.workload == "*" ? block.workloads : std::vector<std::string>{parameter.workload};
  for (const auto& workload : each) {
    FitParameter scale = parameter;
    scale.workload = workload;
    scale.key = std::string(kScaleStart) + workload + std::string(kScaleEnd);
    block.parameters.push_back(std::move(scale));
  }
}

FitBlock read_block(Section& section) {
  FitBlock block;
  double evaluations = 0;
  Fields fields;
  fields.text("name", block.name, "what the block is called");
  fields.texts("workloads", block.workloads, "rows of these workloads only");
  fields.texts("metrics", block.metrics, "rows of these metrics only");
  fields.texts("machines", block.machines, "rows of these machines only");
  fields.texts("where", block.where, "rows whose options or setup hold these key=value pairs");
  fields.number("evaluations", evaluations, "1", "most trials of a search; 0: by itself", 0, 1e5);
  section.read(fields);
  auto parameters = section.list("parameter");
  for (auto& parameter : parameters) read_parameter(parameter, block);
  if (parameters.empty()) {
    section.report(fmt::format("block '{}' fits nothing", block.name), {},
                   "add [[block.parameter]] with a key");
  }
  const auto searched =
      std::ranges::count_if(block.parameters, [](const auto& p) { return !p.is_scale(); });
  block.evaluations = static_cast<int>(
      evaluations > 0 ? evaluations : kEvaluationsPerParameter * static_cast<double>(searched));
  return block;
}

}  // namespace

std::string FitParameter::written(double house_value) const {
  const std::string number = fmt::format("{:.6g}", in_unit(house_value, unit));
  return unit.symbol == "1" ? number : number + " " + unit.symbol;
}

bool FitBlock::selects(const EvidenceRow& row) const {
  if (!is_any(workloads, row.workload) || !is_any(metrics, row.metric) ||
      !is_any(machines, row.machine)) {
    return false;
  }
  return std::ranges::all_of(where, [&](const std::string& pair) {
    const auto cut = pair.find('=');
    const std::string key = pair.substr(0, cut);
    const std::string value = cut == pair.npos ? "" : pair.substr(cut + 1);
    const auto option = row.options.find(key);
    const auto setup = row.setup.find(key);
    return (option != row.options.end() && option->second == value) ||
           (setup != row.setup.end() && setup->second == value);
  });
}

bool FitBlock::searches() const {
  return std::ranges::any_of(parameters, [](const auto& p) { return !p.is_scale(); });
}

FitPlan FitPlan::parse(const std::string& text, const std::string& file) {
  FitPlan plan;
  Document document(text, file, "fits");
  Section root = document.root();
  (void)root.text("source");
  std::set<std::string> keys;
  for (auto& section : root.list("block")) {
    FitBlock block = read_block(section);
    for (const auto& parameter : block.parameters) {
      auto all = parameter.also;
      all.push_back(parameter.key);
      for (const auto& key : all) {
        if (keys.insert(key).second) continue;
        section.report(fmt::format("'{}' is fitted twice", key));
      }
    }
    plan.blocks.push_back(std::move(block));
  }
  document.check();
  return plan;
}

}  // namespace headroom

#include "claims/verdict.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "claims/experiments.hpp"
#include "claims/expression.hpp"

namespace headroom {
namespace {

/// Results of a claim's figures so far, as formulas see them.
class Table {
 public:
  explicit Table(const std::vector<FigureResult>& figures) : figures_(figures) {}

  const FigureResult& of(const std::string& name) const {
    const auto it = std::ranges::find_if(
        figures_, [&](const FigureResult& result) { return result.figure->name == name; });
    if (it == figures_.end()) throw InternalError("a figure that was never read: " + name);
    return *it;
  }
  static bool whole(const Expression::Use& use) {
    return !use.function.empty() && use.function != "exists";
  }
  const ClaimCell& cell(const Expression::Use& use, std::size_t index) const {
    const auto& cells = of(use.name).cells;
    return cells.size() == 1 ? cells.front() : cells.at(index);
  }
  /// The figure whose cases a formula goes through, or nullptr for plain numbers.
  const FigureResult* series(const Expression& expression) const {
    for (const auto& use : expression.uses()) {
      const auto& result = of(use.name);
      if (!whole(use) && result.cells.size() > 1) return &result;
    }
    return nullptr;
  }
  /// Why the formula has no value in a case, or "".
  std::string obstacle(const Expression& expression, std::size_t index) const {
    for (const auto& use : expression.uses()) {
      std::vector<const ClaimCell*> cells = {};
      if (whole(use)) {
        for (const auto& one : of(use.name).cells) cells.push_back(&one);
      } else {
        cells.push_back(&cell(use, index));
      }
      for (const auto* one : cells) {
        if (!one->reason.empty()) return fmt::format("{}: {}", use.name, one->reason);
        if (one->none && use.function != "exists" && use.function != "count") {
          return fmt::format("{}: there is none, {}", use.name, one->note);
        }
      }
    }
    return {};
  }
  double value(const Expression::Use& use, std::size_t index) const {
    if (use.function == "exists") return cell(use, index).none ? 0 : 1;
    if (use.function.empty()) return cell(use, index).value;
    std::vector<double> values;
    for (const auto& one : of(use.name).cells) {
      if (!one.none) values.push_back(one.value);
    }
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    if (use.function == "sum") return sum;
    if (use.function == "count") return static_cast<double>(values.size());
    if (use.function == "mean") return sum / static_cast<double>(values.size());
    if (use.function == "first") return values.front();
    if (use.function == "last") return values.back();
    return use.function == "least" ? *std::ranges::min_element(values)
                                   : *std::ranges::max_element(values);
  }
  std::string text(const Expression::Use& use, std::size_t index) const {
    if (use.function == "exists") return fmt::format("exists({})", cell_text(cell(use, index)));
    if (use.function.empty()) return cell_text(cell(use, index));
    ClaimCell shown = of(use.name).cells.front();
    shown.value = value(use, index);
    if (use.function == "count") shown.unit.clear();
    return cell_text(shown);
  }

 private:
  const std::vector<FigureResult>& figures_;
};

FigureResult derive(const ClaimFigure& figure, const std::vector<FigureResult>& known) {
  const Table table(known);
  const Expression expression(figure.expression);
  const auto* series = table.series(expression);
  FigureResult result;
  result.figure = &figure;
  const std::size_t count = series != nullptr ? series->cells.size() : 1;
  if (series != nullptr) result.cases = series->cases;
  for (std::size_t i = 0; i < count; ++i) {
    ClaimCell cell;
    cell.unit = figure.unit;
    cell.reason = table.obstacle(expression, i);
    if (cell.reason.empty()) {
      cell.value = expression.evaluate([&](const auto& use) { return table.value(use, i); });
      if (!std::isfinite(cell.value)) cell.reason = figure.expression + " has no value";
    }
    result.cells.push_back(std::move(cell));
  }
  return result;
}

CriterionResult judge(const Criterion& criterion, const std::vector<FigureResult>& figures) {
  const Table table(figures);
  const Expression expression(criterion.holds);
  const auto* series = table.series(expression);
  const std::size_t count = series != nullptr ? series->cells.size() : 1;
  CriterionResult result;
  result.criterion = &criterion;
  std::size_t holding = 0, judged = 0;
  for (std::size_t i = 0; i < count; ++i) {
    CriterionResult::Case one;
    if (series != nullptr && i < series->cases.size()) one.name = series->cases[i];
    one.put_in = expression.put_in([&](const auto& use) { return table.text(use, i); });
    one.reason = table.obstacle(expression, i);
    if (one.reason.empty()) {
      const double value =
          expression.evaluate([&](const auto& use) { return table.value(use, i); });
      if (!std::isfinite(value)) {
        one.reason = fmt::format(
            "'{}' has no value: it divides by zero, or takes a root or logarithm of what has none",
            criterion.holds);
      } else {
        one.holds = value != 0;
      }
    }
    judged += one.reason.empty() ? 1 : 0;
    holding += one.holds ? 1 : 0;
    result.cases.push_back(std::move(one));
  }
  result.judged = judged == count;
  result.holds = criterion.in == "any"    ? holding > 0
                 : criterion.in == "most" ? 2 * holding > count
                                          : holding == count;
  return result;
}

void conclude(ClaimResult& result) {
  std::size_t holding = 0;
  for (const auto& criterion : result.criteria) {
    if (!criterion.judged) {
      for (const auto& one : criterion.cases) {
        if (!one.reason.empty() && result.reason.empty()) result.reason = one.reason;
      }
    }
    holding += criterion.holds ? 1 : 0;
  }
  if (!result.reason.empty()) {
    result.verdict = Verdict::unknown;
  } else {
    result.verdict = holding == result.criteria.size() ? Verdict::holds
                     : holding == 0                    ? Verdict::fails
                                                       : Verdict::partly;
  }
}

}  // namespace

std::string verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::partly:
      return "holds in part";
    case Verdict::fails:
      return "does not hold";
    case Verdict::unknown:
      break;
  }
  return "cannot be judged";
}

std::string cell_text(const ClaimCell& cell) {
  if (!cell.reason.empty()) return "?";
  if (cell.none) return "none";
  if (!std::isfinite(cell.value)) return "?";
  const double size = std::abs(cell.value);
  std::string text;
  if (cell.unit == "USD" || cell.unit == "rpm") {
    text = fmt::format("{:.0f}", cell.value);
  } else if (cell.unit == "degC" || cell.unit == "dBA" || cell.unit == "%") {
    text = fmt::format("{:.1f}", cell.value);
  } else {
    int decimals = 0;
    if (size > 0) decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, 8);
    const bool whole = cell.unit.empty() && cell.value == std::round(cell.value);
    text = fmt::format("{:.{}f}", cell.value, whole ? 0 : decimals);
  }
  return cell.unit.empty() || cell.unit == "1" ? text : text + " " + cell.unit;
}

bool ClaimReport::all_hold() const {
  return !stopped && std::ranges::all_of(claims, [](const ClaimResult& result) {
    return result.verdict == Verdict::holds;
  });
}

ClaimReport judge_claims(const Library& library, std::vector<Claim> claims,
                         const ClaimOptions& options, const Progress& progress, bool (*stop)()) {
  ClaimReport report;
  report.for_s = options.for_s;
  for (auto& claim : claims) {
    report.claims.emplace_back();
    report.claims.back().claim = std::move(claim);
  }
  Experiments experiments(library, options);
  std::vector<std::vector<std::function<FigureResult()>>> plans;
  std::vector<Problem> problems;
  for (const auto& result : report.claims) {
    auto& plan = plans.emplace_back();
    for (const auto& figure : result.claim.figures) {
      try {
        plan.push_back(experiments.plan(figure));
      } catch (const InputError& error) {
        for (auto problem : error.problems()) {
          problem.what = fmt::format("figure '{}': {}", figure.name, problem.what);
          if (problem.place.line == 0) problem.place = figure.place;
          problems.push_back(std::move(problem));
        }
      }
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  report.experiments = experiments.jobs();
  report.stopped = !experiments.run(progress, stop);
  for (std::size_t c = 0; c < report.claims.size(); ++c) {
    auto& result = report.claims[c];
    for (std::size_t f = 0; f < result.claim.figures.size(); ++f) {
      const auto& figure = result.claim.figures[f];
      result.figures.push_back(plans[c][f] ? plans[c][f]() : derive(figure, result.figures));
    }
    for (const auto& criterion : result.claim.criteria) {
      result.criteria.push_back(judge(criterion, result.figures));
    }
    conclude(result);
  }
  return report;
}

}  // namespace headroom

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "claims/cells.hpp"
#include "claims/experiments.hpp"

namespace headroom {

std::vector<Experiments::CellOf> Experiments::plan_needs(const ClaimFigure& figure) {
  check_machines(figure.machines);
  const auto day = figure.days.empty() ? std::string() : figure.days.front();
  auto& shared = job<OfferJob>(fmt::format("offer {} {}", fmt::join(figure.machines, " "), day));
  shared.library = &library_;
  shared.machines = {figure.machines.begin(), figure.machines.end()};
  shared.day = day;
  std::vector<CellOf> cells;
  for (const auto& text : figure.needs) {
    cells.push_back([&shared, need = parse_need(text)] {
      if (!shared.error.empty()) return failed(shared.error);
      const auto it = std::ranges::find_if(shared.sold, [&](const OfferJob::Sold& sold) {
        return meets(sold.model->features, sold.configured, need);
      });
      const bool met = it != shared.sold.end();
      return number(met ? 1 : 0, "", met ? "yes" : "no");
    });
  }
  return cells;
}

std::vector<Experiments::CellOf> Experiments::plan_values(const ClaimFigure& figure) {
  check_machines(figure.machines);
  auto& shared = job<TimelineJob>(timeline_key(figure));
  shared.library = &library_;
  shared.tasks = tasks(figure);
  shared.circumstances = circumstances(figure);
  const auto [first, last] = std::ranges::minmax_element(figure.days);
  if (shared.from.empty() || *first < shared.from) shared.from = *first;
  if (shared.to.empty() || *last > shared.to) shared.to = *last;
  std::vector<CellOf> cells;
  for (const auto& day : figure.days) {
    cells.push_back([&shared, day, machines = figure.machines] {
      if (!shared.error.empty()) return failed(shared.error);
      const Offering* best = nullptr;
      for (const auto& lane : shared.line->lanes) {
        const bool wanted =
            machines.empty() || std::ranges::find(machines, lane.machine) != machines.end();
        const auto* offered = wanted ? Timeline::on(lane.per_dollar, day) : nullptr;
        if (offered != nullptr && (best == nullptr || offered->value > best->value)) {
          best = offered;
        }
      }
      if (best == nullptr) return failed("none of them was on sale on " + day);
      return number(best->value, "per 1000 USD",
                    fmt::format("{}, {:.0f} USD", best->label, best->price_usd));
    });
  }
  return cells;
}

std::vector<Experiments::CellOf> Experiments::plan_advice(const ClaimFigure& figure) {
  check_machines(figure.machines);
  auto& shared = job<AdviceJob>(fmt::format("advice {} {} {}", fmt::join(figure.needs, " "),
                                            fmt::join(figure.workloads, " "), key_of(figure)));
  shared.library = &library_;
  shared.tasks = tasks(figure);
  shared.circumstances = circumstances(figure);
  shared.needs.clear();
  for (const auto& need : figure.needs) shared.needs.push_back(parse_need(need));
  const auto& day = figure.days.front();
  shared.days.insert(day);
  const auto all = library_.ids("machines");
  const auto& asked = figure.machines.empty() ? all : figure.machines;
  shared.machines.insert(asked.begin(), asked.end());
  shared.reference = machine(ClaimFigure{}, "imac-pro-2017");
  std::vector<CellOf> cells;
  for (const auto& text : figure.budgets) {
    const double budget_usd = parse_quantity(text, parse_unit("USD"));
    shared.budget_usd = std::max(shared.budget_usd, budget_usd);
    cells.push_back([&shared, &figure, budget_usd, metric = figure.metric] {
      if (!shared.error.empty()) return failed(shared.error);
      const auto* choice = shared.pick(metric, figure.days.front(), figure.machines, budget_usd);
      if (choice == nullptr) return failed("nothing that was on sale then fits");
      const auto note = fmt::format("{}, {:.0f} USD", choice->label, choice->price_usd);
      if (metric.ends_with("_price")) return number(choice->price_usd, "USD", choice->label);
      if (metric.ends_with("_noise")) return number(choice->noise_dba, "dBA", note);
      if (metric == "work_per_dollar") {
        return number(1000 * choice->pace / choice->price_usd, "per 1000 USD", note);
      }
      return number(choice->pace, "x", note);
    });
  }
  return cells;
}

}  // namespace headroom

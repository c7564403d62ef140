#include "claims/jobs.hpp"

#include <fmt/core.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "advice/assessor.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {

void Experiment::run() {
  try {
    work();
  } catch (const ModelError& failure) {
    error = failure.what();
  } catch (const InputError& failure) {
    error = failure.problems().front().what;
  }
}

void OutcomeJob::work() {
  outcome = outcome_of(*machine, *workload, surroundings, for_s);
}

void ReadingJob::work() {
  const auto result = headroom::run(*machine, *workload, surroundings, options);
  for (auto& [metric, reading] : readings) {
    const auto value = read_metric(*workload, result, metric, -1, reading.reason);
    if (value) reading = {*value, {}};
  }
}

void CapacityJob::work() {
  capacity = cooling_capacity(*machine, surroundings, processor, graphics);
}

void AirflowJob::work() {
  flow_m3_per_s = greatest_airflow_m3_per_s(*machine, surroundings);
}

Workload CrossingJob::at_value(double x) const {
  auto all = changes;
  all.push_back({parameter, fmt::format("{}{:.9g}{}", before, x, after)});
  return read_rested_workload(*library, workload, all);
}

void CrossingJob::work() {
  auto pace = [&](const Machine& contender, const Workload& work_at_x) {
    const auto outcome = outcome_of(contender, work_at_x, surroundings, for_s);
    if (!outcome.possible) {
      throw ModelError(fmt::format("{}: {}", contender.configuration.text(), outcome.reason));
    }
    if (!std::isfinite(outcome.pace_per_s)) throw ModelError(workload + " has no pace");
    return work_rate(work_at_x, outcome);
  };
  std::vector<const Machine*> all = {machine.get()};
  for (const auto& rival : rivals) all.push_back(rival.get());
  std::vector<Workload> workloads;
  for (const double x : at) workloads.push_back(at_value(x));
  unit = rate_unit(workloads.front());
  curves.assign(all.size(), {});
  for (std::size_t c = 0; c < all.size(); ++c) {
    curves[c] = {label_of(*all[c]), at, std::vector<double>(at.size())};
  }
  tbb::parallel_for(std::size_t{0}, all.size() * at.size(), [&](std::size_t i) {
    curves[i / at.size()].y[i % at.size()] = pace(*all[i / at.size()], workloads[i % at.size()]);
  });
  crossings.resize(rivals.size());
  tbb::parallel_for(std::size_t{0}, rivals.size(), [&](std::size_t r) {
    crossings[r] = find_crossing(curves[0], curves[r + 1], [&](double x) {
      const auto work_at_x = at_value(x);
      return pace(*machine, work_at_x) / pace(*rivals[r], work_at_x);
    });
  });
}

void TimelineJob::work() {
  line = std::make_shared<const Timeline>(timeline(*library, tasks, circumstances, from, to));
}

void AdviceJob::work() {
  const Market market(*library);
  Assessor assessor(*library, tasks, circumstances);
  const auto own = assessor.assess({{reference, "reference"}}).front();
  for (const auto& day : days) {
    for (const auto& model : market.models()) {
      if (!machines.contains(model.id)) continue;
      auto contenders = assessor.assemble_all(market.on_sale(model, day));
      std::erase_if(contenders, [&](const Contender& contender) {
        const auto configured = configured_of(*contender.machine);
        return usd_on(day, contender) > budget_usd ||
               !std::ranges::all_of(needs, [&](const Need& need) {
                 return meets(model.features, configured, need);
               });
      });
      for (auto& standing : assessor.assess(std::move(contenders))) {
        judge(standing, tasks, own.outcomes, circumstances);
        if (!standing.possible || !standing.contender.machine->price_known(day)) continue;
        choices[day].push_back({model.id, standing.contender.label, usd_on(day, standing.contender),
                                standing.speed, standing.noise_dba});
      }
    }
  }
}

double AdviceJob::usd_on(const std::string& day, const Contender& contender) const {
  const auto& sold = *contender.machine;
  return sold.price_usd(day) + extra_usd(sold.features, configured_of(sold), needs);
}

const AdviceJob::Choice* AdviceJob::pick(const std::string& metric, const std::string& day,
                                         const std::vector<std::string>& of,
                                         double within_usd) const {
  constexpr double kSame = 0.005;  // in speed, as in advise()
  std::vector<const Choice*> fitting;
  const auto it = choices.find(day);
  if (it == choices.end()) return nullptr;
  for (const auto& choice : it->second) {
    const bool wanted = of.empty() || std::ranges::find(of, choice.machine) != of.end();
    if (wanted && choice.price_usd <= within_usd) fitting.push_back(&choice);
  }
  if (fitting.empty()) return nullptr;
  if (metric == "work_per_dollar") {
    return *std::ranges::max_element(fitting, {},
                                     [](const Choice* c) { return c->pace / c->price_usd; });
  }
  const double top = (*std::ranges::max_element(fitting, {}, &Choice::pace))->pace;
  const double enough = top * (1 - (metric.starts_with("recommended") ? Advice::kAlike : kSame));
  std::erase_if(fitting, [&](const Choice* c) { return c->pace < enough; });
  return *std::ranges::min_element(fitting, {}, [](const Choice* c) {
    return std::tuple(c->price_usd, -c->pace, c->noise_dba);
  });
}

void OfferJob::work() {
  market = std::make_shared<Market>(*library);
  const std::vector<Task> tasks;
  const Circumstances circumstances;
  const Assessor assessor(*library, tasks, circumstances);
  for (const auto& model : market->models()) {
    if (!machines.contains(model.id)) continue;
    std::map<std::string, Configuration> found;
    const auto days = day.empty() ? market->days_of_change() : std::vector<std::string>{day};
    for (const auto& when : days) {
      for (auto& configuration : market->on_sale(model, when)) {
        found.emplace(configuration.text(), std::move(configuration));
      }
    }
    std::vector<Configuration> configurations;
    for (auto& [text, configuration] : found) configurations.push_back(std::move(configuration));
    for (const auto& contender : assessor.assemble_all(configurations)) {
      sold.push_back({&model, configured_of(*contender.machine), contender.label});
    }
  }
}

}  // namespace headroom

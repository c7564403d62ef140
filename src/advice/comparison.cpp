#include "advice/comparison.hpp"

#include <fmt/core.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include "advice/market.hpp"

namespace headroom {

void judge(Standing& standing, const std::vector<Task>& tasks,
           const std::vector<Outcome>& reference, const Circumstances& circumstances) {
  double logarithms = 0, paced = 0, watts = 0, weights = 0;
  standing.possible = true;
  standing.noise_dba = 0;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto& outcome = standing.outcomes[t];
    if (!outcome.possible) {
      standing.possible = false;
      continue;
    }
    const double weight = tasks[t].weight;
    const double ratio = outcome.pace_per_s / reference[t].pace_per_s;
    if (std::isfinite(ratio) && ratio > 0) {
      logarithms += weight * std::log(ratio);
      paced += weight;
    }
    watts += weight * outcome.wall_w;
    weights += weight;
    standing.noise_dba = std::max(standing.noise_dba, outcome.noise_dba);
  }
  standing.wall_w = weights > 0 ? watts / weights : 0;
  constexpr double kJPerKwh = 3.6e6;
  standing.energy_usd_a_year =
      standing.wall_w * circumstances.hours_a_year * 3600 / kJPerKwh * circumstances.usd_per_kwh;
  standing.speed = Outcome::kNone;
  standing.usd_per_speed = Outcome::kNone;
  if (!standing.possible || paced <= 0) return;
  standing.speed = std::exp(logarithms / paced);
  if (standing.priced) standing.usd_per_speed = standing.price_usd / standing.speed;
}

namespace {

/// The price on the day, and whether it means anything.
void price(Standing& standing, const std::string& day) {
  const Machine& machine = *standing.contender.machine;
  standing.price_usd = machine.price_usd(day);
  standing.notes = machine.notes;
  if (!machine.price_known(day)) {
    standing.priced = false;
    standing.notes.push_back("the price of " + standing.contender.label + " is not known");
  }
  if (!machine.configuration.swaps.empty()) {
    standing.priced = false;
    standing.notes.push_back(standing.contender.label + " was never sold so: it has no price");
  }
  std::string why;
  if (!day.empty() && !sold_on(machine.offer, machine.configuration, day, &why)) {
    standing.priced = false;
    standing.notes.push_back(
        fmt::format("{} could not be bought on {}: {}", standing.contender.label, day, why));
  }
}

}  // namespace

Comparison compare(std::vector<Contender> contenders, std::vector<Task> tasks,
                   const Circumstances& circumstances, const Progress& progress, bool (*stop)()) {
  Comparison comparison;
  comparison.tasks = std::move(tasks);
  comparison.circumstances = circumstances;
  const std::size_t count = comparison.tasks.size();
  for (auto& contender : contenders) {
    auto& standing = comparison.standings.emplace_back();
    standing.contender = std::move(contender);
    standing.outcomes.resize(count);
    price(standing, circumstances.day);
  }
  const std::size_t all = comparison.standings.size() * count;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::size_t done = 0;
  tbb::parallel_for(std::size_t{0}, all, [&](std::size_t cell) {
    auto& standing = comparison.standings[cell / count];
    auto& outcome = standing.outcomes[cell % count];
    if (stopped || (stop != nullptr && stop())) {
      stopped = true;
      outcome.possible = false;
      outcome.reason = kStopped;
      return;
    }
    outcome = outcome_of(*standing.contender.machine, comparison.tasks[cell % count].workload,
                         circumstances.surroundings, circumstances.for_s, stop);
    if (outcome.reason == kStopped) stopped = true;
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress("runs", done, all);
  });
  comparison.stopped = stopped;
  // Relative to the first that can do everything, so that every speed has a meaning.
  const Standing* reference = comparison.standings.empty() ? nullptr : comparison.standings.data();
  for (const auto& standing : comparison.standings) {
    if (std::ranges::all_of(standing.outcomes, &Outcome::possible)) {
      reference = &standing;
      break;
    }
  }
  const std::vector<Outcome> outcomes =
      reference != nullptr ? reference->outcomes : std::vector<Outcome>{};
  for (auto& standing : comparison.standings) {
    judge(standing, comparison.tasks, outcomes, circumstances);
  }
  return comparison;
}

}  // namespace headroom

#include "advice/advice.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "advice/assessor.hpp"

namespace headroom {
namespace {

std::vector<const Model*> wanted_models(const Market& market, const Wish& wish) {
  std::vector<const Model*> models;
  std::vector<std::string> known;
  for (const auto& model : market.models()) known.push_back(model.id);
  for (const auto& id : wish.machines) {
    if (std::ranges::find(known, id) == known.end()) {
      throw InputError(fmt::format("no machine is called '{}'", id), suggest(id, known));
    }
  }
  for (const auto& model : market.models()) {
    const bool wanted =
        wish.machines.empty() || std::ranges::find(wish.machines, model.id) != wish.machines.end();
    if (wanted) models.push_back(&model);
  }
  return models;
}

/// Standings of what a model was sold as on a day, as far as it meets needs and
/// budget; prices include what the needs cost more.
std::vector<Standing> affordable(Assessor& assessor, const Market& market, const Model& model,
                                 const Wish& wish, const std::string& day, Sieve& sieve,
                                 const Progress& progress, bool (*stop)()) {
  auto contenders = assessor.assemble_all(market.on_sale(model, day));
  sieve.on_sale += contenders.size();
  std::vector<double> prices;
  sieve.without_price += std::erase_if(
      contenders, [&](const Contender& contender) { return !contender.machine->price_known(day); });
  std::erase_if(contenders, [&](const Contender& contender) {
    const Machine& machine = *contender.machine;
    const Configured configured = configured_of(machine);
    const bool met = std::ranges::all_of(
        wish.needs, [&](const Need& need) { return meets(machine.features, configured, need); });
    const double usd = machine.price_usd(day) + extra_usd(machine.features, configured, wish.needs);
    sieve.without_needs += met ? 0 : 1;
    sieve.over_budget += met && usd > wish.budget_usd ? 1 : 0;
    if (!met || usd > wish.budget_usd) return true;
    prices.push_back(usd);
    return false;
  });
  auto standings = assessor.assess(std::move(contenders), progress, stop);
  for (std::size_t i = 0; i < standings.size(); ++i) standings[i].price_usd = prices[i];
  return standings;
}

/// Whether `b` offers nothing over `a`: differences in speed below a percent and in
/// noise below half a decibel are none.
bool beats(const Standing& a, const Standing& b) {
  constexpr double kSpeed = 0.01, kNoiseDba = 0.5;
  return a.price_usd <= b.price_usd && b.speed <= a.speed * (1 + kSpeed) &&
         b.noise_dba >= a.noise_dba - kNoiseDba;
}

/// What no other beats, from the fastest to the slowest. Walked from the cheapest up
/// (the fastest first among equally cheap ones), a choice stays when it is faster or
/// quieter than each that stayed before it by more than nothing. So nothing left out
/// can be as fast, as cheap and as quiet as one that stays, and better in one of them.
std::vector<Choice> pareto_set(std::vector<Choice> all) {
  auto text = [](const Choice& c) { return c.standing.contender.machine->configuration.text(); };
  std::ranges::sort(all, [&](const Choice& a, const Choice& b) {
    return std::tuple(a.standing.price_usd, -a.standing.speed, a.standing.noise_dba, text(a)) <
           std::tuple(b.standing.price_usd, -b.standing.speed, b.standing.noise_dba, text(b));
  });
  std::vector<Choice> kept;
  for (auto& choice : all) {
    const bool beaten = std::ranges::any_of(
        kept, [&](const Choice& better) { return beats(better.standing, choice.standing); });
    if (!beaten) kept.push_back(std::move(choice));
  }
  std::ranges::sort(kept, [&](const Choice& a, const Choice& b) {
    return std::tuple(-a.standing.speed, a.standing.price_usd, text(a)) <
           std::tuple(-b.standing.speed, b.standing.price_usd, text(b));
  });
  return kept;
}

/// The cheapest whose speed is at least that share of the fastest's; of equally
/// cheap ones the fastest, then the quietest.
int cheapest_within(const std::vector<Choice>& choices, double share) {
  int best = -1;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto& s = choices[i].standing;
    if (s.speed < share * choices.front().standing.speed) continue;
    if (best < 0 || s.price_usd < choices[static_cast<std::size_t>(best)].standing.price_usd) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

/// Splits what can do the work quietly enough from what cannot.
std::vector<Choice> fitting(std::vector<Standing> standings, const Wish& wish,
                            const std::vector<Outcome>& reference, Sieve& sieve) {
  std::vector<Choice> choices;
  std::set<std::string> reasons;
  for (auto& standing : standings) {
    judge(standing, wish.tasks, reference, wish.circumstances);
    if (!standing.possible) {
      ++sieve.cannot_do;
      for (const auto& outcome : standing.outcomes) {
        if (!outcome.possible) reasons.insert(outcome.reason);
      }
    } else if (standing.noise_dba > wish.noise_dba) {
      ++sieve.too_loud;
    } else {
      ++sieve.fitting;
      if (std::isnan(standing.speed)) standing.speed = 1;  // work without a pace: all do it alike
      choices.push_back({std::move(standing), true});
    }
  }
  sieve.reasons.insert(sieve.reasons.end(), reasons.begin(), reasons.end());
  return choices;
}

/// The outcomes that speeds are relative to: of the first that can do everything.
std::vector<Outcome> reference_of(const std::vector<Standing>& standings, std::size_t tasks) {
  for (const auto& standing : standings) {
    if (std::ranges::all_of(standing.outcomes, &Outcome::possible)) return standing.outcomes;
  }
  return std::vector<Outcome>(tasks);
}

void check_day(const Market& market, const std::string& day) {
  if (day >= market.first_day() && day <= market.last_day()) return;
  std::string times;
  for (const auto& model : market.models()) {
    times += fmt::format("{}{} {} to {}", times.empty() ? "" : "; ", model.id, model.offer.from,
                         model.offer.to);
  }
  throw InputError(fmt::format("nothing was on sale on {}", day), times);
}

}  // namespace

Advice advise(const Library& library, Wish wish, const Progress& progress, bool (*stop)()) {
  if (wish.tasks.empty()) {
    throw InputError("advice needs a workload",
                     fmt::format("one of: {}", fmt::join(library.ids("workloads"), ", ")));
  }
  const Market market(library);
  const auto models = wanted_models(market, wish);
  if (wish.circumstances.day.empty()) wish.circumstances.day = market.last_day();
  const std::string day = wish.circumstances.day;
  check_day(market, day);

  Advice advice;
  Assessor assessor(library, wish.tasks, wish.circumstances);
  std::vector<Standing> standings;
  for (const auto* model : models) {
    auto found = affordable(assessor, market, *model, wish, day, advice.sieve, progress, stop);
    std::ranges::move(found, std::back_inserter(standings));
  }
  const auto reference = reference_of(standings, wish.tasks.size());
  advice.choices = pareto_set(fitting(std::move(standings), wish, reference, advice.sieve));
  if (!advice.choices.empty()) {
    advice.fastest = 0;
    advice.recommended = cheapest_within(advice.choices, 1 - Advice::kAlike);
    advice.within_10 = cheapest_within(advice.choices, 0.90);
    advice.within_25 = cheapest_within(advice.choices, 0.75);
  }
  for (const auto* model : models) {
    if (model->offer.from <= day) continue;
    const Announcement* spoken = nullptr;
    for (const auto& announcement : model->features.announcements) {
      if (announcement.date <= day) spoken = &announcement;
    }
    if (spoken == nullptr) continue;
    Successor successor{model->id, model->offer.name, *spoken, model->offer.from, {}, 0};
    Sieve sieve;
    auto found =
        affordable(assessor, market, *model, wish, model->offer.from, sieve, progress, stop);
    const auto best = pareto_set(fitting(std::move(found), wish, reference, sieve));
    if (const int pick = cheapest_within(best, 1 - Advice::kAlike); pick >= 0) {
      successor.best = best[static_cast<std::size_t>(pick)];
    }
    successor.over_budget = sieve.over_budget;
    advice.successors.push_back(std::move(successor));
  }
  // Speeds relative to the fastest that fits.
  if (!advice.choices.empty()) {
    const double top = advice.choices.front().standing.speed;
    auto relate = [&](Choice& choice) {
      choice.standing.speed /= top;
      choice.standing.usd_per_speed = choice.standing.price_usd / choice.standing.speed;
    };
    for (auto& choice : advice.choices) relate(choice);
    for (auto& successor : advice.successors) {
      if (successor.best) relate(*successor.best);
    }
  }
  advice.sieve.runs = assessor.runs();
  advice.stopped = assessor.stopped();
  advice.wish = std::move(wish);
  return advice;
}

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "advice/contender.hpp"
#include "advice/outcome.hpp"
#include "base/progress.hpp"

namespace headroom {

/// A workload and how much it counts.
struct Task {
  Workload workload;
  double weight = 1;
};

/// Where, when and for how long machines are compared.
struct Circumstances {
  Surroundings surroundings;
  double for_s = 3600;         ///< of each run: long enough for everything to be warm
  std::string day;             ///< of the prices; "": the first on which it could be bought
  double usd_per_kwh = 0.15;   ///< of electricity
  double hours_a_year = 1000;  ///< of this work: four hours on 250 days
};

/// What a contender did with every task, and what that costs.
struct Standing {
  Contender contender;
  std::vector<Outcome> outcomes;  ///< one for each task
  double price_usd = 0;
  bool priced = true;  ///< its price is known; it could be bought so, on the day if one is given
  std::vector<std::string> notes;  ///< why not, and what else to know
  /// Weighted geometric mean of its pace relative to the first contender's, over
  /// the tasks that have a pace; NaN when it cannot do one of them.
  double speed = Outcome::kNone;
  double usd_per_speed = Outcome::kNone;  ///< price for each unit of `speed`, if it is priced
  double noise_dba = 0;                   ///< of the loudest task
  double wall_w = 0;                      ///< mean over the tasks, by weight
  double energy_usd_a_year = 0;
  bool possible = true;  ///< it can do all of it
};

struct Comparison {
  std::vector<Task> tasks;
  Circumstances circumstances;
  std::vector<Standing> standings;  ///< in the order of the contenders
  std::string changed;              ///< what of the workloads is not as they are, for people
  bool stopped = false;             ///< by hand; some outcomes are not there
};

/// Runs every task on every contender, all cores at work. The same bits come out
/// on any number of cores. `progress` counts runs; `stop` is asked between runs.
Comparison compare(std::vector<Contender> contenders, std::vector<Task> tasks,
                   const Circumstances& circumstances, const Progress& progress = {},
                   bool (*stop)() = nullptr);

/// Works out `speed` and what follows from it, relative to `reference`'s outcomes.
void judge(Standing& standing, const std::vector<Task>& tasks,
           const std::vector<Outcome>& reference, const Circumstances& circumstances);

}  // namespace headroom

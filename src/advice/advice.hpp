#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "advice/comparison.hpp"
#include "advice/market.hpp"

namespace headroom {

/// What someone wants to do, and what he can live with.
struct Wish {
  std::vector<Task> tasks;
  Circumstances circumstances;  ///< `day` is that of the purchase
  double budget_usd = std::numeric_limits<double>::infinity();
  double noise_dba = std::numeric_limits<double>::infinity();  ///< of the loudest task
  std::vector<Need> needs;
  std::vector<std::string> machines;  ///< only these; empty: all
};

/// One configuration that could be bought, and how it does.
struct Choice {
  Standing standing;  ///< `speed` relative to the fastest that fits
  bool quiet_enough = true;
};

/// What was left out of the search, and why.
struct Sieve {
  std::size_t on_sale = 0;
  std::size_t without_price = 0;  ///< advice weighs prices: what has none is left out
  std::size_t without_needs = 0;
  std::size_t over_budget = 0;
  std::size_t cannot_do = 0;
  std::size_t too_loud = 0;
  std::size_t fitting = 0;
  std::size_t runs = 0;              ///< that had to be computed; like machines share theirs
  std::vector<std::string> reasons;  ///< of those that cannot do it, each once
};

/// A machine that was spoken of on the day, but not yet to be had.
struct Successor {
  std::string machine, name;
  Announcement announcement;    ///< the last one by that day
  std::string first_day;        ///< on which it could be bought
  std::optional<Choice> best;   ///< under the same wish, at its first price
  std::size_t over_budget = 0;  ///< of its configurations
};

/// The answer. Choices are indices into `choices`, -1: none.
///
/// `choices` is the Pareto set: each is faster, cheaper or quieter than every
/// other. Errors of the twin are some percent, so that a difference below
/// kAlike cannot be told: recommended is the cheapest within it of the fastest.
struct Advice {
  static constexpr double kAlike = 0.03;

  Wish wish;
  Sieve sieve;
  std::vector<Choice> choices;  ///< from the fastest to the slowest
  int fastest = -1;
  int recommended = -1;
  int within_10 = -1;  ///< the cheapest within 10 % of the fastest
  int within_25 = -1;
  std::vector<Successor> successors;
  bool stopped = false;
};

/// Searches everything that could be bought on the day. Throws InputError when
/// nothing was on sale then, naming the days on which something was, and for an
/// unknown machine. The same wish gives the same advice.
Advice advise(const Library& library, Wish wish, const Progress& progress = {},
              bool (*stop)() = nullptr);

}  // namespace headroom

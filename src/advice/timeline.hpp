#pragma once

#include <string>
#include <vector>

#include "advice/comparison.hpp"
#include "advice/market.hpp"

namespace headroom {

/// The best that one machine offered over some time.
struct Offering {
  std::string from;  ///< until the next offering of the machine, or its end
  std::string to;
  std::string configuration;
  std::string label;
  double price_usd = 0;  ///< NaN: not known
  double speed = Outcome::kNone;
  double value = Outcome::kNone;  ///< speed for 1000 USD, or for 100 W
};

/// One machine through the years: its best configurations for the money and for
/// the power it draws.
struct Lane {
  std::string machine, name;
  std::string reason;  ///< not empty: nothing of it can do the work
  std::vector<Offering> per_dollar;
  std::vector<Offering> per_watt;
};

/// Work per dollar and work per watt of what was on sale. Speeds are relative to
/// the base configuration of `reference`, the first machine that can do the work.
struct Timeline {
  std::vector<Task> tasks;
  Circumstances circumstances;
  std::string reference;
  std::string from, to;
  std::vector<Lane> lanes;
  bool stopped = false;

  /// The offering of a list that held on a day, or none.
  static const Offering* on(const std::vector<Offering>& offerings, const std::string& day);
};

/// Works it out between two days. Memory and storage stay at the cheapest that
/// can do the work; processors and graphics are all tried. Throws InputError when
/// nothing was on sale in that time.
Timeline timeline(const Library& library, std::vector<Task> tasks,
                  const Circumstances& circumstances, const std::string& from,
                  const std::string& to, const Progress& progress = {}, bool (*stop)() = nullptr);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "advice/comparison.hpp"
#include "report/standing_parts.hpp"

namespace headroom {

/// The pictures and tables of a comparison's page. `players` are its standings in
/// the order of the page.

/// The standing that speeds are relative to: the first that can do all of it.
const Standing& reference_of(const Comparison& comparison);
/// Price against speed, with lines of equal work for the money.
std::string price_picture(const Comparison& comparison, const std::vector<Player>& players);
/// Speed, heat, noise and power in one task.
std::string task_bars(const Comparison& comparison, std::size_t task,
                      const std::vector<Player>& players);
/// Speed, price and the loudest task, over all tasks.
std::string overall_bars(const Comparison& comparison, const std::vector<Player>& players);
/// Every number, a table for each task.
std::string comparison_tables(const Comparison& comparison, const std::vector<Player>& players);

}  // namespace headroom

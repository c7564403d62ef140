#pragma once

#include <string>
#include <vector>

#include "advice/advice.hpp"
#include "report/standing_parts.hpp"

namespace headroom {

/// The pictures and tables of an advice's page. `players` are its choices, in
/// their order.

/// The colour that stands for a level of noise, on the whole page.
int noise_colour(double dba);
/// Price against speed of every choice and successor; noise is the shade.
std::string choices_picture(const Advice& advice, const std::vector<Player>& players);
std::string choices_table(const Advice& advice, const std::vector<Player>& players);
/// How much was searched and why the rest was left out.
std::string sieve_html(const Advice& advice);
/// What was announced by the day, and what it turned out to be; "" for nothing.
std::string waiting_html(const Advice& advice);

}  // namespace headroom

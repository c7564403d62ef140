#pragma once

#include <span>
#include <string>
#include <vector>

#include "advice/advice.hpp"
#include "advice/comparison.hpp"
#include "advice/timeline.hpp"
#include "replay/program_study.hpp"

namespace headroom {

/// A comparison for a terminal: a table for each task, one for all of them
/// together, and a sentence that says which is fastest, cheapest for its work and
/// quietest. Lines fit `width` as far as tables can.
std::string comparison_text(const Comparison& comparison, bool colour, int width);

/// Everything in a comparison as JSON, units in the keys' names; "format" is
/// "headroom-compare". A number that is not there is null.
std::string comparison_json(const Comparison& comparison);

/// The same as one page of HTML with pictures that needs nothing but itself.
/// `programs`: what is known of the recorded programs among its tasks.
std::string comparison_html(const Comparison& comparison, const std::string& command_line,
                            std::span<const ProgramStudy> programs = {});

/// The sentence: "Fastest: ..., 2.3 times as fast as ... for 2.6 times its price."
std::string comparison_verdict(const Comparison& comparison);

/// Which of the tasks show no speed, and why: a sentence each.
std::vector<std::string> pace_notes(const Comparison& comparison);

/// The advice for a terminal: what was searched, the recommended configuration
/// and why, cheaper ones, the choices, and what waiting would have brought.
std::string advice_text(const Advice& advice, bool colour, int width);
/// The reasons for the recommendation, a sentence each.
std::vector<std::string> advice_reasons(const Advice& advice);
/// "format" is "headroom-advise".
std::string advice_json(const Advice& advice);
/// The same as advice_text() as one page of HTML with pictures that needs nothing
/// but itself.
std::string advice_html(const Advice& advice, const std::string& command_line,
                        std::span<const ProgramStudy> programs = {});

/// Work per dollar and per watt over the years, as two pictures of characters and
/// a table of what was the best when.
std::string timeline_text(const Timeline& timeline, bool colour, int width);
/// "format" is "headroom-timeline".
std::string timeline_json(const Timeline& timeline);
/// One page of HTML: two pictures over the years and the tables behind them.
std::string timeline_html(const Timeline& timeline, const std::string& command_line,
                          std::span<const ProgramStudy> programs = {});

}  // namespace headroom

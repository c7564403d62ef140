#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/strips.hpp"

namespace headroom {

/// The parts of the page, in its order, each as HTML; "" where there is nothing
/// to say. Every text that comes from outside is escaped.

/// The question that the page answers, as plain text: its title.
std::string question(std::span<const ReportRun> runs);
/// The answer in a few sentences, and what limits it.
std::string answer_html(std::span<const ReportRun> runs);
/// Key figures: cards for one run, a table for several.
std::string figures_html(std::span<const ReportRun> runs);
/// The plots, with the key to the runs above and the tables behind them below.
std::string plots_html(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                       std::size_t points);
/// What was lost to heat and to power limits.
std::string losses_html(std::span<const ReportRun> runs);
std::string repeats_html(std::span<const ReportRun> runs);
std::string events_html(std::span<const ReportRun> runs);
std::string energy_html(std::span<const ReportRun> runs);
std::string configuration_html(std::span<const ReportRun> runs);
std::string surroundings_html(std::span<const ReportRun> runs);
std::string workload_html(std::span<const ReportRun> runs);
std::string provenance_html(std::span<const ReportRun> runs);
std::string reproduce_html(std::span<const ReportRun> runs, const std::string& command_line);

/// The numbers that the page's script draws, as JSON safe inside a script
/// element. Main channels get `points` bins at most, others a third of that.
std::string page_data(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                      std::size_t points);

/// "published", "standard", "measured", "derived", "assumed", "remembered",
/// "fitted", "set" or "unnamed": what kind of source this is.
std::string source_kind(const std::string& source);

/// A letter in its run's colour, before the run's name; "" when there is but one.
std::string run_badge(std::span<const ReportRun> runs, std::size_t run);
/// Badge and label.
std::string run_heading(std::span<const ReportRun> runs, std::size_t run);

}  // namespace headroom

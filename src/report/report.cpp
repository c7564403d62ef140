#include "report/report.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/sections.hpp"

namespace headroom {
namespace {

constexpr std::size_t kLargestPage = 1900000;
constexpr std::size_t kPoints = 2000, kFewestPoints = 60;
constexpr std::size_t kStillPoints = 480;

std::string contents(bool program) {
  static constexpr std::pair<const char*, const char*> kParts[] = {
      {"figures", "Figures"},      {"plots", "Over time"},    {"losses", "Losses"},
      {"configuration", "Inputs"}, {"provenance", "Sources"}, {"reproduce", "Reproduce"}};
  std::string out = "<nav aria-label=\"Parts of this page\">";
  for (const auto& [id, name] : kParts) {
    out += fmt::format("<a href=\"#{}\">{}</a>", id, name);
    if (program && std::string_view(id) == "plots") {
      out += "<a href=\"#program\">The program</a>";
    }
  }
  return out + "</nav>\n";
}

std::string scripts(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                    std::size_t points) {
  const auto plot = asset("uPlot.iife.min.js");
  const auto page = asset("report/report.js");
  if (plot.empty() || page.empty()) return {};  // the still pictures remain
  return fmt::format(
      "<script type=\"application/json\" id=\"data\">{}</script>\n<script>{}</script>\n"
      "<script>\n{}</script>\n",
      page_data(runs, strips, points), plot, page);
}

std::string page_of(std::span<const ReportRun> runs, const std::string& command_line,
                    const std::string& program, std::size_t points) {
  const auto strips = choose_strips(runs);
  const std::string title = question(runs);
  std::string out = page_head(title,
                              {"uPlot.min.css", "report/report.css",
                               program.empty() ? std::string_view() : "report/advice.css"},
                              true) +
                    "<body>\n<main>\n<header>\n<p class=\"brand\">Headroom</p>\n<h1>" +
                    pretty(title) + "</h1>\n";
  out += answer_html(runs) + contents(!program.empty()) + "</header>\n";
  out += figures_html(runs) + plots_html(runs, strips, std::min(points, kStillPoints));
  if (!program.empty()) {
    out +=
        "<section id=\"program\"><h2>What kind of program it is</h2>\n" + program + "</section>\n";
  }
  out += losses_html(runs) + repeats_html(runs) + events_html(runs) + energy_html(runs);
  const std::string inputs = configuration_html(runs) + surroundings_html(runs);
  out += runs.size() == 1 ? "<div class=\"pair\">\n" + inputs + "</div>\n" : inputs;
  out += workload_html(runs);
  out += provenance_html(runs) + reproduce_html(runs, command_line) + "</main>\n";
  return out + scripts(runs, strips, points) + "</body>\n</html>\n";
}

}  // namespace

std::string html_report(std::span<const ReportRun> runs, const std::string& command_line,
                        std::span<const ProgramStudy> programs) {
  const std::string program = programs_section_html(programs);
  if (runs.empty()) throw InputError("there is no run to report");
  std::string page = page_of(runs, command_line, program, kPoints);
  for (std::size_t points = kPoints / 2; page.size() > kLargestPage && points >= kFewestPoints;
       points /= 2) {
    page = page_of(runs, command_line, program, points);
  }
  return page;
}

}  // namespace headroom

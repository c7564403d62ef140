#include "report/report.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "report/embedded.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"

namespace headroom {
namespace {

constexpr std::size_t kLargestPage = 1900000;
constexpr std::size_t kPoints = 2000, kFewestPoints = 60;
constexpr std::size_t kStillPoints = 480;

/// An embedded file by the end of its path, or "".
std::string_view asset(std::string_view name) {
  for (const auto& file : embedded_web()) {
    if (file.path.ends_with(name)) return file.text;
  }
  return {};
}

/// Nothing may be fetched, whatever a name in somebody's file tries.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'";

std::string head(const std::string& title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"generator\" content=\"Headroom\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{}\n{}</style>\n</head>\n",
      kPolicy, pretty(title), asset("uPlot.min.css"), asset("report/report.css"));
}

std::string contents() {
  static constexpr std::pair<const char*, const char*> kParts[] = {
      {"figures", "Figures"},      {"plots", "Over time"},    {"losses", "Losses"},
      {"configuration", "Inputs"}, {"provenance", "Sources"}, {"reproduce", "Reproduce"}};
  std::string out = "<nav aria-label=\"Parts of this page\">";
  for (const auto& [id, name] : kParts) out += fmt::format("<a href=\"#{}\">{}</a>", id, name);
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
                    std::size_t points) {
  const auto strips = choose_strips(runs);
  const std::string title = question(runs);
  std::string out = head(title) +
                    "<body>\n<main>\n<header>\n<p class=\"brand\">Headroom</p>\n<h1>" +
                    pretty(title) + "</h1>\n";
  out += answer_html(runs) + contents() + "</header>\n";
  out += figures_html(runs) + plots_html(runs, strips, std::min(points, kStillPoints));
  out += losses_html(runs) + repeats_html(runs) + events_html(runs) + energy_html(runs);
  const std::string inputs = configuration_html(runs) + surroundings_html(runs);
  out += runs.size() == 1 ? "<div class=\"pair\">\n" + inputs + "</div>\n" : inputs;
  out += workload_html(runs);
  out += provenance_html(runs) + reproduce_html(runs, command_line) + "</main>\n";
  return out + scripts(runs, strips, points) + "</body>\n</html>\n";
}

}  // namespace

std::string html_report(std::span<const ReportRun> runs, const std::string& command_line) {
  if (runs.empty()) throw InputError("there is no run to report");
  std::string page = page_of(runs, command_line, kPoints);
  for (std::size_t points = kPoints / 2; page.size() > kLargestPage && points >= kFewestPoints;
       points /= 2) {
    page = page_of(runs, command_line, points);
  }
  return page;
}

}  // namespace headroom

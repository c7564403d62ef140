#include <fmt/core.h>

#include <cmath>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/series.hpp"
#include "report/svg_plot.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kTableRows = 40;

/// The key to the runs; the page's script makes its boxes work.
std::string run_key(std::span<const ReportRun> runs) {
  if (runs.size() == 1) return {};
  std::string out = "<div class=\"key\" role=\"group\" aria-label=\"Runs shown\">\n";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    out += fmt::format(
        "<label><input type=\"checkbox\" class=\"live-only\" data-run=\"{}\" checked>{}"
        "<svg class=\"sample\" viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"line k{} "
        "d{}\" "
        "d=\"M0 4h28\"/></svg>{}</label>\n",
        i, run_badge(runs, i), run_colour(i), run_dash(i), pretty(run_label(runs[i])));
  }
  return out + "</div>\n";
}

std::string table_behind(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                         std::size_t run) {
  const Trace& trace = runs[run].result->trace;
  std::vector<std::string> heads = {"#Time"};
  std::vector<Series> columns;
  std::vector<int> decimals;
  for (const auto& strip : strips) {
    for (const auto& c : strip.curves) {
      if (c.run != run) continue;
      heads.push_back("#" +
                      pretty(fmt::format("{}, {}", trace.channels()[c.channel].name, strip.unit)));
      columns.push_back(thin(trace, c.channel, kTableRows, c.scale));
      decimals.push_back(strip.decimals);
    }
  }
  if (columns.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    std::vector<std::string> row = {
        pretty(quantity(columns[0].start_s(i), columns[0].width_s < 1 ? 2 : 1, "s"))};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto& s = columns[c];
      if (!measured(s.mean[i])) {
        row.emplace_back("&ndash;");
        continue;
      }
      const std::string low = quantity(s.low[i], decimals[c]),
                        high = quantity(s.high[i], decimals[c]);
      std::string cell = quantity(s.mean[i], decimals[c]);
      if (low != high)
        cell += fmt::format(" <small>{}&hairsp;&ndash;&hairsp;{}</small>", low, high);
      row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
  }
  return table_html(heads, rows);
}

/// What the grey bands are, or the dips where none are drawn.
std::string pauses_said(std::span<const ReportRun> runs) {
  double shortest_s = INFINITY, longest_s = 0;
  for (const auto& run : runs) {
    for (const auto& pause : pauses_of(run)) {
      shortest_s = std::fmin(shortest_s, pause.to_s - pause.from_s);
      longest_s = std::fmax(longest_s, pause.to_s - pause.from_s);
    }
  }
  if (longest_s <= 0) return {};
  const std::string shortest = duration(shortest_s), longest = duration(longest_s);
  const std::string lasts =
      shortest == longest ? longest : fmt::format("{} to {}", shortest, longest);
  return choose_pauses(runs).empty()
             ? fmt::format("<p class=\"quiet\">Dips between repeats are pauses of {}.</p>\n",
                           pretty(lasts))
             : fmt::format(
                   "<p class=\"quiet\"><i class=\"pause-key\"></i>Pause between repeats, "
                   "{}</p>\n",
                   pretty(lasts));
}

}  // namespace

std::string plots_html(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                       std::size_t points) {
  if (strips.empty()) {
    return "<section id=\"plots\"><h2>Over time</h2>\n<p>Nothing was recorded over "
           "time.</p></section>\n";
  }
  std::string out = fmt::format("<section id=\"plots\"{}><h2>Over time</h2>\n{}",
                                runs.size() > 1 ? " class=\"many\"" : "", run_key(runs));
  out += "<div id=\"tools\" class=\"live-only\"></div>\n<div id=\"strips\">\n";
  Overlays over{choose_marks(runs), choose_pauses(runs)};
  for (std::size_t i = 0; i < strips.size(); ++i) {
    const auto& strip = strips[i];
    over.names_pauses = i == 0;
    out += fmt::format(
        "<figure class=\"strip\" data-strip=\"{}\"><figcaption><h3>{} <span>{}</span></h3>"
        "<output class=\"readout\"></output></figcaption>\n{}</figure>\n",
        i, pretty(strip.title), pretty(strip.unit), strip_html(strip, runs, over, points));
  }
  out += "</div>\n";
  out += pauses_said(runs);
  for (const auto& mark : over.marks) {
    out += fmt::format("<p class=\"quiet\"><i class=\"marked\"></i>{} after {}</p>\n",
                       pretty(capital(mark.label)), pretty(duration(mark.time_s)));
  }
  out += "<div id=\"others\" class=\"live-only\"></div>\n";
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const auto table = table_behind(runs, strips, run);
    if (table.empty()) continue;
    const std::string of = runs.size() > 1 ? ": " + run_heading(runs, run) : "";
    out += details_html("The numbers behind these plots" + of,
                        "<p class=\"quiet\">Mean of each span from the time given; small: least "
                        "and greatest.</p>\n" +
                            table);
  }
  return out + "</section>\n";
}

}  // namespace headroom

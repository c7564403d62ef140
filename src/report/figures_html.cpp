#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::vector<Figure> figures_of(const ReportRun& run) {
  return key_figures(*run.machine, *run.workload, *run.surroundings, *run.result);
}

std::string card(const Figure& f) {
  std::string value;
  if (measured(f.value)) {
    value = fmt::format("<b>{}</b> <span>{}</span>", f.number(), pretty(f.unit));
  } else {
    value = fmt::format("<span>{}</span>", kNotMeasured);
  }
  return fmt::format("<div class=\"card\"><dt>{}</dt><dd>{}</dd><dd class=\"note\">{}</dd></div>\n",
                     pretty(capital(f.name)), value, pretty(f.note));
}

/// "+12 %", "-3 K", "same": the figure beside that of the first run.
std::string beside(const Figure& f, const Figure& first) {
  if (!measured(f.value) || !measured(first.value) || f.unit != first.unit) return {};
  const double by = f.value - first.value;
  std::string text;
  if (f.unit == "degC" || f.unit == "dBA") {
    const double whole = std::round(by);
    text = whole == 0 ? "same" : fmt::format("{:+.0f} {}", whole, f.unit == "degC" ? "K" : "dB");
  } else if (first.value > 0) {
    const double share = by / first.value;
    text = std::fabs(share) < 0.005 ? "same" : (share > 0 ? "+" : "") + percent(share);
  }
  return text.empty() ? text : "<small>" + pretty(text) + "</small>";
}

const Figure* find(const std::vector<Figure>& figures, const Figure& like) {
  const auto it = std::ranges::find_if(
      figures, [&](const auto& f) { return f.id == like.id && f.name == like.name; });
  return it == figures.end() ? nullptr : &*it;
}

std::string compared(std::span<const ReportRun> runs) {
  std::vector<std::vector<Figure>> all;
  std::vector<Figure> kinds;  // every figure that any run has, in order
  std::vector<std::string> heads = {"Figure"};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    all.push_back(figures_of(runs[i]));
    for (const auto& f : all.back()) {
      if (find(kinds, f) == nullptr) kinds.push_back(f);
    }
    heads.push_back("#" + run_heading(runs, i));
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& kind : kinds) {
    std::vector<std::string> row = {pretty(capital(kind.name))};
    const Figure* first = find(all[0], kind);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Figure* f = find(all[i], kind);
      if (f == nullptr) {
        row.emplace_back("&ndash;");
        continue;
      }
      row.push_back(pretty(f->text()) +
                    (i > 0 && first != nullptr ? " " + beside(*f, *first) : ""));
    }
    rows.push_back(std::move(row));
  }
  std::vector<std::string> lost = {"Lost to heat"}, power = {"Lost to power limits"};
  for (const auto& run : runs) {
    lost.push_back(pretty(percent(run.result->summary.losses.to_heat)));
    power.push_back(pretty(percent(run.result->summary.losses.to_power)));
  }
  rows.push_back(lost);
  rows.push_back(power);
  return table_html(heads, rows) + "<p class=\"quiet\">Small: beside " + run_heading(runs, 0) +
         ".</p>\n";
}

}  // namespace

std::string figures_html(std::span<const ReportRun> runs) {
  std::string out = "<section id=\"figures\"><h2>Key figures</h2>\n";
  if (runs.size() > 1) return out + compared(runs) + "</section>\n";
  out += "<dl class=\"cards\">\n";
  for (const auto& f : figures_of(runs[0])) out += card(f);
  return out + "</dl></section>\n";
}

}  // namespace headroom

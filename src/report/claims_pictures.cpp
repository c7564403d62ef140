#include "report/claims_pictures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <regex>

#include "report/bars.hpp"
#include "report/html.hpp"

namespace headroom {
namespace {

bool is_yes_no(const FigureResult& figure) {
  return figure.figure->kind == "need";
}

/// Whether the cases are different workloads, whose paces and times say nothing of
/// each other.
bool is_unlike(const FigureResult& figure) {
  const auto& f = *figure.figure;
  const bool of_work =
      f.metric == "pace" || f.metric == "result" || f.metric.ends_with("pass_time");
  return f.kind == "run" && f.workloads.size() > 1 && of_work;
}

/// The number that a criterion sets a figure against: 10 of "lost < 10", 370 of
/// "abs(power / 370 - 1) < 0.1".
std::optional<double> threshold_of(const ClaimResult& result, const std::string& name) {
  const std::regex beside("\\b" + name +
                          " *(<=|>=|<|>) *([0-9.]+)( *\\* *([0-9.]+))?( */ *([0-9.]+))?");
  const std::regex within("abs\\( *" + name + " */ *([0-9.]+) *- *1 *\\)");
  for (const auto& criterion : result.claim.criteria) {
    std::smatch found;
    if (std::regex_search(criterion.holds, found, beside)) {
      double value = std::stod(found[2]);
      if (found[4].matched) value *= std::stod(found[4]);
      if (found[6].matched) value /= std::stod(found[6]);
      return value;
    }
    if (std::regex_search(criterion.holds, found, within)) return std::stod(found[1]);
  }
  return std::nullopt;
}

struct Row {
  std::string name, small;
  const ClaimCell* cell = nullptr;  ///< none: a heading of the rows that follow
  std::optional<double> line;
  bool part = false;  ///< below a heading
};

/// Levels and temperatures have no zero that a bar's length could count from.
bool has_no_zero(const std::string& unit) {
  return unit == "degC" || unit == "dBA";
}

std::string panel_html(const std::string& unit, const std::vector<Row>& rows) {
  double low = 0, high = 0;
  bool first = true;
  for (const auto& row : rows) {
    if (row.cell == nullptr) continue;
    for (const double value : {row.cell->value, row.line.value_or(row.cell->value)}) {
      high = first ? value : std::max(high, value);
      low = first ? value : std::min(low, value);
      first = false;
    }
  }
  const bool dots = has_no_zero(unit);
  if (dots) {
    low = 10 * std::floor(low / 10 - 0.2);
    high = 10 * std::ceil(high / 10 + 0.2);
  } else {
    low = 0;
    high = round_up(high);
  }
  auto place = [&](double value) {
    return std::clamp(100 * (value - low) / (high - low), 0., 100.);
  };
  std::string out =
      "<table class=\"claim-bars\"><colgroup><col class=\"what\"><col><col "
      "class=\"value\"></colgroup>"
      "<tbody>\n";
  for (const auto& row : rows) {
    if (row.cell == nullptr) {
      out += fmt::format("<tr class=\"head\"><th scope=\"rowgroup\" colspan=\"3\">{}</th></tr>\n",
                         pretty(row.name));
      continue;
    }
    std::string track;
    if (row.line)
      track = fmt::format("<i class=\"line\" style=\"left:{:.2f}%\"></i>", place(*row.line));
    track +=
        dots ? fmt::format("<i class=\"at\" style=\"left:{:.2f}%\"></i>", place(row.cell->value))
             : fmt::format("<i class=\"is\" style=\"width:{:.2f}%\"></i>", place(row.cell->value));
    out += fmt::format(
        "<tr class=\"k0{}\"><th scope=\"row\">{}{}</th><td class=\"{}\"><span class=\"track\" "
        "aria-hidden=\"true\">{}</span></td><td class=\"n\">{}</td></tr>\n",
        row.part ? " part" : "", pretty(row.name),
        row.small.empty() ? "" : "<small>" + pretty(row.small) + "</small>", dots ? "dots" : "",
        track, pretty(cell_text(*row.cell)));
  }
  return out + "</tbody></table>\n" +
         (dots ? fmt::format("<p class=\"quiet\">From {:g} to {:g} {}.</p>\n", low, high,
                             pretty(unit))
               : "");
}

}  // namespace

std::string claim_bars_html(const ClaimResult& result) {
  std::vector<std::string> units;
  std::vector<std::vector<Row>> panels;
  for (const auto& figure : result.figures) {
    if (is_yes_no(figure) || figure.timeline || !figure.curves.empty()) continue;
    if (is_unlike(figure)) continue;
    const bool series = !figure.cases.empty();
    std::vector<bool> headed(units.size() + figure.cells.size(), false);
    for (std::size_t i = 0; i < figure.cells.size(); ++i) {
      const auto& cell = figure.cells[i];
      const bool yes_or_no = cell.unit == "1";  // as of a machine that shut down or did not
      if (!std::isfinite(cell.value) || !cell.reason.empty() || yes_or_no) continue;
      const auto at = static_cast<std::size_t>(std::ranges::find(units, cell.unit) - units.begin());
      if (at == units.size()) {
        units.push_back(cell.unit);
        panels.emplace_back();
      }
      if (series && !headed[at]) panels[at].push_back({figure.figure->meaning, {}, nullptr, {}});
      headed[at] = true;
      panels[at].push_back({series ? figure.cases[i] : figure.figure->meaning, cell.note, &cell,
                            threshold_of(result, figure.figure->name), series});
    }
  }
  std::string out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (panels[i].size() > 1) out += panel_html(units[i], panels[i]);
  }
  return out;
}

std::string claim_needs_html(const ClaimResult& result) {
  std::string out;
  std::vector<const FigureResult*> columns;
  auto flush = [&] {
    if (columns.empty()) return;
    std::vector<std::string> heads = {"need"};
    std::vector<std::vector<std::string>> rows;
    for (const auto* column : columns) heads.push_back(pretty(column->figure->meaning));
    const auto& needs = columns.front()->figure->needs;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      std::vector<std::string> row = {"<code>" + escape(needs[i]) + "</code>"};
      for (const auto* column : columns) {
        row.push_back(column->cells[i].value > 0 ? "<b class=\"met\">yes</b>"
                                                 : "<span class=\"quiet\">no</span>");
      }
      rows.push_back(std::move(row));
    }
    out += table_html(heads, rows);
    columns.clear();
  };
  for (const auto& figure : result.figures) {
    if (!is_yes_no(figure)) continue;
    if (!columns.empty() && columns.front()->figure->needs != figure.figure->needs) flush();
    columns.push_back(&figure);
  }
  flush();
  return out;
}

}  // namespace headroom

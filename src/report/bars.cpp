#include "report/bars.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/html.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

/// Where a value stands between a column's ends, in percent.
double place(const BarColumn& column, double value) {
  const double span = column.high - column.low;
  return span > 0 ? std::clamp(100 * (value - column.low) / span, 0.0, 100.0) : 0;
}

std::string dots_of(const BarColumn& column, const BarCell& cell) {
  std::string out;
  if (measured(cell.second)) {
    out += fmt::format("<i class=\"at hollow\" style=\"left:{:.1f}%\"></i>",
                       place(column, cell.second));
  }
  if (measured(cell.value)) {
    out += fmt::format("<i class=\"at\" style=\"left:{:.1f}%\"></i>", place(column, cell.value));
  }
  return out;
}

/// The pieces of a bar, one after the other.
std::string parts_of(const BarColumn& column, const BarCell& cell) {
  std::string out;
  double sum = 0;
  for (const auto& part : cell.parts) {
    const double from = place(column, sum);
    sum += part.value;
    const double width = place(column, sum) - from;
    if (!(width > 0.05)) continue;
    out += fmt::format("<i class=\"is part{} k{}\" style=\"left:{:.2f}%;width:{:.2f}%\"{}></i>",
                       width > 2 ? " apart" : "", part.colour, from, width,
                       part.title.empty() ? "" : " title=\"" + pretty(part.title) + "\"");
  }
  return out;
}

std::string bar_of(const BarColumn& column, const BarCell& cell) {
  std::string out;
  const double value = place(column, cell.value), second = place(column, cell.second);
  if (measured(cell.second) && second > value) {
    out += fmt::format("<i class=\"gone\" style=\"width:{:.2f}%\"></i>", second);
  }
  if (!cell.parts.empty()) {
    out += parts_of(column, cell);
  } else if (measured(cell.value)) {
    out += fmt::format("<i class=\"is\" style=\"width:{:.2f}%\"></i>", value);
  }
  if (measured(cell.low) && measured(cell.high)) {
    const double low = place(column, cell.low);
    out += fmt::format("<i class=\"may\" style=\"left:{:.2f}%;width:{:.2f}%\"></i>", low,
                       place(column, cell.high) - low);
  }
  if (measured(cell.second)) {
    out += fmt::format("<i class=\"first{}\" style=\"left:{:.2f}%\"></i>",
                       second < value ? " within" : "", second);
  }
  return out;
}

std::string cell_html(const BarColumn& column, const BarCell& cell) {
  std::string line;
  if (measured(column.line)) {
    line = fmt::format("<i class=\"line\" style=\"left:{:.2f}%\"></i>", place(column, column.line));
  }
  const std::string track =
      fmt::format("<span class=\"track\" aria-hidden=\"true\">{}{}</span>",
                  column.dots ? dots_of(column, cell) : bar_of(column, cell), line);
  const std::string said =
      fmt::format("<span class=\"said\"><b>{}</b>{}</span>", cell.text,
                  cell.small.empty() ? std::string() : " <small>" + cell.small + "</small>");
  return fmt::format("<td role=\"cell\" data-k=\"{}\" class=\"{}{}\"{}><div>{}</div></td>",
                     pretty(column.heading), column.wide ? "wide" : "thin",
                     column.dots ? " dots" : "",
                     cell.title.empty() ? "" : " title=\"" + pretty(cell.title) + "\"",
                     column.wide ? track + said : said + track);
}

}  // namespace

std::string bars_html(const std::string& caption, const std::vector<BarColumn>& columns,
                      const std::vector<BarRow>& rows, const std::string& first) {
  std::string out = fmt::format(
      "<table class=\"bars\" role=\"table\"><caption class=\"unseen\">{}</caption>"
      "<thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\" "
      "class=\"name\">{}</th>",
      pretty(caption), pretty(first));
  for (const auto& column : columns) {
    out += fmt::format(
        "<th role=\"columnheader\" scope=\"col\" class=\"{}\">{} <small>{}</small></th>",
        column.wide ? "wide" : "thin", pretty(column.heading), pretty(column.scale));
  }
  out += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
  for (const auto& row : rows) {
    out +=
        fmt::format("<tr role=\"row\" class=\"k{}\"><th role=\"rowheader\" scope=\"row\">{}</th>",
                    row.colour, row.name);
    if (!row.remark.empty()) {
      out += fmt::format("<td role=\"cell\" class=\"remark\" colspan=\"{}\">{}</td>",
                         columns.size(), pretty(row.remark));
    } else {
      for (std::size_t i = 0; i < row.cells.size() && i < columns.size(); ++i) {
        out += cell_html(columns[i], row.cells[i]);
      }
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

double round_up(double value) {
  if (!measured(value) || value <= 0) return 1;
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (step * decade >= value * (1 - 1e-12)) return step * decade;
  }
  return 10 * decade;
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/bars.hpp"
#include "report/claims_pictures.hpp"
#include "report/html.hpp"
#include "report/svg_plot.hpp"

namespace headroom {
namespace {

constexpr double kHeightPx = 260;
constexpr double kLabelPx = 15;

struct Line {
  std::string name;
  std::size_t colour = 0;
  std::vector<std::pair<double, double>> points;
};
struct Tick {
  double at;
  std::string text;
};
struct Axes {
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  std::vector<Tick> x, y;
  std::vector<double> levels;  ///< dashed across
  std::string description;
};

/// Lines as an SVG that stretches with the page, lettering as text over it.
std::string lines_html(const Axes& axes, const std::vector<Line>& lines) {
  auto left = [&](double x) { return 100 * (x - axes.x_low) / (axes.x_high - axes.x_low); };
  auto top = [&](double y) { return 100 * (axes.y_high - y) / (axes.y_high - axes.y_low); };
  std::string svg, text;
  for (const auto& tick : axes.y) {
    svg += fmt::format("<path class=\"grid\" d=\"M0 {0:.3f}H100\"/>", top(tick.at));
    text += fmt::format("<span class=\"y\" style=\"top:{:.2f}%\">{}</span>", top(tick.at),
                        pretty(tick.text));
  }
  for (const auto& tick : axes.x) {
    text += fmt::format("<span class=\"x\" style=\"left:{:.2f}%\">{}</span>", left(tick.at),
                        pretty(tick.text));
  }
  for (const double level : axes.levels) {
    svg += fmt::format("<path class=\"mark\" d=\"M0 {:.3f}H100\"/>", top(level));
  }
  std::vector<double> wished;
  for (const auto& line : lines) {
    std::string path;
    for (const auto& [x, y] : line.points) {
      path += fmt::format("{}{:.3f} {:.3f}", path.empty() ? "M" : "L", left(x), top(y));
    }
    svg += fmt::format("<path class=\"line k{}\" d=\"{}\"/>", line.colour, path);
    wished.push_back(line.points.empty() ? 0 : kHeightPx / 100 * top(line.points.back().second));
  }
  const auto places = spread(wished, kHeightPx, kLabelPx);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += fmt::format("<span class=\"end k{}\" style=\"top:{:.1f}px\">{}</span>", lines[i].colour,
                        places[i], escape(lines[i].name));
  }
  return fmt::format(
      "<div class=\"claim-plot\"><div class=\"plot\" style=\"height:{:.0f}px\" role=\"img\" "
      "aria-label=\"{}\"><svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\">{}</svg>{}</div></div>\n",
      kHeightPx, escape(axes.description), svg, text);
}

double year_of(const std::string& day) {
  return std::stoi(day.substr(0, 4)) + (std::stoi(day.substr(5, 2)) - 1) / 12.0 +
         (std::stoi(day.substr(8, 2)) - 1) / 365.0;
}

/// Marks at a step of 1, 2 or 5 and zeros.
std::vector<Tick> round_ticks(double low, double high, std::string_view unit) {
  const double rough = (high - low) / 6;
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  const double step = decade * (rough <= 2 * decade ? 2 : rough <= 5 * decade ? 5 : 10);
  std::vector<Tick> ticks;
  const int last = static_cast<int>(std::floor(high / step + 1e-9));
  for (int i = static_cast<int>(std::ceil(low / step - 1e-9)); i <= last; ++i) {
    ticks.push_back({i * step, fmt::format("{:g}{}", i * step, unit)});
  }
  return ticks;
}

/// "*0.1" as "0.1x".
std::string written(const std::string& text) {
  return text.starts_with('*') ? text.substr(1) + "x" : text;
}

}  // namespace

std::string claim_crossings_html(const ClaimResult& result) {
  std::string out;
  for (const auto& figure : result.figures) {
    if (figure.curves.size() < 2) continue;
    auto x_of = [&](double x) { return figure.curve_logarithmic ? std::log(x) : x; };
    const auto& own = figure.curves.front();
    Axes axes;
    std::vector<Line> lines;
    double low = 1, high = 1;
    for (std::size_t c = 1; c < figure.curves.size(); ++c) {
      const auto& rival = figure.curves[c];
      Line line{figure.cases.empty() ? rival.name.substr(rival.name.rfind(", ") == std::string::npos
                                                             ? 0
                                                             : rival.name.rfind(", ") + 2)
                                     : figure.cases[c - 1],
                (c - 1) % 8,
                {}};
      for (std::size_t i = 0; i < own.x.size(); ++i) {
        const double ratio = own.y[i] / rival.y[i];
        line.points.emplace_back(x_of(own.x[i]), ratio);
        low = std::min(low, ratio);
        high = std::max(high, ratio);
      }
      lines.push_back(std::move(line));
    }
    axes.x_low = x_of(own.x.front());
    axes.x_high = x_of(own.x.back());
    for (std::size_t i = 0; i < own.x.size(); ++i) {
      const double place = (x_of(own.x[i]) - axes.x_low) / (axes.x_high - axes.x_low);
      const double before =
          axes.x.empty() ? -1 : (axes.x.back().at - axes.x_low) / (axes.x_high - axes.x_low);
      if (place - before > 0.07) axes.x.push_back({x_of(own.x[i]), written(figure.figure->at[i])});
    }
    axes.y_low = 0.1 * std::floor(10 * low - 0.5);
    axes.y_high = 0.1 * std::ceil(10 * high + 0.2);
    axes.y = round_ticks(axes.y_low, axes.y_high, "x");
    axes.levels = {1};
    axes.description = figure.figure->meaning;
    out += fmt::format(
        "<h3>{}, times as fast as</h3>\n{}<p class=\"quiet\">Over <code>{}</code> of {}. Above the "
        "dashed line it wins.</p>\n",
        pretty(own.name), lines_html(axes, lines), escape(figure.figure->parameter),
        escape(figure.figure->workloads.front()));
  }
  return out;
}

std::string claim_years_html(const ClaimResult& result) {
  const auto it = std::ranges::find_if(
      result.figures, [](const FigureResult& figure) { return figure.timeline != nullptr; });
  if (it == result.figures.end()) return {};
  const auto& years = *it->timeline;
  Axes axes;
  axes.x_low = year_of(years.from);
  axes.x_high = year_of(years.to);
  double high = 0;
  std::vector<Line> lines;
  for (const auto& lane : years.lanes) {
    if (lane.per_dollar.empty()) continue;
    Line line{lane.name, lines.size() % 8, {}};
    for (const auto& offering : lane.per_dollar) {
      line.points.emplace_back(year_of(std::max(offering.from, years.from)), offering.value);
      line.points.emplace_back(year_of(std::min(offering.to, years.to)), offering.value);
      high = std::max(high, offering.value);
    }
    lines.push_back(std::move(line));
  }
  axes.y_high = round_up(high);
  axes.y = round_ticks(0, axes.y_high, "");
  for (int year = static_cast<int>(std::ceil(axes.x_low)); year <= axes.x_high; ++year) {
    axes.x.push_back({static_cast<double>(year), std::to_string(year)});
  }
  axes.description = "work for 1000 USD over the years";
  return fmt::format(
      "<h3>Work for 1000 USD, each machine's best of the day</h3>\n{}<p class=\"quiet\">The work "
      "of "
      "{} is 1.</p>\n",
      lines_html(axes, lines), pretty(years.reference));
}

}  // namespace headroom

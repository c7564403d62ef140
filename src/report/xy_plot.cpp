#include "report/xy_plot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/html.hpp"
#include "report/series.hpp"
#include "report/svg_plot.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr int kWide = 2000, kHigh = 1000;  ///< the picture's own coordinates
constexpr double kLabelLine = 15;          ///< px between labels at line ends

struct Frame {
  const XyPlot& plot;
  Axis y;
  double across(double x) const {
    const double share = plot.x_log ? std::log(x / plot.x_low) / std::log(plot.x_high / plot.x_low)
                                    : (x - plot.x_low) / (plot.x_high - plot.x_low);
    return std::clamp(share, 0.0, 1.0);
  }
  double down(double value) const { return std::clamp(1 - value / y.high, 0.0, 1.0); }
  int left(double x) const { return static_cast<int>(std::lround(across(x) * kWide)); }
  int top(double value) const { return static_cast<int>(std::lround(down(value) * kHigh)); }
};

std::string grid(const Frame& frame, std::string& letters) {
  std::string path;
  for (const double v : frame.y.marks()) {
    path += fmt::format("M0 {}h{}", frame.top(v), kWide);
    letters += fmt::format("<span class=\"y\" style=\"top:{:.1f}%\">{}</span>", 100 * frame.down(v),
                           quantity(v, frame.y.decimals));
  }
  for (const auto& [x, text] : frame.plot.x_marks) {
    path += fmt::format("M{} 0v{}", frame.left(x), kHigh);
    letters += fmt::format("<span class=\"x\" style=\"left:{:.2f}%\">{}</span>",
                           100 * frame.across(x), pretty(text));
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>", path);
}

/// One path for all blocks of a colour.
std::string blocks(const Frame& frame) {
  std::vector<std::string> paths(8);
  for (const auto& b : frame.plot.blocks) {
    const int left = frame.left(b.from), right = frame.left(b.to);
    const int top = frame.top(b.high), bottom = frame.top(b.low);
    if (right <= left || bottom <= top) continue;
    paths[static_cast<std::size_t>(b.colour) % paths.size()] +=
        fmt::format("M{} {}H{}V{}H{}z", left, top, right, bottom, left);
  }
  std::string out;
  for (std::size_t k = 0; k < paths.size(); ++k) {
    if (!paths[k].empty()) out += fmt::format("<path class=\"block k{}\" d=\"{}\"/>", k, paths[k]);
  }
  return out;
}

std::string curve(const Frame& frame, const XyCurve& c) {
  std::string line, area;
  bool broken = true;
  int last_left = 0;
  for (std::size_t i = 0; i < c.x.size() && i < c.y.size(); ++i) {
    if (!measured(c.x[i]) || !measured(c.y[i])) {
      broken = true;
      continue;
    }
    const int left = frame.left(c.x[i]), top = frame.top(c.y[i]);
    line += fmt::format("{}{} {}", broken ? "M" : "L", left, top);
    if (broken && !area.empty()) area += fmt::format("L{} {}z", last_left, kHigh);
    area += broken ? fmt::format("M{} {}L{} {}", left, kHigh, left, top)
                   : fmt::format("L{} {}", left, top);
    last_left = left;
    broken = false;
  }
  if (line.empty()) return {};
  std::string out;
  if (c.filled) {
    out +=
        fmt::format("<path class=\"band k{}\" d=\"{}L{} {}z\"/>", c.colour, area, last_left, kHigh);
  }
  return out + fmt::format("<path class=\"line k{} d{}\" d=\"{}\"/>", c.colour, c.dash, line);
}

std::string end_labels(const Frame& frame) {
  const auto& curves = frame.plot.curves;
  std::vector<double> wished;
  for (const auto& c : curves) {
    double last = 0;
    for (const double y : c.y) last = measured(y) ? y : last;
    wished.push_back(frame.down(last) * frame.plot.height_px);
  }
  const auto at = spread(wished, frame.plot.height_px, kLabelLine);
  std::string out;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (curves[i].label.empty()) continue;
    out += fmt::format("<span class=\"end k{}\" style=\"top:{:.0f}px\">{}</span>", curves[i].colour,
                       at[i], pretty(curves[i].label));
  }
  return out;
}

}  // namespace

std::string xy_plot_html(const XyPlot& plot) {
  double high = plot.y_high;
  for (const auto& c : plot.curves) {
    for (const double y : c.y) high = measured(y) ? std::max(high, y) : high;
  }
  for (const auto& b : plot.blocks) high = measured(b.high) ? std::max(high, b.high) : high;
  const Frame frame{plot, round_axis(0, high > 0 ? high : 1, true, 3)};
  std::string letters;
  std::string inner = blocks(frame) + grid(frame, letters);
  for (const auto& mark : plot.marks) {
    inner += fmt::format("<path class=\"at-mark\" d=\"M{} 0v{}\"/>", frame.left(mark.x), kHigh);
    letters += fmt::format("<span class=\"at-word\" style=\"left:{:.2f}%;top:{}px\">{}</span>",
                           100 * frame.across(mark.x), 1 + 15 * mark.row, pretty(mark.label));
  }
  for (auto c = plot.curves.rbegin(); c != plot.curves.rend(); ++c) inner += curve(frame, *c);
  letters += end_labels(frame);
  return fmt::format(
      "<figure class=\"strip\"><figcaption><h3>{} <span>{}</span></h3></figcaption>"
      "<div class=\"plot\" role=\"img\" aria-label=\"{}\" style=\"height:{}px\">"
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" "
      "focusable=\"false\">{}</svg>{}</div></figure>\n",
      pretty(plot.title), pretty(plot.unit), pretty(plot.description), plot.height_px, kWide, kHigh,
      inner, letters);
}

std::vector<std::pair<double, std::string>> time_marks(double end_s) {
  const Axis axis = time_axis(end_s);
  std::vector<std::pair<double, std::string>> marks;
  for (const double at : axis.marks()) marks.emplace_back(at, time_mark(axis, at));
  return marks;
}

}  // namespace headroom

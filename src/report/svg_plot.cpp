#include "report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/html.hpp"
#include "report/series.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr int kWide = 2000, kHigh = 1000;  ///< the picture's own coordinates
constexpr double kLabelLine = 15;          ///< px between labels at line ends

struct Frame {
  Axis x, y;
  int across(double time_s) const { return place(time_s, x, kWide); }
  int down(double value) const { return kHigh - place(value, y, kHigh); }
  static int place(double value, const Axis& axis, int size) {
    const double share = (value - axis.low) / (axis.high - axis.low);
    return static_cast<int>(std::lround(std::clamp(share, -1.0, 2.0) * size));
  }
};

/// Points joined by a path: the first absolute, the rest as short steps.
class Path {
 public:
  void to(int x, int y) {
    if (text_.empty() || broken_) {
      fmt::format_to(std::back_inserter(text_), "M{} {}", x, y);
    } else if (x != x_ || y != y_) {
      fmt::format_to(std::back_inserter(text_), "l{} {}", x - x_, y - y_);
    }
    x_ = x, y_ = y, broken_ = false;
  }
  void lift() { broken_ = true; }
  void close() {
    text_ += 'z';
    broken_ = true;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int x_ = 0, y_ = 0;
  bool broken_ = false;
};

std::string line_path(const Series& s, const Frame& frame) {
  Path path;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (!measured(s.mean[i])) {
      path.lift();
      continue;
    }
    path.to(frame.across(s.middle_s(i)), frame.down(s.mean[i]));
  }
  return path.text();
}

/// The area between least and greatest, or nothing where it would not be seen.
std::string band_path(const Series& s, const Frame& frame) {
  const double seen = (frame.y.high - frame.y.low) * 0.004;
  bool any = false;
  for (std::size_t i = 0; i < s.size(); ++i) any |= s.high[i] - s.low[i] > seen;
  if (!any) return {};
  Path path;
  for (std::size_t i = 0; i < s.size();) {
    if (!measured(s.mean[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    for (; end < s.size() && measured(s.mean[end]); ++end) {
      path.to(frame.across(s.middle_s(end)), frame.down(s.high[end]));
    }
    for (std::size_t back = end; back-- > i;) {
      path.to(frame.across(s.middle_s(back)), frame.down(s.low[back]));
    }
    path.close();
    i = end;
  }
  return path.text();
}

/// What the curve is at near its end: the median of its last tenth, so that a
/// label does not follow a pause into its dip.
double last_value(const Series& s) {
  std::vector<double> values;
  for (std::size_t i = s.size() - s.size() / 10; i-- > 0 && values.empty();) {
    for (std::size_t k = i; k < s.size(); ++k) {
      if (measured(s.mean[k])) values.push_back(s.mean[k]);
    }
  }
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

std::string grid_and_marks(const Frame& frame, std::string& lettering) {
  std::string path;
  for (double v : frame.y.marks()) {
    const int y = frame.down(v);
    if (y < 0 || y > kHigh) continue;
    path += fmt::format("M0 {}h{}", y, kWide);
    lettering += fmt::format("<span class=\"y\" style=\"top:{:.1f}%\">{}</span>", y * 100.0 / kHigh,
                             quantity(v, frame.y.decimals));
  }
  const double end = frame.x.high;
  for (double t : frame.x.marks()) {
    path += fmt::format("M{} 0v{}", frame.across(t), kHigh);
    lettering += fmt::format("<span class=\"x\" style=\"left:{:.2f}%\">{}</span>", t / end * 100,
                             time_mark(frame.x, t));
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>", path);
}

/// Bands behind the curves, the first one with a word where `labelled`.
std::string pause_bands(const Frame& frame, const std::vector<Pause>& pauses, bool labelled,
                        std::string& lettering) {
  if (pauses.empty()) return {};
  std::string path;
  for (const auto& pause : pauses) {
    const int from = frame.across(pause.from_s);
    path += fmt::format("M{} 0h{}v{}H{}z", from, std::max(1, frame.across(pause.to_s) - from),
                        kHigh, from);
  }
  if (labelled) {
    lettering += fmt::format("<span class=\"paused\" style=\"left:{:.2f}%\">pause</span>",
                             pauses[0].to_s / frame.x.high * 100);
  }
  return fmt::format("<path class=\"pause\" d=\"{}\"/>", path);
}

/// What the picture shows, for those who cannot see it.
std::string description(const Strip& strip, const std::vector<Series>& series) {
  std::string text = fmt::format("{} over time.", strip.title);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto& s = series[i];
    double sum = 0, count = 0, low = INFINITY, high = -INFINITY;
    for (std::size_t k = 0; k < s.size(); ++k) {
      if (!measured(s.mean[k])) continue;
      sum += s.mean[k];
      count += 1;
      low = std::fmin(low, s.low[k]);
      high = std::fmax(high, s.high[k]);
    }
    text += fmt::format(" {}: mean {}, from {} to {}.",
                        strip.curves[i].label.empty() ? "Curve" : strip.curves[i].label,
                        quantity(sum / count, strip.decimals, strip.unit),
                        quantity(low, strip.decimals), quantity(high, strip.decimals, strip.unit));
  }
  return text;
}

std::string svg(const std::string& inner) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" "
      "focusable=\"false\">{}</svg>",
      kWide, kHigh, inner);
}

}  // namespace

std::vector<double> spread(const std::vector<double>& wished, double height, double line) {
  std::vector<std::size_t> order(wished.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return wished[a] < wished[b]; });
  std::vector<double> at(wished);
  double least = 0;
  for (auto i : order) least = (at[i] = std::max(at[i], least)) + line;
  double most = height;
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    at[*it] = std::min(at[*it], most);
    most = at[*it] - line;
  }
  return at;
}

std::string strip_html(const Strip& strip, std::span<const ReportRun> runs, const Overlays& over,
                       std::size_t points) {
  std::vector<Series> series;
  double low = INFINITY, high = -INFINITY;
  for (const auto& c : strip.curves) {
    const auto& s =
        series.emplace_back(thin(runs[c.run].result->trace, c.channel, points, c.scale));
    for (std::size_t i = 0; i < s.size(); ++i) {
      low = std::fmin(low, s.low[i]);
      high = std::fmax(high, s.high[i]);
    }
  }
  const Frame frame{time_axis(end_of(runs)), round_axis(low, high, strip.from_zero)};
  std::string letters;
  std::string inner = pause_bands(frame, over.pauses, over.names_pauses, letters);
  inner += grid_and_marks(frame, letters);
  for (const auto& mark : over.marks) {
    inner += fmt::format("<path class=\"mark\" d=\"M{} 0v{}\"/>", frame.across(mark.time_s), kHigh);
  }
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto& c = strip.curves[i];
    const auto band = band_path(series[i], frame);
    if (!band.empty()) inner += fmt::format("<path class=\"band k{}\" d=\"{}\"/>", c.colour, band);
  }
  std::vector<double> ends;
  for (std::size_t i = series.size(); i-- > 0;) {  // the first curve lies on top
    const auto& c = strip.curves[i];
    inner += fmt::format("<path class=\"line k{} d{}\" d=\"{}\"/>", c.colour, c.dash,
                         line_path(series[i], frame));
  }
  for (const auto& s : series) {
    ends.push_back(frame.down(last_value(s)) * strip.height_px / double{kHigh});
  }
  ends = spread(ends, strip.height_px, kLabelLine);
  for (std::size_t i = 0; i < series.size(); ++i) {
    letters += fmt::format("<span class=\"end k{}\" style=\"top:{:.0f}px\">{}</span>",
                           strip.curves[i].colour, ends[i], escape(strip.curves[i].label));
  }
  return fmt::format(
      "<div class=\"plot still\" role=\"img\" aria-label=\"{}\" style=\"height:{}px\">{}{}</div>\n",
      pretty(description(strip, series)), strip.height_px, svg(inner), letters);
}

std::string dots_html(const std::vector<Dot>& dots, double end_s, const std::string& unit,
                      const std::string& description) {
  double low = INFINITY, high = -INFINITY;
  for (const auto& dot : dots) {
    low = std::fmin(low, dot.value);
    high = std::fmax(high, dot.value);
  }
  Axis y = round_axis(low, high, false, 3);
  const Frame frame{time_axis(end_s), y};
  std::string letters;
  const std::string inner = grid_and_marks(frame, letters);
  for (const auto& dot : dots) {
    if (!measured(dot.value)) continue;
    letters += fmt::format("<i class=\"dot{}\" style=\"left:{:.2f}%;top:{:.1f}%\"></i>",
                           dot.hollow ? " hollow" : "", dot.time_s / frame.x.high * 100,
                           frame.down(dot.value) * 100.0 / kHigh);
  }
  return fmt::format(
      "<figure class=\"strip\"><figcaption><h3>{}</h3></figcaption>"
      "<div class=\"plot\" role=\"img\" aria-label=\"{}\" "
      "style=\"height:120px\">{}{}</div></figure>\n",
      pretty(unit), pretty(description), svg(inner), letters);
}

}  // namespace headroom

#include "report/scatter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "report/html.hpp"
#include "report/series.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr int kWide = 2000, kHigh = 1000;  ///< the picture's own coordinates

/// A screen that names are laid out for, px. The plot may be wider, never narrower.
struct Screen {
  double wide, high, letter;  ///< `letter`: mean width of one
  bool names;
};
constexpr Screen kScreens[] = {{590, 420, 6.5, true}, {270, 300, 8.5, false}};
constexpr double kLine = 17, kDot = 7;

struct Frame {
  Axis x, y;
  double across(double value) const { return value / x.high; }
  double down(double value) const { return 1 - value / y.high; }
};

struct Box {
  double left, top, right, bottom;
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

/// Where a label stands: its top and the point `anchor` of its width (0: its left
/// end, 1: its right one), relative to its dot.
struct Place {
  double dx = 0, dy = 0, anchor = 0;
  bool name = false;
};

std::size_t letters_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

double width_of(const Spot& spot, const Screen& screen, bool name) {
  const double letter = 9 + 7.5 * static_cast<double>(letters_in(spot.letter));
  return letter + (name ? 6 + screen.letter * static_cast<double>(letters_in(spot.name)) : 0);
}

/// The first place that covers no dot, no label and no edge.
std::vector<Place> lay_out(const Scatter& s, const Frame& frame, const Screen& screen) {
  std::vector<Box> taken;
  std::vector<std::array<double, 2>> at;
  for (const auto& spot : s.spots) {
    at.push_back({frame.across(spot.x) * screen.wide, frame.down(spot.y) * screen.high});
    taken.push_back(
        {at.back()[0] - kDot, at.back()[1] - kDot, at.back()[0] + kDot, at.back()[1] + kDot});
  }
  std::vector<std::size_t> order(s.spots.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return s.spots[i].rank; });
  std::vector<Place> places(s.spots.size());
  for (const auto i : order) {
    const auto& spot = s.spots[i];
    const double away = spot.kind.find("pick") != std::string::npos ? 6 : 0;  // its ring
    bool found = false;
    for (const bool name : {true, false}) {
      if (name && (!screen.names || spot.name.empty())) continue;
      const double w = width_of(spot, screen, name), middle = -kLine / 2;
      std::array<Place, 12> tries = {{{11, middle, 0, name},
                                      {-11, middle, 1, name},
                                      {9, middle - 11, 0, name},
                                      {9, middle + 11, 0, name},
                                      {-9, middle - 11, 1, name},
                                      {-9, middle + 11, 1, name},
                                      {11, middle - 22, 0, name},
                                      {11, middle + 22, 0, name},
                                      {-11, middle - 22, 1, name},
                                      {-11, middle + 22, 1, name},
                                      {0, -kLine - 9, 0.5, name},
                                      {0, 9, 0.5, name}}};
      // A stair runs to the right of its dots and below: names go where it is not.
      if (s.stairs) {
        std::stable_partition(tries.begin(), tries.end(),
                              [](const Place& p) { return p.anchor > 0; });
      }
      for (auto& place : tries) {
        place.dx += place.dx > 0 ? away : place.dx < 0 ? -away : 0;
        const double left = at[i][0] + place.dx - place.anchor * w, top = at[i][1] + place.dy;
        const Box box{left, top, left + w, top + kLine};
        const bool inside =
            box.left >= 0 && box.right <= screen.wide && box.top >= 0 && box.bottom <= screen.high;
        if (!inside || std::ranges::any_of(taken, [&](const Box& b) { return b.meets(box); })) {
          continue;
        }
        taken.push_back(box);
        places[i] = place;
        found = true;
        break;
      }
      if (found) break;
    }
    if (!found) places[i] = {11, -kLine / 2, 0, false};
  }
  return places;
}

std::string percent_of(double share) {
  return fmt::format("{:.2f}%", 100 * share);
}

std::string axes(const Scatter& s, const Frame& frame, std::string& letters) {
  std::string path;
  for (const double v : frame.y.marks()) {
    const double down = frame.down(v);
    if (down < -1e-9 || down > 1 + 1e-9) continue;
    path += fmt::format("M0 {:.0f}h{}", down * kHigh, kWide);
    letters += fmt::format("<span class=\"y\" style=\"top:{}\">{}{}</span>", percent_of(down),
                           quantity(v, frame.y.decimals), v == 0 ? "" : escape(s.y_suffix));
  }
  const auto marks = frame.x.marks();
  for (const double v : marks) {
    const double across = frame.across(v);
    if (across > 1 + 1e-9) continue;
    path += fmt::format("M{:.0f} 0v{}", across * kWide, kHigh);
    letters += fmt::format("<span class=\"x\" style=\"left:{}\">{}</span>", percent_of(across),
                           quantity(v, frame.x.decimals));
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>", path);
}

/// Lines of equal work for the money, each with the price of 1 of y.
std::string rays(const Scatter& s, const Frame& frame, std::string& letters) {
  if (!s.rays) return {};
  double least = INFINITY, most = 0;
  for (const auto& spot : s.spots) {
    if (!(spot.y > 0 && spot.x > 0)) continue;
    least = std::min(least, spot.x / spot.y);
    most = std::max(most, spot.x / spot.y);
  }
  if (!(most > 0)) return {};
  std::vector<double> prices;
  for (double decade = std::pow(10, std::floor(std::log10(least)) - 1); decade <= most;
       decade *= 10) {
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0}) {
      if (step * decade >= least * 0.6 && step * decade <= most * 1.3) {
        prices.push_back(step * decade);
      }
    }
  }
  std::string path;
  double last_across = -1, last_down = -1;
  bool first = true;
  for (const double price : prices) {
    const double slope = 1 / price;  // of y for each x
    const double end = std::min(frame.x.high, frame.y.high / slope);
    const double across = frame.across(end), down = frame.down(end * slope);
    if (across - last_across < 0.13 && down - last_down < 0.06) continue;  // no room for its price
    last_across = across, last_down = down;
    path += fmt::format("M0 {}L{:.0f} {:.0f}", kHigh, across * kWide, down * kHigh);
    const bool top = end < frame.x.high * (1 - 1e-9);
    const bool lead = top && first;  // says what the numbers are
    first = false;
    letters += fmt::format("<span class=\"ray {}{}\" style=\"left:{};top:{}\">{}{:.0f}</span>",
                           top ? "top" : "side", lead ? " lead" : "", percent_of(across),
                           percent_of(down), lead ? "USD for 1× " : "", price);
  }
  return fmt::format("<path class=\"rays\" d=\"{}\"/>", path);
}

/// The most that can be had for each price, as a stair.
std::string stairs(const Scatter& s, const Frame& frame) {
  if (!s.stairs) return {};
  std::vector<const Spot*> order;
  for (const auto& spot : s.spots) {
    if (spot.kind.find("later") == std::string::npos) order.push_back(&spot);
  }
  std::ranges::stable_sort(order, {}, [](const Spot* spot) { return spot->x; });
  std::string path;
  double best = 0;
  for (const auto* spot : order) {
    if (spot->y <= best) continue;
    const int across = static_cast<int>(std::lround(frame.across(spot->x) * kWide));
    const int down = static_cast<int>(std::lround(frame.down(spot->y) * kHigh));
    path +=
        path.empty() ? fmt::format("M{} {}", across, down) : fmt::format("H{}V{}", across, down);
    best = spot->y;
  }
  return path.empty() ? path : fmt::format("<path class=\"stairs\" d=\"{}H{}\"/>", path, kWide);
}

}  // namespace

std::string scatter_html(const Scatter& given) {
  Scatter s = given;
  std::erase_if(s.spots, [](const Spot& spot) { return !measured(spot.x) || !measured(spot.y); });
  if (s.spots.empty()) return {};
  double most_x = 0, most_y = 0;
  for (const auto& spot : s.spots) {
    most_x = std::max(most_x, spot.x);
    most_y = std::max(most_y, spot.y);
  }
  if (measured(s.limit_x)) most_x = std::min(std::max(most_x, s.limit_x), most_x * 1.6);
  const Frame frame{round_axis(0, std::max(most_x, 1e-9), true, 6),
                    round_axis(0, std::max(most_y, 1e-9), true, 5)};
  std::string letters;
  std::string inner = axes(s, frame, letters);
  inner += rays(s, frame, letters) + stairs(s, frame);
  if (measured(s.limit_x) && s.limit_x <= frame.x.high) {
    inner += fmt::format("<path class=\"mark\" d=\"M{:.0f} 0v{}\"/>",
                         frame.across(s.limit_x) * kWide, kHigh);
    letters += fmt::format("<span class=\"budget\" style=\"left:{}\">budget</span>",
                           percent_of(frame.across(s.limit_x)));
  }
  const auto wide = lay_out(s, frame, kScreens[0]), narrow = lay_out(s, frame, kScreens[1]);
  for (std::size_t i = 0; i < s.spots.size(); ++i) {
    const auto& spot = s.spots[i];
    const auto at = fmt::format("left:{};top:{}", percent_of(frame.across(spot.x)),
                                percent_of(frame.down(spot.y)));
    letters += fmt::format("<i class=\"spot {}\" style=\"{}\" title=\"{}\"></i>", spot.kind, at,
                           pretty(spot.title));
  }
  for (std::size_t i = 0; i < s.spots.size(); ++i) {
    const auto& spot = s.spots[i];
    letters += fmt::format(
        "<span class=\"tag {}{}\" style=\"left:{};top:{};--wx:{:.0f}px;--wy:{:.0f}px;--wa:{:.0f}%;"
        "--nx:{:.0f}px;--ny:{:.0f}px;--na:{:.0f}%\"><b>{}</b>{}</span>",
        spot.kind, wide[i].name ? "" : " short", percent_of(frame.across(spot.x)),
        percent_of(frame.down(spot.y)), wide[i].dx, wide[i].dy, -100 * wide[i].anchor, narrow[i].dx,
        narrow[i].dy, -100 * narrow[i].anchor, escape(spot.letter),
        wide[i].name ? " <em>" + pretty(spot.name) + "</em>" : "");
  }
  return fmt::format(
      "<figure class=\"strip scatter\"><figcaption><h3>{}</h3></figcaption>\n"
      "<div class=\"plot\" role=\"img\" aria-label=\"{}\"><svg viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"><title>{}</title>{}"
      "</svg>{}</div>\n<p class=\"axis\">{}, {}</p></figure>\n",
      pretty(s.y_title), pretty(s.description), kWide, kHigh, pretty(s.y_title), inner, letters,
      pretty(s.x_title), escape(s.x_unit));
}

}  // namespace headroom

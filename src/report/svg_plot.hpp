#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/strips.hpp"

namespace headroom {

/// What is drawn across a strip beside its curves.
struct Overlays {
  std::vector<Mark> marks;
  std::vector<Pause> pauses;
  bool names_pauses = false;  ///< write "pause" beside the first
};

/// A strip as a still picture: lines and bands in an SVG that stretches with the
/// page, lettering as text over it, so that it stays readable at any width, on
/// paper and without scripts. At most `points` points a line.
std::string strip_html(const Strip& strip, std::span<const ReportRun> runs, const Overlays& over,
                       std::size_t points);

/// One dot of a row of dots.
struct Dot {
  double time_s = 0;
  double value = 0;
  bool hollow = false;
};
/// Values over time as dots, on an axis of their own; hollow ones are explained
/// by the caller. What is not measured is left out.
std::string dots_html(const std::vector<Dot>& dots, double end_s, const std::string& unit,
                      const std::string& description);

/// Where labels of one line's height go so that none covers another: as near to
/// the wished-for places (px from the top) as `height` allows.
std::vector<double> spread(const std::vector<double>& wished, double height, double line);

}  // namespace headroom

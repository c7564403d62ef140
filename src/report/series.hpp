#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "machine/trace.hpp"

namespace headroom {

/// A channel thinned for drawing: bins of equal width with mean, least and
/// greatest, so that no spike is lost. What is not there is NaN.
struct Series {
  double width_s = 0;
  double end_s = 0;
  std::vector<double> mean, low, high;

  std::size_t size() const { return mean.size(); }
  double start_s(std::size_t i) const { return static_cast<double>(i) * width_s; }
  /// Middle of a bin; the last one may be narrower than the rest.
  double middle_s(std::size_t i) const;
};

/// At most `points` bins of the channel, each a whole number of the trace's;
/// values times `scale`.
Series thin(const Trace& trace, std::size_t channel, std::size_t points, double scale = 1);

/// Axis marks at round numbers.
struct Axis {
  double low = 0, high = 1, step = 1;
  int decimals = 0;
  std::vector<double> marks() const;
};

/// An axis that holds [low, high] with about `marks` round marks; `from_zero`
/// starts it at 0. Never empty, also for a constant or for nothing at all.
Axis round_axis(double low, double high, bool from_zero, int marks = 4);

/// A time axis from 0 to exactly `end_s`, with marks at round times.
Axis time_axis(double end_s, int marks = 8);
/// A mark of it: "40 s", "5 min", "1.5 h".
std::string time_mark(const Axis& axis, double time_s);

}  // namespace headroom

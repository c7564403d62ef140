#include "report/series.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A round step near `rough`: 1, 2 or 5 times a power of ten.
double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

}  // namespace

double Series::middle_s(std::size_t i) const {
  return (start_s(i) + std::min(start_s(i + 1), std::max(end_s, start_s(i)))) / 2;
}

Series thin(const Trace& trace, std::size_t channel, std::size_t points, double scale) {
  const std::size_t bins = trace.bins();
  const std::size_t group = std::max<std::size_t>(1, (bins + points - 1) / points);
  Series series;
  series.width_s = static_cast<double>(group) * trace.bin_s();
  series.end_s = trace.end_s();
  for (std::size_t first = 0; first < bins; first += group) {
    const std::size_t last = std::min(first + group, bins);
    double sum = 0, weight = 0, low = kNaN, high = kNaN;
    for (std::size_t bin = first; bin < last; ++bin) {
      const double span = std::min(trace.bin_s(), trace.end_s() - trace.start_s(bin));
      const double mean = trace.mean(channel, bin);
      if (!(span > 0) || !measured(mean)) continue;
      sum += span * mean;
      weight += span;
      low = std::fmin(low, trace.low(channel, bin));  // fmin and fmax pass over NaN
      high = std::fmax(high, trace.high(channel, bin));
    }
    series.mean.push_back(weight > 0 ? scale * sum / weight : kNaN);
    series.low.push_back(scale * low);
    series.high.push_back(scale * high);
  }
  return series;
}

std::vector<double> Axis::marks() const {
  std::vector<double> at;
  const double first = std::ceil(low / step - 1e-9);
  for (int i = 0; i < 100 && (first + i) * step <= high + step * 1e-9; ++i) {
    at.push_back((first + i) * step);
  }
  return at;
}

Axis round_axis(double low, double high, bool from_zero, int marks) {
  if (!measured(low) || !measured(high) || low > high) return {};
  if (from_zero) low = std::min(low, 0.0);
  const double least = std::max(std::fabs(high) * 1e-3, 1e-9);
  if (high - low < least) {
    high += least;
    if (!from_zero) low -= least;
  }
  Axis axis;
  axis.step = round_step((high - low) / marks);
  const double room = from_zero ? 0 : (high - low) * 0.06;
  axis.low = from_zero && low >= 0 ? 0 : low - room;
  axis.high = high + (high - low) * 0.08;
  axis.decimals = std::max(0, -static_cast<int>(std::floor(std::log10(axis.step) + 1e-9)));
  return axis;
}

Axis time_axis(double end_s, int marks) {
  static constexpr double kSteps[] = {0.1,  0.2,  0.5,  1,     2,     5,     10,
                                      20,   30,   60,   120,   300,   600,   1200,
                                      1800, 3600, 7200, 10800, 21600, 43200, 86400};
  Axis axis;
  axis.high = measured(end_s) && end_s > 0 ? end_s : 1;
  const double rough = axis.high / marks;
  const auto* step = std::ranges::lower_bound(kSteps, rough * 0.75);
  axis.step = step != std::end(kSteps) ? *step : round_step(rough / 86400) * 86400;
  return axis;
}

std::string time_mark(const Axis& axis, double time_s) {
  if (time_s == 0) return "0";
  if (axis.step >= 1800) return significant(time_s / 3600, 2, "h");
  if (axis.step >= 60) return quantity(time_s / 60, 0, "min");
  return quantity(time_s, axis.step < 1 ? 1 : 0, "s");
}

}  // namespace headroom

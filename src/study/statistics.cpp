#include "study/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

std::optional<double> quantile(std::vector<double> values, double p) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const double at = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double share = at - std::floor(at);
  if (share == 0) return values[below];
  return values[below] + share * (values[above] - values[below]);
}

double huber(double residual) {
  const double size = std::abs(residual);
  if (size <= kHuberCorner) return 0.5 * size * size;
  return kHuberCorner * (size - 0.5 * kHuberCorner);
}

std::optional<double> huber_centre(const std::vector<double>& values, double width) {
  if (values.empty()) return std::nullopt;
  const double least = std::ranges::min(values);
  const double most = std::ranges::max(values);
  // The pull of all values on the centre falls steadily from one end to the
  // other; far groups of equal weight leave a stretch without any, whose middle
  // is the fairest choice.
  const auto pull = [&](double centre) {
    double sum = 0;
    for (const double value : values) {
      sum += std::clamp((value - centre) / width, -kHuberCorner, kHuberCorner);
    }
    return sum;
  };
  const auto last_where = [&](auto holds) {
    double low = least;
    double high = most;
    while (true) {
      const double middle = low + 0.5 * (high - low);
      if (middle <= low || middle >= high) return middle;
      (holds(pull(middle)) ? low : high) = middle;
    }
  };
  const double from = last_where([](double sum) { return sum > 1e-12; });
  const double to = last_where([](double sum) { return sum >= -1e-12; });
  return from + 0.5 * (to - from);
}

}  // namespace headroom

#include "claims/crossing.hpp"

#include <cmath>

#include "base/error.hpp"

namespace headroom {

Crossing find_crossing(const PaceCurve& a, const PaceCurve& b,
                       const std::function<double(double)>& ratio, double accuracy) {
  if (a.x != b.x || a.x.size() != a.y.size() || b.x.size() != b.y.size() || a.x.empty()) {
    throw InternalError("curves of different points were compared");
  }
  Crossing found;
  found.above_first = a.y.front() > b.y.front();
  bool above = found.above_first;
  for (std::size_t i = 1; i < a.x.size(); ++i) {
    if ((a.y[i] > b.y[i]) == above) continue;
    above = !above;
    if (found.at) {
      found.turns_again = true;
      break;
    }
    double low = a.x[i - 1], high = a.x[i];
    const double width = high - low;
    while (std::abs(high - low) > accuracy * std::abs(width)) {
      const double middle = 0.5 * (low + high);
      ((ratio(middle) > 1) == found.above_first ? low : high) = middle;
    }
    found.at = 0.5 * (low + high);
  }
  return found;
}

}  // namespace headroom

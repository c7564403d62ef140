#include "power/power_limit.hpp"

#include <cmath>
#include <limits>

namespace headroom {

double PowerLimit::time_left_s(double average_w, double power_w) const {
  if (average_w >= pl1_w * (1 - kTouch)) return 0;
  if (power_w <= pl1_w) return std::numeric_limits<double>::infinity();
  return tau_s * std::log((power_w - average_w) / (power_w - pl1_w));
}

double PowerLimit::average_after_w(double average_w, double power_w, double dt_s) const {
  return power_w + (average_w - power_w) * std::exp(-dt_s / tau_s);
}

}  // namespace headroom

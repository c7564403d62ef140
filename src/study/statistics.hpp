#pragma once

#include <optional>
#include <vector>

namespace headroom {

/// The quantile at share `p` (0 to 1), by linear interpolation between the
/// sorted values (type 7 of Hyndman and Fan, what R and NumPy give by default);
/// nothing for no values.
std::optional<double> quantile(std::vector<double> values, double p);

/// Huber's loss of a scaled residual: r^2/2 up to kHuberCorner, and from there
/// on straight, so that one wrong reading cannot pull a fit to itself. With
/// normal errors it loses 5 % of the efficiency of least squares (Huber 1964).
inline constexpr double kHuberCorner = 1.345;
double huber(double residual);

/// The value c for which the sum of huber((values[i] - c) / width) is least;
/// nothing for no values. One value is met exactly; values within a corner of
/// each other give their mean.
std::optional<double> huber_centre(const std::vector<double>& values, double width);

}  // namespace headroom

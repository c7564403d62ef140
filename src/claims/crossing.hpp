#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace headroom {

/// A quantity at rising values of a parameter.
struct PaceCurve {
  std::string name;
  std::vector<double> x, y;
};

/// Where one curve stops being above another.
struct Crossing {
  std::optional<double> at;  ///< nothing: the order never turns within the range
  bool above_first = false;  ///< the first curve is above where the range begins
  bool turns_again = false;  ///< there is a further crossing
};

/// Finds the first crossing of `a` and `b`, given at the same points. Between the
/// two points around it `ratio(x)`, a over b there, is bisected until the parameter
/// is known to `accuracy` of that interval.
Crossing find_crossing(const PaceCurve& a, const PaceCurve& b,
                       const std::function<double(double)>& ratio, double accuracy = 1.0 / 64);

}  // namespace headroom

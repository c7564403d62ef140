#pragma once

#include <string>
#include <vector>

namespace headroom {

/// How far a prediction may be off, and why. Nine times in ten the truth lies
/// between the prediction divided by 1 + share() and the prediction times 1 +
/// share(), so that a time and the speed that is its inverse are equally sure.
/// The parts are independent of each other: their squares add up.
struct Uncertainty {
  struct Part {
    std::string why;   ///< "its snapshots differ": what the doubt comes from
    double share = 0;  ///< of the prediction, nine times in ten
  };
  std::vector<Part> parts;  ///< none: nothing is known of it

  bool stated() const { return !parts.empty(); }
  double share() const;
  double low(double value) const { return value / (1 + share()); }
  double high(double value) const { return value * (1 + share()); }
  /// "within 33 %, nine times in ten: 11 % because its snapshots differ, ..."
  std::string text() const;
};

}  // namespace headroom

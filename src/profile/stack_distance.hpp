#pragma once

#include <cmath>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// From reuse times to cache misses. A reuse time counts all accesses between
/// two touches of a line; what decides whether it is still cached is how many
/// different lines they were, the stack distance. StatStack (D. Eklov and E.
/// Hagersten, ISPASS 2010) estimates its mean from the reuse times alone: of the
/// accesses in between, those count whose own reuse lies beyond the second
/// touch. Valid for stretches much longer than the reuse times; lines that were
/// touched once only count as never reused.
class StackDistance {
 public:
  explicit StackDistance(const ReuseHistogram& reuse);

  /// The mean number of different lines between two touches, by bucket of the
  /// reuse time. Infinite for first touches.
  double of(std::uint8_t bucket) const { return distance_[bucket]; }
  /// The same after any reuse time, in accesses.
  double after(double time) const;
  /// The share of accesses that miss a fully associative cache of so many lines
  /// that keeps those used last. First touches always miss.
  double miss_share(double lines) const;
  double accesses() const { return accesses_; }

 private:
  ReuseHistogram reuse_;
  std::vector<double> distance_;
  double accesses_ = 0;
};

/// The chance that a line is still in a third cache that others use, too, once so many times
/// its size was brought into it since the line was last used. Measured on Zen 4 in a virtual
/// machine: lines that loads brought there go as if in two steps, each of them by chance,
/// rather than when their turn comes: exp(-x) for the first and x exp(-x) for the second.
inline double kept_beside_others(double turnover) {
  return (1 + turnover) * std::exp(-turnover);
}

}  // namespace headroom

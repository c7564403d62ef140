#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace headroom {

/// Replay meets requests in the program's order, which is not their order in time: a
/// load that waits for another may ask long after one that stands behind it. What
/// serves them is therefore booked by the time at which it is used. All times are cycles.

/// Serves one request every so many cycles, on average over a stretch of 64: within one,
/// requests are served in the order in which they are booked, those that come late in it as
/// soon as they come. Requests further behind the last than all stretches are not booked.
class Throughput {
 public:
  explicit Throughput(double cycles_each)
      : cycles_each_(std::clamp(cycles_each, 0.0, kSpan * kStretches / 2)),
        stretches_(kStretches) {}

  /// When a request made at `asked` is served: at once, or when there is time for it.
  double take(double asked) { return take(asked, cycles_each_); }
  /// The same of one that takes `cycles`.
  double take(double asked, double cycles) {
    auto number = static_cast<std::int64_t>(std::floor(asked / kSpan));
    while (stretch(number).used >= kSpan) ++number;
    const double free = static_cast<double>(number) * kSpan + stretch(number).used;
    double more = cycles;
    for (std::int64_t at = number; more > 0; ++at) {
      Stretch& part = stretch(at);
      const double taken = std::min(more, std::max(0.0, kSpan - part.used));
      part.used += taken;
      more -= taken;
    }
    return std::max(asked, free);
  }

 private:
  static constexpr double kSpan = 64;
  static constexpr std::size_t kStretches = 1024;
  struct Stretch {
    std::int64_t number = -1;
    double used = 0;  ///< cycles of it
  };
  Stretch& stretch(std::int64_t number) {
    Stretch& found = stretches_[static_cast<std::size_t>(number) % kStretches];
    if (found.number > number) return late_ = {};
    if (found.number < number) found = {number, 0};
    return found;
  }

  double cycles_each_;
  std::vector<Stretch> stretches_;
  Stretch late_;
};

/// So many places, each held for as long as its holder says: fill buffers. Time is cut in
/// stretches of eight cycles; whether a place is free is asked where its use begins.
class Occupancy {
 public:
  explicit Occupancy(double places) : places_(std::max(1.0, places)), stretches_(kStretches) {}

  /// The first time from `asked` on at which a place is free.
  std::int64_t free_at(std::int64_t asked) {
    if (stretch(asked / kSpan).held < places_) return asked;
    std::int64_t number = asked / kSpan + 1;
    while (stretch(number).held >= places_) ++number;
    return number * kSpan;
  }
  void hold(std::int64_t from, std::int64_t until) {
    until = std::min(until, from + kSpan * static_cast<std::int64_t>(kStretches) / 2);
    // A stretch counts where most of it is held.
    for (std::int64_t number = (from + kSpan / 2) / kSpan; number * kSpan + kSpan / 2 <= until;
         ++number) {
      stretch(number).held += 1;
    }
  }

 private:
  static constexpr std::int64_t kSpan = 8;
  static constexpr std::size_t kStretches = 1 << 13;
  struct Stretch {
    std::int64_t number = -1;
    double held = 0;
  };
  Stretch& stretch(std::int64_t number) {
    Stretch& found = stretches_[static_cast<std::size_t>(number) % kStretches];
    if (found.number > number) return late_ = {};
    if (found.number < number) found = {number, 0};
    return found;
  }

  double places_;
  std::vector<Stretch> stretches_;
  Stretch late_;
};

}  // namespace headroom

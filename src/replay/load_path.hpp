#pragma once

#include <cstdint>
#include <vector>

#include "replay/bookings.hpp"
#include "replay/core_setup.hpp"
#include "replay/fetch_ahead.hpp"
#include "replay/hit_chances.hpp"

namespace headroom {

/// The way of lines to one core: caches by chance, lines under way, fill buffers,
/// the fetching ahead of streams, page translation, and the rate at which each
/// level can deliver. Times are cycles.
class LoadPath {
 public:
  using Cycle = std::int64_t;
  LoadPath(const CoreSetup& core, const HitChances& chances, const Window& window,
           std::uint64_t seed);

  struct Answer {
    Cycle ready = 0;        ///< when the data can be used
    Cycle page_cycles = 0;  ///< of it, spent on translation
    CacheLevel level = CacheLevel::kFirst;
    bool ahead = false;  ///< fetched before it was needed
  };
  /// An access of the operand `site`, whose address is known at `when`. Chance is
  /// drawn by its `number`, so that it meets the same on every core, whatever else went
  /// to the caches before.
  Answer access(const DataAccess& access, std::uint64_t number, Cycle when, std::uint64_t site = 0);

  double l1_misses = 0, l2_misses = 0, l3_misses = 0, fetched_ahead = 0;

 private:
  struct Fill {
    std::uint64_t line = ~0ull;
    Cycle arrives = 0;
  };

  Cycle translate(const DataAccess& access, std::uint64_t number, Cycle when);
  CacheLevel level_of(const DataAccess& access, std::uint64_t number) const;
  Cycle deliver(CacheLevel level, Cycle asked);
  /// A line that comes into the first cache drives another out; one that was written to
  /// goes to the second. As many leave as come, so this one's way out is booked now.
  void drive_out(std::uint64_t line, Cycle when, bool ahead);
  Fill& fill_of(std::uint64_t line) { return fills_[(line ^ (line >> 12)) & 4095]; }

  const CoreSetup& core_;
  const HitChances& chances_;
  std::uint64_t seed_;
  FetchAhead ahead_;
  std::vector<std::uint64_t> written_;  ///< lines of the window that are stored to, in order
  Unseen unseen_;
  std::vector<Fill> fills_;
  Occupancy buffers_, walkers_;
  Throughput looked_up_, from_l2_, from_l3_, from_memory_;
};

/// A number from 0 to 1, the same for the same arguments.
inline double chance_draw(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t x = seed + number * 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

}  // namespace headroom

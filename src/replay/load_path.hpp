#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "replay/bookings.hpp"
#include "replay/core_setup.hpp"
#include "replay/hit_chances.hpp"

namespace headroom {

/// Where a line was found.
enum class CacheLevel : std::uint8_t { kFirst, kSecond, kThird, kMemory };

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
  /// A run of accesses to following lines of a page.
  struct Stream {
    std::uint64_t page = ~0ull;
    std::int64_t line = 0;
    int direction = 0, steps = 0;
    unsigned at = 0;
    std::uint64_t used = 0;
    Cycle seen[16] = {};  ///< when its last lines were asked for
  };
  /// The lines that one operand of one instruction goes through, step by step.
  struct Walk {
    std::uint64_t site = ~0ull;
    std::int64_t line = 0, step = 0;
    int steps = 0;
    unsigned at = 0;
    Cycle seen[16] = {};
  };
  struct Fill {
    std::uint64_t line = ~0ull;
    Cycle arrives = 0;
  };

  Cycle translate(const DataAccess& access, std::uint64_t number, Cycle when);
  CacheLevel level_of(const DataAccess& access, std::uint64_t number) const;
  /// When the fetch ahead asked for this line, or -1 if it did not.
  Cycle asked_ahead(const DataAccess& access, Cycle when, std::uint64_t site);
  Cycle by_stream(const DataAccess& access, Cycle when);
  Cycle by_walk(const DataAccess& access, Cycle when, std::uint64_t site);
  /// The direction of a stream that the window found under way, or 0.
  int under_way(const DataAccess& access) const;
  Stream* stream_of(std::uint64_t page);
  Stream& oldest_stream(std::uint64_t page);
  Cycle deliver(CacheLevel level, Cycle asked);
  Fill& fill_of(std::uint64_t line) { return fills_[(line ^ (line >> 12)) & 4095]; }

  const CoreSetup& core_;
  const HitChances& chances_;
  std::uint64_t seed_;
  /// Lines of the window, in order of address, and the access that used each first.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> lines_;
  Unseen unseen_;
  std::vector<Fill> fills_;
  std::vector<Stream> streams_;
  std::vector<Walk> walks_;
  std::uint64_t stream_time_ = 0;
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

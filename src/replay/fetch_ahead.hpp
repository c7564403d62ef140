#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "profile/profile.hpp"
#include "replay/pipeline.hpp"

namespace headroom {

/// Where a line was found.
enum class CacheLevel : std::uint8_t { kFirst, kSecond, kThird, kMemory };

/// What a core fetches before it is asked for: the lines that follow those of a stream,
/// those that lie as far apart as an instruction's last ones, and those next to a line
/// that came from far away. Times are cycles.
class FetchAhead {
 public:
  using Cycle = std::int64_t;
  FetchAhead(const Pipeline::LoadStore& memory, const Window& window);

  /// When a line was asked for beforehand, into the first cache and into the second;
  /// -1: it was not.
  struct Asked {
    Cycle first = -1, second = -1;
  };
  /// An access at `when` of the operand `site`, whose line lies in `level`.
  Asked ask(const DataAccess& access, Cycle when, std::uint64_t site, CacheLevel level);

 private:
  /// A line that was used.
  struct Touched {
    std::uint64_t line = ~0ull;
    std::uint64_t number = 0;  ///< of the last use, counted in lines
    Cycle when = 0;            ///< of the first, or of the last that missed
    int run = 0;               ///< lines of its stream until here that followed each other
  };
  /// The lines that one operand of one instruction goes through, step by step.
  struct Walk {
    std::uint64_t site = ~0ull;
    std::int64_t line = 0, step = 0;
    int steps = 0;
    unsigned at = 0;
    Cycle seen[16] = {};
  };
  /// The lines just before one, on the side on which more of them were used.
  struct Neighbours {
    int used = 0, run = 0, direction = 1;
    bool next = false;  ///< the very next one was used
  };

  Cycle by_walk(std::uint64_t line, Cycle when, std::uint64_t site);
  Neighbours neighbours(std::uint64_t line) const;
  Cycle by_stream(const Touched& own, int direction) const;
  /// When another line of its block was, or -1.
  Cycle block_asked_at(std::uint64_t line) const;
  /// Whether it belongs to a stream that the window found under way.
  bool under_way(const DataAccess& access) const;
  Touched& touched(std::uint64_t line);
  const Touched* find(std::uint64_t line) const;
  const Touched* find_lately(std::uint64_t line) const;

  const Pipeline::LoadStore& memory_;
  /// Lines of the window, in order of address, and the access that used each first.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> lines_;
  std::vector<Touched> touched_;
  std::vector<Walk> walks_;
  std::uint64_t count_ = 0;
};

}  // namespace headroom

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace headroom {

/// Which of up to 32 ports are taken in each cycle of the near future. As in real
/// cores an operation is given its port when it is renamed and not when it could begin: so
/// it may wait while another port is idle. Some cores look how many wait for each port;
/// others (`in_turn`) only spread what is renamed in the same cycle.
class PortCalendar {
 public:
  explicit PortCalendar(bool in_turn = false) : in_turn_(in_turn), cells_(kCycles) {}

  /// For an operation renamed at `renamed`, one of the ports in `mask`: the one with the
  /// fewest waiting, or given to the fewest in this cycle. No ports: none.
  std::uint32_t assign(std::uint32_t mask, std::int64_t renamed) {
    if (mask == 0) return 0;
    if (in_turn_ && renamed != cycle_) {
      cycle_ = renamed;
      in_cycle_ = {};
    }
    int best = -1, fewest = 0;
    for (std::uint32_t rest = mask; rest != 0; rest &= rest - 1) {
      const int port = std::countr_zero(rest);
      const int before = in_turn_ ? in_cycle_[port] : waiting_at(port, renamed);
      const auto& order = in_turn_ ? last_ : given_;
      if (best < 0 || before < fewest || (before == fewest && order[port] < order[best])) {
        best = port;
        fewest = before;
      }
    }
    ++in_cycle_[best];
    last_[best] = ++assigned_;
    return 1u << best;
  }

  /// Takes an assigned port for `busy` cycles, at the first cycle from `from` on at
  /// which it is free; returns that cycle.
  std::int64_t take(std::int64_t from, std::uint32_t port, int busy) {
    if (port == 0) return from;
    for (std::int64_t cycle = from;; ++cycle) {
      bool free = true;
      for (int k = 0; k < busy && free; ++k) free = (taken(cycle + k) & port) == 0;
      if (!free) continue;
      for (int k = 0; k < busy; ++k) cell(cycle + k).ports |= port;
      const int index = std::countr_zero(port);
      recent_[index][given_[index]++ % kRecent] = cycle;
      return cycle;
    }
  }

 private:
  static constexpr std::size_t kCycles = 1 << 13;
  static constexpr std::size_t kRecent = 32;
  struct Cell {
    std::int64_t cycle = -1;
    std::uint32_t ports = 0;
  };

  int waiting_at(int port, std::int64_t now) const {
    int count = 0;
    for (const auto begun : recent_[port]) count += begun > now ? 1 : 0;
    return count;
  }
  std::uint32_t taken(std::int64_t cycle) const {
    const Cell& c = cells_[static_cast<std::size_t>(cycle) % kCycles];
    return c.cycle == cycle ? c.ports : 0;
  }
  Cell& cell(std::int64_t cycle) {
    Cell& c = cells_[static_cast<std::size_t>(cycle) % kCycles];
    if (c.cycle != cycle) c = {cycle, 0};
    return c;
  }

  bool in_turn_;
  std::int64_t cycle_ = -1;
  std::array<int, 32> in_cycle_{};
  std::array<std::uint32_t, 32> last_{};
  std::uint32_t assigned_ = 0;
  std::vector<Cell> cells_;
  std::array<std::array<std::int64_t, kRecent>, 32> recent_{};
  std::array<std::uint32_t, 32> given_{};
};

}  // namespace headroom

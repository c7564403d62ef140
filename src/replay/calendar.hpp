#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace headroom {

/// Which of up to 32 ports are taken in each cycle of the near future. As in real
/// cores an operation is given its port when it is renamed, by how many wait for
/// each, and not when it could begin: so it may wait while another port is idle.
class PortCalendar {
 public:
  PortCalendar() : cells_(kCycles) {}

  /// For an operation renamed at `renamed`, of the ports in `mask` the one with
  /// the fewest waiting. No ports: none.
  std::uint32_t assign(std::uint32_t mask, std::int64_t renamed) {
    if ((mask & (mask - 1)) == 0) return mask;
    int best = -1, fewest = 0;
    for (std::uint32_t rest = mask; rest != 0; rest &= rest - 1) {
      const int port = std::countr_zero(rest);
      const int waiting = waiting_at(port, renamed);
      if (best < 0 || waiting < fewest || (waiting == fewest && given_[port] < given_[best])) {
        best = port;
        fewest = waiting;
      }
    }
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

  std::vector<Cell> cells_;
  std::array<std::array<std::int64_t, kRecent>, 32> recent_{};
  std::array<std::uint32_t, 32> given_{};
};

}  // namespace headroom

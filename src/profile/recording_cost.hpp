#pragma once

#include <cstdint>

namespace headroom {

/// What recording may cost a process, the same whether its snapshots are taken
/// from inside or from outside.

/// A page copied because a snapshot shares it.
inline constexpr std::uint32_t kCopyFaultNs = 2000;
/// Between snapshots of a process, in CPU time, however long the run.
inline constexpr std::uint64_t kPeriodMostNs = 20'000'000'000;

/// 12 % of the first two seconds of CPU time, 2 % of what follows.
constexpr std::uint64_t affordable_cost_ns(std::uint64_t cpu_ns) {
  const std::uint64_t first = cpu_ns < 2'000'000'000 ? cpu_ns : 2'000'000'000;
  return first * 12 / 100 + (cpu_ns - first) * 2 / 100;
}

/// Snapshots become rarer as they add up: after how many the period doubles.
constexpr bool doubles_period(std::uint32_t taken) {
  return taken >= 16 && taken % 8 == 0;
}

}  // namespace headroom

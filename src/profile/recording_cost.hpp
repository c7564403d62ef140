#pragma once

#include <cstdint>

namespace headroom {

/// What recording may cost a process, the same whether its snapshots are taken
/// from inside or from outside.

/// A page copied because a snapshot shares it. With several threads, the other processors
/// have to be told, and what they did meanwhile waits: measured in a virtual machine with
/// two processors, 2.2 to 3.9 us with one thread and 4.9 to 7 us with two, the larger when
/// strangers are busy.
constexpr std::uint32_t copy_fault_ns(bool several_threads) {
  return several_threads ? 6000 : 3500;
}
/// Between snapshots of a process, in CPU time, however long the run.
inline constexpr std::uint64_t kPeriodMostNs = 20'000'000'000;

/// 15 % of the first two seconds, 2 % of what follows: of CPU time, or of the time that has
/// passed, where several threads use the one faster than the other.
constexpr std::uint64_t affordable_cost_ns(std::uint64_t cpu_ns, std::uint64_t passed_ns) {
  const std::uint64_t spent = cpu_ns < passed_ns ? cpu_ns : passed_ns;
  const std::uint64_t first = spent < 2'000'000'000 ? spent : 2'000'000'000;
  return first * 15 / 100 + (spent - first) * 2 / 100;
}

/// How many pages may have been copied because a snapshot shares `shared` of them, after
/// so many page faults in which the process's own memory has grown by `grown` pages: a
/// fault that brings fresh pages, `pages_per_fault` at a time, copies none.
constexpr std::uint64_t copied_pages(std::uint64_t faults, std::uint64_t grown,
                                     std::uint64_t shared, std::uint64_t pages_per_fault) {
  const std::uint64_t fresh = grown / (pages_per_fault > 0 ? pages_per_fault : 1);
  const std::uint64_t copied = faults > fresh ? faults - fresh : 0;
  return copied < shared ? copied : shared;
}

/// Snapshots become rarer as they add up: after how many the period doubles.
constexpr bool doubles_period(std::uint32_t taken) {
  return taken >= 16 && taken % 8 == 0;
}

}  // namespace headroom

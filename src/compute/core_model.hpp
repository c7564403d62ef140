#pragma once

#include "compute/microarchitecture.hpp"
#include "memory/memory_system.hpp"

namespace headroom {

/// How one thread spends its cycles, per instruction.
struct CpiStack {
  double base = 0;    ///< issue, limited by width and by data dependences
  double branch = 0;  ///< refilling after mispredictions
  double l2 = 0;
  double l3 = 0;
  double memory = 0;
  double total() const { return base + branch + l2 + l3 + memory; }
};

/// What a set of equal threads achieves at one clock.
struct ComputeRate {
  double instr_per_s = 0;      ///< of the workload, all threads together
  double traffic_b_per_s = 0;  ///< of memory, writes included
  double activity_one = 0;     ///< switching of a core that runs one thread
  double activity_two = 0;     ///< of one that runs two
  int cores_one = 0;           ///< how many cores run one thread, and two
  int cores_two = 0;
  CpiStack stack;  ///< of a thread of the commoner kind
};

/// Interval model of out-of-order cores that share caches and memory.
///
/// A thread runs at the steady rate that width and dependences allow, and every
/// miss event adds its penalty (Karkhanis and Smith 2004; Eyerman and others
/// 2009). Dependences allow IPC ~ window^(1/2), the issue-window law. Misses
/// that can be under way together share their latency, as far as the fill
/// buffers go; prefetched lines cost only bandwidth. Threads of one core halve
/// window and private caches, and fill each other's idle slots:
/// IPC = W (1 - (1 - ipc/W)^2). Threads of one processor share the third cache
/// and memory, whose latency grows with use; the rate at which both agree is
/// found by bisection. Valid for steady code, not for phases under some 10 us.
class CoreModel {
 public:
  CoreModel(const Processor& processor, const MemorySystem& memory)
      : processor_(&processor), memory_(&memory) {}

  /// `threads` equal threads, spread over all cores before any core takes two.
  /// More threads than the processor has take turns.
  ComputeRate rate(const Character& character, int threads, double core_hz) const;

  /// Instructions of this machine for each one of the AVX2 build, where vectors
  /// are narrower or cannot multiply and add at once.
  double instruction_factor(const Character& character) const;
  /// The power licence that the code takes: scalar stands for the lightest.
  VectorLevel licence(const Character& character) const;

 private:
  /// What of a thread's time does not depend on the memory's load, and what does.
  struct Terms {
    CpiStack fixed;
    double misses = 0;  ///< of the last cache, per instruction
    double l3_s = 0;
    double waited = 0;    ///< cycles per second of memory latency: demand misses
    double streamed = 0;  ///< the same, for the throughput of prefetched lines
  };
  Terms terms(const Character& character, int threads, int per_core, double core_hz) const;
  Terms known_terms(const Character& character, int threads, int per_core, double core_hz) const;
  CpiStack stack(const Terms& terms, double latency_factor) const;
  double uncore_hz(double core_hz) const;

  const Processor* processor_;
  const MemorySystem* memory_;
};

/// Instructions a cycle of a core with two threads, each of which alone, with half of the
/// core's queues and caches, would need `cpi` cycles for one: a slot that one leaves
/// empty, the other fills as often as it can.
double paired_ipc(double cpi, double width);
/// Highest clock the turbo table allows with `cores_awake` cores in a licence.
double turbo_limit_hz(const Processor& processor, int cores_awake, VectorLevel licence);
/// The same as a mean over time, while the system's own threads wake further cores
/// now and then: how many is Poisson-distributed, as independent short visits are.
double turbo_mean_hz(const Processor& processor, int cores_awake, VectorLevel licence);

}  // namespace headroom

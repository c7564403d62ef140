#pragma once

#include "compute/microarchitecture.hpp"
#include "replay/pipeline.hpp"

namespace headroom {

/// One core as a replay sees it: sizes and latencies in its own cycles, at one
/// clock, with the share of what it shares that falls to it.
struct CoreSetup {
  Pipeline pipeline;
  double clock_hz = 0;
  double width = 4;     ///< renamed operations a cycle
  double window = 224;  ///< reorder buffer
  double mispredict_cycles = 16;
  double fill_buffers = 12;
  double l1_lines = 512, l2_lines = 16384, l3_lines = 131072;
  double l2_cycles = 14, l3_cycles = 60, memory_cycles = 300;  ///< loads to use
  /// Lines that others who share the third cache bring into this thread's part of it, so
  /// that its own are gone after a while, however few it uses meanwhile.
  double l3_others_per_cycle = 0;
  double l2_line_cycles = 1, l3_line_cycles = 6, memory_line_cycles = 15;  ///< for each line
};

/// A core of a processor at a clock (Hz), of which `threads` in all share the
/// third cache and `per_core` one core. `latency_factor` is the load on memory.
CoreSetup core_setup(const Processor& processor, const Pipeline& pipeline, double clock_hz,
                     double threads = 1, double per_core = 1, double latency_factor = 1);

}  // namespace headroom

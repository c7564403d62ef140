#pragma once

#include <string>
#include <vector>

#include "replay/replayed_code.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// What one processor makes of a recorded program, one thread of it, cool and fast.
struct ProcessorView {
  std::string id, name;
  double clock_hz = 0;
  double relative = 0;  ///< pace relative to the recording machine
  ReplayCounts mean;    ///< where the cycles of an instruction go
  double l1_b = 0, l2_b = 0, l3_b = 0;
  double ipc() const { return 1 / mean.cycles; }
};
ProcessorView view_on(const ReplayedCode& code, const Processor& processor);
/// For each processor of `ids` in the library, in that order.
std::vector<ProcessorView> view_on(const Library& library, const ReplayedCode& code,
                                   const std::vector<std::string>& ids);
/// The recording machine's own view; its pace is 1.
ProcessorView view_here(const ReplayedCode& code);

/// How much faster the program would be if one thing of a processor were better.
struct Improvement {
  std::string what;
  double gain = 0;         ///< 0.05: five per cent faster while it computes
  bool estimated = false;  ///< from shares alone, not by a replay
};
/// By falling gain, each found by a replay of its own on `processor`. What wider
/// vectors would bring is estimated: half of the packed vector instructions would
/// go, if the program were built for them.
std::vector<Improvement> improvements(const ReplayedCode& code, const Processor& processor);

/// How fast a recorded program is with so many cores, relative to one of them. By
/// its time line: each stretch of the run takes as many cores as it had threads,
/// and pauses last as long as they did.
struct CoreStep {
  int cores = 1;
  double speed = 1;
};
/// For 1, 2, 3, 4, 6, 8, ... cores up to `most`. `workload` is the recording's, and
/// `instr_per_s` the pace of one thread on the cores asked about.
std::vector<CoreStep> core_steps(const Workload& workload, double instr_per_s, int most);
/// The most threads that any of its phases with a hundredth of its work runs at a
/// time; 0 where it says "all" or "cores".
int threads_most(const Workload& workload);

/// The recorded code that a workload holds, or null for one that is described, though
/// it may rest on a recording of something else.
const ReplayedCode* recorded_code(const Workload& workload);

}  // namespace headroom

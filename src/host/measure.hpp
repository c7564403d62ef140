#pragma once

#include <functional>
#include <vector>

#include "base/progress.hpp"
#include "host/facts.hpp"
#include "host/sensors.hpp"

namespace headroom {

/// What this computer does, found by short loops of known cost. Clock: chains of
/// additions, one a cycle, with one thread and with one on each core. Latency: a random
/// walk through ever larger pieces of memory. Bandwidth: plain reading, by the number
/// of threads. Others who use the computer can only slow a stretch, so that of many
/// short ones a quarter is faster than the figure given; latencies are also the lowest
/// of three rounds where caches are shared. A bandwidth is the sum of what each thread
/// reads while it runs: on a busy computer they seldom run together, and it is too high.
struct Measurements {
  struct Clock {
    int threads = 1;
    double hz = 0;
  };
  struct Latency {
    double bytes = 0;  ///< of the piece walked through
    double s = 0;      ///< from a load's address to its data
  };
  struct Bandwidth {
    int threads = 1;
    double b_per_s = 0;
  };
  std::vector<Clock> clocks;  ///< by rising threads, one on a core
  /// In a virtual machine whose processors are given out as cores: two of them have one core
  /// between them, since each halves the other's pace.
  bool shares_cores = false;
  std::vector<Latency> latencies;
  std::vector<Bandwidth> bandwidths;
  /// Of lines in the third cache, how many are still there a while later.
  struct Kept {
    double own_b = 0;  ///< brought there meanwhile by oneself
    double s = 0;      ///< how much later
    double share = 0;
  };
  std::vector<Kept> kept;
  double cpuid_s = 0;     ///< one instruction cpuid
  double walk_s = 0;      ///< finding a page that no page buffer holds, its tables in the caches
  double l2_b_per_s = 0;  ///< one thread that reads what its second cache holds
  double l3_b_per_s = 0;  ///< and the third; 0: not measured
  bool huge_pages = false;
  double load = 0;             ///< processes that wanted to run in the minute before, on average
  SensorReading rest, loaded;  ///< before all, and at the end of the clock's stretch
  double loaded_w = 0, rest_w = 0;  ///< from the energy counter; 0: it cannot be read
  bool complete = false;            ///< false: stopped before the end
};

struct MeasureOptions {
  bool quick = false;             ///< two seconds instead of ten, less sure
  std::function<bool()> stopped;  ///< asked now and then; may be empty
  Progress progress;              ///< may be empty
};

/// Throws ModelError when there is no memory for it.
Measurements measure(const HostFacts& facts, const MeasureOptions& options);

}  // namespace headroom

#pragma once

#include <map>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// A stretch of a recorded run, as what it asks of a machine that has nothing else
/// to do. Times are the recording machine's.
struct RunSegment {
  /// Seconds by how many threads ran together. Their sum, each times its threads, is
  /// CPU time; times in line for a processor are left out.
  std::map<int, double> by_threads;
  double pause_s = 0;  ///< nobody wanted to run
  struct Moved {
    double read_b = 0, written_b = 0;
  };
  Moved meanwhile;       ///< from and to drives, while it computed or waited for others
  Moved waited_for;      ///< while it waited for nothing else; their time is in no pause
  double network_b = 0;  ///< over TCP, the busier direction
  double memory_b = 0;   ///< resident at most, all processes together
};

/// Cuts a run into segments of equal length, at least five seconds and at most eight
/// of them.
///
/// Where threads stood in line was not the program's wish: the same work is done, and
/// the threads that stood run beside the others. A pause is taken for a wait for the
/// drive as often as looks met a thread in uninterruptible sleep while none ran, if
/// at least 60 MB moved for each second of that: slower is the time of single small
/// requests, which would last as long on another drive. Profiles without such counts
/// are taken as before: what did not run slept.
std::vector<RunSegment> run_segments(const Profile& profile);

}  // namespace headroom

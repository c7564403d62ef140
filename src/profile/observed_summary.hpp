#pragma once

#include <string>
#include <vector>

#include "profile/call_summary.hpp"
#include "profile/observed.hpp"
#include "profile/waits.hpp"

namespace headroom {

/// What was observed of a run besides computing, added up, for reports.
struct ObservedSummary {
  bool known = false;        ///< it was looked for
  bool lines_known = false;  ///< so are times in line
  WaitShares waits;
  double in_line_s = 0;      ///< of all threads seen, together
  double switches_seen = 0;  ///< share of the kernel's count that threads seen had
  std::uint64_t switches_voluntary = 0, switches_forced = 0;
  std::uint64_t storage_read_b = 0, storage_written_b = 0;
  Traffic tcp;
  Observed counts;  ///< without rows and threads
  CallSummary calls;
  struct Thread {
    std::string name;
    double cpu_s = 0;
    ObservedThread more;
  };
  std::vector<Thread> threads;  ///< those that used most CPU time first
};
ObservedSummary summarize_observed(const Profile& profile);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// The system calls of a run, estimated from those that snapshots met.
///
/// Every snapshot counts each call it meets, to the one that ends it. Calls by
/// instructions followed, over all snapshots together, is what calls that come at a
/// steady rate would give, however early some snapshots end. How many there were in
/// all follows from the calls of the kinds of read() and write(), which Linux counts
/// exactly, and their share among those met.
struct CallSummary {
  double per_million = 0;  ///< instructions outside the kernel
  double all = 0;          ///< in the whole run; 0: too few to tell
  double per_cpu_s = 0;    ///< of processor time; 0: too few to tell
  std::uint64_t met = 0;
  struct Kind {
    std::string name;
    std::uint64_t met = 0;
    double share = 0;
  };
  std::vector<Kind> kinds;  ///< most frequent first
};
CallSummary summarize_calls(const Profile& profile);

}  // namespace headroom

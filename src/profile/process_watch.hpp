#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// Looks at a process and all its descendants from outside, through /proc, now
/// and then: rarely enough that looking takes under two per cent of one core,
/// and that a run of any length gives a few hundred rows.
class ProcessWatch {
 public:
  explicit ProcessWatch(pid_t root) : root_(root) {}

  /// Looks, if it is time to; `now_s` is since the start.
  void look(double now_s, bool even_if_early = false);
  /// Seconds until the next look is due.
  double due_in(double now_s) const { return next_s_ > now_s ? next_s_ - now_s : 0; }

  const std::vector<TimelineRow>& rows() const { return rows_; }
  /// The threads that used most CPU time, most first.
  std::vector<ThreadTime> threads(std::size_t most) const;
  /// Adds what the kernel counted for a process that has ended and not been
  /// waited for: with everything its own children did.
  static void read_io(pid_t process, RunTotals& totals);

 private:
  void look_at(pid_t process, TimelineRow& row);
  void look_at_thread(pid_t process, pid_t thread, TimelineRow& row);
  void thin_out();

  pid_t root_;
  double next_s_ = 0, interval_s_ = 0.02;
  std::vector<TimelineRow> rows_;
  std::map<std::pair<pid_t, pid_t>, ThreadTime> threads_;
};

}  // namespace headroom

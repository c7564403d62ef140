#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <vector>

#include "profile/profile.hpp"
#include "profile/socket_watch.hpp"
#include "profile/thread_watch.hpp"

namespace headroom {

/// Looks at a process and all its descendants from outside, through /proc and
/// netlink, now and then: rarely enough that looking takes under one per cent of one
/// core, and that a run of any length gives a few hundred rows. What lives between
/// two looks is not seen.
class ProcessWatch {
 public:
  explicit ProcessWatch(pid_t root) : root_(root) {}

  /// Looks, if it is time to; `now_s` is since the start. `last`: in any case.
  void look(double now_s, bool last = false);
  /// Seconds until the next look is due.
  double due_in(double now_s) const { return next_s_ > now_s ? next_s_ - now_s : 0; }

  /// The processes that were there at the last look.
  const std::vector<pid_t>& processes() const { return met_; }
  /// The time line, the threads that used most CPU time, and what was observed of both.
  void add_to(Profile& profile, std::size_t threads_most) const;
  /// Adds what the kernel counted for a process that has ended and not been
  /// waited for: with everything its own children did.
  static void read_io(pid_t process, Profile& profile);

 private:
  struct Process {
    std::vector<pid_t> threads;  ///< at the look before
    std::uint64_t seen_in = 0;
  };
  /// Memory of processes that run one image, by where its stack is.
  struct Images {
    std::map<std::uint64_t, std::uint64_t> own_b;
    std::uint64_t shared_b = 0;
  };

  void look_at(pid_t process);
  void look_at_memory(pid_t process, std::uint64_t stack_at);
  void credit_lines();
  void thin_out();

  pid_t root_;
  double next_s_ = 0, interval_s_ = 0.02;
  std::uint64_t look_ = 0;
  std::vector<TimelineRow> rows_;
  std::vector<ObservedRow> observed_;
  std::map<pid_t, Process> processes_;
  ThreadWatch threads_;
  SocketWatch sockets_;
  // Of the look under way.
  TimelineRow row_;
  ObservedRow more_;
  Images images_;
  std::vector<pid_t> met_;
};

}  // namespace headroom

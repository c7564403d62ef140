#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// Follows threads through /proc: how long each ran, how long it stood ready in line
/// for a processor, how often it was switched. `schedstat` tells most of it cheaply;
/// whatever else is asked of a thread is asked only if it ran since the last look, so
/// that hundreds of sleeping threads cost next to nothing.
class ThreadWatch {
 public:
  struct Thread {
    ThreadTime time;
    double ready_s = 0, started_s = 0;
    std::uint64_t runs = 0, switches_voluntary = 0, switches_forced = 0;
    char state = '?';
    bool ran = false;  ///< since the last look
    std::vector<pid_t> children;
    // Of the look before, for this class alone.
    double ran_s = 0, switches_at_s = 0;
    double slack_s = 0, slack_until_s = 0;  ///< not accounted for, and ready at its end
    std::uint64_t switches_at_runs = 0, seen_in = 0;
    int file = -1;  ///< schedstat, kept open
  };

  ThreadWatch() = default;
  ~ThreadWatch();
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;

  /// Between these, all threads that live are looked at. `last`: switches are read of
  /// every thread, however lately they were.
  void begin(double now_s, bool last);
  void end();
  /// Nothing if it has ended. With `ask_all`, its children are asked for anew.
  const Thread* look(pid_t process, pid_t thread, bool ask_all);

  /// Of all threads ever seen, so far.
  double ran_s() const { return ran_s_; }
  double ready_s() const { return ready_s_; }
  std::uint64_t switches_voluntary() const { return voluntary_; }
  std::uint64_t switches_forced() const { return forced_; }
  /// A time in line is counted when it is over: what this look finds may belong to
  /// stretches before. So much of one thread's was over at `until_s`, without a gap.
  struct Belated {
    double seconds = 0, until_s = 0;
  };
  const std::vector<Belated>& belated() const { return belated_; }

  /// The threads that used most CPU time, most first.
  std::vector<const Thread*> busiest(std::size_t most) const;

 private:
  void read_switches(Thread& thread);
  void find_belated(Thread& thread, double since_s, double ran_s, double line_s);
  void forget_some();

  std::map<std::pair<pid_t, pid_t>, Thread> threads_;
  std::vector<Belated> belated_;
  double now_s_ = 0, ran_s_ = 0, ready_s_ = 0;
  std::uint64_t voluntary_ = 0, forced_ = 0, look_ = 0;
  std::size_t open_ = 0;
  bool last_ = false, forked_ = true;
  std::string newest_;
};

}  // namespace headroom

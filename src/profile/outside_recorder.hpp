#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "profile/outside_copy.hpp"
#include "profile/recorder_folder.hpp"

namespace headroom {

/// Takes snapshots of those of a run's processes that have no recorder inside:
/// that are linked statically, have another C library, or gained rights. It asks
/// now and then how much CPU time each has used, and when one is due, holds one
/// of its running threads for about a millisecond. When, and at what cost, is
/// decided as the recorder inside a program does. Between snapshots nothing is
/// attached to anything.
class OutsideRecorder {
 public:
  /// `image`: the path of libheadroom_copy.so. Throws InputError if it is no good.
  OutsideRecorder(RecorderFolder& folder, const std::string& image);
  ~OutsideRecorder();
  OutsideRecorder(const OutsideRecorder&) = delete;
  OutsideRecorder& operator=(const OutsideRecorder&) = delete;

  /// `root` is the process that was started; `is_outside`: without a recorder inside.
  void follow(pid_t root, bool is_outside);
  /// Takes a snapshot if one is due; call it when due_in() says, and whenever a
  /// child's signal comes. `processes` are those that run now.
  void work(const std::vector<pid_t>& processes);
  /// No more snapshots: lets all threads go.
  void stop();
  /// Seconds until there is something to do.
  double due_in() const { return due_in_s_; }

  /// Whether this process may hold its own children, as it must.
  static bool is_possible();
  /// Whether it may hold programs that gained rights, too.
  static bool is_possible_with_rights();

 private:
  struct Seen {
    std::string program;         ///< what it runs; another one since: looked at anew
    bool left_alone = false;     ///< it has a recorder inside, or may not be held
    bool counted = false;        ///< in ControlPage::processes
    std::uint64_t since_ns = 0;  ///< when it was seen first
    std::uint64_t used_ns = 0;   ///< CPU time when it was last asked
    std::uint64_t due_ns = 0;    ///< CPU time at which the next snapshot is due
    std::uint64_t last_ns = 0;   ///< when the last one was taken
    std::uint64_t spent_ns = 0;  ///< what snapshots have cost it
    std::uint64_t pause_ns = 0;  ///< what the last one took
    std::uint64_t faults = 0;    ///< page faults so far, when they were last asked for
    std::uint64_t shared = 0;    ///< pages that may still have to be copied
    std::uint64_t own = 0;       ///< pages of its own, when faults were last asked for
  };
  /// A thread that was asked to stop.
  struct Asked {
    HeldThread thread;
    pid_t process;
    std::uint64_t gate, since_ns;
    std::string name;
  };

  bool is_due(pid_t process, Seen& seen);
  void ask_to_stop(pid_t process, Seen& seen);
  void go_on();
  void wait_for_children();
  void take(Asked& asked);
  bool affordable(pid_t process, Seen& seen) const;
  std::uint64_t draw_period();

  RecorderFolder& folder_;
  OutsideCopies copies_;
  pid_t root_ = 0;
  std::string own_program_;
  std::map<pid_t, Seen> seen_;
  std::vector<Asked> asked_;
  std::vector<pid_t> children_;  ///< copies to be waited for
  std::uint64_t random_;
  double due_in_s_ = 0;
};

}  // namespace headroom

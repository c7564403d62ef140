#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <cstdint>
#include <initializer_list>
#include <optional>

namespace headroom {

/// A thread of another process, held by ptrace() for a moment. It is attached
/// without a stop of its own (PTRACE_SEIZE), asked to stop, and let go as it
/// was: its registers, its signal mask, a call of the kernel in progress, a
/// signal that was just on its way. While it is held it can be made to call the
/// kernel, with an instruction that it has anyway. The thread that holds must be
/// the one that asks, with SIGCHLD blocked.
class HeldThread {
 public:
  enum class State {
    kWaiting,  ///< has not stopped yet
    kGone,     ///< has ended, or is not held any more
    kStopped,  ///< as it was asked to
    kSignal,   ///< stopped because a signal is on its way
    kCall,     ///< stopped at the begin or the end of a call of the kernel
    kNewborn,  ///< stopped because it has made a process
  };

  /// `own_child`: a child of this process, which others wait for.
  explicit HeldThread(pid_t thread, bool own_child = false)
      : thread_(thread), own_child_(own_child) {}

  /// Attaches and asks for a stop. False: it may not be held.
  bool seize();
  /// What it does now; does not wait.
  State look();
  /// Waits until it stops or is gone.
  State wait();

  const user_regs_struct& registers() const { return registers_; }
  /// Reads where it stands. True if it can be made to call the kernel there and
  /// go on as if nothing had been; false if it must be let go at once.
  bool can_be_borrowed();
  /// From now on: signals wait, and it stops when it makes a process. Should this
  /// process die before release(), it dies as well: it could not go on.
  bool borrow();
  /// Makes it call the kernel with the instruction at `gate`. Nothing, if it is
  /// gone. When the call makes a process, it is left in the middle: newborn()
  /// is its id, and finish_call() goes on.
  std::optional<long> call(std::uint64_t gate, long number,
                           std::initializer_list<std::uint64_t> arguments);
  std::optional<long> finish_call();
  pid_t newborn() const { return newborn_; }
  /// Lets it run with these registers, held still; for the last call of its life.
  bool run_with(const user_regs_struct& registers);
  /// Lets it go: after borrow(), as it was before it. One that was killed just now
  /// cannot be let go any more: is_held() until look() says that it is gone, without
  /// which its process could not end.
  void release();
  bool is_held() const { return held_; }
  /// Lets it go with these registers instead.
  bool release_with(const user_regs_struct& registers);
  void kill();

  pid_t id() const { return thread_; }
  std::uint64_t signal_mask() const { return signal_mask_; }

 private:
  State stop_or_end();
  bool resume(bool to_next_call, int signal = 0);
  bool restarts_call();
  bool is_amid_restartable_sequence() const;
  bool detach(int signal = 0);

  pid_t thread_;
  bool own_child_;
  user_regs_struct registers_ = {};
  std::uint64_t signal_mask_ = 0;
  pid_t newborn_ = 0;
  int signal_ = 0;     ///< on its way when it stopped
  int held_back_ = 0;  ///< a stop signal that came while it was borrowed
  bool borrowed_ = false;
  bool held_ = true;
};

}  // namespace headroom

#pragma once

#include <atomic>

#include "emulation/follower.hpp"
#include "emulation/snapshot_plan.hpp"
#include "profile/count_page.hpp"

namespace headroom::emulation {

/// One thread of the program. Only that thread changes it.
struct Thread {
  ThreadCount* count;
  std::uint64_t reported;    ///< instructions that its process knows of
  std::uint64_t next_look;   ///< at so many instructions
  std::uint64_t repeats_at;  ///< of what it ran last
  bool followed;
};

/// An emulated process: counts every instruction of each thread, and now and
/// then follows the thread that has come to the next snapshot. One at a time is
/// followed, so that threads are sampled by the instructions that they run.
class Process {
 public:
  /// `control` names the control file. False: this is not a recording.
  bool begin(const char* control);

  CodeTable& code() { return code_; }
  CountPage& counts() { return *counts_; }

  void run(unsigned index, const Translation& translation) {
    Thread* thread = threads_[index].thread;
    if (thread == nullptr) thread = adopt(index);
    // Of a repeated string instruction, only the first repetition counts.
    const bool again = thread->repeats_at == translation.address;
    thread->count->instructions += translation.instructions - (again ? 1 : 0);
    thread->repeats_at = translation.repeats_at;
    if (thread->followed || thread->count->instructions >= thread->next_look) {
      look(*thread, translation);
    }
  }
  void use(unsigned index, const MemoryUser& user, std::uint64_t address, bool stores) {
    const Thread* thread = threads_[index].thread;
    if (thread->followed) follower_.use(user, address, stores);
  }

  void end_thread(unsigned index);
  /// The thread may be about to become another program: what was found is kept.
  void stop_following(unsigned index);
  /// In the child of a fork, where the thread of `index` goes on alone.
  void begin_child(unsigned index);
  /// The program ends; no thread runs any more.
  void end();

 private:
  struct Place {
    Thread* thread;
  };
  Thread* adopt(unsigned index);
  ThreadCount* take_count();
  void look(Thread& thread, const Translation& translation);
  void report(Thread& thread);
  void begin_snapshot(Thread& thread);
  void end_snapshot(EndReason reason);

  ControlPage* control_ = nullptr;
  CountPage* counts_ = nullptr;
  MappedArray<Place> threads_;  ///< by the emulator's number
  std::atomic<unsigned> threads_end_ = 0;
  CodeTable code_;
  Follower follower_;
  SnapshotPlan plan_;
  std::atomic<std::uint64_t> instructions_ = 0;  ///< of all threads, as they reported
  std::atomic<Thread*> followed_ = nullptr;
  std::uint64_t cpu_before_ns_ = 0;
};

}  // namespace headroom::emulation

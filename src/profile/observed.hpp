#pragma once

#include <cstdint>
#include <vector>

namespace headroom {

/// What a run did besides computing, as far as it can be seen from outside: waits,
/// switches, storage, sockets, system calls. All sums are of what was seen. A thread,
/// process or socket that lived between two looks is missing; RunTotals, which
/// the kernel counted to the end, tell how much that is.

/// Bytes over TCP, loopback apart from the network. A byte that one process of the run
/// sends to another is sent once and received once.
struct Traffic {
  std::uint64_t sent_b = 0, received_b = 0;            ///< over the network
  std::uint64_t loop_sent_b = 0, loop_received_b = 0;  ///< to and from this computer itself

  bool operator==(const Traffic&) const = default;
};

/// Belongs to the TimelineRow of the same number.
struct ObservedRow {
  double ran_s = 0;    ///< CPU time so far, of the threads seen, as the scheduler counts it
  double ready_s = 0;  ///< so far, how long these stood ready in line for a processor
  std::uint64_t switches_voluntary = 0, switches_forced = 0;  ///< so far
  std::uint32_t blocked = 0;   ///< threads in a sleep that no signal ends: most wait for a drive
  std::uint64_t memory_b = 0;  ///< at least, of all processes together
  std::uint64_t storage_read_b = 0, storage_written_b = 0;  ///< from and to drives, so far
  Traffic tcp;                                              ///< so far

  bool operator==(const ObservedRow&) const = default;
};

/// Belongs to the ThreadTime of the same number.
struct ObservedThread {
  double ready_s = 0;   ///< stood in line for a processor
  double asleep_s = 0;  ///< waited for something else
  std::uint64_t switches_voluntary = 0, switches_forced = 0;

  bool operator==(const ObservedThread&) const = default;
};

/// How often snapshots met a system call.
struct CallCount {
  std::uint32_t number = 0;
  std::uint64_t count = 0;

  bool operator==(const CallCount&) const = default;
};

struct Observed {
  std::vector<ObservedRow> rows;        ///< as many as the time line has, or none
  std::vector<ObservedThread> threads;  ///< as many as the profile has, or none
  /// Exactly, of all processes: calls of the kinds of read() and of write().
  std::uint64_t read_calls = 0, write_calls = 0;
  std::uint32_t tcp_sockets = 0, udp_sockets = 0;  ///< used by the run
  /// TCP sockets of the whole computer that came and went between two looks, so that
  /// nobody knows whose they were.
  std::uint32_t unknown_sockets = 0;
  std::uint64_t unknown_b = 0;  ///< sent and received by these
  /// What the computer's network devices moved in this time for all programs: the
  /// most that UDP and the unknown can have been.
  std::uint64_t device_sent_b = 0, device_received_b = 0, device_loop_b = 0;
  /// System calls that snapshots met, by number, and how far they followed.
  std::vector<CallCount> calls;
  std::uint64_t call_instructions = 0;

  bool empty() const { return rows.empty() && threads.empty() && call_instructions == 0; }
};

}  // namespace headroom

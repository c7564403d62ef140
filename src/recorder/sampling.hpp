#pragma once

#include "profile/part_layout.hpp"

namespace headroom::recorder {

/// Decides when snapshots are taken. Every thread has a timer of its own CPU
/// time; its signal is number 32, which glibc keeps from programs (they can
/// neither block, catch nor wait for it), and which glibc itself uses only once
/// a thread is cancelled; from then on, it takes the signal over and no more
/// snapshots are taken in that process. The time between snapshots doubles as
/// they add up, and a process whose snapshots have cost it more than a few per
/// cent of its time takes none for a while.

/// Begins in a process that has just been started, with its main thread.
void begin_sampling(ControlPage* control);
/// Begins anew in the child of a fork.
void continue_after_fork();
/// Gives the calling thread its timer, and takes it back.
void begin_thread();
void end_thread();
/// No more timers, from now on: the process is about to forbid itself system
/// calls.
void stop_sampling();
bool is_sampling();

/// Where a system call that our signal interrupted can be begun again: true
/// when `instruction` follows a system call that gave EINTR and whose number is
/// known from the code before it. Then `number` is that.
bool interrupted_call(const unsigned char* instruction, long result, int& number);

}  // namespace headroom::recorder

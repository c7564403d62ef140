#pragma once

#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// The run from one look to the next: what went on in it.
///
/// A thread that does not run either stands ready in line for a processor, which is
/// the recording machine's doing, or sleeps until something happens. The scheduler
/// counts both apart (`schedstat`), for the threads that were seen; others are taken to
/// have stood in line as long, for each second that they ran, as these did. Where
/// nothing was counted, as in older profiles, nobody is taken to have stood.
struct Stretch {
  double from_s = 0, until_s = 0;  ///< since the start
  double cpu_s = 0;                ///< used, by all threads
  double wanted_s = 0;             ///< used, and stood in line for
  double running = 0;              ///< threads that ran or were ready, at its end
  double blocked = 0;              ///< threads waiting for a drive, at its end
  double storage_read_b = 0, storage_written_b = 0;
  double network_b = 0;  ///< over TCP, to or from others, whichever was more
  double memory_b = 0;   ///< at its end; 0: not known

  double seconds() const { return until_s - from_s; }
  /// Threads that wanted to run, on average.
  double wanted() const { return wanted_s / seconds(); }
  /// How long nobody wanted to run.
  double asleep_s() const;
};

/// Whether times in line were counted.
bool knows_lines(const Profile& profile);

/// From the start to the end of the run without gaps, each longer than nothing.
std::vector<Stretch> stretches(const Profile& profile);

/// Shares of the run's length.
struct WaitShares {
  double asleep = 0;   ///< nobody wanted to run
  double in_line = 0;  ///< some did, but none ran: all stood in line
  double drive = 0;    ///< asleep, waiting for a drive
};
WaitShares wait_shares(const Profile& profile);

}  // namespace headroom

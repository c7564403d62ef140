#pragma once

#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

struct RecordOptions {
  std::vector<std::string> command;
  std::string library;  ///< the recorder; empty: looked for beside this program
  std::size_t snapshots_most = 40;
  double analysis_most_s = 30;  ///< how long snapshots may go on after the program's end
};

struct RecordedRun {
  Profile profile;
  int exit_status = 0;    ///< 128 + n when a signal ended the program
  unsigned taken = 0;     ///< snapshots begun
  double analysis_s = 0;  ///< waited for snapshots after the program's end
};

/// Runs a program as it would run by itself, with the same input, output,
/// folder and environment, passes signals on to it, and records it. Throws
/// InputError, before anything is started, when there is no such program or it
/// cannot be recorded, with the reason.
RecordedRun record_run(const RecordOptions& options);

}  // namespace headroom

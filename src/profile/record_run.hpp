#pragma once

#include <string>
#include <vector>

#include "base/progress.hpp"
#include "profile/profile.hpp"

namespace headroom {

struct RecordOptions {
  std::vector<std::string> command;
  std::string isa;      ///< the instruction-set level to show it; empty: the machine's own
  std::string library;  ///< the recorder or plugin; empty: looked for beside this program
  std::size_t snapshots_most = 40;
  double analysis_most_s = 27;  ///< how long snapshots may go on after the program's end
  Progress progress = {};       ///< of what is done after the program's end
};

struct RecordedRun {
  Profile profile;
  int exit_status = 0;                ///< 128 + n when a signal ended the program
  unsigned taken = 0;                 ///< snapshots begun
  double analysis_s = 0;              ///< waited for snapshots after the program's end
  unsigned unseen = 0;                ///< programs started under an emulator, which ran outside it
  std::vector<std::string> messages;  ///< of the emulator
};

/// Runs a program as it would run by itself, with the same input, output,
/// folder and environment, passes signals on to it, and records it. With an
/// instruction-set level, it runs under an emulator, many times slower. Throws
/// InputError, before anything is started, when there is no such program or it
/// cannot be recorded, with the reason.
RecordedRun record_run(const RecordOptions& options);

}  // namespace headroom

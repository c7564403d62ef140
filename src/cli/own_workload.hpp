#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "replay/profile_workload.hpp"

namespace headroom {

/// The option that says on which machine a profile was recorded.
CommandOption host_option();

/// Whether a workload's name is that of a recorded program: a file "*.hprof", or a
/// recording of the catalogue, "x264" or in full "recordings/x264".
bool is_recorded(const Library& library, const std::string& id);
/// Its profile. Throws InputError.
Profile read_recorded(const Library& library, const std::string& id);

/// A recorded program, ready to be asked what any processor makes of it.
struct RecordedProgram {
  std::shared_ptr<const Profile> profile;
  std::shared_ptr<const ReplayedCode> code;
  std::string name;
};
/// Reads a profile, and the recording machine from `host` (a machine file) or, if
/// that is empty, from what the profile says of it. Throws InputError.
RecordedProgram open_recorded(const Library& library, const std::string& id,
                              const std::string& host);
/// What the catalogue says of a recording, in lines and an empty one; "" for a file.
std::string told_of_recording(const Library& library, const std::string& id);

/// A workload of the catalogue, the user's own file, or a recorded program. Throws
/// InputError.
Workload load_workload(const Library& library, const std::string& id, const std::string& host,
                       const std::vector<Change>& changes = {});

}  // namespace headroom

#pragma once

#include <memory>
#include <string>

#include "catalog/library.hpp"
#include "profile/profile.hpp"
#include "replay/replayed_code.hpp"

namespace headroom {

/// A profile that comes with the program: a known program of a Debian package, recorded
/// once by scripts/record-library and stripped. catalog/recordings/<id>.toml says what
/// it is, <id>.hprof holds it.
struct Recording {
  std::string id;
  std::string name;      ///< for people
  std::string summary;   ///< what it does, in a line
  std::string package;   ///< Debian package and version
  std::string command;   ///< as it was recorded
  std::string input;     ///< what it worked on, and how that was made
  std::string recorded;  ///< when, on what, how
  void declare(Fields& f);
};

/// Throws InputError, as the library.
Recording read_recording(const Library& library, const std::string& id);
/// Throws InputError.
Profile recorded_profile(const Library& library, const std::string& id);

/// A profile as replay takes it; `name` is what it is called in messages. Throws
/// InputError for one that has no times of its own.
std::shared_ptr<const Profile> ready_for_replay(Profile profile, const std::string& name);
/// The recording machine as far as the profile tells: its kind of core, with the
/// caches, latencies and clock that were measured after the run. Throws InputError
/// where it does not tell.
RecordingHost described_host(const Library& library, const Profile& profile,
                             const std::string& name);

}  // namespace headroom

#pragma once

#include <string>

#include "catalog/library.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// What the model makes of the recording machine itself, against what was measured
/// there, in a line or two. Runs the recorded command once more, its output thrown
/// away, under the emulator that counts instructions. `path` names the profile in
/// messages. Throws InputError when there is nothing to compare.
std::string check_prediction(const Library& library, const Profile& profile,
                             const std::string& path);

}  // namespace headroom

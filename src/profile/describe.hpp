#pragma once

#include <string>

#include "profile/profile.hpp"

namespace headroom {

/// A profile in words and a small plot: what the run took, what kind of
/// instructions it ran, how much cache it would use, how its branches behave,
/// its threads, and what it read and wrote.
std::string describe(const Profile& profile);

}  // namespace headroom

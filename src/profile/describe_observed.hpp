#pragma once

#include <string>

#include "profile/profile.hpp"

namespace headroom {

/// What was observed besides computing, in words: the lines of the run's waits,
/// switches and sockets, and a list of system calls. Nothing where nothing was.
void describe_waits(std::string& out, const Profile& profile);
void describe_sockets(std::string& out, const Profile& profile);
void describe_calls(std::string& out, const Profile& profile);

}  // namespace headroom

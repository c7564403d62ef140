#pragma once

#include <string>

#include "profile/profile.hpp"

namespace headroom {

/// The computer this runs on, as Linux describes it. With `root`, what lies in the
/// folders /proc and /sys below it stands for this computer's; kernel and memory size
/// are then left open.
HostDescription describe_host(const std::string& root = {});

}  // namespace headroom

#pragma once

#include "profile/profile.hpp"

namespace headroom {

/// The computer this runs on, as Linux describes it.
HostDescription describe_host();

}  // namespace headroom

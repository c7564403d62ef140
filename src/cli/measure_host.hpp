#pragma once

#include <optional>

#include "catalog/library.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// Measures this computer, in two or three seconds, as far as replay needs it.
/// Nothing if it was interrupted, or when its kind of core is unknown.
std::optional<HostDescription::Pace> measure_pace(const Library& library);

}  // namespace headroom

#pragma once

#include "catalog/library.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// Measures this computer, in two or three seconds, as far as replay needs it, and corrects what
/// the system said of its cores. Changes nothing if it was interrupted, or when its kind
/// of core is unknown.
void measure_pace(const Library& library, HostDescription& host);

}  // namespace headroom

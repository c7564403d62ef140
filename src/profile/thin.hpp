#pragma once

#include <cstdint>

#include "profile/profile.hpp"

namespace headroom {

/// Leaves windows out of every snapshot, evenly, until the profile's file has at most
/// so many bytes; each snapshot keeps one at least. If that is not enough, snapshots go
/// as well, and those kept stand for the time of those left out. Blocks that no window
/// runs are left out in any case. A file may stay larger when little is left to omit.
void thin_profile(Profile& profile, std::uint64_t bytes_most);

/// Leaves out the blocks that no window runs.
void drop_unused_blocks(Profile& profile);

}  // namespace headroom

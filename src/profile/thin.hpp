#pragma once

#include <cstdint>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// What the recording machine makes of a window.
struct WindowPace {
  double instructions = 0, cycles = 0;
};
/// Of each window of each snapshot.
using WindowPaces = std::vector<std::vector<WindowPace>>;

/// Leaves windows out of every snapshot, the same share of each, until the profile's file has
/// at most so many bytes; each snapshot keeps one at least. Those are kept that together
/// have the cycles per instruction of all, by `paces`; without, evenly in time. If that is not
/// enough, snapshots go as well, and those kept stand for the time of those left out. Blocks
/// that no window runs are left out in any case. A file may stay larger when little is left
/// to omit.
void thin_profile(Profile& profile, std::uint64_t bytes_most, const WindowPaces& paces = {});

/// Leaves out the blocks that no window runs.
void drop_unused_blocks(Profile& profile);

}  // namespace headroom

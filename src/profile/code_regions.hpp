#pragma once

#include <span>

#include "profile/part_layout.hpp"
#include "profile/profile.hpp"

namespace headroom {

inline constexpr std::size_t kRegionsMost = 64;

/// Cuts the program's code into regions of which both are known: how it runs, from the
/// windows of snapshots, and how much of the time goes by in it, from the ticks of timers.
/// Windows are few, a thousandth of the run; ticks say for which part of the run's time what
/// they show stands. Fills `region_s` and `ticks` of the profile and `region` of its blocks;
/// leaves them empty if ticks are too few to say anything.
///
/// A region is a range of addresses. Cuts are made where the gap between blocks that
/// were seen is widest, as long as both sides keep enough ticks and window
/// instructions, so they follow libraries first and functions next.
void find_regions(Profile& profile, std::span<const Tick> ticks);

}  // namespace headroom

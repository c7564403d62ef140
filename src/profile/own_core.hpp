#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "profile/part_layout.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// How much of a run's time its cores were its own, from what its looks took: additions that
/// need not wait for each other go at half their pace while somebody else works on the same
/// core, which in a virtual machine nothing else tells. A look is slow when it takes a third
/// longer than the quickest of fifty; looks without a time, and those that were interrupted,
/// say nothing. A core that is never its own looks like one that always is.
OwnCore own_core(std::span<const Tick> ticks);

/// The time that a run would have taken alone, as a share of the time that it took. A
/// program's pace beside a stranger is taken for 0.66 of that alone: mean of 35 programs on Zen 4,
/// of which two thirds lie within 0.12 (scripts/profile-accuracy). 1 where too few looks tell,
/// where the recording machine is no virtual one or was not measured, and where two processors of
/// the recording machine share a core: there, a program's own threads may be each other's
/// strangers, and replay counts them.
double alone_share(const Profile& profile);

/// "others worked on its cores for 40 % of the time; alone, ..."; empty when they did not to
/// speak of, or alone_share() is not known.
std::string beside_others_text(const Profile& profile);

}  // namespace headroom

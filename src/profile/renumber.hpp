#pragma once

#include "profile/profile.hpp"

namespace headroom {

/// Gives a profile's addresses new numbers, by which nobody can tell where a program's
/// memory lay. What replay needs is kept: the place in a page, in a cache's sets and in
/// a large page (2 MiB) stays; what lay in one large page still does; large pages that
/// touched each other still do, and no others. They are numbered in the order in which
/// a process first used them. Code goes by small pages (4 KiB), in the order of blocks.
/// The numbers depend on nothing else, so that doing it twice changes nothing: replay
/// renumbers every profile, and a stripped one gives the same cycles as its original.
void renumber_addresses(Profile& profile);

}  // namespace headroom

#pragma once

#include "profile/byte_stream.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// The part named `OPER`: what a stripped profile holds in place of code. Kinds of
/// operations and instruction sets go by their names, so that their numbers in this
/// program may change.
void write_operations(ByteWriter& out, const Profile& profile);
/// With all blocks read before, which must hold no code. Every index is in range.
void read_operations(ByteReader& in, Profile& profile);

}  // namespace headroom

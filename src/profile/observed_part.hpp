#pragma once

#include "profile/byte_stream.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// The part named `WAIT`: waits, switches, drives, sockets and system calls.
bool has_observed(const Profile& profile);
void write_observed(ByteWriter& out, const Profile& profile);
/// With the time line and the threads read before.
void read_observed(ByteReader& in, Profile& profile);

}  // namespace headroom

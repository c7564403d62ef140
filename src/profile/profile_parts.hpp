#pragma once

#include <span>

#include "profile/byte_stream.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// A part of the file that is there exactly once: its name of four letters, and
/// how it is written and read.
struct ProfilePart {
  const char* name;
  void (*write)(ByteWriter&, const Profile&);
  void (*read)(ByteReader&, Profile&);
};

/// In the order in which they stand in a file.
std::span<const ProfilePart> profile_parts();

}  // namespace headroom

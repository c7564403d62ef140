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

/// The part named `INST`, after the snapshots; only in files of version 2, for
/// profiles whose instructions were counted or shown another instruction set.
bool has_instruction_counts(const Profile& profile);
void write_instruction_counts(ByteWriter& out, const Profile& profile);
/// With all threads and snapshots read before.
void read_instruction_counts(ByteReader& in, Profile& profile);

}  // namespace headroom

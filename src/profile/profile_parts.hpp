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

/// A part behind the snapshots that only some profiles have. A file's version is the
/// least that knows all of its parts, so that older programs read what they can.
struct LatePart : ProfilePart {
  std::uint32_t since;  ///< the version that brought it
  bool (*needed)(const Profile&);
};
inline constexpr const char* kCountsPart = "INST";      ///< counts of instructions, the host's pace
inline constexpr const char* kSharedPart = "SHAR";      ///< what it shared its machine with
inline constexpr const char* kRegionsPart = "REGN";     ///< regions of code and their times
inline constexpr const char* kOwnCorePart = "OWNC";     ///< whether others worked on its cores
inline constexpr const char* kOperationsPart = "OPER";  ///< in a stripped profile
inline constexpr const char* kObservedPart = "WAIT";    ///< waits, drives, sockets, system calls

/// In the order in which they stand in a file, behind all threads, blocks and snapshots.
std::span<const LatePart> late_parts();

}  // namespace headroom

#pragma once

#include <sys/user.h>

#include <cstddef>
#include <cstdint>

#include "profile/part_layout.hpp"

namespace headroom {

/// What a copy of a program that was made from outside finds in its memory, beside
/// the code that follows it: where the program was, and what is known of it. Both
/// sides come from one build, as with all in part_layout.hpp.
struct CopyOrder {
  char control_file[kFolderBytes + 16] = {};
  std::uint32_t user = 0, group = 0;  ///< who may open the control file
  std::uint32_t slot = 0;             ///< in ControlPage::live
  std::uint32_t number = 0;           ///< of the snapshot, names its file
  user_regs_struct registers = {};
  std::uint64_t signal_mask = 0;
  PartHeader header;
  /// The vector registers, as PTRACE_GETREGSET gives them.
  std::uint32_t state_bytes = 0;
  alignas(64) std::uint8_t state[16384] = {};
};

/// The function in libheadroom_copy.so that a copy goes on with, given its order.
inline constexpr const char* kCopyEntry = "headroom_follow_copy";
inline constexpr const char* kCopyLibrary = "libheadroom_copy.so";

}  // namespace headroom

#pragma once

#include <ucontext.h>

#include <cstdint>

#include "profile/part_layout.hpp"

namespace headroom::recorder {

/// What a snapshot is told when it is taken.
struct SnapshotOrder {
  ControlPage* control = nullptr;
  ucontext_t* context = nullptr;  ///< where the program was interrupted
  void* stack_top = nullptr;      ///< of a stack for the process in between
  unsigned slot = 0;              ///< in ControlPage::live
  std::uint32_t number = 0;       ///< of the snapshot, names its file
  PartHeader header;              ///< what is known already
};

/// Copies the program. The copy is the child of a process in between, which
/// ends at once and is waited for here, so that the program never has a child
/// that it did not make. Call it with all signals blocked. The copy follows the
/// program from `order.context` and never returns. False: no copy was made.
bool take_snapshot(SnapshotOrder& order);

/// What a copy does: it goes on where the program was interrupted, with all its
/// registers, cut off from all others, until the snapshot is complete.
[[noreturn]] void follow_program(const SnapshotOrder& order);

}  // namespace headroom::recorder

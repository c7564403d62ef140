#pragma once

#include <sys/types.h>

#include <string>

#include "profile/copy_order.hpp"
#include "profile/held_thread.hpp"
#include "profile/loaded_image.hpp"

namespace headroom {

/// Copies a program from outside, as fork() would, and gives the copy the code
/// that follows it. Nothing is written into the program. A thread of it, held
/// still, is made to call the kernel. If the program is a child of this process,
/// one call makes the copy another child of this process (CLONE_PARENT). If it is
/// a child of somebody else, who must never see the copy, it first makes a process
/// in between, which makes the copy and ends, and for which it then waits. The
/// copy finds the engine in memory of its own, and goes on there.
class OutsideCopies {
 public:
  /// `library`: the path of libheadroom_copy.so.
  explicit OutsideCopies(const std::string& library);

  /// An instruction that calls the kernel, in the vDSO that a process's memory map
  /// names; 0: there is none.
  static std::uint64_t gate(const std::string& maps);
  /// Copies the program of a thread that can be borrowed, and lets the thread go.
  /// `is_child`: of this process. `order` learns where the program was. The copy
  /// stands still; 0: there is none.
  static pid_t make(HeldThread& thread, std::uint64_t gate, bool is_child, CopyOrder& order);
  /// Lets the copy go on with the engine. False: it could not, and was ended.
  bool begin(pid_t copy, std::uint64_t gate, CopyOrder& order) const;

 private:
  bool lay_engine(HeldThread& copy, std::uint64_t gate, CopyOrder& order) const;

  LoadedImage image_;
  std::uint64_t entry_;
};

}  // namespace headroom

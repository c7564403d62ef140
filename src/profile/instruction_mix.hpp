#pragma once

#include <map>
#include <string>

#include "profile/profile.hpp"

namespace headroom {

/// What kinds of instructions a profile's windows executed, in shares of all.
/// Each window counts for the CPU time that its snapshot stands for.
struct InstructionMix {
  double integer = 0, multiply_divide = 0, move = 0, branch = 0, call_return = 0;
  double load = 0, store = 0;  ///< that touch memory; also counted in their own kind
  double floating = 0;         ///< scalar or vector arithmetic on floating-point numbers
  double vector_integer = 0;
  double width_128 = 0, width_256 = 0, width_512 = 0;  ///< by widest vector register
  double other = 0;
  std::map<std::string, double> sets;  ///< by instruction set ("AVX2"), beyond the base
  double instructions = 0;             ///< looked at
};

InstructionMix instruction_mix(const Profile& profile);

}  // namespace headroom

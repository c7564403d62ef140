#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "profile/operation.hpp"

namespace headroom {

/// What stands in a stripped profile in place of the program's machine code: of each
/// instruction what replay and the instruction mix ask of it, and nothing from which
/// the code could be made again. It names no core and no port, so that a stripped
/// profile can be replayed on processors that nobody knew when it was made.

/// To which row of the instruction mix an instruction belongs.
enum class MixGroup : std::uint8_t {
  kInteger,
  kMultiplyDivide,
  kMove,
  kBranch,
  kCallReturn,
  kFloating,
  kVectorInteger,
  kOther,
};
inline constexpr std::uint8_t kMixGroups = 8;

/// What the instruction mix counts, and how long the instruction is.
struct InstructionFacts {
  MixGroup group = MixGroup::kOther;
  std::uint8_t width = 0;   ///< widest vector register named: 0 none, 1 to 3: 128, 256, 512 bits
  std::uint8_t length = 1;  ///< bytes, 1 to 15
  std::string set;          ///< instruction set ("AVX2"); "" for the base

  bool operator==(const InstructionFacts&) const = default;
};

struct OperationTable {
  struct Instruction {
    Operation operation;
    InstructionFacts facts;

    bool operator==(const Instruction&) const = default;
  };
  struct Block {
    std::uint16_t bytes = 0;                  ///< of code, with what could not be decoded
    std::vector<std::uint32_t> instructions;  ///< indices into the list below

    bool operator==(const Block&) const = default;
  };
  std::vector<Instruction> instructions;  ///< each once
  std::vector<Block> blocks;              ///< as many as Profile::blocks

  bool operator==(const OperationTable&) const = default;
};

}  // namespace headroom

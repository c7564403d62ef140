#pragma once

#include <Zydis/Zydis.h>

#include <cstdint>

#include "profile/part_layout.hpp"

namespace headroom::recorder {

/// A memory operand of an instruction, as a site of its block.
struct OperandSite {
  unsigned operand;  ///< its index in the instruction
  std::uint8_t kind;
  std::uint8_t bytes;  ///< 1 to 64
};

inline constexpr unsigned kOperandSitesMost = 4;

bool uses_memory(const ZydisDecodedOperand& operand);

/// mov, store or load of a whole range by one instruction, without an end that
/// depends on the data.
bool moves_range(const ZydisDecodedInstruction& instruction);

/// The operands whose addresses are noted, in order; returns how many.
unsigned operand_sites(const ZydisDecodedInstruction& instruction,
                       const ZydisDecodedOperand* operands,
                       OperandSite (&found)[kOperandSitesMost]);

bool is_branch(const ZydisDecodedInstruction& instruction);

/// How a block ends whose last instruction this is.
BlockEnd block_end(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand* operands);

}  // namespace headroom::recorder

#include "recorder/operand_sites.hpp"

namespace headroom::recorder {

bool uses_memory(const ZydisDecodedOperand& operand) {
  return operand.type == ZYDIS_OPERAND_TYPE_MEMORY &&
         (operand.mem.type == ZYDIS_MEMOP_TYPE_MEM || operand.mem.type == ZYDIS_MEMOP_TYPE_VSIB);
}

bool moves_range(const ZydisDecodedInstruction& instruction) {
  return instruction.meta.category == ZYDIS_CATEGORY_STRINGOP &&
         (instruction.attributes & ZYDIS_ATTRIB_HAS_REP) != 0;
}

unsigned operand_sites(const ZydisDecodedInstruction& instruction,
                       const ZydisDecodedOperand* operands,
                       OperandSite (&found)[kOperandSitesMost]) {
  const auto category = instruction.meta.category;
  if (category == ZYDIS_CATEGORY_NOP || category == ZYDIS_CATEGORY_WIDENOP) return 0;
  unsigned count = 0;
  for (unsigned i = 0; i < instruction.operand_count && count < kOperandSitesMost; ++i) {
    const auto& operand = operands[i];
    if (!uses_memory(operand)) continue;
    std::uint8_t kind = 0;
    if (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) kind |= kLoads;
    if (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) kind |= kStores;
    if (category == ZYDIS_CATEGORY_PREFETCH || kind == 0) kind = kPrefetches;
    if (operand.mem.type == ZYDIS_MEMOP_TYPE_VSIB) kind |= kGathers;
    if (moves_range(instruction)) kind |= kRepeats;
    const unsigned bytes = operand.size / 8;
    found[count++] = {i, kind, static_cast<std::uint8_t>(bytes < 1 ? 1 : bytes > 64 ? 64 : bytes)};
  }
  return count;
}

bool is_branch(const ZydisDecodedInstruction& instruction) {
  const auto category = instruction.meta.category;
  return category == ZYDIS_CATEGORY_COND_BR || category == ZYDIS_CATEGORY_UNCOND_BR ||
         category == ZYDIS_CATEGORY_CALL || category == ZYDIS_CATEGORY_RET;
}

BlockEnd block_end(const ZydisDecodedInstruction& instruction,
                   const ZydisDecodedOperand* operands) {
  const bool direct = operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE;
  switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
      return BlockEnd::kConditional;
    case ZYDIS_CATEGORY_RET:
      return BlockEnd::kReturn;
    case ZYDIS_CATEGORY_CALL:
      return direct ? BlockEnd::kCall : BlockEnd::kIndirectCall;
    case ZYDIS_CATEGORY_UNCOND_BR:
      return direct ? BlockEnd::kJump : BlockEnd::kIndirectJump;
    case ZYDIS_CATEGORY_SYSCALL:
      return BlockEnd::kSystemCall;
    default:
      return BlockEnd::kFallThrough;
  }
}

}  // namespace headroom::recorder

#include "profile/instruction_facts.hpp"

#include <Zydis/Zydis.h>

#include <algorithm>
#include <string_view>

namespace headroom {
namespace {

bool is_base(ZydisISASet set) {
  switch (set) {
    case ZYDIS_ISA_SET_I86:
    case ZYDIS_ISA_SET_I186:
    case ZYDIS_ISA_SET_I286REAL:
    case ZYDIS_ISA_SET_I286PROTECTED:
    case ZYDIS_ISA_SET_I386:
    case ZYDIS_ISA_SET_I486:
    case ZYDIS_ISA_SET_I486REAL:
    case ZYDIS_ISA_SET_PENTIUMREAL:
    case ZYDIS_ISA_SET_PPRO:
    case ZYDIS_ISA_SET_CMOV:
    case ZYDIS_ISA_SET_LONGMODE:
    case ZYDIS_ISA_SET_FAT_NOP:
    case ZYDIS_ISA_SET_SSE:
    case ZYDIS_ISA_SET_SSEMXCSR:
    case ZYDIS_ISA_SET_SSE2:
    case ZYDIS_ISA_SET_SSE2MMX:
      return true;
    default:
      return false;
  }
}

bool is_floating(std::string_view name) {
  for (const char* end : {"ss", "sd", "ps", "pd"}) {
    if (name.ends_with(end)) return true;
  }
  return name.starts_with("f");
}

MixGroup vector_group(const ZydisDecodedInstruction& in, std::uint8_t width) {
  if (width == 0) return MixGroup::kOther;
  const std::string_view name = ZydisMnemonicGetString(in.mnemonic);
  if (name.find("mov") != name.npos) return MixGroup::kMove;
  return is_floating(name) ? MixGroup::kFloating : MixGroup::kVectorInteger;
}

MixGroup general_group(const ZydisDecodedInstruction& in) {
  switch (in.mnemonic) {
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVZX:
    case ZYDIS_MNEMONIC_MOVSX:
    case ZYDIS_MNEMONIC_MOVSXD:
    case ZYDIS_MNEMONIC_LEA:
      return MixGroup::kMove;
    case ZYDIS_MNEMONIC_IMUL:
    case ZYDIS_MNEMONIC_MUL:
    case ZYDIS_MNEMONIC_MULX:
    case ZYDIS_MNEMONIC_DIV:
    case ZYDIS_MNEMONIC_IDIV:
      return MixGroup::kMultiplyDivide;
    default:
      break;
  }
  switch (in.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
    case ZYDIS_CATEGORY_UNCOND_BR:
      return MixGroup::kBranch;
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
      return MixGroup::kCallReturn;
    case ZYDIS_CATEGORY_PUSH:
    case ZYDIS_CATEGORY_POP:
    case ZYDIS_CATEGORY_CMOV:
      return MixGroup::kMove;
    case ZYDIS_CATEGORY_X87_ALU:
      return MixGroup::kFloating;
    default:
      return MixGroup::kInteger;
  }
}

/// The widest vector register that is named, and whether any register is one that
/// general instructions do not know.
struct Registers {
  std::uint8_t width = 0;
  bool general = true;
};

Registers registers_of(const ZydisDecodedInstruction& in, const ZydisDecodedOperand* operands) {
  Registers found;
  for (unsigned i = 0; i < in.operand_count_visible; ++i) {
    if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
    std::uint8_t width = 0;
    switch (ZydisRegisterGetClass(operands[i].reg.value)) {
      case ZYDIS_REGCLASS_XMM:
        width = 1;
        break;
      case ZYDIS_REGCLASS_YMM:
        width = 2;
        break;
      case ZYDIS_REGCLASS_ZMM:
        width = 3;
        break;
      case ZYDIS_REGCLASS_MASK:
      case ZYDIS_REGCLASS_MMX:
        found.general = false;
        break;
      default:
        break;
    }
    found.general = found.general && width == 0;
    found.width = std::max(found.width, width);
  }
  return found;
}

}  // namespace

std::vector<InstructionFacts> instruction_facts(const CodeBlock& block) {
  static const ZydisDecoder kDecoder = [] {
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    return decoder;
  }();
  std::vector<InstructionFacts> all;
  for (std::size_t at = 0; at < block.code.size();) {
    ZydisDecodedInstruction in;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&kDecoder, block.code.data() + at,
                                             block.code.size() - at, &in, operands))) {
      break;
    }
    at += in.length;
    const Registers registers = registers_of(in, operands);
    InstructionFacts facts;
    facts.group = registers.general ? general_group(in) : vector_group(in, registers.width);
    facts.width = registers.width;
    facts.length = in.length;
    if (!is_base(in.meta.isa_set)) facts.set = ZydisISASetGetString(in.meta.isa_set);
    all.push_back(std::move(facts));
  }
  return all;
}

}  // namespace headroom

#include "profile/instruction_mix.hpp"

#include <Zydis/Zydis.h>

#include <string_view>
#include <vector>

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

void count_vector(InstructionMix& mix, const ZydisDecodedInstruction& in,
                  const ZydisDecodedOperand* operands, double weight) {
  unsigned width = 0;
  for (unsigned i = 0; i < in.operand_count_visible; ++i) {
    if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
    const auto kind = ZydisRegisterGetClass(operands[i].reg.value);
    if (kind == ZYDIS_REGCLASS_XMM && width < 128) width = 128;
    if (kind == ZYDIS_REGCLASS_YMM && width < 256) width = 256;
    if (kind == ZYDIS_REGCLASS_ZMM) width = 512;
  }
  if (width == 128) mix.width_128 += weight;
  if (width == 256) mix.width_256 += weight;
  if (width == 512) mix.width_512 += weight;
  const std::string_view name = ZydisMnemonicGetString(in.mnemonic);
  const bool moves = name.find("mov") != name.npos;
  if (width > 0 && moves) {
    mix.move += weight;
  } else if (width > 0) {
    (is_floating(name) ? mix.floating : mix.vector_integer) += weight;
  } else {
    mix.other += weight;
  }
}

void count_general(InstructionMix& mix, const ZydisDecodedInstruction& in, double weight) {
  switch (in.mnemonic) {
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVZX:
    case ZYDIS_MNEMONIC_MOVSX:
    case ZYDIS_MNEMONIC_MOVSXD:
    case ZYDIS_MNEMONIC_LEA:
      mix.move += weight;
      return;
    case ZYDIS_MNEMONIC_IMUL:
    case ZYDIS_MNEMONIC_MUL:
    case ZYDIS_MNEMONIC_MULX:
    case ZYDIS_MNEMONIC_DIV:
    case ZYDIS_MNEMONIC_IDIV:
      mix.multiply_divide += weight;
      return;
    default:
      break;
  }
  switch (in.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
    case ZYDIS_CATEGORY_UNCOND_BR:
      mix.branch += weight;
      return;
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
      mix.call_return += weight;
      return;
    case ZYDIS_CATEGORY_PUSH:
    case ZYDIS_CATEGORY_POP:
    case ZYDIS_CATEGORY_CMOV:
      mix.move += weight;
      return;
    case ZYDIS_CATEGORY_X87_ALU:
      mix.floating += weight;
      return;
    default:
      mix.integer += weight;
  }
}

bool is_general(const ZydisDecodedInstruction& in, const ZydisDecodedOperand* operands) {
  for (unsigned i = 0; i < in.operand_count_visible; ++i) {
    if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
    const auto kind = ZydisRegisterGetClass(operands[i].reg.value);
    if (kind == ZYDIS_REGCLASS_XMM || kind == ZYDIS_REGCLASS_YMM || kind == ZYDIS_REGCLASS_ZMM ||
        kind == ZYDIS_REGCLASS_MASK || kind == ZYDIS_REGCLASS_MMX) {
      return false;
    }
  }
  return true;
}

void count_block(InstructionMix& mix, const ZydisDecoder& decoder, const CodeBlock& block,
                 double weight) {
  std::size_t at = 0;
  while (at < block.code.size()) {
    ZydisDecodedInstruction in;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, block.code.data() + at,
                                             block.code.size() - at, &in, operands))) {
      return;
    }
    at += in.length;
    mix.instructions += weight;
    if (is_general(in, operands)) {
      count_general(mix, in, weight);
    } else {
      count_vector(mix, in, operands, weight);
    }
    if (!is_base(in.meta.isa_set)) mix.sets[ZydisISASetGetString(in.meta.isa_set)] += weight;
  }
  for (const auto& site : block.sites) {
    if ((site.kind & kLoads) != 0) mix.load += weight;
    if ((site.kind & kStores) != 0) mix.store += weight;
  }
}

}  // namespace

InstructionMix instruction_mix(const Profile& profile) {
  std::vector<double> weights(profile.blocks.size());
  for (const auto& snapshot : profile.snapshots) {
    double instructions = 0;
    for (const auto& window : snapshot.windows) {
      instructions += static_cast<double>(window.instructions);
    }
    if (instructions <= 0) continue;
    for (const auto& window : snapshot.windows) {
      for (const auto& event : window.events) {
        weights[event.block] += (snapshot.covered_s + 1e-9) / instructions;
      }
    }
  }
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  InstructionMix mix;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) count_block(mix, decoder, profile.blocks[i], weights[i]);
  }
  const double all = mix.instructions;
  if (all <= 0) return mix;
  for (auto* share : {&mix.integer, &mix.multiply_divide, &mix.move, &mix.branch, &mix.call_return,
                      &mix.load, &mix.store, &mix.floating, &mix.vector_integer, &mix.width_128,
                      &mix.width_256, &mix.width_512, &mix.other}) {
    *share /= all;
  }
  for (auto& [name, share] : mix.sets) share /= all;
  return mix;
}

}  // namespace headroom

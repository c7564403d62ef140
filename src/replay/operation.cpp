#include "replay/operation.hpp"

#include <Zydis/Zydis.h>

#include <algorithm>

#include "replay/classify.hpp"

namespace headroom {
namespace {

constexpr std::uint8_t kNoRegister = 255;
constexpr std::uint8_t kStackPointer = 4, kFramePointer = 5;

std::uint8_t register_index(ZydisRegister given) {
  if (given == ZYDIS_REGISTER_NONE) return kNoRegister;
  auto whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, given);
  if (whole == ZYDIS_REGISTER_NONE) whole = given;  // masks and the x87 stack have no larger one
  const auto number = static_cast<std::uint8_t>(ZydisRegisterGetId(whole));
  switch (ZydisRegisterGetClass(whole)) {
    case ZYDIS_REGCLASS_GPR64:
      return number;
    case ZYDIS_REGCLASS_XMM:
    case ZYDIS_REGCLASS_YMM:
    case ZYDIS_REGCLASS_ZMM:
      return static_cast<std::uint8_t>(16 + number);
    case ZYDIS_REGCLASS_X87:
    case ZYDIS_REGCLASS_MMX:
      return kX87Stack;
    case ZYDIS_REGCLASS_MASK:
      return static_cast<std::uint8_t>(kMaskRegisters + number);
    default:
      return kNoRegister;
  }
}

template <std::size_t N>
void add(std::array<std::uint8_t, N>& list, std::uint8_t& count, std::uint8_t entry) {
  if (entry == kNoRegister || count >= N) return;
  if (std::find(list.begin(), list.begin() + count, entry) == list.begin() + count) {
    list[count++] = entry;
  }
}

bool moves_stack(const ZydisDecodedInstruction& in) {
  switch (in.meta.category) {
    case ZYDIS_CATEGORY_PUSH:
    case ZYDIS_CATEGORY_POP:
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
      return true;
    default:
      return false;
  }
}

void add_operand(Operation& op, const ZydisDecodedOperand& operand, bool stack_engine) {
  if (operand.type == ZYDIS_OPERAND_TYPE_MEMORY) {
    const std::uint8_t base = register_index(operand.mem.base);
    const std::uint8_t index = register_index(operand.mem.index);
    if (operand.mem.type == ZYDIS_MEMOP_TYPE_AGEN) {
      add(op.source, op.sources, base);
      add(op.source, op.sources, index);
      return;
    }
    if (!(stack_engine && base == kStackPointer)) add(op.address, op.addresses, base);
    add(op.address, op.addresses, index);
    op.stack = op.stack || base == kStackPointer || base == kFramePointer;
    op.scaled = op.scaled || (index != kNoRegister && operand.mem.scale > 1);
    op.loads = op.loads || (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
    op.stores = op.stores || (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
    return;
  }
  if (operand.type != ZYDIS_OPERAND_TYPE_REGISTER) return;
  const std::uint8_t reg = register_index(operand.reg.value);
  if (reg == kNoRegister || (stack_engine && reg == kStackPointer)) return;
  op.vector = op.vector || (reg >= 16 && reg < 48);
  // What is written only on a condition may have to be kept: it is read, too. So is a
  // general register of which 8 or 16 bits are written: the others stay in it.
  constexpr auto kNeeded = ZYDIS_OPERAND_ACTION_MASK_READ | ZYDIS_OPERAND_ACTION_CONDWRITE;
  const bool writes = (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
  const bool merges = writes && reg < 16 && operand.size < 32;
  if ((operand.actions & kNeeded) != 0 || merges) add(op.source, op.sources, reg);
  if (writes) add(op.target, op.targets, reg);
}

void add_flags(Operation& op, const ZydisDecodedInstruction& in) {
  if (in.cpu_flags == nullptr) return;
  if (in.cpu_flags->tested != 0) add(op.source, op.sources, kFlags);
  if ((in.cpu_flags->modified | in.cpu_flags->set_0 | in.cpu_flags->set_1) != 0) {
    add(op.target, op.targets, kFlags);
  }
}

std::uint8_t vector_width(const ZydisDecodedInstruction& in, const ZydisDecodedOperand* operands) {
  std::uint8_t width = 0;
  for (unsigned i = 0; i < in.operand_count_visible; ++i) {
    if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) continue;
    switch (ZydisRegisterGetClass(operands[i].reg.value)) {
      case ZYDIS_REGCLASS_XMM:
        width = std::max<std::uint8_t>(width, 1);
        break;
      case ZYDIS_REGCLASS_YMM:
        width = std::max<std::uint8_t>(width, 2);
        break;
      case ZYDIS_REGCLASS_ZMM:
        width = 3;
        break;
      default:
        break;
    }
  }
  return width;
}

Operation decode(const ZydisDecodedInstruction& in, const ZydisDecodedOperand* operands) {
  Operation op;
  const bool stack_engine = moves_stack(in);
  for (unsigned i = 0; i < in.operand_count; ++i) add_operand(op, operands[i], stack_engine);
  add_flags(op, in);
  op.width = vector_width(in, operands);
  op.repeats = (in.attributes &
                (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)) != 0;
  classify(op, in, operands);
  return op;
}

/// Comparisons and simple arithmetic become one operation with the jump behind them, but
/// not where both a displacement and a number stand in the instruction.
bool fuses(const ZydisDecodedInstruction& in, const Operation& op) {
  const bool displaced = op.loads && in.raw.disp.size > 0 && in.raw.imm[0].size > 0;
  if (op.stores || displaced) return false;
  switch (in.mnemonic) {
    case ZYDIS_MNEMONIC_CMP:
    case ZYDIS_MNEMONIC_TEST:
    case ZYDIS_MNEMONIC_ADD:
    case ZYDIS_MNEMONIC_SUB:
    case ZYDIS_MNEMONIC_AND:
    case ZYDIS_MNEMONIC_INC:
    case ZYDIS_MNEMONIC_DEC:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<Operation> decode_block(const CodeBlock& block) {
  static const ZydisDecoder kDecoder = [] {
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    return decoder;
  }();
  std::vector<Operation> operations;
  operations.reserve(block.instructions);
  bool could_fuse = false, of_memory_and_number = false;
  for (std::size_t at = 0; at < block.code.size();) {
    ZydisDecodedInstruction in;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&kDecoder, block.code.data() + at,
                                             block.code.size() - at, &in, operands))) {
      break;
    }
    at += in.length;
    Operation op = decode(in, operands);
    op.length = in.length;
    const bool follows = could_fuse && in.meta.category == ZYDIS_CATEGORY_COND_BR &&
                         in.cpu_flags != nullptr && in.cpu_flags->tested != 0;
    op.fused = follows && !of_memory_and_number;
    op.may_fuse = follows && of_memory_and_number;
    could_fuse = fuses(in, op);
    of_memory_and_number = op.loads && in.raw.imm[0].size > 0;
    operations.push_back(op);
  }
  return operations;
}

}  // namespace headroom

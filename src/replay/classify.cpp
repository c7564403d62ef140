#include "replay/classify.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace headroom {
namespace {

using Kind = OperationKind;

bool begins(std::string_view name, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts, [&](auto start) { return name.starts_with(start); });
}

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool uses_general(const Operation& op) {
  for (unsigned i = 0; i < op.sources; ++i) {
    if (op.source[i] < 16) return true;
  }
  for (unsigned i = 0; i < op.targets; ++i) {
    if (op.target[i] < 16) return true;
  }
  return false;
}

bool uses_mask(const Operation& op) {
  auto is_mask = [](std::uint8_t reg) { return reg >= kMaskRegisters; };
  return std::any_of(op.target.begin(), op.target.begin() + op.targets, is_mask);
}

/// All visible register operands are the same: what zeroes a register.
bool same_registers(const ZydisDecodedInstruction& in, const ZydisDecodedOperand* operands) {
  ZydisRegister first = ZYDIS_REGISTER_NONE;
  unsigned count = 0;
  // With three operands, the first is only written.
  for (unsigned i = in.operand_count_visible >= 3 ? 1 : 0; i < in.operand_count_visible; ++i) {
    if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER) return false;
    if (count++ == 0) first = operands[i].reg.value;
    if (operands[i].reg.value != first) return false;
  }
  return count >= 2;
}

void eliminate(Operation& op) {
  op.kind = Kind::kNone;
  op.eliminated = true;
  op.sources = 0;
}

/// Takes its place in the row, and no more: a hint, a landing pad. What address a
/// nop seems to name is not used.
void nothing(Operation& op) {
  op.kind = Kind::kNone;
  op.sources = op.targets = op.addresses = 0;
  op.loads = op.stores = op.stack = false;
}

bool is_floating(std::string_view name) {
  return name.ends_with("ss") || name.ends_with("sd") || name.ends_with("ps") ||
         name.ends_with("pd");
}

/// Conversions between elements of different width, which cross lanes.
bool changes_width(std::string_view name) {
  return name.find("ps2pd") != name.npos || name.find("pd2ps") != name.npos ||
         name.find("dq2pd") != name.npos || name.find("pd2dq") != name.npos;
}

bool is_double(std::string_view name) {
  return name.ends_with("sd") || name.ends_with("pd");
}

/// Moves between vector registers, memory and general registers.
void classify_vector_move(Operation& op, std::string_view name) {
  const bool registers = !op.loads && !op.stores;
  if (begins(name, {"movmsk"})) {
    op.kind = Kind::kVectorToGeneral;
  } else if (registers && is_any(name, {"movd", "movq"}) && uses_general(op)) {
    op.kind = op.target[0] < 16 ? Kind::kVectorToGeneral : Kind::kGeneralToVector;
  } else if (registers && begins(name, {"mova", "movu", "movdq"})) {
    op.kind = Kind::kVectorMove;
    op.moves = true;
  } else if (registers || (op.loads && begins(name, {"movhp", "movlp"}))) {
    op.kind = Kind::kShuffle;
  } else {
    op.kind = Kind::kNone;  // the load or store is all
  }
}

/// What the names that begin so are; the first that fits counts.
struct Rule {
  std::string_view start;
  Kind kind;
};

constexpr Rule kFloatRules[] = {
    {"fm", Kind::kFloatFused},        {"fnm", Kind::kFloatFused},
    {"mul", Kind::kFloatMultiply},    {"div", Kind::kDivideSingle},
    {"sqrt", Kind::kRootSingle},      {"rcp", Kind::kEstimate},
    {"rsqrt", Kind::kEstimate},       {"and", Kind::kVectorLogic},
    {"or", Kind::kVectorLogic},       {"xor", Kind::kVectorLogic},
    {"blendv", Kind::kBlendVariable}, {"blend", Kind::kVectorLogic},
    {"unpck", Kind::kShuffle},        {"shuf", Kind::kShuffle},
    {"permil", Kind::kShuffle},       {"perm2", Kind::kShuffleHalves},
    {"perm", Kind::kShuffleAcross},   {"min", Kind::kFloatOrder},
    {"max", Kind::kFloatOrder},       {"cmp", Kind::kFloatOrder},
    {"hadd", Kind::kFloatPairs},      {"hsub", Kind::kFloatPairs},
};

constexpr Rule kIntegerRules[] = {
    {"pmovmskb", Kind::kVectorToGeneral},
    {"pmul", Kind::kVectorMultiply},
    {"pmadd", Kind::kVectorMultiply},
    {"psadbw", Kind::kVectorSad},
    {"mpsadbw", Kind::kVectorSad},
    {"pclmul", Kind::kCarryless},
    {"pshufb", Kind::kShuffleVariable},
    {"pack", Kind::kShuffleVariable},
    {"pslldq", Kind::kShuffle},
    {"psrldq", Kind::kShuffle},
    {"pshuf", Kind::kShuffle},
    {"punpck", Kind::kShuffle},
    {"palign", Kind::kShuffle},
    {"pmovzx", Kind::kShuffleVariable},
    {"pmovsx", Kind::kShuffleVariable},
    {"pbroadcast", Kind::kShuffle},
    {"perm", Kind::kShuffleAcross},
    {"psll", Kind::kVectorShift},
    {"psrl", Kind::kVectorShift},
    {"psra", Kind::kVectorShift},
    {"prol", Kind::kVectorShift},
    {"pror", Kind::kVectorShift},
    {"pextr", Kind::kVectorToGeneral},
    {"pinsr", Kind::kInsertGeneral},
    {"ptest", Kind::kVectorTest},
    {"pblendvb", Kind::kBlendVariable},
    {"pgather", Kind::kGather},
    {"pscatter", Kind::kGather},
    {"pand", Kind::kVectorLogic},
    {"por", Kind::kVectorLogic},
    {"pxor", Kind::kVectorLogic},
    {"pternlog", Kind::kVectorLogic},
    {"pblend", Kind::kVectorLogic},
};

template <std::size_t N>
Kind kind_by(const Rule (&rules)[N], std::string_view name, Kind otherwise) {
  const auto* rule = std::find_if(std::begin(rules), std::end(rules),
                                  [&](const Rule& r) { return name.starts_with(r.start); });
  return rule == std::end(rules) ? otherwise : rule->kind;
}

void classify_float(Operation& op, std::string_view name, const ZydisDecodedInstruction& in,
                    const ZydisDecodedOperand* operands) {
  op.kind = kind_by(kFloatRules, name, Kind::kFloatAdd);  // add, subtract, round, ...
  if (is_double(name) && op.kind == Kind::kDivideSingle) op.kind = Kind::kDivideDouble;
  if (is_double(name) && op.kind == Kind::kRootSingle) op.kind = Kind::kRootDouble;
  if (begins(name, {"xor"}) && same_registers(in, operands)) eliminate(op);
}

void classify_vector_integer(Operation& op, std::string_view name,
                             const ZydisDecodedInstruction& in,
                             const ZydisDecodedOperand* operands) {
  op.kind = kind_by(kIntegerRules, name, Kind::kVectorInteger);  // add, compare, ...
  if (op.kind == Kind::kInsertGeneral && op.loads) op.kind = Kind::kShuffle;
  if (op.width >= 2 && begins(name, {"pmovzx", "pmovsx", "pbroadcast"})) {
    op.kind = Kind::kShuffleWiden;
  }
  if (!begins(name, {"pxor", "pandn", "psub", "pcmp"}) || !same_registers(in, operands)) return;
  if (begins(name, {"pcmpeq"})) {
    op.sources = 0;  // all ones: executed, but waits for nothing
  } else if (!begins(name, {"pcmp"}) || begins(name, {"pcmpgt"})) {
    eliminate(op);
  }
}

void classify_vector(Operation& op, std::string_view name, const ZydisDecodedInstruction& in,
                     const ZydisDecodedOperand* operands) {
  if (name.starts_with("v") && !begins(name, {"verr", "verw"})) name.remove_prefix(1);
  if (begins(name, {"broadcast"})) {
    op.kind = op.loads ? Kind::kNone : op.width >= 2 ? Kind::kShuffleWiden : Kind::kShuffle;
  } else if (begins(name, {"mov", "lddqu"})) {
    classify_vector_move(op, name);
  } else if (begins(name, {"ucomi", "comi"})) {
    op.kind = Kind::kFloatCompare;
  } else if (begins(name, {"cvt"})) {
    const bool to_general = op.targets > 0 && op.target[0] < 16;
    op.kind = to_general                             ? Kind::kConvertGeneral
              : uses_general(op)                     ? Kind::kConvertFromGeneral
              : op.width >= 2 && changes_width(name) ? Kind::kConvertWide
                                                     : Kind::kConvert;
  } else if (begins(name, {"aes"})) {
    op.kind = Kind::kAes;
  } else if (begins(name, {"sha1", "sha256"})) {
    op.kind = Kind::kHash;
  } else if (begins(name, {"gather", "scatter"})) {
    op.kind = Kind::kGather;
  } else if (begins(name, {"insertps"})) {
    op.kind = Kind::kShuffle;
  } else if (begins(name, {"insert"})) {
    op.kind = op.loads ? Kind::kVectorLogic : Kind::kShuffleWiden;
  } else if (begins(name, {"extract"})) {
    op.kind = op.stores          ? Kind::kNone
              : uses_general(op) ? Kind::kVectorToGeneral
                                 : Kind::kShuffleHalves;
  } else if (begins(name, {"testp"})) {
    op.kind = Kind::kVectorTest;
  } else if (name.starts_with("p") && !begins(name, {"perm"})) {
    classify_vector_integer(op, name, in, operands);
  } else if (begins(name, {"perm2"})) {
    op.kind = Kind::kShuffleHalves;
  } else if (begins(name, {"perm"}) && !is_floating(name)) {
    op.kind = Kind::kShuffleAcross;
  } else if (is_floating(name)) {
    classify_float(op, name, in, operands);
  } else {
    op.kind = Kind::kVectorInteger;
  }
  if (uses_mask(op) && op.kind != Kind::kNone) op.kind = Kind::kMask;
}

void classify_general(Operation& op, std::string_view name, const ZydisDecodedInstruction& in,
                      const ZydisDecodedOperand* operands) {
  const bool registers = !op.loads && !op.stores;
  if ((in.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0 || (name == "xchg" && !registers)) {
    op.kind = Kind::kAtomic;
  } else if (begins(name, {"movs", "movz", "mov"}) && !op.repeats) {
    const bool merges = op.loads && operands[0].size < 32;  // what else is in the register stays
    op.kind = registers || merges || name == "movbe" ? Kind::kInteger : Kind::kNone;
    if (op.loads && begins(name, {"movsx"})) op.kind = Kind::kSignExtend;
    if (op.stores && in.raw.imm[0].size > 0) op.kind = Kind::kStoreNumber;
    op.moves = registers && op.sources > 0 && name == "mov" && in.operand_width >= 32;
    if (registers && name == "movzx" && operands[1].size == 8) op.kind = Kind::kZeroExtend;
  } else if (name == "leave") {
    op.kind = Kind::kNone;
  } else if (begins(name, {"cmov"})) {
    op.kind = Kind::kConditionalMove;
  } else if (in.meta.category == ZYDIS_CATEGORY_SETCC) {
    op.kind = Kind::kSetCondition;
  } else if (is_any(name, {"xor", "sub"}) && same_registers(in, operands)) {
    eliminate(op);
  } else if (begins(name, {"imul", "mul"})) {
    op.kind = Kind::kMultiply;
  } else if (is_any(name, {"div", "idiv"})) {
    op.kind = in.operand_width == 64 ? Kind::kDivide64 : Kind::kDivide32;
  } else if (begins(name, {"shld", "shrd"})) {
    op.kind = Kind::kDoubleShift;
  } else if (begins(name, {"sh", "sal", "sar", "ro", "rc", "bt"})) {
    op.kind = Kind::kShift;
  } else if (begins(name, {"bsf", "bsr", "tzcnt", "lzcnt", "popcnt"})) {
    op.kind = Kind::kBitCount;
  } else if (begins(name, {"pdep", "pext", "crc32"})) {
    op.kind = Kind::kBitSelect;
  } else if (name == "lea") {
    const auto& memory = operands[1].mem;
    const bool three = memory.base != ZYDIS_REGISTER_NONE && memory.index != ZYDIS_REGISTER_NONE &&
                       memory.disp.has_displacement;
    op.kind = three ? Kind::kAddress : Kind::kInteger;
  } else if (name == "cpuid") {
    op.kind = Kind::kIdentify;
  } else if (is_any(name, {"syscall", "rdtsc", "rdtscp", "xgetbv", "lfence", "mfence", "sfence",
                           "pause"})) {
    op.kind = Kind::kSystem;
  } else {
    op.kind = Kind::kInteger;
  }
}

}  // namespace

void classify(Operation& op, const ZydisDecodedInstruction& in,
              const ZydisDecodedOperand* operands) {
  const std::string_view name = ZydisMnemonicGetString(in.mnemonic);
  switch (in.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
    case ZYDIS_CATEGORY_UNCOND_BR:
      op.kind = Kind::kBranch;
      return;
    case ZYDIS_CATEGORY_CALL:
      op.kind = Kind::kCall;
      return;
    case ZYDIS_CATEGORY_RET:
      op.kind = Kind::kReturn;
      return;
    case ZYDIS_CATEGORY_NOP:
    case ZYDIS_CATEGORY_WIDENOP:
      nothing(op);
      return;
    case ZYDIS_CATEGORY_PREFETCH:
      op.kind = Kind::kNone;
      op.sources = op.targets = 0;
      return;
    case ZYDIS_CATEGORY_PUSH:
    case ZYDIS_CATEGORY_POP:
      op.kind = Kind::kNone;
      return;
    case ZYDIS_CATEGORY_X87_ALU:
      op.vector = true;
      op.kind = begins(name, {"fdiv", "fsqrt", "fsin", "fcos", "fpatan", "fyl2x", "f2xm1", "fprem"})
                    ? Kind::kX87Divide
                    : Kind::kX87;
      return;
    default:
      break;
  }
  if (begins(name, {"endbr", "vzero"})) {
    nothing(op);
  } else if (op.repeats && in.meta.category == ZYDIS_CATEGORY_STRINGOP) {
    op.kind = Kind::kString;
  } else if (name.starts_with("k") && (uses_mask(op) || name.starts_with("kortest") ||
                                       name.starts_with("ktest") || name.starts_with("kmov"))) {
    op.kind = Kind::kMask;
    op.vector = true;
  } else if (op.vector || op.width > 0) {
    op.vector = true;
    classify_vector(op, name, in, operands);
  } else {
    op.repeats = false;
    classify_general(op, name, in, operands);
  }
}

}  // namespace headroom

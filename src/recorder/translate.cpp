#include "recorder/translate.hpp"

#include "recorder/operand_sites.hpp"

namespace headroom::recorder {
namespace {

int register_number(ZydisRegister reg) {
  return static_cast<unsigned char>(ZydisRegisterGetId(reg));
}

struct Instruction {
  ZydisDecodedInstruction decoded;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  std::uint64_t address, next;

  bool is_unsupported() const {
    switch (decoded.mnemonic) {
      case ZYDIS_MNEMONIC_XBEGIN:
      case ZYDIS_MNEMONIC_WRFSBASE:
      case ZYDIS_MNEMONIC_WRGSBASE:
      case ZYDIS_MNEMONIC_RDGSBASE:
        return true;
      default:
        return decoded.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;
    }
  }
};

/// Writes one block's copy, instruction by instruction.
class BlockWriter {
 public:
  BlockWriter(Engine& engine, std::uint64_t address)
      : engine_(engine), area_(area_near(engine, address)), emit_(area_.next), address_(address) {}

  std::uint64_t write() {
    const std::uint8_t* start = emit_.here();
    const auto first_site = static_cast<std::uint32_t>(engine_.sites.size());
    note_block();
    std::uint64_t at = address_;
    while (at != 0) at = write_instruction(at);
    PartBlock block{};
    block.address = address_;
    block.first_site = first_site;
    block.sites = static_cast<std::uint16_t>(engine_.sites.size() - first_site);
    block.bytes = static_cast<std::uint16_t>(end_ - address_);
    block.instructions = static_cast<std::uint16_t>(count_);
    block.end = kind_;
    block.code_at = static_cast<std::uint32_t>(engine_.code.size());
    const bool kept = engine_.blocks.push(block) &&
                      engine_.code.append(reinterpret_cast<const std::uint8_t*>(address_),
                                          static_cast<std::size_t>(end_ - address_)) &&
                      engine_.translations.insert(address_, reinterpret_cast<std::uint64_t>(start));
    if (!kept) finish(engine_, EndReason::kFull);
    return reinterpret_cast<std::uint64_t>(start);
  }

 private:
  /// At the block's start: its number goes to the log.
  void note_block() {
    emit_.store_context(kRcx, offsetof(EngineContext, spilled_rcx));
    emit_.load_context(kRcx, offsetof(EngineContext, log));
    emit_.bytes({0x48, 0xc7, 0x01});  // mov qword [rcx], number
    emit_.number32(0x80000000u | static_cast<std::uint32_t>(engine_.blocks.size()));
    emit_.bytes({0x48, 0x8d, 0x49, 0x08});  // lea rcx, [rcx + 8]
    emit_.store_context(kRcx, offsetof(EngineContext, log));
    emit_.load_context(kRcx, offsetof(EngineContext, spilled_rcx));
  }

  /// With rax and rcx spilled and a value in rax: it goes to the log.
  void note_rax() {
    emit_.load_context(kRcx, offsetof(EngineContext, log));
    emit_.bytes({0x48, 0x89, 0x01});        // mov [rcx], rax
    emit_.bytes({0x48, 0x8d, 0x49, 0x08});  // lea rcx, [rcx + 8]
    emit_.store_context(kRcx, offsetof(EngineContext, log));
    emit_.load_context(kRcx, offsetof(EngineContext, spilled_rcx));
    emit_.load_context(kRax, offsetof(EngineContext, spilled_rax));
  }

  void spill_rax_rcx() {
    emit_.store_context(kRax, offsetof(EngineContext, spilled_rax));
    emit_.store_context(kRcx, offsetof(EngineContext, spilled_rcx));
  }

  void add_site(std::uint8_t kind, std::uint8_t bytes) {
    if (!engine_.sites.push({static_cast<std::uint8_t>(count_ - 1), kind, bytes, 0})) {
      finish(engine_, EndReason::kFull);
    }
  }

  /// Every memory operand: its address goes to the log.
  void note_addresses(const Instruction& in) {
    const auto category = in.decoded.meta.category;
    const bool pushes = category == ZYDIS_CATEGORY_PUSH || category == ZYDIS_CATEGORY_CALL;
    OperandSite found[kOperandSitesMost];
    const unsigned count = operand_sites(in.decoded, in.operands, found);
    for (unsigned i = 0; i < count; ++i) {
      const auto& operand = in.operands[found[i].operand];
      const bool hidden = operand.visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN;
      add_site(found[i].kind, found[i].bytes);
      spill_rax_rcx();
      emit_address(emit_, operand, in.next, pushes && hidden ? -8 : 0);
      if (operand.mem.segment == ZYDIS_REGISTER_FS) {
        emit_.load_context(kRcx, offsetof(EngineContext, fs_base));
        emit_.bytes({0x48, 0x8d, 0x04, 0x08});  // lea rax, [rax + rcx]
      }
      note_rax();
    }
    if (moves_range(in.decoded)) {
      add_site(kRepCount, static_cast<std::uint8_t>(in.decoded.operand_width / 8));
      spill_rax_rcx();
      emit_.bytes({0x48, 0x89, 0xc8});  // mov rax, rcx
      note_rax();
    }
  }

  void stub(std::uint64_t target, Stub::Kind kind, std::uint8_t* condition = nullptr) {
    emit_stub(engine_, area_, emit_, {target, nullptr, condition, kind});
  }

  /// The address of the next instruction of this block, or 0 at its end.
  std::uint64_t write_instruction(std::uint64_t at) {
    Instruction in{};
    in.address = at;
    const auto status = ZydisDecoderDecodeFull(&engine_.decoder, reinterpret_cast<void*>(at), 15,
                                               &in.decoded, in.operands);
    in.next = at + in.decoded.length;
    end_ = at;
    bool refused = !ZYAN_SUCCESS(status) || in.is_unsupported();
    for (unsigned i = 0; !refused && i < in.decoded.operand_count; ++i) {
      refused = uses_memory(in.operands[i]) &&
                (in.operands[i].mem.segment == ZYDIS_REGISTER_GS ||
                 (is_branch(in.decoded) && in.operands[i].mem.segment == ZYDIS_REGISTER_FS));
    }
    const auto category = in.decoded.meta.category;
    const bool interrupts =
        category == ZYDIS_CATEGORY_SYSCALL || category == ZYDIS_CATEGORY_INTERRUPT;
    if (refused || (interrupts && in.decoded.mnemonic != ZYDIS_MNEMONIC_SYSCALL)) {
      stub(0, Stub::kStop);
      return 0;
    }
    end_ = in.next;
    ++count_;
    if (interrupts) {
      kind_ = BlockEnd::kSystemCall;
      stub(in.next, Stub::kSystemCall);
      return 0;
    }
    note_addresses(in);
    if (is_branch(in.decoded)) {
      write_branch(in);
      return 0;
    }
    copy_instruction(in);
    if (count_ < kBlockInstructionsMost) return in.next;
    stub(in.next, Stub::kDirect);
    return 0;
  }

  void copy_instruction(const Instruction& in) {
    std::uint8_t* copy = emit_.here();
    emit_.copy(reinterpret_cast<void*>(in.address), in.decoded.length);
    for (unsigned i = 0; i < in.decoded.operand_count; ++i) {
      const auto& operand = in.operands[i];
      if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY || operand.mem.base != ZYDIS_REGISTER_RIP) {
        continue;
      }
      const std::int64_t distance = in.decoded.raw.disp.value + static_cast<std::int64_t>(in.next) -
                                    reinterpret_cast<std::int64_t>(copy + in.decoded.length);
      const auto near = static_cast<std::int32_t>(distance);
      if (near != distance) finish(engine_, EndReason::kUnsupported);
      std::memcpy(copy + in.decoded.raw.disp.offset, &near, 4);
      return;
    }
  }

  /// Puts the target of an indirect branch into rcx; rax, rcx, rdx are spilled.
  void load_target(const Instruction& in) {
    const auto& operand = in.operands[0];
    if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER) {
      const int reg = register_number(operand.reg.value);
      emit_.bytes({reg >= 8 ? 0x49 : 0x48, 0x8b, 0xc8 | (reg & 7)});  // mov rcx, reg
      return;
    }
    emit_address(emit_, operand, in.next, 0);
    emit_.bytes({0x48, 0x8b, 0x08});  // mov rcx, [rax]
  }

  void push_return_address(std::uint64_t next) {
    emit_.bytes({0x48, 0x8d, 0x64, 0x24, 0xf8});  // lea rsp, [rsp - 8]
    emit_.bytes({0xc7, 0x04, 0x24});              // mov dword [rsp], low
    emit_.number32(static_cast<std::uint32_t>(next));
    emit_.bytes({0xc7, 0x44, 0x24, 0x04});  // mov dword [rsp + 4], high
    emit_.number32(static_cast<std::uint32_t>(next >> 32));
  }

  void spill_three() {
    spill_rax_rcx();
    emit_.store_context(kRdx, offsetof(EngineContext, spilled_rdx));
  }

  void write_branch(const Instruction& in) {
    const auto category = in.decoded.meta.category;
    const auto& operand = in.operands[0];
    const bool direct = operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE;
    const std::uint64_t target =
        direct ? in.next + static_cast<std::uint64_t>(operand.imm.value.s) : 0;
    kind_ = block_end(in.decoded, in.operands);
    if (category == ZYDIS_CATEGORY_COND_BR) {
      write_condition(in, target);
    } else if (category == ZYDIS_CATEGORY_RET) {
      spill_three();
      emit_.bytes({0x48, 0x8b, 0x0c, 0x24});  // mov rcx, [rsp]
      emit_.bytes({0x48, 0x8d, 0xa4, 0x24});  // lea rsp, [rsp + 8 + n]
      emit_.number32(8 + (direct ? static_cast<std::uint32_t>(operand.imm.value.u) : 0));
      emit_.jump(area_.indirect);
    } else {
      if (!direct) {
        spill_three();
        load_target(in);
      }
      if (category == ZYDIS_CATEGORY_CALL) push_return_address(in.next);
      if (direct) {
        stub(target, Stub::kDirect);
      } else {
        emit_.jump(area_.indirect);
      }
    }
  }

  void write_condition(const Instruction& in, std::uint64_t target) {
    switch (in.decoded.mnemonic) {
      case ZYDIS_MNEMONIC_LOOP:
      case ZYDIS_MNEMONIC_LOOPE:
      case ZYDIS_MNEMONIC_LOOPNE:
      case ZYDIS_MNEMONIC_JRCXZ:
      case ZYDIS_MNEMONIC_JECXZ:
        // These reach only 127 bytes: over a short jump to the first stub.
        if (in.decoded.address_width == 32) emit_.bytes({0x67});
        emit_.bytes({in.decoded.opcode, 2, 0xeb, kStubBytes});
        stub(target, Stub::kDirect);
        stub(in.next, Stub::kDirect);
        return;
      default:
        break;
    }
    emit_.bytes({0x0f, 0x80 | (in.decoded.opcode & 15)});
    std::uint8_t* distance = emit_.here();
    emit_.number32(kStubBytes);
    stub(in.next, Stub::kDirect);
    stub(target, Stub::kDirect, distance);
  }

  Engine& engine_;
  CodeArea& area_;
  Emitter emit_;
  std::uint64_t address_, end_ = 0;
  unsigned count_ = 0;
  BlockEnd kind_ = BlockEnd::kFallThrough;
};

}  // namespace

void emit_address(Emitter& emit, const ZydisDecodedOperand& operand, std::uint64_t next,
                  std::int64_t stack_shift) {
  std::int64_t shift = operand.mem.disp.value;
  if (operand.mem.base == ZYDIS_REGISTER_RIP) {
    emit.load_number(kRax, next + static_cast<std::uint64_t>(shift));
    return;
  }
  int base = -1, index = -1;
  bool narrow = false;
  if (operand.mem.base != ZYDIS_REGISTER_NONE) {
    base = register_number(operand.mem.base);
    narrow = ZydisRegisterGetClass(operand.mem.base) == ZYDIS_REGCLASS_GPR32;
  }
  if (operand.mem.index != ZYDIS_REGISTER_NONE && operand.mem.type != ZYDIS_MEMOP_TYPE_VSIB) {
    index = register_number(operand.mem.index);
    narrow = narrow || ZydisRegisterGetClass(operand.mem.index) == ZYDIS_REGCLASS_GPR32;
  }
  shift += stack_shift;
  const int scale = operand.mem.scale == 8   ? 3
                    : operand.mem.scale == 4 ? 2
                    : operand.mem.scale == 2 ? 1
                                             : 0;
  if (narrow) emit.bytes({0x67});
  const int rex = 0x48 | (index >= 8 ? 2 : 0) | (base >= 8 ? 1 : 0);
  const int sib = scale << 6 | (index < 0 ? 4 : index & 7) << 3 | (base < 0 ? 5 : base & 7);
  emit.bytes({rex, 0x8d, base < 0 ? 0x04 : 0x84, sib});  // lea rax, [base + index + shift]
  emit.number32(static_cast<std::uint32_t>(shift));
}

std::uint64_t translated(Engine& engine, std::uint64_t address) {
  const std::uint64_t known = engine.translations.find(address);
  return known != 0 ? known : BlockWriter(engine, address).write();
}

}  // namespace headroom::recorder

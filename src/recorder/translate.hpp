#pragma once

#include "recorder/emitter.hpp"
#include "recorder/engine.hpp"

namespace headroom::recorder {

/// Room for copied code within reach of `address`; ends the snapshot if there
/// is none.
CodeArea& area_near(Engine& engine, std::uint64_t address);
/// Empties an area and writes the two pieces that all its blocks share.
void begin_area(CodeArea& area);

/// Adds a stub here: 19 bytes that call the engine with the stub's number.
void emit_stub(Engine& engine, const CodeArea& area, Emitter& emit, Stub stub);
inline constexpr int kStubBytes = 19;

/// lea rax, the operand's address, all registers being the program's. `next` is
/// the address of the instruction after it.
void emit_address(Emitter& emit, const ZydisDecodedOperand& operand, std::uint64_t next,
                  std::int64_t stack_shift);

}  // namespace headroom::recorder

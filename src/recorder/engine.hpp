#pragma once

#include <Zydis/Zydis.h>

#include <cstddef>
#include <cstdint>

#include "recorder/recording.hpp"

namespace headroom::recorder {

/// A snapshot runs the program's instructions as they are, from a cache of
/// copies in which every block first notes its number, and every instruction
/// that uses memory first notes its address. Notes go to a log that is read
/// whenever it is full. Added instructions change no flag, no register that the
/// program sees and nothing on its stack; they keep their own in this struct,
/// which the GS register points to. The offsets are used by machine code.
struct EngineContext {
  std::uint64_t spilled_rax, spilled_rcx, spilled_rdx;
  std::uint64_t log;           ///< where the next note goes
  std::uint64_t lookup_table;  ///< of indirect targets
  std::uint64_t target;        ///< an indirect branch goes here
  std::uint64_t jump;          ///< the copy of what runs next
  std::uint64_t fs_base;
  std::uint64_t engine_stack;
  std::uint64_t saved_state;  ///< vector registers while the engine works
  std::uint64_t flags;
  std::uint64_t registers[16];  ///< in the processor's numbering
};
static_assert(offsetof(EngineContext, log) == 24 && offsetof(EngineContext, target) == 40 &&
              offsetof(EngineContext, jump) == 48 && offsetof(EngineContext, engine_stack) == 64 &&
              offsetof(EngineContext, saved_state) == 72 && offsetof(EngineContext, flags) == 80 &&
              offsetof(EngineContext, registers) == 88);

enum Register : int { kRax, kRcx, kRdx, kRbx, kRsp, kRbp, kRsi, kRdi, kR8, kR9, kR10, kR11 };

/// A place in the code cache that calls the engine. Kinds say why.
struct Stub {
  enum Kind : std::uint32_t { kIndirect, kDirect, kSystemCall, kStop };
  std::uint64_t target;     ///< kDirect: goes there; kSystemCall: goes on there
  std::uint8_t* at;         ///< the stub, overwritten by a jump once its target is copied
  std::uint8_t* condition;  ///< the 32-bit distance of a conditional jump to the stub, or null
  Kind kind;
};

/// A piece of memory for copied code. Code that names data relative to itself
/// reaches 2 GB, so each of the program's modules has one nearby.
struct CodeArea {
  std::uint8_t *base, *next, *end;
  std::uint8_t* indirect;  ///< looks an indirect target up
  std::uint8_t* enter;     ///< calls the engine
};

struct LookupEntry {
  std::uint64_t address, code;
};

inline constexpr std::size_t kLookupEntries = std::size_t{1} << 16;
inline constexpr std::size_t kAreaBytes = std::size_t{16} << 20;
inline constexpr unsigned kAreasMost = 24;

/// A snapshot's own state; there is one a process, used in the copy only.
struct Engine : Recording {
  EngineContext* context = nullptr;
  ZydisDecoder decoder{};
  LookupEntry* lookup = nullptr;
  MappedArray<Stub> stubs;
  AddressMap translations;
  CodeArea areas[kAreasMost]{};
  unsigned area_count = 0;
  std::uint64_t signal_mask = 0;  ///< as the program believes it to be
  std::uint64_t flushes = 0;
  std::uint64_t system_calls = 0;
};

/// The copy of the code at `address`, made if need be.
std::uint64_t translated(Engine& engine, std::uint64_t address);
/// Forgets all copies: the program changed code.
void forget_translations(Engine& engine);
/// Calls the kernel for the program, or pretends to; false: the snapshot ends.
bool emulate_system_call(Engine& engine);
/// Reads the log and empties it.
void read_log(Engine& engine);
/// The kernel wrote to the program's memory, at its request.
void kernel_wrote(Engine& engine, std::uint64_t address, std::uint64_t bytes);
/// Writes what was found and ends the process.
[[noreturn]] void finish(Engine& engine, EndReason reason);

/// The one engine of this process.
Engine& the_engine();

extern "C" void headroom_enter_engine();  ///< from a stub: its number in eax

}  // namespace headroom::recorder

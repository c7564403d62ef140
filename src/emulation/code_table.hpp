#pragma once

#include <Zydis/Zydis.h>

#include <span>

#include "recorder/recording.hpp"

namespace headroom::emulation {

using recorder::AddressMap;
using recorder::MappedArray;
using recorder::Recording;

/// An instruction that uses memory. The emulator says which addresses it used;
/// each belongs to one of the instruction's sites.
struct MemoryUser {
  std::uint32_t instruction;  ///< index in its translation
  std::uint32_t first_site;   ///< in Recording::sites
  std::uint32_t first_slot;   ///< among the addresses of its translation
  std::uint32_t sites;
};

/// A run of instructions that the emulator translated as one. It may be longer
/// than a block may be, and then stands for several, one after the other.
struct Translation {
  std::uint64_t address;
  /// Of its last instruction, if that is a string instruction with a repeat
  /// prefix: the emulator runs it once for each repetition, a processor once.
  std::uint64_t repeats_at;
  std::uint32_t instructions;
  std::uint32_t first_block, blocks;  ///< no blocks: the tables were full
  std::uint32_t first_user, users;
  std::uint32_t slots;  ///< addresses of one execution
};
inline constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

/// All code that a process has run under the emulator, as blocks with their
/// memory operands, like those that a snapshot's code cache finds. The same code
/// translated again is found again. Nothing moves once it is here, so other
/// threads may read what was added before.
class CodeTable {
 public:
  static constexpr unsigned kInstructionsMost = 512;
  static constexpr unsigned kSlotsMost = 4 * kInstructionsMost;

  bool prepare();

  /// `code` holds the instructions, `sizes` their lengths in bytes, at most
  /// kInstructionsMost. Null when there is no memory left even for the count.
  const Translation* add(std::uint64_t address, std::span<const std::uint8_t> code,
                         std::span<const std::uint8_t> sizes);

  const MemoryUser& user(std::uint32_t number) const { return users_[number]; }
  const Recording& recording() const { return recording_; }

 private:
  bool is_same(const Translation& known, std::span<const std::uint8_t> code) const;
  bool write_blocks(Translation& made, std::span<const std::uint8_t> code,
                    std::span<const std::uint8_t> sizes);
  bool add_instruction(Translation& made, PartBlock& block, std::uint32_t index,
                       std::uint64_t address, std::span<const std::uint8_t> code);

  Recording recording_;
  MappedArray<Translation> translations_;
  MappedArray<MemoryUser> users_;
  AddressMap known_;
  ZydisDecoder decoder_;
};

}  // namespace headroom::emulation

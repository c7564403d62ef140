#pragma once

#include "emulation/code_table.hpp"
#include "recorder/log_reader.hpp"

namespace headroom::emulation {

/// Follows one thread through a snapshot: puts the addresses that the emulator
/// tells in the order of each block's operands, and hands the same notes to the
/// same reader as a native copy of the program does.
class Follower {
 public:
  /// What is known of the snapshot stands in `header`. False: no memory.
  bool begin(ControlPage& control, const CodeTable& code, const PartHeader& header);

  /// The thread begins to run this code.
  void run(const Translation& translation);
  /// An address that the running code used.
  void use(const MemoryUser& user, std::uint64_t address, bool stores);

  bool complete() const { return full_ || reader_.complete(recording_); }
  PartHeader& header() { return recording_.header; }
  /// Operands that the emulator said no address for, so that their last was
  /// taken: stores under an empty mask, for instance.
  std::uint64_t guessed() const { return guessed_; }

  /// Writes what was found as part `number` and gives all memory back.
  void end(EndReason reason, std::uint32_t number);
  /// Gives all memory back.
  void drop();

 private:
  void write_notes();
  void note(std::uint64_t value) { *log_++ = value; }
  bool keep_used_blocks();

  const CodeTable* code_ = nullptr;
  Recording recording_;  ///< sees the code of the table until the end
  recorder::LogReader reader_;
  MappedArray<std::uint64_t> last_addresses_;  ///< of each site
  std::uint64_t* log_ = nullptr;
  const Translation* running_ = nullptr;
  std::uint64_t repetitions_ = 0, guessed_ = 0;
  bool repeating_ = false, full_ = false;
  std::uint64_t addresses_[CodeTable::kSlotsMost];
  bool known_[CodeTable::kSlotsMost];
};

}  // namespace headroom::emulation

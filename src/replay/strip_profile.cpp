#include "replay/strip_profile.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "profile/instruction_facts.hpp"
#include "profile/renumber.hpp"
#include "profile/thin.hpp"

namespace headroom {
namespace {

/// What stands behind a list's end is left over from decoding, and means nothing.
Operation tidied(Operation op) {
  std::fill(op.source.begin() + op.sources, op.source.end(), std::uint8_t{0});
  std::fill(op.target.begin() + op.targets, op.target.end(), std::uint8_t{0});
  std::fill(op.address.begin() + op.addresses, op.address.end(), std::uint8_t{0});
  return op;
}

/// A number for telling instructions apart quickly; equal ones have equal numbers.
std::size_t hash_of(const OperationTable::Instruction& instruction) {
  const Operation& op = instruction.operation;
  std::size_t hash = static_cast<std::size_t>(op.kind) * 31 + op.width;
  const auto mix = [&](std::size_t value) { hash = hash * 1'000'003 + value; };
  for (const auto reg : op.source) mix(reg);
  for (const auto reg : op.target) mix(reg);
  for (const auto reg : op.address) mix(reg);
  mix(instruction.facts.length);
  return hash;
}

/// Gives equal instructions one number.
class InstructionPool {
 public:
  explicit InstructionPool(OperationTable& table) : table_(table) {}

  std::uint32_t add(OperationTable::Instruction instruction) {
    const std::size_t hash = hash_of(instruction);
    for (auto [at, end] = known_.equal_range(hash); at != end; ++at) {
      if (table_.instructions[at->second] == instruction) return at->second;
    }
    const auto fresh = static_cast<std::uint32_t>(table_.instructions.size());
    known_.emplace(hash, fresh);
    table_.instructions.push_back(std::move(instruction));
    return fresh;
  }

 private:
  OperationTable& table_;
  std::unordered_multimap<std::size_t, std::uint32_t> known_;
};

OperationTable table_of(const std::vector<CodeBlock>& blocks) {
  OperationTable table;
  InstructionPool pool(table);
  for (const auto& code : blocks) {
    const auto operations = decode_block(code);
    const auto facts = instruction_facts(code);
    OperationTable::Block block;
    block.bytes = static_cast<std::uint16_t>(code.code.size());
    for (std::size_t i = 0; i < std::min(operations.size(), facts.size()); ++i) {
      block.instructions.push_back(pool.add({tidied(operations[i]), facts[i]}));
    }
    table.blocks.push_back(std::move(block));
  }
  return table;
}

std::string without_folder(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string first_word(const std::string& text, char end) {
  return text.substr(0, text.find(end));
}

/// Numbers from 1, in the order of being asked.
class Counter {
 public:
  std::int32_t of(std::int32_t number) {
    return numbers_.try_emplace(number, static_cast<std::int32_t>(numbers_.size()) + 1)
        .first->second;
  }

 private:
  std::map<std::int32_t, std::int32_t> numbers_;
};

}  // namespace

void strip_profile(Profile& profile) {
  drop_unused_blocks(profile);
  renumber_addresses(profile);
  if (!profile.stripped()) {
    profile.operations = table_of(profile.blocks);
    for (auto& block : profile.blocks) block.code.clear();
  }
  if (!profile.command.empty()) profile.command = {without_folder(profile.command.front())};
  profile.recorded_at = first_word(profile.recorded_at, 'T');
  profile.host.kernel = first_word(profile.host.kernel, ' ');
  Observed& observed = profile.observed;  // what other programs sent is nobody's business
  observed.unknown_sockets = 0;
  observed.unknown_b = 0;
  observed.device_sent_b = observed.device_received_b = observed.device_loop_b = 0;
  Counter numbers;  // a process's first thread has the process's number
  for (auto& thread : profile.threads) {
    thread.process = numbers.of(thread.process);
    thread.thread = numbers.of(thread.thread);
  }
  for (auto& snapshot : profile.snapshots) {
    snapshot.process = numbers.of(snapshot.process);
    snapshot.thread = numbers.of(snapshot.thread);
    snapshot.program = without_folder(snapshot.program);
  }
}

BlockOperations block_operations(const Profile& profile, std::size_t block) {
  BlockOperations result;
  if (!profile.stripped()) {
    result.operations = decode_block(profile.blocks[block]);
    result.bytes = static_cast<std::uint32_t>(profile.blocks[block].code.size());
    return result;
  }
  const OperationTable& table = *profile.operations;
  result.bytes = table.blocks[block].bytes;
  for (const auto number : table.blocks[block].instructions) {
    result.operations.push_back(table.instructions[number].operation);
  }
  return result;
}

}  // namespace headroom

#include "profile/operation_part.hpp"

#include <algorithm>
#include <string_view>

namespace headroom {
namespace {

constexpr std::size_t kLeastInstructionB = 10;  ///< in the file
constexpr std::uint64_t kBlockMost = 4096;      ///< bytes of code, as in `CODE`
constexpr std::uint8_t kWidthMost = 3, kLengthMost = 15;
constexpr std::uint8_t kScaled = 4, kMayFuse = 8;  ///< added to an instruction's width

constexpr bool Operation::*kMarks[] = {
    &Operation::loads, &Operation::stores,  &Operation::eliminated, &Operation::moves,
    &Operation::fused, &Operation::repeats, &Operation::stack,      &Operation::vector,
};

/// Names in the order in which they were first met.
class Names {
 public:
  std::size_t number(std::string_view name) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at != names_.end()) return static_cast<std::size_t>(at - names_.begin());
    names_.emplace_back(name);
    return names_.size() - 1;
  }
  void write(ByteWriter& out) const {
    out.number(names_.size());
    for (const auto name : names_) out.text(name);
  }

 private:
  std::vector<std::string_view> names_;
};

template <std::size_t N>
void write_registers(ByteWriter& out, const std::array<std::uint8_t, N>& list, std::uint8_t count) {
  out.byte(count);
  for (std::uint8_t i = 0; i < count; ++i) out.byte(list[i]);
}

template <std::size_t N>
void read_registers(ByteReader& in, std::array<std::uint8_t, N>& list, std::uint8_t& count) {
  count = static_cast<std::uint8_t>(in.number_up_to(N, "a count of registers"));
  for (std::uint8_t i = 0; i < count; ++i) {
    list[i] = in.byte();
    if (list[i] >= kRegisters) in.fail("a register is unknown");
  }
}

std::uint8_t byte_up_to(ByteReader& in, std::uint8_t most, std::string_view what) {
  return static_cast<std::uint8_t>(in.number_up_to(most, what));
}

OperationTable::Instruction read_instruction(ByteReader& in,
                                             const std::vector<OperationKind>& kinds,
                                             const std::vector<std::string>& sets) {
  OperationTable::Instruction instruction;
  Operation& op = instruction.operation;
  InstructionFacts& facts = instruction.facts;
  if (kinds.empty()) in.fail("there are instructions, but no kinds");
  op.kind = kinds[in.number_up_to(kinds.size() - 1, "an operation's kind")];
  const std::uint8_t width = byte_up_to(in, kMayFuse + kScaled + kWidthMost, "a vector's width");
  op.width = width % kScaled;
  op.scaled = (width & kScaled) != 0;
  op.may_fuse = (width & kMayFuse) != 0;
  const std::uint8_t flags = in.byte();
  for (std::size_t i = 0; i < std::size(kMarks); ++i) op.*kMarks[i] = (flags >> i & 1) != 0;
  facts.group = static_cast<MixGroup>(byte_up_to(in, kMixGroups - 1, "an instruction's group"));
  facts.width = byte_up_to(in, kWidthMost, "a register's width");
  facts.length = byte_up_to(in, kLengthMost, "an instruction's length");
  if (facts.length == 0) in.fail("an instruction has no length");
  op.length = facts.length;
  const auto set = in.number_up_to(sets.size(), "an instruction set");
  if (set > 0) facts.set = sets[set - 1];
  read_registers(in, op.source, op.sources);
  read_registers(in, op.target, op.targets);
  read_registers(in, op.address, op.addresses);
  return instruction;
}

OperationTable::Block read_block(ByteReader& in, const OperationTable& table) {
  OperationTable::Block block;
  block.bytes = static_cast<std::uint16_t>(in.number_up_to(kBlockMost, "a block's size"));
  std::uint64_t bytes = 0;
  for (std::size_t i = in.count("instructions"); i > 0; --i) {
    if (table.instructions.empty()) in.fail("a block has instructions, but there are none");
    const auto number = in.number_up_to(table.instructions.size() - 1, "an instruction's number");
    bytes += table.instructions[number].facts.length;
    if (bytes > block.bytes) in.fail("a block's instructions are longer than the block");
    block.instructions.push_back(static_cast<std::uint32_t>(number));
  }
  return block;
}

}  // namespace

void write_operations(ByteWriter& out, const Profile& profile) {
  const OperationTable& table = *profile.operations;
  Names kinds, sets;
  ByteWriter instructions;
  for (const auto& [op, facts] : table.instructions) {
    instructions.number(kinds.number(operation_name(op.kind)));
    instructions.byte(static_cast<std::uint8_t>(op.width + (op.scaled ? kScaled : 0) +
                                                (op.may_fuse ? kMayFuse : 0)));
    std::uint8_t flags = 0;
    for (std::size_t i = 0; i < std::size(kMarks); ++i) {
      flags = static_cast<std::uint8_t>(flags | (op.*kMarks[i] ? 1u : 0u) << i);
    }
    instructions.byte(flags);
    instructions.byte(static_cast<std::uint8_t>(facts.group));
    instructions.byte(facts.width);
    instructions.byte(facts.length);
    instructions.number(facts.set.empty() ? 0 : 1 + sets.number(facts.set));
    write_registers(instructions, op.source, op.sources);
    write_registers(instructions, op.target, op.targets);
    write_registers(instructions, op.address, op.addresses);
  }
  kinds.write(out);
  sets.write(out);
  out.number(table.instructions.size());
  out.raw(instructions.bytes());
  for (const auto& block : table.blocks) {
    out.number(block.bytes);
    out.number(block.instructions.size());
    for (const auto number : block.instructions) out.number(number);
  }
}

void read_operations(ByteReader& in, Profile& profile) {
  for (const auto& block : profile.blocks) {
    if (!block.code.empty()) in.fail("there is code, which a stripped profile has not");
  }
  std::vector<OperationKind> kinds;
  for (std::size_t i = in.count("kinds"); i > 0; --i) {
    const auto kind = operation_of(in.text());
    if (!kind) in.fail("a kind of operation is unknown");
    kinds.push_back(*kind);
  }
  std::vector<std::string> sets;
  for (std::size_t i = in.count("instruction sets"); i > 0; --i) {
    sets.push_back(in.text());
    if (sets.back().empty()) in.fail("an instruction set has no name");
  }
  OperationTable table;
  for (std::size_t i = in.count("instructions", kLeastInstructionB); i > 0; --i) {
    table.instructions.push_back(read_instruction(in, kinds, sets));
  }
  for (std::size_t i = 0; i < profile.blocks.size(); ++i) {
    table.blocks.push_back(read_block(in, table));
  }
  profile.operations = std::move(table);
}

}  // namespace headroom

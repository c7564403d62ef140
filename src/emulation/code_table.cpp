#include "emulation/code_table.hpp"

#include <cstring>

#include "recorder/operand_sites.hpp"

namespace headroom::emulation {
namespace {

/// Of the address and the code; never zero.
std::uint64_t fingerprint(std::uint64_t address, std::span<const std::uint8_t> code) {
  std::uint64_t mixed = address * 0x9e3779b97f4a7c15ull ^ code.size();
  for (const std::uint8_t byte : code) mixed = (mixed ^ byte) * 0x100000001b3ull;
  mixed ^= mixed >> 29;
  return mixed != 0 ? mixed : 1;
}

/// A string instruction with a repeat prefix of any kind.
bool repeats(const ZydisDecodedInstruction& instruction) {
  const auto category = instruction.meta.category;
  if (category != ZYDIS_CATEGORY_STRINGOP && category != ZYDIS_CATEGORY_IOSTRINGOP) return false;
  constexpr auto kPrefixes = ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE;
  return (instruction.attributes & kPrefixes) != 0;
}

}  // namespace

bool CodeTable::prepare() {
  ZydisDecoderInit(&decoder_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  return recording_.blocks.reserve(1 << 21) && recording_.sites.reserve(1 << 23) &&
         recording_.code.reserve(1 << 26) && translations_.reserve(1 << 22) &&
         users_.reserve(1 << 23) && known_.reserve(22);
}

bool CodeTable::is_same(const Translation& known, std::span<const std::uint8_t> code) const {
  if (known.blocks == 0) return false;
  const PartBlock& first = recording_.blocks[known.first_block];
  const PartBlock& last = recording_.blocks[known.first_block + known.blocks - 1];
  const std::size_t size = last.address + last.bytes - first.address;
  return size == code.size() &&
         std::memcmp(recording_.code.data() + first.code_at, code.data(), size) == 0;
}

const Translation* CodeTable::add(std::uint64_t address, std::span<const std::uint8_t> code,
                                  std::span<const std::uint8_t> sizes) {
  const std::uint64_t key = fingerprint(address, code);
  if (const std::uint64_t found = known_.find(key); found != 0) {
    const auto* known = reinterpret_cast<const Translation*>(found);
    if (known->address == address && is_same(*known, code)) return known;
  }
  Translation made{};
  made.address = address;
  made.repeats_at = kNowhere;
  made.instructions = static_cast<std::uint32_t>(sizes.size());
  made.first_block = static_cast<std::uint32_t>(recording_.blocks.size());
  made.first_user = static_cast<std::uint32_t>(users_.size());
  if (!write_blocks(made, code, sizes)) made.blocks = made.users = made.slots = 0;
  if (!translations_.push(made)) return nullptr;
  const Translation* kept = &translations_.back();
  known_.insert(key, reinterpret_cast<std::uint64_t>(kept));
  return kept;
}

bool CodeTable::write_blocks(Translation& made, std::span<const std::uint8_t> code,
                             std::span<const std::uint8_t> sizes) {
  std::size_t at = 0;
  for (std::size_t next = 0; next < sizes.size();) {
    PartBlock block{};
    block.address = made.address + at;
    block.first_site = static_cast<std::uint32_t>(recording_.sites.size());
    block.code_at = static_cast<std::uint32_t>(recording_.code.size());
    for (; next < sizes.size() && block.instructions < recorder::kBlockInstructionsMost; ++next) {
      const auto bytes = code.subspan(at, sizes[next]);
      const std::uint64_t address = made.address + at;
      if (!add_instruction(made, block, static_cast<std::uint32_t>(next), address, bytes)) {
        return false;
      }
      at += bytes.size();
    }
    block.bytes = static_cast<std::uint16_t>(made.address + at - block.address);
    block.sites = static_cast<std::uint16_t>(recording_.sites.size() - block.first_site);
    if (!recording_.code.append(code.data() + at - block.bytes, block.bytes)) return false;
    if (!recording_.blocks.push(block)) return false;
    ++made.blocks;
  }
  return true;
}

bool CodeTable::add_instruction(Translation& made, PartBlock& block, std::uint32_t index,
                                std::uint64_t address, std::span<const std::uint8_t> code) {
  const auto number = static_cast<std::uint8_t>(block.instructions++);
  ZydisDecodedInstruction decoded;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  if (!ZYAN_SUCCESS(
          ZydisDecoderDecodeFull(&decoder_, code.data(), code.size(), &decoded, operands))) {
    return true;  // the emulator knows it, we do not: it counts, and that is all
  }
  block.end = recorder::block_end(decoded, operands);
  if (index + 1 == made.instructions && repeats(decoded)) made.repeats_at = address;
  MemoryUser user{index, static_cast<std::uint32_t>(recording_.sites.size()), made.slots, 0};
  recorder::OperandSite found[recorder::kOperandSitesMost];
  const unsigned count = recorder::operand_sites(decoded, operands, found);
  for (unsigned i = 0; i < count; ++i) {
    if (found[i].kind == kPrefetches) continue;  // the emulator leaves prefetches out
    if (!recording_.sites.push({number, found[i].kind, found[i].bytes, 0})) return false;
    ++user.sites;
  }
  if (user.sites > 0) {
    if (!users_.push(user)) return false;
    ++made.users;
    made.slots += user.sites;
  }
  if (!recorder::moves_range(decoded)) return true;
  const auto bytes = static_cast<std::uint8_t>(decoded.operand_width / 8);
  return recording_.sites.push({number, kRepCount, bytes, 0});
}

}  // namespace headroom::emulation

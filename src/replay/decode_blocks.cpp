#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "replay/strip_profile.hpp"
#include "replay/window_replay.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kLineB = 64, kPageB = 4096;

}  // namespace

std::vector<DecodedBlock> decode_blocks(const Profile& profile) {
  std::vector<DecodedBlock> blocks(profile.blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const CodeBlock& code = profile.blocks[i];
    DecodedBlock& block = blocks[i];
    auto [operations, bytes] = block_operations(profile, i);
    block.operations = std::move(operations);
    block.address = code.address;
    block.bytes = bytes;
    block.end = code.address + block.bytes;
    block.how = code.end;
    block.region = code.region;
    block.string = block.operations.size() == 1 && block.operations[0].repeats;
  }
  return blocks;
}

CodeLayout code_layout(const std::vector<DecodedBlock>& blocks, const Pipeline::FrontEnd& front) {
  std::unordered_map<std::uint64_t, double> in_line;
  for (const auto& block : blocks) {
    const auto line_b = static_cast<std::uint64_t>(front.op_line_b);
    const double per_byte =
        static_cast<double>(block.operations.size()) / std::max<std::uint32_t>(1, block.bytes);
    for (std::uint64_t at = block.address; at < block.end;) {
      const std::uint64_t next = std::min(block.end, (at / line_b + 1) * line_b);
      double& operations = in_line[at / line_b];
      // Blocks that overlap, entered at several places, are the same code.
      operations = std::min(operations + per_byte * static_cast<double>(next - at),
                            std::max(operations, per_byte * front.op_line_b));
      at = next;
    }
  }
  std::unordered_set<std::uint64_t> lines, pages;
  double entries = 0;
  for (const auto& [line, operations] : in_line) {
    const std::uint64_t at = line * static_cast<std::uint64_t>(front.op_line_b);
    lines.insert(at / kLineB);
    pages.insert(at / kPageB);
    entries += std::ceil(operations / front.entry_operations - 1e-6);
  }
  if (lines.empty()) return {};
  const auto count = static_cast<double>(lines.size());
  return {std::max(entries, 1.0) / count, count / static_cast<double>(pages.size())};
}

}  // namespace headroom

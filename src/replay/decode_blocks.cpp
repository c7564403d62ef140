#include "replay/strip_profile.hpp"
#include "replay/window_replay.hpp"

namespace headroom {

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

}  // namespace headroom

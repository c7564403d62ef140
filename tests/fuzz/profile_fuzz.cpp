// Whatever a .hprof file holds, reading it gives a profile that can be described
// and written again, as it is and stripped, or InputError; nothing else may happen. An input whose
// first byte is odd is one whole file. Else it is the plain bytes of one part,
// which gets the length and checksums that a random change could never guess.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/error.hpp"
#include "profile/describe.hpp"
#include "profile/profile_file.hpp"
#include "profile/profile_parts.hpp"
#include "replay/strip_profile.hpp"

namespace headroom {
namespace {

/// A stripped profile is as good as any other: it is written and read again.
void use_stripped(Profile profile) {
  strip_profile(profile);
  if (describe(profile).empty()) std::abort();
  const auto bytes = encode_profile(profile);
  if (encode_profile(decode_profile(bytes, "stripped")) != bytes) std::abort();
}

void use(const Profile& profile) {
  if (describe(profile).empty()) std::abort();
  if (encode_profile(profile).empty()) std::abort();
  use_stripped(profile);
}

/// Two blocks, one of which repeats, for others to name.
void add_blocks(Profile& profile, const std::vector<std::uint8_t>& code) {
  profile.blocks.push_back({4096, 2, BlockEnd::kJump, code, {{0, kLoads, 8}, {1, kStores, 4}}});
  profile.blocks.push_back({8192, 1, BlockEnd::kJump, code, {{0, kStores | kRepeats, 1}}});
}

void read_part_of(std::uint8_t kind, std::span<const std::uint8_t> bytes) {
  Profile profile;
  const auto parts = profile_parts();
  ByteReader in(bytes, "input", "part");
  if (kind < parts.size()) {
    parts[kind].read(in, profile);
  } else if (kind > parts.size()) {
    profile.timeline.resize(1);
    profile.threads.resize(1);
    profile.snapshots.resize(1);
    add_blocks(profile, {});
    const auto late = late_parts();
    late[(kind - parts.size() - 1) % late.size()].read(in, profile);
  } else {
    add_blocks(profile, {0x90, 0x90});
    profile.snapshots.push_back(decode_snapshot(in, profile.blocks));
  }
  in.expect_end();
  use(profile);
}

void read(std::span<const std::uint8_t> input) {
  if (input.empty()) return;
  try {
    if (input[0] % 2 == 1) {
      use(decode_profile(input, "input"));
    } else {
      read_part_of(input[0] / 2 % 16, input.subspan(1));
    }
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) {
      if (render(problem).empty()) std::abort();
    }
  }
}

}  // namespace
}  // namespace headroom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  headroom::read({data, size});
  return 0;
}

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "profile/byte_stream.hpp"
#include "profile/profile.hpp"
#include "profile/profile_target.hpp"

namespace headroom {

/// The .hprof file: a magic number, a version, and parts that each carry their
/// length and checksum, compressed with zstd. docs/profile-format.md describes
/// every byte. A reader takes nothing for granted: a file that was cut short,
/// changed or made up is refused with what is wrong and where.
/// Version 2 may count instructions, version 3 may be stripped, version 4 says what the
/// recording machine shared, version 5 has regions of code, version 6 says whether others worked
/// on the same cores; a profile with none of these is still written as version 1.
inline constexpr std::uint32_t kProfileVersion = 6;

std::vector<std::uint8_t> encode_profile(const Profile& profile);
/// `name` is what the file is called in messages. Throws InputError.
Profile decode_profile(std::span<const std::uint8_t> bytes, const std::string& name);

/// Throws InputError when the file cannot be written; an old one stays as it
/// was until the new one is complete. Returns the file's size in bytes.
std::uint64_t write_profile(const Profile& profile, const std::string& path);
Profile read_profile(const std::string& path);

/// One snapshot's part. `blocks` is what its events refer to.
void encode_snapshot(ByteWriter& out, const Snapshot& snapshot,
                     const std::vector<CodeBlock>& blocks);
Snapshot decode_snapshot(ByteReader& in, const std::vector<CodeBlock>& blocks);

}  // namespace headroom

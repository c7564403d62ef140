#include "profile/profile_file.hpp"

#include <fmt/core.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>

#include "base/error.hpp"
#include "profile/profile_parts.hpp"

namespace headroom {
namespace {

constexpr auto& kMagic = kProfileMagic;
constexpr std::size_t kPartHeaderBytes = 32;
constexpr std::uint64_t kPartMost = std::uint64_t{1} << 28;  ///< bytes of one part, unpacked
constexpr std::uint64_t kProfileMost = std::uint64_t{1} << 30;
/// zstd's levels: of a fresh recording, and of a stripped one, which is kept and passed on.
constexpr int kCompression = 9, kThoroughCompression = 19;

void put(std::vector<std::uint8_t>& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t get(std::span<const std::uint8_t> in, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(in[i]) << (8 * i);
  return value;
}

/// Name (4), zero (4), packed length (8), unpacked length (8), checksum of the
/// packed bytes (4), checksum of the 28 bytes before (4); then the bytes.
void append_part(std::vector<std::uint8_t>& file, const char* name, const ByteWriter& part,
                 int level) {
  const auto& plain = part.bytes();
  std::vector<std::uint8_t> packed(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), level);
  if (ZSTD_isError(size)) throw InternalError("zstd cannot compress a profile's part");
  packed.resize(size);
  std::vector<std::uint8_t> header(name, name + 4);
  put(header, 0, 4);
  put(header, packed.size(), 8);
  put(header, plain.size(), 8);
  put(header, crc32c(packed), 4);
  put(header, crc32c(header), 4);
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), packed.begin(), packed.end());
}

struct Part {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

class PartReader {
 public:
  PartReader(std::span<const std::uint8_t> bytes, const std::string& name)
      : bytes_(bytes), name_(name) {}

  void check_start() {
    if (bytes_.size() < kMagic.size() + 8 ||
        !std::equal(kMagic.begin(), kMagic.end(), bytes_.begin())) {
      throw InputError(fmt::format("{}: this is not a profile", name_),
                       "'headroom profile -o FILE -- COMMAND' makes one");
    }
    version_ = get(bytes_.subspan(8), 4);
    if (version_ < 1 || version_ > kProfileVersion) {
      throw InputError(
          fmt::format("{}: a profile of version {}; this program reads versions 1 to {}", name_,
                      version_, kProfileVersion),
          "record it again with this program");
    }
    at_ = 16;
  }

  Part next() {
    if (bytes_.size() - at_ < kPartHeaderBytes) fail("it was cut short", at_);
    const auto header = bytes_.subspan(at_, kPartHeaderBytes);
    if (get(header.subspan(28), 4) != crc32c(header.first(28))) {
      fail("a part's header does not match its checksum", at_);
    }
    Part part{std::string(header.begin(), header.begin() + 4), {}};
    const auto packed_size = get(header.subspan(8), 8), size = get(header.subspan(16), 8);
    if (packed_size > bytes_.size() - at_ - kPartHeaderBytes) fail("it was cut short", at_);
    total_ += size;
    if (size > kPartMost || total_ > kProfileMost) fail("a part is unbelievably large", at_);
    const auto packed = bytes_.subspan(at_ + kPartHeaderBytes, packed_size);
    if (get(header.subspan(24), 4) != crc32c(packed)) {
      fail(fmt::format("the part '{}' does not match its checksum", part.name), at_);
    }
    if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != size) {
      fail(fmt::format("the part '{}' does not unpack", part.name), at_);
    }
    part.bytes.resize(size);
    if (ZSTD_decompress(part.bytes.data(), size, packed.data(), packed.size()) != size) {
      fail(fmt::format("the part '{}' does not unpack", part.name), at_);
    }
    at_ += kPartHeaderBytes + packed_size;
    return part;
  }

  void expect_end() const {
    if (at_ != bytes_.size()) fail("something follows its end", at_);
  }
  std::uint64_t version() const { return version_; }

 private:
  [[noreturn]] void fail(const std::string& what, std::size_t at) const {
    throw InputError(fmt::format("{}: {} (byte {} of {})", name_, what, at, bytes_.size()),
                     "the file is damaged; copy or record it again");
  }
  std::span<const std::uint8_t> bytes_;
  std::string name_;
  std::size_t at_ = 0;
  std::uint64_t total_ = 0, version_ = 0;
};

const LatePart* late_part(const std::string& name, std::uint64_t version) {
  for (const auto& late : late_parts()) {
    if (name == late.name && version >= late.since) return &late;
  }
  return nullptr;
}

const ProfilePart& plain_part(const std::string& name, const ByteReader& in) {
  for (const auto& kind : profile_parts()) {
    if (name == kind.name) return kind;
  }
  in.fail("it is of an unknown kind");
}

}  // namespace

std::vector<std::uint8_t> encode_profile(const Profile& profile) {
  const int level = profile.stripped() ? kThoroughCompression : kCompression;
  std::uint32_t version = 1;
  for (const auto& late : late_parts()) {
    if (late.needed(profile)) version = std::max(version, late.since);
  }
  std::vector<std::uint8_t> file(kMagic.begin(), kMagic.end());
  put(file, version, 4);
  put(file, 0, 4);
  for (const auto& kind : profile_parts()) {
    ByteWriter part;
    kind.write(part, profile);
    append_part(file, kind.name, part, level);
  }
  for (const auto& snapshot : profile.snapshots) {
    ByteWriter part;
    encode_snapshot(part, snapshot, profile.blocks);
    append_part(file, "SNAP", part, level);
  }
  for (const auto& late : late_parts()) {
    if (!late.needed(profile)) continue;
    ByteWriter part;
    late.write(part, profile);
    append_part(file, late.name, part, level);
  }
  append_part(file, "END ", {}, level);
  return file;
}

Profile decode_profile(std::span<const std::uint8_t> bytes, const std::string& name) {
  PartReader parts(bytes, name);
  parts.check_start();
  Profile profile;
  std::map<std::string, int> seen;
  const char* late = nullptr;  // the last of those behind the snapshots
  for (;;) {
    const Part part = parts.next();
    ByteReader in(part.bytes, name, part.name);
    if (part.name == "END ") {
      in.expect_end();
      break;
    }
    const bool snapshot = part.name == "SNAP";
    if (!snapshot && seen[part.name] > 0) in.fail("it is there twice");
    if (const auto* known = late_part(part.name, parts.version())) {
      for (const auto& kind : profile_parts()) {
        if (seen[kind.name] == 0) in.fail(fmt::format("it stands before '{}'", kind.name));
      }
      for (const auto* other = known + 1; other != late_parts().data() + late_parts().size();
           ++other) {
        if (seen[other->name] > 0) in.fail(fmt::format("it stands behind '{}'", other->name));
      }
      known->read(in, profile);
      late = known->name;
    } else if (late != nullptr) {
      in.fail(fmt::format("it stands behind '{}'", late));
    } else if (snapshot) {
      if (seen["CODE"] == 0) in.fail("its code is missing");
      profile.snapshots.push_back(decode_snapshot(in, profile.blocks));
    } else {
      plain_part(part.name, in).read(in, profile);
    }
    ++seen[part.name];
    in.expect_end();
  }
  parts.expect_end();
  const auto expect = [&](const char* part) {
    if (seen[part] > 0) return;
    throw InputError(fmt::format("{}: its part '{}' is missing", name, part),
                     "the file is damaged; record it again");
  };
  for (const auto& kind : profile_parts()) expect(kind.name);
  if (parts.version() == 2) expect(kCountsPart);
  return profile;
}

std::uint64_t write_profile(const Profile& profile, const std::string& path) {
  const auto bytes = encode_profile(profile);
  const std::string draft = profile_draft(path);
  std::ofstream out(draft, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out || std::rename(draft.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    std::remove(draft.c_str());
    throw InputError(fmt::format("cannot write '{}': {}", path, reason));
  }
  return bytes.size();
}

Profile read_profile(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) throw InputError(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  const auto size = in.tellg();
  if (size < 0 || static_cast<std::uint64_t>(size) > kProfileMost) {
    throw InputError(fmt::format("{}: this is not a profile", path));
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  in.seekg(0);
  if (!in.read(reinterpret_cast<char*>(bytes.data()), size)) {
    throw InputError(fmt::format("cannot read '{}'", path));
  }
  return decode_profile(bytes, path);
}

}  // namespace headroom

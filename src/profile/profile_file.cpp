#include "profile/profile_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/error.hpp"
#include "profile/profile_parts.hpp"

namespace headroom {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 'H', 'P', 'R', 'O', 'F', '\r', '\n'};
constexpr std::size_t kPartHeaderBytes = 32;
constexpr std::uint64_t kPartMost = std::uint64_t{1} << 28;  ///< bytes of one part, unpacked
constexpr std::uint64_t kProfileMost = std::uint64_t{1} << 30;
constexpr int kCompression = 9;
constexpr const char* kCountsPart = "INST";

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
void append_part(std::vector<std::uint8_t>& file, const char* name, const ByteWriter& part) {
  const auto& plain = part.bytes();
  std::vector<std::uint8_t> packed(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), kCompression);
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

namespace fs = std::filesystem;
constexpr const char* kNothingStarted = "nothing was started";

/// Where a profile grows until it is complete.
std::string draft_of(const std::string& target) {
  return fmt::format("{}.{}.draft", target, getpid());
}

/// Follows links by hand, because the last may point to a file that is yet to be.
fs::path behind_links(fs::path path) {
  std::error_code status;
  for (int links = 0; links < 40 && fs::is_symlink(path, status); ++links) {
    path = path.parent_path() / fs::read_symlink(path, status);
  }
  return path;
}

/// Rights, a full drive, a name too long: what counts is whether a file comes about.
void check_writable(const std::string& target, const std::string& path) {
  const std::string draft = draft_of(target);
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    throw InputError(fmt::format("cannot write '{}': {}", path, std::strerror(errno)),
                     kNothingStarted);
  }
  close(file);
  std::remove(draft.c_str());
}

bool is_profile_or_empty(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, kMagic.size()> start{};
  if (!in) return false;
  in.read(start.data(), start.size());
  if (in.gcount() == 0) return !in.bad();
  return in && std::memcmp(start.data(), kMagic.data(), kMagic.size()) == 0;
}

}  // namespace

std::string profile_target(const std::string& path) {
  if (path.empty()) throw InputError("the profile's file has no name", kNothingStarted);
  if (path == "-") throw InputError("a profile is binary: give a file", kNothingStarted);
  std::error_code error;
  const fs::file_type kind = fs::status(path, error).type();
  if (kind == fs::file_type::directory) {
    throw InputError(fmt::format("'{}' is a folder", path), "give the name of a file in it");
  }
  if (kind == fs::file_type::none) {
    throw InputError(fmt::format("cannot write '{}': {}", path, error.message()), kNothingStarted);
  }
  if (kind != fs::file_type::regular && kind != fs::file_type::not_found) {
    throw InputError(fmt::format("'{}' is a device or a pipe, not a file", path),
                     "give the name of a file; nothing was started");
  }
  std::string target = behind_links(path).string();
  check_writable(target, path);
  if (kind == fs::file_type::regular && !is_profile_or_empty(target)) {
    throw InputError(fmt::format("'{}' is there already, and is not a profile", path),
                     "give another file; nothing was started");
  }
  return target;
}

std::vector<std::uint8_t> encode_profile(const Profile& profile) {
  std::vector<std::uint8_t> file(kMagic.begin(), kMagic.end());
  put(file, has_instruction_counts(profile) ? 2 : 1, 4);
  put(file, 0, 4);
  for (const auto& kind : profile_parts()) {
    ByteWriter part;
    kind.write(part, profile);
    append_part(file, kind.name, part);
  }
  for (const auto& snapshot : profile.snapshots) {
    ByteWriter part;
    encode_snapshot(part, snapshot, profile.blocks);
    append_part(file, "SNAP", part);
  }
  if (has_instruction_counts(profile)) {
    ByteWriter part;
    write_instruction_counts(part, profile);
    append_part(file, kCountsPart, part);
  }
  append_part(file, "END ", {});
  return file;
}

Profile decode_profile(std::span<const std::uint8_t> bytes, const std::string& name) {
  PartReader parts(bytes, name);
  parts.check_start();
  Profile profile;
  std::map<std::string, int> seen;
  for (;;) {
    const Part part = parts.next();
    ByteReader in(part.bytes, name, part.name);
    if (part.name == "END ") {
      in.expect_end();
      break;
    }
    if (part.name == kCountsPart && parts.version() >= 2) {
      if (++seen[part.name] > 1) in.fail("it is there twice");
      if (seen["THRD"] == 0) in.fail("its threads are missing");
      read_instruction_counts(in, profile);
    } else if (part.name == "SNAP") {
      if (seen["CODE"] == 0) in.fail("its code is missing");
      if (seen[kCountsPart] > 0) in.fail("it stands behind the counts of instructions");
      profile.snapshots.push_back(decode_snapshot(in, profile.blocks));
    } else {
      const ProfilePart* known = nullptr;
      for (const auto& kind : profile_parts()) {
        if (part.name == kind.name) known = &kind;
      }
      if (known == nullptr) in.fail("it is of an unknown kind");
      if (++seen[part.name] > 1) in.fail("it is there twice");
      known->read(in, profile);
    }
    in.expect_end();
  }
  parts.expect_end();
  const auto expect = [&](const char* part) {
    if (seen[part] > 0) return;
    throw InputError(fmt::format("{}: its part '{}' is missing", name, part),
                     "the file is damaged; record it again");
  };
  for (const auto& kind : profile_parts()) expect(kind.name);
  if (parts.version() >= 2) expect(kCountsPart);
  return profile;
}

std::uint64_t write_profile(const Profile& profile, const std::string& path) {
  const auto bytes = encode_profile(profile);
  const std::string draft = draft_of(path);
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

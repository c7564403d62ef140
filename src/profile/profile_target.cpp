#include "profile/profile_target.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;
constexpr const char* kNothingStarted = "nothing was started";

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
  const std::string draft = profile_draft(target);
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
  std::array<char, kProfileMagic.size()> start{};
  if (!in) return false;
  in.read(start.data(), start.size());
  if (in.gcount() == 0) return !in.bad();
  return in && std::memcmp(start.data(), kProfileMagic.data(), kProfileMagic.size()) == 0;
}

}  // namespace

std::string profile_draft(const std::string& target) {
  return fmt::format("{}.{}.draft", target, getpid());
}

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

}  // namespace headroom

#include "recorder/maps_reader.hpp"

#include <fcntl.h>

#include <cstring>

#include "recorder/raw_syscall.hpp"

namespace headroom::recorder {
namespace {

char buffer[32768];

std::uint64_t read_hex(const char*& text) {
  std::uint64_t value = 0;
  for (;; ++text) {
    const char c = *text;
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value * 16 + static_cast<std::uint64_t>(c - 'a' + 10);
    } else {
      return value;
    }
  }
}

/// "begin-end rwxs offset device inode path".
Mapping parse(const char* line) {
  Mapping mapping;
  mapping.begin = read_hex(line);
  ++line;
  mapping.end = read_hex(line);
  mapping.writable = line[2] == 'w';
  mapping.shared = line[4] == 's';
  const char* path = std::strchr(line, '/');
  mapping.path = path != nullptr ? path : "";
  mapping.file = path != nullptr;
  return mapping;
}

}  // namespace

bool read_mappings(void (*found)(const Mapping&, void*), void* context) {
  const long maps =
      raw_syscall(SYS_openat, AT_FDCWD, as_argument("/proc/self/maps"), O_RDONLY | O_CLOEXEC);
  if (maps < 0) return false;
  std::size_t filled = 0;
  bool good = true;
  for (;;) {
    const long got = raw_syscall(SYS_read, maps, as_argument(buffer + filled),
                                 static_cast<long>(sizeof buffer - 1 - filled));
    if (got < 0) good = false;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
    buffer[filled] = 0;
    char* line = buffer;
    while (char* end = std::strchr(line, '\n')) {
      *end = 0;
      found(parse(line), context);
      line = end + 1;
    }
    filled = static_cast<std::size_t>(buffer + filled - line);
    std::memmove(buffer, line, filled);
  }
  raw_syscall(SYS_close, maps);
  return good;
}

}  // namespace headroom::recorder

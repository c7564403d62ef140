#include "recorder/own_pages.hpp"

#include "recorder/raw_syscall.hpp"

namespace headroom::recorder {

std::uint64_t own_pages() {
  char text[128];
  const long file = raw_syscall(SYS_openat, -100, as_argument("/proc/self/statm"), 0);
  const long got = file < 0 ? -1 : raw_syscall(SYS_read, file, as_argument(text), sizeof text - 1);
  if (file >= 0) raw_syscall(SYS_close, file);
  if (got <= 0) return 0;
  text[got] = 0;
  std::uint64_t pages[3] = {};  // size, resident, of that in files
  const char* at = text;
  for (auto& number : pages) {
    while (*at >= '0' && *at <= '9') number = number * 10 + static_cast<std::uint64_t>(*at++ - '0');
    if (*at == ' ') ++at;
  }
  return pages[1] > pages[2] ? pages[1] - pages[2] : 0;
}

}  // namespace headroom::recorder

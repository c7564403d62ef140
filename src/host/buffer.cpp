#include "host/buffer.hpp"

#include <fmt/core.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr std::size_t kHugePageB = 2u << 20;

/// What the kernel says this program has in large pages.
std::size_t in_huge_pages_b() {
  std::ifstream in("/proc/self/smaps_rollup");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("AnonHugePages:")) continue;
    return std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10) << 10;
  }
  return 0;
}

}  // namespace

Buffer::Buffer(std::size_t bytes, Pages pages) : mapped_b_(bytes + kHugePageB), bytes_(bytes) {
  mapped_ = mmap(nullptr, mapped_b_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped_ == MAP_FAILED) {
    throw ModelError(fmt::format("no {} MiB of memory for the measurements", bytes >> 20));
  }
  const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
  data_ = static_cast<std::byte*>(mapped_) + (kHugePageB - address % kHugePageB) % kHugePageB;
  // Refused where the kernel has none: see huge_.
  (void)madvise(data_, bytes_, pages == Pages::kLarge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  const std::size_t before_b = in_huge_pages_b();
  std::memset(data_, 1, bytes_);  // only then are the pages there
  huge_ = in_huge_pages_b() > before_b + bytes_ / 2;
}

Buffer::~Buffer() {
  munmap(mapped_, mapped_b_);
}

}  // namespace headroom

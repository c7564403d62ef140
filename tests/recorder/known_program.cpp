// A program whose instructions and addresses are known beforehand, for
// record_test.cpp and emulate_test.cpp: it walks over 1 MiB, a line at a time,
// again and again. One step is four instructions, one of which loads. Its first
// word says how often it walks; before each walk it reads a page of the file that the
// second names, if there is one.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::uint64_t kBytes = 1 << 20;
constexpr std::uint64_t kWalks = 40'000;  // 655 million steps

}  // namespace

int main(int count, char** words) {
  const std::uint64_t walks = count > 1 ? std::strtoull(words[1], nullptr, 10) : kWalks;
  auto* memory = static_cast<char*>(
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  for (std::uint64_t i = 0; i < kBytes; i += 64) memory[i] = 1;
  const int file = count > 2 ? open(words[2], O_RDONLY) : -1;
  static char page[4096];
  for (std::uint64_t walk = 0; walk < walks; ++walk) {
    if (file >= 0 && pread(file, page, sizeof page, 0) <= 0) return 1;
    const char *at = memory, *const end = memory + kBytes;
    std::uint64_t value;
    asm volatile(
        "1:\n"
        "mov (%0), %1\n"
        "add $64, %0\n"
        "cmp %2, %0\n"
        "jb 1b\n"
        : "+r"(at), "=&r"(value)
        : "r"(end)
        : "memory", "cc");
  }
  std::puts("walked");
  return 0;
}

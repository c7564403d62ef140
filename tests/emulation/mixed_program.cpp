// A program that does the same all the time, a little of everything, for the
// comparison of recordings in emulate_test.cpp: searches, counters, calls through
// a table, copies by string instructions. It calls no library while it works, so
// that its instructions are the same on every processor.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr unsigned kKeys = 1 << 17;
std::uint32_t keys[kKeys], counters[1 << 12];
char texts[1 << 16];
std::uint64_t random_state = 88172645463325252ull;

std::uint64_t draw() {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

unsigned find(std::uint32_t key) {
  unsigned low = 0, high = kKeys;
  while (low < high) {
    const unsigned middle = (low + high) / 2;
    if (keys[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void count(std::uint64_t value) {
  ++counters[value % 4096];
}
void mix(std::uint64_t value) {
  counters[value % 512] ^= static_cast<std::uint32_t>(value >> 32);
}
void copy(std::uint64_t value) {
  const char* from = texts + value % 32768;
  char* to = texts + 32768 + (value >> 20) % 32000;
  std::uint64_t bytes = 64 + value % 200;
  asm volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(bytes) : : "memory");
}
using Action = void(std::uint64_t);
Action* volatile actions[] = {count, mix, count, copy};

}  // namespace

int main(int words, char** word) {
  const std::uint64_t rounds = words > 1 ? std::strtoull(word[1], nullptr, 10) : 1'000'000;
  for (unsigned i = 0; i < kKeys; ++i) keys[i] = i * 32749u;
  std::uint64_t sum = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t value = draw();
    const unsigned place = find(static_cast<std::uint32_t>(value));
    sum += place;
    actions[(value >> 40) % 4](value);
    if (place % 3 == 0) sum ^= counters[place % 4096];
  }
  std::printf("%llx\n", static_cast<unsigned long long>(sum));
  return 0;
}

// Spends a quarter of its time in one function and three quarters in another, for
// record_test.cpp: both run the same chain of additions, of which a million take as long
// wherever they stand, in turns of milliseconds.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

template <int place>
__attribute__((noinline, aligned(4096))) std::uint64_t chain(std::uint64_t steps,
                                                             std::uint64_t value) {
  asm volatile(
      "1:\n"
      "add %2, %0\n"
      "add %2, %0\n"
      "add %2, %0\n"
      "dec %1\n"
      "jnz 1b\n"
      : "+r"(value), "+r"(steps)
      : "i"(place)
      : "cc");
  return value;
}

}  // namespace

int main(int count, char** words) {
  const int turns = count > 1 ? std::atoi(words[1]) : 500;
  std::uint64_t value = 0;
  for (int turn = 0; turn < turns; ++turn) {
    value = chain<1>(1'000'000, value);
    value = chain<2>(3'000'000, value);
  }
  std::printf("%llu\n", static_cast<unsigned long long>(value));
  return 0;
}

// A program whose library chooses by the processor: it measures and compares
// texts, for which glibc has one function for AVX2, and another without. With
// "more", it does so seven times as often; with "threads", as often, but most of
// it in two threads; with "dies", it ends by a signal.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

std::size_t measure(unsigned rounds) {
  const std::vector<char> text(20'000, 'a');
  std::vector<char> other(text);
  other.back() = 0;
  std::size_t sum = 0;
  for (unsigned i = 0; i < rounds; ++i) {
    other[i % 1000] = 'a';
    sum += std::strlen(other.data() + i % 64);
    sum += std::memchr(text.data(), 'b', text.size()) != nullptr ? 1 : 0;
  }
  return sum;
}

}  // namespace

int main(int count, char** words) {
  const std::string how = count > 1 ? words[1] : "";
  if (how == "dies") std::abort();
  if (how == "threads") {
    std::atomic<std::size_t> sum = 0;
    std::thread first([&] { sum += measure(2000); }), second([&] { sum += measure(4000); });
    first.join();
    second.join();
    std::printf("%zu\n", sum.load());
  }
  std::printf("%zu\n", measure(how == "more" ? 7000 : 1000));
  return 5;
}

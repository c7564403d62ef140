// Small programs that each lean on one part of a core: where a prediction of one of
// them is off, that part of the model is. scripts/profile-accuracy --kernels builds
// and runs them; without an argument they tell their names.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using Word = std::uint64_t;
Word result = 0;  // of everything, so that nothing is left out
Word state = 88172645463325252u;

Word draw() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}
Word step(Word x) {
  return x * 6364136223846793005u + 1442695040888963407u;
}
template <class T>
void keep(T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}
template <class T>
T* room(std::size_t count) {
  auto* memory = static_cast<T*>(std::aligned_alloc(4096, count * sizeof(T)));
  std::fill_n(memory, count, T{});
  return memory;
}

// --- Caches ------------------------------------------------------------------

/// Each load's address is what the one before found.
void chase(std::size_t bytes, Word steps) {
  struct Line {
    Line* next;
    char rest[56];
  };
  const std::size_t count = bytes / sizeof(Line);
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  for (std::size_t i = count - 1; i > 0; --i) std::swap(order[i], order[draw() % i]);
  Line* lines = room<Line>(count);
  for (std::size_t i = 0; i < count; ++i) lines[order[i]].next = &lines[order[(i + 1) % count]];
  const Line* at = lines;
  for (Word i = 0; i < steps; ++i) at = at->next;
  result += reinterpret_cast<Word>(at);
}

/// Loads from anywhere, none waits for another.
void gather(std::size_t bytes, Word steps) {
  const std::size_t count = bytes / sizeof(Word);
  const Word* words = room<Word>(count);
  Word x = 1;
  for (Word i = 0; i < steps; ++i) result += words[((x = step(x)) >> 33) & (count - 1)];
}

void update(std::size_t bytes, Word steps) {
  const std::size_t count = bytes / sizeof(Word);
  Word* words = room<Word>(count);
  Word x = 1;
  for (Word i = 0; i < steps; ++i) {
    x = step(x);
    words[(x >> 33) & (count - 1)] += x;
  }
  result += words[5];
}

void sum(std::size_t bytes, int rounds) {
  const std::size_t count = bytes / sizeof(Word);
  const Word* words = room<Word>(count);
  for (int round = 0; round < rounds; ++round) {
    Word total = 0;
    for (std::size_t i = 0; i < count; ++i) total += words[i];
    result += total;
    keep(*words);
  }
}

void every_fourth_line(std::size_t bytes, Word steps) {
  const char* memory = room<char>(bytes);
  std::size_t at = 0;
  for (Word i = 0; i < steps; ++i) {
    result += static_cast<Word>(memory[at]);
    at = at + 256 < bytes ? at + 256 : 0;
  }
}

void copy(std::size_t bytes, Word rounds) {
  std::vector<char> from(bytes + 64, 1), to(bytes + 64);
  for (Word i = 0; i < rounds; ++i) {
    std::memcpy(to.data() + (i & 15), from.data() + (i & 7), bytes);
    keep(*to.data());
  }
  result += static_cast<Word>(to[3]);
}

// --- Branches and code -------------------------------------------------------

/// Taken once in `mask` + 1 times, by chance.
void branch(Word mask, Word steps) {
  for (Word i = 0; i < steps; ++i) {
    const Word x = draw();
    if ((x & mask) == 0) {
      result += i ^ x;
    } else {
      result -= 3 * i;
    }
    keep(result);
  }
}

void interpret(Word steps) {
  std::array<unsigned char, 500> code{};
  for (auto& c : code) c = static_cast<unsigned char>(draw() % 8);
  Word a = 1, b = 2, c = 3, memory[16] = {};
  std::size_t at = 0;
  for (Word i = 0; i < steps; ++i) {
    switch (code[at]) {
      case 0:
        a += b;
        break;
      case 1:
        b ^= c;
        break;
      case 2:
        c = a - b;
        break;
      case 3:
        a *= 3;
        break;
      case 4:
        b = memory[a & 15];
        break;
      case 5:
        memory[b & 15] = c;
        break;
      case 6:
        c >>= 1;
        break;
      default:
        memory[c & 15] += a;
    }
    keep(a);
    if (++at == code.size()) at = 0;
  }
  result += a + b + c;
}

Word fibonacci(int n) {
  return n < 2 ? static_cast<Word>(n) : fibonacci(n - 1) + fibonacci(n - 2);
}

template <int N>
__attribute__((noinline)) Word piece(Word x) {
  x ^= x << (N % 13 + 1);
  x += N * 0x1234567u;
  if ((x & (1u << (N % 7))) != 0) x -= N;
  x ^= x >> (N % 11 + 1);
  x *= 2 * N + 1;
  return x + (x << 2);
}
template <int... N>
constexpr auto pieces(std::integer_sequence<int, N...>) {
  return std::array{&piece<N>...};
}
constexpr auto kPieces = pieces(std::make_integer_sequence<int, 2000>{});

/// So many different functions, one after the other.
void much_code(std::size_t count, Word calls) {
  Word x = 1;
  for (Word i = 0; i < calls; ++i) x = kPieces[i % count](x);
  result += x;
}

// --- Arithmetic --------------------------------------------------------------

void scaled_sum(std::size_t count, int rounds) {
  std::vector<double> a(count, 1), b(count, 2);
  for (int round = 0; round < rounds; ++round) {
    const double factor = round * 1e-9;
    for (std::size_t i = 0; i < count; ++i) b[i] += factor * a[i];
    keep(*b.data());
  }
  result += static_cast<Word>(b[1]);
}

void polynomial(Word steps) {
  double sum = 0, x = 0.3;
  for (Word i = 0; i < steps; ++i) {
    double y = x;
    for (const double c : {0.1, 0.2, 0.3, 0.4, 0.5}) y = y * x + c;
    x = y * 0.1 + 0.2;
    sum += y;
  }
  result += static_cast<Word>(sum);
}

void matrices(int rounds) {
  constexpr std::size_t kSize = 160;
  std::vector<double> a(kSize * kSize, 1), b(kSize * kSize, 2), c(kSize * kSize);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kSize; ++i) {
      for (std::size_t k = 0; k < kSize; ++k) {
        const double factor = a[i * kSize + k];
        for (std::size_t j = 0; j < kSize; ++j) c[i * kSize + j] += factor * b[k * kSize + j];
      }
    }
  }
  result += static_cast<Word>(c[7]);
}

void differences(int rounds) {
  std::vector<unsigned char> a(1 << 15), b(1 << 15);
  for (auto& c : a) c = static_cast<unsigned char>(draw());
  for (auto& c : b) c = static_cast<unsigned char>(draw());
  for (int round = 0; round < rounds; ++round) {
    const auto from = static_cast<std::size_t>(round % 1000);
    for (std::size_t i = 0; i < 16384; ++i) {
      result += static_cast<Word>(std::abs(a[i + from] - b[i]));
    }
  }
}

void divide(Word steps) {
  Word sum = 0;
  for (Word i = 1; i < steps; ++i) {
    sum += ~Word{0} / (i | 1);
    sum ^= static_cast<std::uint32_t>(sum) % static_cast<std::uint32_t>(i | 3);
  }
  result += sum;
}

void checksum(int rounds) {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int k = 0; k < 8; ++k)
      table[i] = (table[i] & 1) != 0 ? 0xedb88320u ^ (table[i] >> 1) : table[i] >> 1;
  }
  std::vector<unsigned char> bytes(1 << 14);
  for (auto& b : bytes) b = static_cast<unsigned char>(draw());
  std::uint32_t crc = 0;
  for (int round = 0; round < rounds; ++round) {
    for (const auto b : bytes) crc = table[(crc ^ b) & 255] ^ (crc >> 8);
  }
  result += crc;
}

// --- Structures --------------------------------------------------------------

void count_bytes(int rounds) {
  std::vector<unsigned char> bytes(1 << 16);
  for (auto& b : bytes) b = static_cast<unsigned char>(draw() % 40);
  std::array<std::uint32_t, 256> counts{};
  for (int round = 0; round < rounds; ++round) {
    for (const auto b : bytes) ++counts[b];
  }
  result += counts[3];
}

void sort(std::size_t count, int rounds) {
  std::vector<std::uint32_t> numbers(count);
  for (int round = 0; round < rounds; ++round) {
    for (auto& n : numbers) n = static_cast<std::uint32_t>(draw());
    std::sort(numbers.begin(), numbers.end());
    result += numbers[count / 2];
  }
}

void search_tree(std::size_t keys, Word steps) {
  std::map<std::uint32_t, std::uint32_t> tree;
  for (std::uint32_t i = 0; i < keys; ++i) tree[static_cast<std::uint32_t>(draw())] = i;
  for (Word i = 0; i < steps; ++i) {
    const auto found = tree.lower_bound(static_cast<std::uint32_t>(draw()));
    if (found != tree.end()) result += found->second;
  }
}

void search_table(Word keys, Word steps) {
  std::unordered_map<std::uint32_t, std::uint32_t> table;
  for (Word i = 0; i < steps; ++i) result += table[static_cast<std::uint32_t>(draw() % keys)]++;
}

void allocate(Word steps) {
  std::vector<std::unique_ptr<char[]>> blocks(1000);
  for (Word i = 0; i < steps; ++i) {
    auto& block = blocks[draw() % blocks.size()];
    block.reset(new char[16 + draw() % 500]);
    block[0] = 1;
  }
}

const std::map<std::string, std::function<void()>> kKernels{
    {"chase-l1", [] { chase(24 << 10, 250'000'000); }},
    {"chase-l2", [] { chase(384 << 10, 90'000'000); }},
    {"chase-l3", [] { chase(3 << 20, 20'000'000); }},
    {"gather-l1", [] { gather(16 << 10, 400'000'000); }},
    {"gather-l2", [] { gather(512 << 10, 300'000'000); }},
    {"gather-memory", [] { gather(128 << 20, 25'000'000); }},
    {"update-l2", [] { update(512 << 10, 250'000'000); }},
    {"sum-l2", [] { sum(512 << 10, 80'000); }},
    {"sum-l3", [] { sum(3 << 20, 12'000); }},
    {"sum-memory", [] { sum(128 << 20, 60); }},
    {"fourth-lines", [] { every_fourth_line(64 << 20, 60'000'000); }},
    {"copy-100-b", [] { copy(100, 120'000'000); }},
    {"copy-4-kb", [] { copy(4000, 12'000'000); }},
    {"branch-half", [] { branch(1, 120'000'000); }},
    {"branch-eighth", [] { branch(7, 200'000'000); }},
    {"interpret", [] { interpret(250'000'000); }},
    {"fibonacci", [] { result += fibonacci(41); }},
    {"code-100", [] { much_code(100, 60'000'000); }},
    {"code-2000", [] { much_code(2000, 40'000'000); }},
    {"scaled-sum", [] { scaled_sum(1500, 2'700'000); }},
    {"polynomial", [] { polynomial(45'000'000); }},
    {"matrices", [] { matrices(700); }},
    {"differences", [] { differences(200'000); }},
    {"divide", [] { divide(120'000'000); }},
    {"checksum", [] { checksum(12'000); }},
    {"count-bytes", [] { count_bytes(20'000); }},
    {"sort", [] { sort(1'000'000, 6); }},
    {"search-tree", [] { search_tree(100'000, 2'000'000); }},
    {"search-table", [] { search_table(30'000, 20'000'000); }},
    {"allocate", [] { allocate(25'000'000); }},
};

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    for (const auto& [name, run] : kKernels) std::puts(name.c_str());
    return 0;
  }
  const auto found = kKernels.find(words[1]);
  if (found == kKernels.end()) return 2;
  found->second();
  std::printf("%d\n", static_cast<int>(result & 1));
}

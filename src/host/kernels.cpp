#include "host/kernels.hpp"

#include <numeric>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace headroom {

void run_adds(std::uint64_t blocks) {
  std::uint64_t sum = 1, term = 3;
  for (std::uint64_t i = 0; i < blocks; ++i) {
#if defined(__x86_64__)
    asm volatile(".rept 64\n\taddq %1, %0\n\t.endr" : "+r"(sum) : "r"(term) : "cc");
#elif defined(__aarch64__)
    asm volatile(".rept 64\n\tadd %0, %0, %1\n\t.endr" : "+r"(sum) : "r"(term));
#else
    for (std::uint64_t k = 0; k < kAddsPerBlock; ++k) {
      sum += term;
      asm volatile("" : "+r"(sum));
    }
#endif
  }
  asm volatile("" : : "r"(sum));
}

void run_independent_adds(std::uint64_t blocks) {
  std::uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, term = 7;
  for (std::uint64_t i = 0; i < blocks; ++i) {
#if defined(__x86_64__)
    asm volatile(
        ".rept 10\n\taddq %6, %0\n\taddq %6, %1\n\taddq %6, %2\n\taddq %6, %3\n\taddq %6, %4\n\t"
        "addq %6, %5\n\t.endr"
        : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f)
        : "r"(term)
        : "cc");
#else
    for (std::uint64_t k = 0; k < kIndependentAddsPerBlock; k += 6) {
      for (auto* sum : {&a, &b, &c, &d, &e, &f}) {
        *sum += term;
        asm volatile("" : "+r"(*sum));
      }
    }
#endif
  }
  asm volatile("" : : "r"(a + b + c + d + e + f));
}

void link_chain(std::span<ChainLine> lines, std::mt19937_64& random) {
  constexpr std::size_t kGroup = 16 * 4096 / sizeof(ChainLine);
  const auto shuffle = [&random](std::span<std::uint32_t> numbers) {
    for (std::size_t left = numbers.size(); left > 1; --left) {
      std::swap(numbers[left - 1], numbers[random() % left]);
    }
  };
  std::vector<std::uint32_t> groups((lines.size() + kGroup - 1) / kGroup);
  std::iota(groups.begin(), groups.end(), 0u);
  shuffle(groups);
  std::vector<std::uint32_t> order;
  order.reserve(lines.size());
  for (const std::size_t first : {0u, 1u}) {  // never a line's neighbour soon after it
    for (const std::size_t group : groups) {
      const std::size_t begin = order.size();
      const std::size_t end = std::min(lines.size(), (group + 1) * kGroup);
      for (std::size_t line = group * kGroup + first; line < end; line += 2) {
        order.push_back(static_cast<std::uint32_t>(line));
      }
      shuffle(std::span(order).subspan(begin));
    }
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    lines[order[i]].next = &lines[order[i + 1 == order.size() ? 0 : i + 1]];
  }
}

ChainLine* link_pages(std::span<ChainLine> lines, std::mt19937_64& random) {
  constexpr std::size_t kPage = 4096 / sizeof(ChainLine);
  std::vector<ChainLine*> order(lines.size() / kPage);
  for (std::size_t i = 0; i < order.size(); ++i) {
    // Another line of each page, so that all sets of the caches are used alike.
    order[i] = &lines[i * kPage + (i * 37 + i / kPage) % kPage];
  }
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[random() % left]);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i]->next = order[i + 1 == order.size() ? 0 : i + 1];
  }
  return order.front();
}

const ChainLine* follow(const ChainLine* from, std::uint64_t steps) {
  constexpr std::uint64_t kUnrolled = 8;
  for (std::uint64_t i = 0; i < steps; i += kUnrolled) {
    from = from->next->next->next->next->next->next->next->next;
  }
  asm volatile("" : : "r"(from));
  return from;
}

void drop(const ChainLine* from, std::uint64_t steps) {
#if defined(__x86_64__)
  for (std::uint64_t i = 0; i < steps; ++i) {
    const ChainLine* next = from->next;
    _mm_clflush(from);
    from = next;
  }
  _mm_mfence();
#else
  (void)from, (void)steps;
#endif
}

namespace {

std::uint64_t read_words(const std::byte* from, std::size_t bytes) {
  const auto* words = reinterpret_cast<const std::uint64_t*>(from);
  std::uint64_t a = 0, b = 0, c = 0, d = 0;
  for (std::size_t i = 0; i < bytes / sizeof *words; i += 8) {
    a |= words[i] | words[i + 4];
    b |= words[i + 1] | words[i + 5];
    c |= words[i + 2] | words[i + 6];
    d |= words[i + 3] | words[i + 7];
  }
  return a | b | c | d;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) std::uint64_t read_vectors(const std::byte* from,
                                                           std::size_t bytes) {
  const auto* vectors = reinterpret_cast<const __m256i*>(from);
  __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
  for (std::size_t i = 0; i < bytes / sizeof *vectors; i += 8) {
    a = _mm256_or_si256(a, _mm256_load_si256(vectors + i));
    b = _mm256_or_si256(b, _mm256_load_si256(vectors + i + 1));
    c = _mm256_or_si256(c, _mm256_load_si256(vectors + i + 2));
    d = _mm256_or_si256(d, _mm256_load_si256(vectors + i + 3));
    a = _mm256_or_si256(a, _mm256_load_si256(vectors + i + 4));
    b = _mm256_or_si256(b, _mm256_load_si256(vectors + i + 5));
    c = _mm256_or_si256(c, _mm256_load_si256(vectors + i + 6));
    d = _mm256_or_si256(d, _mm256_load_si256(vectors + i + 7));
  }
  const __m256i all = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
  return static_cast<std::uint64_t>(_mm256_extract_epi64(all, 0) | _mm256_extract_epi64(all, 1) |
                                    _mm256_extract_epi64(all, 2) | _mm256_extract_epi64(all, 3));
}
#endif

}  // namespace

std::uint64_t read_all(const std::byte* from, std::size_t bytes) {
#if defined(__x86_64__)
  static const bool kWide = __builtin_cpu_supports("avx2") != 0;
  if (kWide) return read_vectors(from, bytes);
#endif
  return read_words(from, bytes);
}

}  // namespace headroom

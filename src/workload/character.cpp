#include "workload/character.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void Character::declare(Fields& f) {
  f.number("parallelism", parallelism, "1",
           "instructions a cycle that data dependences allow in a window of 224", 0.05, 20);
  f.number("mispredicts", mispredicts, "1",
           "mispredicted branches per 1000 instructions, Skylake's predictor", 0, 100);
  f.numbers("cache_sizes", cache_sizes_b, "B", "points of the miss curve, rising", 1024, 1e12);
  f.numbers("misses", misses, "1", "misses per 1000 instructions at those sizes", 0, 1000);
  f.number("miss_scale", miss_scale, "1", "multiplies the whole miss curve", 0.01, 100);
  f.number("memory_parallelism", memory_parallelism, "1", "misses under way together", 1, 64);
  f.number("prefetched", prefetched, "1", "share of memory accesses fetched ahead of need", 0, 1);
  f.number("shared", shared, "1", "share of the working set common to all threads", 0, 1);
  f.number("fused_share", fused_share, "1", "share of vector instructions that multiply and add", 0,
           1);
  declare_rested(f);
}

void Character::declare_rested(Fields& f) {
  f.number("written_back", written_back, "1", "lines written to memory per line read", 0, 2);
  f.number("vector_share", vector_share, "1", "share of vector instructions", 0, 1);
  f.text("vector_level", vector_level, "widest vectors used",
         {"scalar", "sse", "avx", "avx2", "avx512"});
  f.number("switching", switching, "1", "energy of an instruction relative to integer code", 0.05,
           5);
  f.text("note", note, "what the numbers come from", {}, true);
}

VectorLevel Character::level() const {
  if (vector_level == "avx512") return VectorLevel::avx512;
  if (vector_level == "avx2") return VectorLevel::avx2;
  if (vector_level == "avx") return VectorLevel::avx;
  if (vector_level == "sse") return VectorLevel::sse;
  return VectorLevel::scalar;
}

double Character::misses_at(double size_b) const {
  const auto n = std::min(cache_sizes_b.size(), misses.size());
  if (n == 0) return 0;
  if (n == 1) return std::min(misses[0] * miss_scale, 1000.0);
  // The piece of the curve in which the size lies; the end pieces go on.
  std::size_t i = 1;
  while (i + 1 < n && size_b > cache_sizes_b[i]) ++i;
  const double low = std::max(misses[i - 1], 1e-6);
  const double high = std::max(misses[i], 1e-6);
  const double slope = std::log(high / low) / std::log(cache_sizes_b[i] / cache_sizes_b[i - 1]);
  const double value =
      low * std::exp(slope * std::log(std::max(size_b, 64.0) / cache_sizes_b[i - 1]));
  return std::min(value * miss_scale, 1000.0);
}

}  // namespace headroom

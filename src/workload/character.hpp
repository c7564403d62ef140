#pragma once

#include <string>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

/// How wide the vectors of a piece of code are, and how hard it works them.
/// The order is that of the power licences of Skylake-SP.
enum class VectorLevel { scalar, sse, avx, avx2, avx512 };

/// What the instructions of a phase are like, apart from any machine.
///
/// The vocabulary of interval analysis: how many instructions could start at
/// once if only data dependences held them back, and how often each thing
/// happens that makes a core wait. Rates are per thousand instructions of the
/// program's AVX2 build, one thread. A miss curve gives misses of a fully
/// associative cache by its size; between its points it is a power law, as
/// miss curves of real programs nearly are.
struct Character {
  double parallelism = kRequired;     ///< instructions a cycle in a window of 224, no misses
  double mispredicts = kRequired;     ///< per 1000 instructions, with Skylake's predictor
  std::vector<double> cache_sizes_b;  ///< points of the miss curve, rising, from 32 KiB on
  std::vector<double> misses;         ///< per 1000 instructions, at those sizes
  double miss_scale = 1;              ///< multiplies the whole curve
  double memory_parallelism = 3;      ///< misses that can be under way together
  double prefetched = 0.3;            ///< share of memory accesses fetched ahead of need
  double written_back = 0.3;          ///< lines written to memory for each line read
  double shared = 0.5;                ///< share of the working set common to all threads
  double vector_share = 0;            ///< share of instructions that are vectors of `vector_level`
  std::string vector_level = "scalar";
  double fused_share = 0;  ///< of the vector instructions, how many multiply and add
  double switching = 1;    ///< energy of an instruction relative to plain integer code
  std::string note;        ///< what the numbers come from, in words

  void declare(Fields& f);
  VectorLevel level() const;
  /// Misses per 1000 instructions of a cache of this size (B), by the curve.
  double misses_at(double size_b) const;
};

}  // namespace headroom

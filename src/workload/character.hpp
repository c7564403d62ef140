#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

/// How wide the vectors of a piece of code are, and how hard it works them.
/// The order is that of the power licences of Skylake-SP.
enum class VectorLevel { scalar, sse, avx, avx2, avx512 };

struct Processor;

/// How one thread of known code spends its time on one processor: per instruction,
/// cycles of the core's own clock and times waited for what has its own.
struct CodeTerms {
  double base = 0;          ///< cycles: issue, dependences, fetching code, translating pages
  double branch = 0;        ///< cycles: refilling after mispredictions
  double l2 = 0;            ///< cycles
  double l3_waits = 0;      ///< times that the third cache's whole latency was waited for
  double memory_waits = 0;  ///< the same of memory, by demand
  double memory_lines = 0;  ///< lines fetched from memory, ahead of need or not
};

/// Code whose instructions are known, not only described: a recorded program.
/// Gives its terms on any processor, which then stand for the interval model's.
class KnownCode {
 public:
  virtual ~KnownCode() = default;
  /// With `threads` of it in all on the processor, and `per_core` of them on a
  /// core. Throws ModelError for a processor whose pipeline is not known.
  virtual CodeTerms on(const Processor& processor, int threads, int per_core) const = 0;
};

/// What the instructions of a phase are like, apart from any machine.
///
/// The vocabulary of interval analysis: how many instructions could start at
/// once if only data dependences held them back, and how often each thing
/// happens that makes a core wait. Rates are per thousand instructions of the
/// program's AVX2 build, one thread. A miss curve gives misses of a fully
/// associative cache by its size; between its points it is a power law, as
/// miss curves of real programs nearly are.
///
/// A character may rest on a recorded program of its kind instead: its instructions
/// then stand for the rates, which are there for people only.
struct Character {
  std::string recording;  ///< what it rests on: "blender"; "" for one that is described

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
  std::shared_ptr<const KnownCode> code;  ///< where it is known; else nothing

  void declare(Fields& f);
  /// What may be told of one that rests on a recording: the rest follows from that.
  void declare_rested(Fields& f);
  VectorLevel level() const;
  /// Misses per 1000 instructions of a cache of this size (B), by the curve.
  double misses_at(double size_b) const;
};

}  // namespace headroom

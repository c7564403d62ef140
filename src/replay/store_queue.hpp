#pragma once

#include <cstdint>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// What a core has stored and not yet, or only just, put into its first cache: where
/// loads find it, and when stores leave. Times are cycles.
class StoreQueue {
 public:
  using Cycle = std::int64_t;
  /// `in_pairs`: two stores of general registers to the same half of a line leave together.
  explicit StoreQueue(bool in_pairs);

  struct Found {
    int stores = 0;          ///< that a load takes bytes from
    bool whole = true;       ///< one store has all of them
    bool same = false;       ///< it has just these bytes
    std::uint64_t site = 0;  ///< the store instruction, among all of the program
    bool latest = false;     ///< it has not stored anything since
    bool vector = false;     ///< the data came from a vector register
    Cycle ready = 0;         ///< when the data were stored
    Cycle committed = 0;     ///< when they will be in the cache
  };
  Found find(const DataAccess& access) const;

  /// Whether a load into a general register takes its value from the store at renaming: one
  /// of the stack, or one, at `site`, that has met the same store instruction before and takes
  /// just what that stored last; bytes, and what came from vector registers, wait.
  bool renames(const Found& from, const DataAccess& access, std::uint64_t site, bool stack);

  /// A store whose data are `ready`, the last instruction retired at `retired`.
  void add(const DataAccess& access, std::uint64_t site, Cycle ready, Cycle retired,
           bool vector = false);

  /// It leaves for the first cache, not before `earliest`: in order, one a cycle, or two
  /// in a pair. One that crosses a line's end takes two cycles. When it is there.
  Cycle leave(const DataAccess& access, bool vector, Cycle earliest);

 private:
  /// Four bytes that a store has written, and all that it wrote.
  struct Word {
    std::uint64_t word = ~0ull, address = 0, number = 0, site = 0;
    unsigned bytes = 0;
    bool vector = false;
    Cycle ready = 0, committed = 0;
  };

  bool in_pairs_;
  std::vector<Word> words_;
  std::vector<std::uint64_t> pairs_;  ///< which store each load took its value from
  std::vector<std::uint64_t> last_;   ///< what each store instruction stored last: its number
  std::uint64_t seen_ = 0;
  Cycle last_left_ = 0;
  std::uint64_t half_left_ = ~0ull;  ///< of the last store that left
  bool joined_ = false;              ///< it left together with the one before
};

}  // namespace headroom

#pragma once

#include <array>
#include <cstdint>

namespace headroom::recorder {

/// The branches that led here: of each, a number that says which way it went.
class BranchPath {
 public:
  static constexpr unsigned kBranches = 256;
  void push(std::uint64_t way) { ways_[++newest_ % kBranches] = way; }
  /// Of the branch `age` before the newest.
  std::uint64_t way(unsigned age) const { return ways_[(newest_ - age) % kBranches]; }

 private:
  std::array<std::uint64_t, kBranches> ways_{};
  unsigned newest_ = kBranches;
};

/// The last `length` branches of a path as one number: their ways are the digits, in a
/// large base, modulo 2^64. Kept up to date branch by branch.
class HashedPath {
 public:
  void set(unsigned length) {
    length_ = length;
    for (unsigned i = 0; i < length; ++i) oldest_ *= kBase;
  }
  /// After the branch was pushed to the path.
  void update(const BranchPath& path) {
    value_ = value_ * kBase + path.way(0) - path.way(length_) * oldest_;
  }
  std::uint64_t value() const { return value_; }

 private:
  static constexpr std::uint64_t kBase = 0x9e3779b97f4a7c15ull;
  std::uint64_t value_ = 0, oldest_ = 1;
  unsigned length_ = 1;
};

/// Predicts where indirect jumps and calls go, in the manner of conditional
/// branches (A. Seznec, "A 64-Kbytes ITTAGE indirect branch predictor", Championship
/// Branch Prediction, 2011): the last target by address, and tagged tables that
/// are looked up with ever longer paths; the longest that matches decides.
template <unsigned kTables, unsigned kIndexBits>
class TaggedTargets {
 public:
  explicit TaggedTargets(const std::array<unsigned, kTables>& lengths) {
    for (unsigned i = 0; i < kTables; ++i) paths_[i].set(lengths[i]);
  }

  /// Predicts the branch at `address`, learns where it went, and says whether the
  /// prediction was wrong. Call remember() afterwards.
  bool misses(std::uint64_t address, std::uint64_t target) {
    std::uint32_t at[kTables], tag[kTables];
    int provider = -1, alternative = -1;
    for (unsigned i = 0; i < kTables; ++i) {
      const std::uint64_t mixed = mix(address ^ paths_[i].value());
      at[i] = static_cast<std::uint32_t>(mixed >> (64 - kIndexBits));
      tag[i] = static_cast<std::uint32_t>(mixed) & kTagMask;
      if (tables_[i][at[i]].target != 0 && tables_[i][at[i]].tag == tag[i]) {
        alternative = provider;
        provider = static_cast<int>(i);
      }
    }
    std::uint64_t& last = last_[mix(address) >> (64 - kIndexBits)];
    const std::uint64_t other =
        alternative >= 0 ? tables_[alternative][at[alternative]].target : last;
    std::uint64_t guess = last;
    if (provider >= 0) {
      Entry& entry = tables_[provider][at[provider]];
      guess = entry.sure == 0 ? other : entry.target;
      if (entry.target != other) entry.useful = entry.target == target;
      learn(entry, target);
    }
    last = target;
    const bool missed = guess != target;
    if (missed) allocate(at, tag, provider, target);
    return missed;
  }

  /// After a branch was pushed to the path.
  void remember(const BranchPath& path) {
    for (auto& hashed : paths_) hashed.update(path);
  }

 private:
  struct Entry {
    std::uint64_t target = 0;
    std::uint16_t tag = 0;
    std::uint8_t sure = 0, useful = 0;
  };
  static constexpr std::uint32_t kTagMask = (1u << 13) - 1;

  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 29)) * 0xff51afd7ed558ccdull;
    return value ^ (value >> 32);
  }

  static void learn(Entry& entry, std::uint64_t target) {
    if (entry.target == target) {
      if (entry.sure < 3) ++entry.sure;
    } else if (entry.sure > 0) {
      --entry.sure;
    } else {
      entry.target = target;
    }
  }

  /// After a miss: an entry in the next table of longer paths that has one to spare.
  void allocate(const std::uint32_t* at, const std::uint32_t* tag, int provider,
                std::uint64_t target) {
    for (auto i = static_cast<unsigned>(provider + 1); i < kTables; ++i) {
      Entry& entry = tables_[i][at[i]];
      if (entry.useful != 0) {
        entry.useful = 0;  // once
        continue;
      }
      entry = {target, static_cast<std::uint16_t>(tag[i]), 1, 0};
      return;
    }
  }

  std::array<std::uint64_t, std::size_t{1} << kIndexBits> last_{};
  std::array<std::array<Entry, std::size_t{1} << kIndexBits>, kTables> tables_{};
  std::array<HashedPath, kTables> paths_;
};

/// Where branches go that do not say so: jumps and calls by one of three sizes of
/// predictor, returns by a stack of calls.
class TargetPredictor {
 public:
  /// A conditional branch went one way or the other: part of the path.
  void pass(bool taken) { push(taken ? 1 : 2); }
  /// Bits 0, 1, 2: the small, medium, large predictor missed.
  std::uint8_t misses(std::uint64_t address, std::uint64_t target) {
    unsigned missed = small_.misses(address, target) ? 1 : 0;
    missed |= medium_.misses(address, target) ? 2 : 0;
    missed |= large_.misses(address, target) ? 4 : 0;
    push(target);
    return static_cast<std::uint8_t>(missed);
  }
  void call(std::uint64_t return_address) { stack_[top_++ % kDepth] = return_address; }
  bool return_misses(std::uint64_t target) { return stack_[--top_ % kDepth] != target; }

 private:
  static constexpr unsigned kDepth = 64;

  void push(std::uint64_t way) {
    path_.push(way);
    small_.remember(path_);
    medium_.remember(path_);
    large_.remember(path_);
  }

  BranchPath path_;
  TaggedTargets<1, 9> small_{{4}};
  TaggedTargets<3, 9> medium_{{2, 6, 16}};
  TaggedTargets<4, 10> large_{{2, 6, 18, 54}};
  std::array<std::uint64_t, kDepth> stack_{};
  unsigned top_ = kDepth;
};

}  // namespace headroom::recorder

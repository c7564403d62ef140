#pragma once

#include <array>
#include <cstdint>

namespace headroom::recorder {

/// The directions of the last branches, as a ring of bits, for predictors of
/// any length of history.
class BranchHistory {
 public:
  static constexpr unsigned kBits = 1024;
  void push(bool taken) {
    head_ = (head_ - 1) & (kBits - 1);
    bits_[head_] = taken;
  }
  /// The branch `age` before the newest.
  unsigned bit(unsigned age) const { return bits_[(head_ + age) & (kBits - 1)]; }

 private:
  std::array<std::uint8_t, kBits> bits_{};
  unsigned head_ = 0;
};

/// A history of `length` branches folded to `width` bits by exclusive or, kept
/// up to date branch by branch.
class FoldedHistory {
 public:
  void set(unsigned length, unsigned width) {
    length_ = length;
    width_ = width;
  }
  /// After the branch was pushed to the history.
  void update(const BranchHistory& history) {
    value_ = (value_ << 1) | history.bit(0);
    value_ ^= history.bit(length_) << (length_ % width_);
    value_ ^= value_ >> width_;
    value_ &= (1u << width_) - 1;
  }
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
  unsigned length_ = 1, width_ = 1;
};

/// A conditional-branch predictor of the TAGE family (A. Seznec, P. Michaud, "A
/// case for (partially) tagged geometric history length branch prediction",
/// Journal of Instruction-Level Parallelism, 2006): a base table of two-bit
/// counters, and tagged tables that are looked up with ever longer histories;
/// the longest that matches decides. Three sizes of it stand for small,
/// medium and large predictors of real cores; which of them missed a branch is
/// recorded, so that a modelled core can be given the nearest.
template <unsigned kTables, unsigned kIndexBits>
class TagePredictor {
 public:
  explicit TagePredictor(const std::array<unsigned, kTables>& lengths) {
    for (unsigned i = 0; i < kTables; ++i) {
      index_history_[i].set(lengths[i], kIndexBits);
      tag_history_[i].set(lengths[i], kTagBits);
      tag_history_too_[i].set(lengths[i], kTagBits - 1);
    }
  }

  /// Predicts the branch at `address`, learns which way it went, and says
  /// whether the prediction was wrong. Call remember() afterwards.
  bool misses(std::uint64_t address, bool taken) {
    const auto mixed = static_cast<std::uint32_t>(address ^ (address >> 17));
    std::uint32_t at[kTables], tag[kTables];
    int provider = -1, alternative = -1;
    for (unsigned i = 0; i < kTables; ++i) {
      at[i] = (mixed ^ (mixed >> (kIndexBits - i)) ^ index_history_[i].value()) & index_mask();
      tag[i] = (mixed ^ tag_history_[i].value() ^ (tag_history_too_[i].value() << 1)) & kTagMask;
      if (tables_[i][at[i]].tag == tag[i]) {
        alternative = provider;
        provider = static_cast<int>(i);
      }
    }
    auto& base = base_[mixed & (2 * index_mask() + 1)];
    const bool base_says = base >= 0;
    const bool alternative_says =
        alternative >= 0 ? tables_[alternative][at[alternative]].counter >= 0 : base_says;
    bool prediction = base_says;
    if (provider >= 0) {
      Entry& entry = tables_[provider][at[provider]];
      const bool weak = entry.counter == 0 || entry.counter == -1;
      const bool says = entry.counter >= 0;
      prediction = weak && entry.useful == 0 ? alternative_says : says;
      if (says != alternative_says) {
        if (says == taken && entry.useful < 3) ++entry.useful;
        if (says != taken && entry.useful > 0) --entry.useful;
      }
      nudge(entry.counter, taken, 3);
    } else {
      nudge(base, taken, 1);
    }
    const bool missed = prediction != taken;
    if (missed) allocate(at, tag, provider, taken);
    if ((++branches_ & 0x3ffff) == 0) forget_usefulness();
    return missed;
  }

  /// After the branch was pushed to the history.
  void remember(const BranchHistory& history) {
    for (unsigned i = 0; i < kTables; ++i) {
      index_history_[i].update(history);
      tag_history_[i].update(history);
      tag_history_too_[i].update(history);
    }
  }

 private:
  struct Entry {
    std::uint16_t tag = 0;
    std::int8_t counter = 0;
    std::uint8_t useful = 0;
  };
  /// Folds of 13 and 12 bits, beside 10 or 11 for the index: without a common
  /// measure, a long pattern's places do not look alike.
  static constexpr unsigned kTagBits = 13;
  static constexpr std::uint32_t kTagMask = (1u << kTagBits) - 1;
  static constexpr std::uint32_t index_mask() { return (1u << kIndexBits) - 1; }

  static void nudge(std::int8_t& counter, bool up, int most) {
    if (up && counter < most) ++counter;
    if (!up && counter > -most - 1) --counter;
  }

  /// After a miss: an entry in a table of longer history, if one is free.
  void allocate(const std::uint32_t* at, const std::uint32_t* tag, int provider, bool taken) {
    unsigned first = static_cast<unsigned>(provider + 1);
    if (first + 1 < kTables && (branches_ & 1) != 0) ++first;  // not always the same one
    for (unsigned i = first; i < kTables; ++i) {
      Entry& entry = tables_[i][at[i]];
      if (entry.useful != 0) continue;
      entry = {static_cast<std::uint16_t>(tag[i]), static_cast<std::int8_t>(taken ? 0 : -1), 0};
      return;
    }
    for (unsigned i = first; i < kTables; ++i) {
      if (tables_[i][at[i]].useful > 0) --tables_[i][at[i]].useful;
    }
  }

  void forget_usefulness() {
    for (auto& table : tables_) {
      for (auto& entry : table) entry.useful >>= 1;
    }
  }

  std::array<std::int8_t, std::size_t{2} << kIndexBits> base_{};
  std::array<std::array<Entry, std::size_t{1} << kIndexBits>, kTables> tables_{};
  std::array<FoldedHistory, kTables> index_history_, tag_history_, tag_history_too_;
  std::uint64_t branches_ = 0;
};

/// The three predictors and what they share.
struct Predictors {
  BranchHistory history;
  TagePredictor<2, 10> small{{4, 16}};
  TagePredictor<5, 10> medium{{4, 8, 18, 38, 80}};
  TagePredictor<10, 11> large{{4, 7, 11, 19, 31, 52, 87, 144, 240, 400}};

  /// Bits 0, 1, 2: the small, medium, large predictor missed.
  std::uint8_t misses(std::uint64_t address, bool taken) {
    unsigned missed = small.misses(address, taken) ? 1 : 0;
    missed |= medium.misses(address, taken) ? 2 : 0;
    missed |= large.misses(address, taken) ? 4 : 0;
    history.push(taken);
    small.remember(history);
    medium.remember(history);
    large.remember(history);
    return static_cast<std::uint8_t>(missed);
  }
};

}  // namespace headroom::recorder

#pragma once

#include <cstdint>

namespace headroom::emulation {

/// Says after how many instructions of a process the next snapshot begins. It
/// goes by instructions alone, so that a program that does the same again gets
/// the same snapshots: the first at the start, then with gaps that grow as the
/// run lasts, each longer or shorter by up to a quarter so as not to beat with
/// the program's own rhythm. A run of 4 billion instructions gets about 12
/// snapshots of 60 million, one of 100 billion about 40.
class SnapshotPlan {
 public:
  static constexpr std::uint64_t kFirstGap = 250'000'000;
  static constexpr unsigned kFirstMany = 12, kMany = 8;  ///< before the gap doubles

  bool due(std::uint64_t instructions) const { return instructions >= next_; }

  /// A snapshot has ended.
  void ended(std::uint64_t instructions) {
    ++count_;
    if (count_ >= kFirstMany && (count_ - kFirstMany) % kMany == 0) gap_ *= 2;
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    next_ = instructions + gap_ - gap_ / 4 + random_ % (gap_ / 2);
  }

 private:
  std::uint64_t next_ = 0, gap_ = kFirstGap;
  std::uint64_t random_ = 0x9e3779b97f4a7c15ull;
  unsigned count_ = 0;
};

}  // namespace headroom::emulation

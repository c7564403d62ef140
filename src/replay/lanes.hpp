#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace headroom {

/// What holds instructions back that pass through a core in a row: queues that
/// are full, and widths. All times are cycles.

/// A queue whose entries are freed in order, such as a reorder buffer: when the
/// next one can enter.
class OrderedQueue {
 public:
  explicit OrderedQueue(double entries)
      : entries_(std::clamp<std::size_t>(static_cast<std::size_t>(entries), 1, kRing - 1)),
        freed_(kRing) {}
  std::int64_t free_at() const {
    return count_ < entries_ ? 0 : freed_[(count_ - entries_) % kRing];
  }
  void enter(std::int64_t freed) { freed_[count_++ % kRing] = freed; }

 private:
  static constexpr std::size_t kRing = 1024;  ///< more than any window or queue
  std::size_t entries_, count_ = 0;
  std::vector<std::int64_t> freed_;
};

/// A queue whose entries are freed in any order, such as a scheduler.
class FreeQueue {
 public:
  explicit FreeQueue(double entries) : entries_(static_cast<std::size_t>(std::max(1.0, entries))) {}
  std::int64_t free_at() { return leaves_.size() < entries_ ? 0 : leaves_.top(); }
  void enter(std::int64_t now, std::int64_t leaves) {
    while (!leaves_.empty() && (leaves_.top() <= now || leaves_.size() >= entries_)) leaves_.pop();
    leaves_.push(leaves);
  }

 private:
  std::size_t entries_;
  std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> leaves_;
};

/// So many operations a cycle, in order.
class Lane {
 public:
  explicit Lane(double width) : width_(std::max(1.0, width)) {}
  /// The cycle in which the last of `count` more passes, none before `from`.
  std::int64_t pass(std::int64_t from, double count) {
    skip_to(from);
    passed_ += count;
    return static_cast<std::int64_t>(std::floor((passed_ - (count > 0 ? kLittle : 0)) / width_));
  }
  void skip_to(std::int64_t cycle) {
    passed_ = std::max(passed_, static_cast<double>(cycle) * width_);
  }
  std::int64_t now() const { return static_cast<std::int64_t>(std::floor(passed_ / width_)); }

 private:
  static constexpr double kLittle = 1e-6;
  double width_, passed_ = 0;
};

/// Where operations come from: so many a cycle, all from one line of kept code, or
/// through decoders. Parts of cycles add up from one taken branch to the next.
class FetchLane {
 public:
  explicit FetchLane(double width) : width_(std::max(1.0, width)) {}
  /// The cycle in which `count` operations of kept code come; more than fit in one come
  /// in the cycles that follow.
  std::int64_t take(double count) {
    if (used_ > 0 && used_ + count > width_) begin_cycle();
    decoded_ = false;
    for (used_ += count; used_ > width_; used_ -= width_) at_ += 1;
    return now();
  }
  /// The cycle in which something comes through decoders that need `cycles` for it.
  std::int64_t decode(double cycles) {
    const std::int64_t begun = now();
    at_ += cycles;
    used_ = 0;
    decoded_ = true;
    return std::max(begun, static_cast<std::int64_t>(std::ceil(at_ - kLittle)) - 1);
  }
  /// Nothing comes before `cycle`, which begins with all its places free.
  void skip_to(std::int64_t cycle) {
    if (cycle <= now()) return;
    at_ = static_cast<double>(cycle);
    used_ = 0;
    decoded_ = false;
  }
  /// What comes next comes in another cycle, after `cycles`, one at least.
  void end_cycle(double cycles) {
    if (decoded_) at_ = std::ceil(at_ - kLittle);
    if (used_ > 0) begin_cycle();
    at_ += std::max(0.0, cycles - 1);
  }
  std::int64_t now() const { return static_cast<std::int64_t>(std::floor(at_ + kLittle)); }

 private:
  void begin_cycle() {
    at_ += 1;
    used_ = 0;
  }
  static constexpr double kLittle = 1e-6;
  double width_, at_ = 0, used_ = 0;
  bool decoded_ = false;
};

}  // namespace headroom

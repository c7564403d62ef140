#pragma once

#include "recorder/branch_predictor.hpp"
#include "recorder/recording.hpp"
#include "recorder/target_predictor.hpp"

namespace headroom::recorder {

/// Remembers when each line or page was touched last: one number for each, no
/// tags. Two lines that share a place are taken for each other, which happens
/// to few as long as a program's footprint stays well below the table's size.
class LastTouch {
 public:
  bool reserve(unsigned bits) {
    mask_ = (1u << bits) - 1;
    times_ = static_cast<std::uint32_t*>(map_memory(sizeof(std::uint32_t) << bits));
    return times_ != nullptr;
  }
  void release() { unmap_memory(times_, (std::size_t{mask_} + 1) * sizeof *times_); }
  /// The reuse time's bucket; `now` counts from 1.
  std::uint8_t touch(std::uint64_t key, std::uint32_t now, std::uint64_t* histogram) {
    std::uint32_t& last = times_[(key ^ (key >> 22)) & mask_];
    const std::uint8_t bucket = last == 0 ? kFirstTouch : reuse_bucket(now - last);
    last = now;
    ++histogram[bucket];
    return bucket;
  }
  void set(std::uint64_t key, std::uint32_t now) { times_[(key ^ (key >> 22)) & mask_] = now; }

 private:
  std::uint32_t* times_ = nullptr;
  std::uint32_t mask_ = 0;
};

/// Reads the notes of the followed code, in order: keeps reuse times of data
/// lines, pages and code lines, lets the predictors run, and stores every
/// event of the windows.
class LogReader {
 public:
  bool prepare(const ControlPage& control);
  /// Gives all memory back; prepare() begins anew.
  void release();
  /// Reads the log up to `end`; returns where the next note goes.
  std::uint64_t* read(Recording& recording, std::uint64_t* end);
  /// Whether the snapshot has run its length.
  bool complete(const Recording& recording) const {
    return recording.header.instructions >= length_;
  }
  /// The kernel has just written there for the program, which brought those lines
  /// into the caches.
  void kernel_wrote(std::uint64_t address, std::uint64_t bytes);
  /// Ends an open window; it is dropped when it is short.
  void close_window(Recording& recording);

  const MappedArray<PartWindow>& windows() const { return windows_; }
  const MappedArray<PartBlockEvent>& events() const { return events_; }
  MappedArray<PartBlockEvent>& events() { return events_; }
  const MappedArray<PartAccess>& accesses() const { return accesses_; }

 private:
  void begin_block(Recording& recording, std::uint32_t number);
  void manage_window(Recording& recording);
  std::uint8_t end_of_previous(Recording& recording, const PartBlock& block);
  void access(Recording& recording, const AccessSite& site, std::uint64_t address);
  void repeat(Recording& recording, std::uint32_t site, const std::uint64_t* note,
              std::uint64_t count);
  std::uint64_t next_window_start() const;

  LastTouch data_, pages_, code_;
  Predictors* predictors_ = nullptr;
  TargetPredictor* targets_ = nullptr;
  MappedArray<PartWindow> windows_;
  MappedArray<PartBlockEvent> events_;
  MappedArray<PartAccess> accesses_;
  std::uint64_t length_ = 0, warm_ = 0, predictors_from_ = 0, window_ = 0, gap_ = 0;
  std::uint64_t next_window_ = 0, window_end_ = 0;
  std::uint32_t access_time_ = 0, code_time_ = 0;
  std::int64_t previous_ = -1;
  unsigned early_windows_ = 0;
  bool in_window_ = false;
};

}  // namespace headroom::recorder

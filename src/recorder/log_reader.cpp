#include "recorder/log_reader.hpp"

#include <new>

#include "recorder/present_pages.hpp"

namespace headroom::recorder {
namespace {

/// Windows before the caches are warm, for programs that soon ask the kernel
/// for what a copy may not have. They are dropped when better ones follow.
constexpr std::uint64_t kEarly[] = {100'000, 300'000, 1'000'000, 2'000'000, 4'000'000, 8'000'000};
constexpr unsigned kEarlyCount = sizeof kEarly / sizeof kEarly[0];
constexpr std::uint64_t kEarlyPredictors = 8'500'000;
constexpr std::uint64_t kRangeMost = 1 << 20;  ///< bytes of one string instruction

template <class T>
T* make_mapped() {
  void* memory = map_memory(sizeof(T));
  return memory != nullptr ? new (memory) T : nullptr;
}

}  // namespace

bool LogReader::prepare(const ControlPage& control) {
  warm_ = control.warm_instructions;
  length_ = warm_ + control.measured_instructions;
  predictors_from_ =
      warm_ - (control.predictor_instructions < warm_ ? control.predictor_instructions : warm_);
  window_ = control.window_instructions;
  gap_ = control.window_gap;
  next_window_ = next_window_start();
  predictors_ = make_mapped<Predictors>();
  targets_ = make_mapped<TargetPredictor>();
  return predictors_ != nullptr && targets_ != nullptr && data_.reserve(22) && pages_.reserve(20) &&
         code_.reserve(20) && windows_.reserve(1024) && events_.reserve(1 << 20) &&
         accesses_.reserve(1 << 21);
}

void LogReader::release() {
  unmap_memory(predictors_, sizeof *predictors_);
  unmap_memory(targets_, sizeof *targets_);
  for (LastTouch* touch : {&data_, &pages_, &code_}) touch->release();
  windows_.release();
  events_.release();
  accesses_.release();
  *this = LogReader();
}

std::uint64_t LogReader::next_window_start() const {
  if (early_windows_ < kEarlyCount && kEarly[early_windows_] < warm_) return kEarly[early_windows_];
  return warm_;
}

void LogReader::close_window(Recording& recording) {
  if (!in_window_) return;
  in_window_ = false;
  PartWindow& window = windows_.back();
  window.instructions = recording.header.instructions - window.first_instruction;
  window.events = events_.size() - window.events;
  window.accesses = accesses_.size() - window.accesses;
  if (window.instructions < window_ / 2) {
    events_.resize_down(events_.size() - window.events);
    accesses_.resize_down(accesses_.size() - window.accesses);
    windows_.resize_down(windows_.size() - 1);
  }
}

/// Called before a block is counted.
void LogReader::manage_window(Recording& recording) {
  const std::uint64_t now = recording.header.instructions;
  if (in_window_ && now >= window_end_) {
    const bool measured = windows_.back().first_instruction >= warm_;
    close_window(recording);
    if (!measured) ++early_windows_;
    next_window_ = measured ? now + gap_ : next_window_start();
  }
  if (!in_window_ && now >= next_window_) {
    const bool room =
        events_.room() > 2 * window_ && accesses_.room() > 8 * window_ + kRangeMost / 64;
    if (!room || !windows_.push({now, 0, events_.size(), accesses_.size()})) return;
    in_window_ = true;
    window_end_ = now + window_;
  }
}

/// What the branch that led to `block` says of the predictors.
std::uint8_t LogReader::end_of_previous(Recording& recording, const PartBlock& block) {
  const PartBlock& from = recording.blocks[static_cast<std::size_t>(previous_)];
  BranchCounts& counts = recording.header.branches;
  const std::uint64_t following = from.address + from.bytes;
  switch (from.end) {
    case BlockEnd::kConditional: {
      const bool taken = block.address != following;
      const std::uint8_t missed = predictors_->misses(following - 1, taken);
      targets_->pass(taken);
      ++counts.conditional;
      counts.taken += taken ? 1 : 0;
      for (unsigned i = 0; i < 3; ++i) counts.missed[i] += missed >> i & 1;
      return missed;
    }
    case BlockEnd::kIndirectJump:
    case BlockEnd::kIndirectCall: {
      if (from.end == BlockEnd::kIndirectCall) targets_->call(following);
      const std::uint8_t missed = targets_->misses(following - 1, block.address);
      ++counts.indirect;
      counts.indirect_missed += missed >> 1 & 1;
      return missed;
    }
    case BlockEnd::kCall:
      targets_->call(following);
      return 0;
    case BlockEnd::kReturn: {
      const bool missed = targets_->return_misses(block.address);
      ++counts.returns;
      counts.returns_missed += missed ? 1 : 0;
      return missed ? 8 : 0;
    }
    default:
      return 0;
  }
}

void LogReader::begin_block(Recording& recording, std::uint32_t number) {
  manage_window(recording);
  PartHeader& header = recording.header;
  const PartBlock& block = recording.blocks[number];
  std::uint8_t missed = 0;
  const bool predicts =
      header.instructions >= predictors_from_ || header.instructions < kEarlyPredictors;
  if (previous_ >= 0 && predicts) {
    missed = end_of_previous(recording, block);
    header.branches.instructions += block.instructions;
  }
  previous_ = number;
  header.instructions += block.instructions;
  ++header.block_executions;
  std::uint8_t code_reuse = 0;
  for (std::uint64_t line = block.address >> 6; line <= (block.address + block.bytes - 1) >> 6;
       ++line) {
    const std::uint8_t reuse = code_.touch(line, ++code_time_, header.code_reuse);
    if (reuse > code_reuse) code_reuse = reuse;
  }
  if (in_window_) events_.push({number, 0, missed, code_reuse});
}

void LogReader::access(Recording& recording, const AccessSite& site, std::uint64_t address) {
  ++access_time_;
  const std::uint8_t reuse = data_.touch(address >> 6, access_time_, recording.header.data_reuse);
  const std::uint8_t page = pages_.touch(address >> 12, access_time_, recording.header.page_reuse);
  if (!in_window_) return;
  const bool fresh = reuse == kFirstTouch && was_absent(address);
  const std::uint8_t shown = fresh ? kFreshTouch : reuse;
  const PartAccess made{address, site.instruction, site.kind, site.bytes, shown, page};
  if (accesses_.push(made)) ++events_.back().accesses;
}

void LogReader::kernel_wrote(std::uint64_t address, std::uint64_t bytes) {
  if (bytes > kRangeMost) bytes = kRangeMost;
  if (bytes == 0) return;
  for (std::uint64_t line = address >> 6; line <= (address + bytes - 1) >> 6; ++line) {
    data_.set(line, access_time_ + 1);
  }
}

/// A string instruction's count: the ranges that its sites began, line by line.
void LogReader::repeat(Recording& recording, std::uint32_t site, const std::uint64_t* note,
                       std::uint64_t count) {
  const AccessSite& counter = recording.sites[site];
  std::uint64_t bytes = count * counter.bytes;
  if (bytes > kRangeMost) bytes = kRangeMost;
  for (std::uint32_t back = 1; back <= 2 && back <= site; ++back) {
    AccessSite from = recording.sites[site - back];
    if ((from.kind & kRepeats) == 0 || from.instruction != counter.instruction) break;
    from.bytes = 64;
    for (std::uint64_t at = 64; at < bytes; at += 64) access(recording, from, *(note - back) + at);
  }
}

std::uint64_t* LogReader::read(Recording& recording, std::uint64_t* end) {
  std::uint64_t* note = recording.log_begin;
  while (note < end) {
    if ((*note & kBlockMark) == 0) {  // cannot be; go on to the next block
      ++note;
      continue;
    }
    const auto number = static_cast<std::uint32_t>(*note & 0x7fffffff);
    const PartBlock& block = recording.blocks[number];
    if (note + 1 + block.sites > end) {
      if (end != recording.log_end) return end;  // the program left in the middle of a block
      const auto rest = static_cast<std::size_t>(end - note);
      std::memmove(recording.log_begin, note, rest * sizeof *note);
      return recording.log_begin + rest;
    }
    begin_block(recording, number);
    ++note;
    for (std::uint32_t i = 0; i < block.sites; ++i, ++note) {
      const AccessSite& site = recording.sites[block.first_site + i];
      if (site.kind == kRepCount) {
        repeat(recording, block.first_site + i, note, *note);
      } else {
        access(recording, site, *note);
      }
    }
    recording.header.accesses = access_time_;
  }
  return recording.log_begin;
}

}  // namespace headroom::recorder

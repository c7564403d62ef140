#include "emulation/follower.hpp"

#include "recorder/part_writer.hpp"

namespace headroom::emulation {
namespace {

constexpr std::size_t kLogBytes = recorder::kLogEntries * sizeof(std::uint64_t);
constexpr std::size_t kSitesMost = std::size_t{1} << 23;  ///< as many as the table may hold

}  // namespace

bool Follower::begin(ControlPage& control, const CodeTable& code, const PartHeader& header) {
  code_ = &code;
  recording_.control = &control;
  recording_.header = header;
  recording_.blocks = code.recording().blocks;
  recording_.sites = code.recording().sites;
  recording_.code = code.recording().code;
  recording_.log_begin = static_cast<std::uint64_t*>(recorder::map_memory(kLogBytes));
  recording_.log_end = recording_.log_begin + recorder::kLogEntries;
  log_ = recording_.log_begin;
  running_ = nullptr;
  guessed_ = 0;
  repeating_ = full_ = false;
  if (log_ != nullptr && last_addresses_.reserve(kSitesMost) && reader_.prepare(control)) {
    return true;
  }
  drop();
  return false;
}

void Follower::run(const Translation& translation) {
  if (running_ != nullptr && running_->repeats_at == translation.address) {
    ++repetitions_;
    repeating_ = true;
    return;
  }
  write_notes();
  running_ = &translation;
  repetitions_ = 1;
  repeating_ = false;
  std::memset(known_, 0, translation.slots);
  if (translation.blocks == 0) full_ = true;
}

void Follower::use(const MemoryUser& user, std::uint64_t address, bool stores) {
  if (repeating_ || running_ == nullptr) return;
  // Several pieces of one operand, or its store after its load, belong together.
  const std::uint8_t wanted = stores ? kStores : kLoads;
  for (std::uint32_t i = 0; i < user.sites; ++i) {
    const AccessSite& site = recording_.sites[user.first_site + i];
    const std::uint32_t slot = user.first_slot + i;
    if (known_[slot]) {
      if (address - addresses_[slot] < site.bytes) return;
    } else if ((site.kind & wanted) != 0) {
      known_[slot] = true;
      addresses_[slot] = address;
      return;
    }
  }
}

/// Of what has run to its end.
void Follower::write_notes() {
  if (running_ == nullptr) return;
  const Translation& ran = *running_;
  if (static_cast<std::size_t>(recording_.log_end - log_) < 2 * CodeTable::kSlotsMost) {
    log_ = reader_.read(recording_, log_);
  }
  std::uint32_t slot = 0;
  for (std::uint32_t number = ran.first_block; number < ran.first_block + ran.blocks; ++number) {
    const PartBlock& block = recording_.blocks[number];
    note(recorder::kBlockMark | number);
    for (std::uint32_t at = block.first_site; at < block.first_site + block.sites; ++at) {
      if (recording_.sites[at].kind == kRepCount) {
        note(slot > 0 && known_[slot - 1] ? repetitions_ : 0);
        continue;
      }
      std::uint64_t& last = last_addresses_[at];
      if (known_[slot]) {
        last = addresses_[slot];
      } else {
        ++guessed_;
      }
      note(last);
      ++slot;
    }
  }
}

/// A part holds only the code that its windows name.
bool Follower::keep_used_blocks() {
  const Recording& all = code_->recording();
  MappedArray<std::uint32_t> fresh;  // the number of each block, one higher
  if (!fresh.reserve(all.blocks.size() + 1)) return false;
  recording_.blocks = {};
  recording_.sites = {};
  recording_.code = {};
  bool good = recording_.blocks.reserve(all.blocks.size() + 1) &&
              recording_.sites.reserve(all.sites.size() + 1) &&
              recording_.code.reserve(all.code.size() + 1);
  for (std::size_t i = 0; good && i < reader_.events().size(); ++i) {
    std::uint32_t& number = fresh[reader_.events()[i].block];
    if (number == 0) {
      PartBlock block = all.blocks[reader_.events()[i].block];
      good = recording_.sites.append(all.sites.data() + block.first_site, block.sites) &&
             recording_.code.append(all.code.data() + block.code_at, block.bytes);
      block.first_site = static_cast<std::uint32_t>(recording_.sites.size() - block.sites);
      block.code_at = static_cast<std::uint32_t>(recording_.code.size() - block.bytes);
      good = good && recording_.blocks.push(block);
      number = static_cast<std::uint32_t>(recording_.blocks.size());
    }
    reader_.events()[i].block = number - 1;
  }
  fresh.release();
  return good;
}

void Follower::end(EndReason reason, std::uint32_t number) {
  write_notes();
  log_ = reader_.read(recording_, log_);
  reader_.close_window(recording_);
  recording_.header.reason = full_ ? EndReason::kFull : reason;
  if (keep_used_blocks()) recorder::write_part(recording_, reader_, number);
  recording_.blocks.release();
  recording_.sites.release();
  recording_.code.release();
  drop();
}

void Follower::drop() {
  recorder::unmap_memory(recording_.log_begin, kLogBytes);
  recording_ = {};
  last_addresses_.release();
  reader_.release();
  running_ = nullptr;
}

}  // namespace headroom::emulation

#include "replay/store_queue.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::size_t kWords = 2048;   ///< remembered, by address
constexpr int kPairBits = 11;          ///< loads and stores remembered, by instruction
constexpr unsigned kRenamedLeast = 4;  ///< bytes: smaller loads wait for the queue

std::size_t place(std::uint64_t site) {
  return (site * 0x9e3779b97f4a7c15ull) >> (64 - kPairBits);
}

}  // namespace

StoreQueue::StoreQueue(bool in_pairs)
    : in_pairs_(in_pairs),
      words_(kWords),
      pairs_(std::size_t{1} << kPairBits),
      last_(std::size_t{1} << kPairBits) {}

StoreQueue::Found StoreQueue::find(const DataAccess& access) const {
  Found from;
  std::uint64_t last = 0, found = 0, words = 0;
  const std::uint64_t end = access.address + access.bytes;
  for (std::uint64_t number = access.address >> 2; number <= (end - 1) >> 2; ++number) {
    ++words;
    const Word& word = words_[number % kWords];
    if (word.word != number || word.address >= end || word.address + word.bytes <= access.address) {
      continue;
    }
    ++found;
    if (from.stores == 0 || word.number != last) ++from.stores;
    last = word.number;
    from.site = word.site;
    from.vector = word.vector;
    from.latest = last_[place(word.site)] == word.number;
    from.same = word.address == access.address && word.bytes == access.bytes;
    from.ready = std::max(from.ready, word.ready);
    from.committed = std::max(from.committed, word.committed);
    if (word.address > access.address || word.address + word.bytes < end) from.whole = false;
  }
  if (from.stores > 1 || found < words) from.whole = false;
  return from;
}

bool StoreQueue::renames(const Found& from, const DataAccess& access, std::uint64_t site,
                         bool stack) {
  std::uint64_t& met = pairs_[place(site)];
  const bool again = met == from.site;
  met = from.site;
  if (from.vector || access.bytes < kRenamedLeast) return false;
  return stack || (again && from.same && from.latest);
}

void StoreQueue::add(const DataAccess& access, std::uint64_t site, Cycle ready, Cycle retired,
                     bool vector) {
  // It will be in the cache when those before it are, and it has retired.
  const Cycle committed = std::max({ready + 1, last_left_ + 1, retired + 1});
  last_[place(site)] = ++seen_;
  for (std::uint64_t word = access.address >> 2; word <= (access.address + access.bytes - 1) >> 2;
       ++word) {
    words_[word % kWords] = {word,         access.address, seen_, site,
                             access.bytes, vector,         ready, committed};
  }
}

StoreQueue::Cycle StoreQueue::leave(const DataAccess& access, bool vector, Cycle earliest) {
  const std::uint64_t half = access.address >> 5;
  const bool crosses = (access.address & 63) + access.bytes > 64;
  const bool alone = vector || crosses;
  joined_ = in_pairs_ && !alone && !joined_ && half == half_left_ && earliest <= last_left_;
  half_left_ = alone ? ~0ull : half;
  last_left_ = std::max(last_left_ + (joined_ ? 0 : crosses ? 2 : 1), earliest);
  return last_left_;
}

}  // namespace headroom

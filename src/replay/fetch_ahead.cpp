#include "replay/fetch_ahead.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

using Cycle = FetchAhead::Cycle;

constexpr int kTouchedBits = 12;           ///< lines remembered, by address
constexpr std::uint64_t kLately = 128;     ///< lines used since, at most
constexpr int kReach = 3;                  ///< lines from one of a stream to its next
constexpr int kLongRun = 1 << 20;          ///< of a stream that was under way before its window
constexpr std::int64_t kStreamSpan = 600;  ///< accesses in which a stream goes on twice
constexpr double kSamePace = 4;            ///< the most by which its steps differ in accesses
constexpr int kWalkBits = 10;
constexpr int kSeen = 16;

/// The earlier of two times, of which either may be none: -1.
Cycle earlier(Cycle a, Cycle b) {
  return a < 0 ? b : b < 0 ? a : std::min(a, b);
}

}  // namespace

FetchAhead::FetchAhead(const Pipeline::LoadStore& memory, const Window& window)
    : memory_(memory),
      touched_(std::size_t{1} << kTouchedBits),
      walks_(std::size_t{1} << kWalkBits) {
  lines_.reserve(window.accesses.size());
  for (std::uint32_t i = 0; i < window.accesses.size(); ++i) {
    lines_.push_back({window.accesses[i].address >> 6, i});
  }
  std::ranges::sort(lines_);
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  lines_.erase(std::unique(lines_.begin(), lines_.end(), same), lines_.end());
}

FetchAhead::Asked FetchAhead::ask(const DataAccess& access, Cycle when, std::uint64_t site,
                                  CacheLevel level) {
  const std::uint64_t line = access.address >> 6;
  Asked asked;
  const Cycle walk = by_walk(line, when, site);
  Touched& own = touched(line);
  if (own.line == line && count_ - own.number <= kLately) {
    own.number = count_;
    if (level == CacheLevel::kFirst) return asked;
  }
  const Neighbours near = neighbours(line);
  const bool found_running = near.used == 0 && level != CacheLevel::kFirst && under_way(access);
  own = {line, ++count_, when, found_running ? kLongRun : near.run + (near.next ? 1 : 0)};
  if (level == CacheLevel::kFirst) return asked;
  const bool far = level >= CacheLevel::kThird;
  const Cycle stream = found_running ? 0 : near.used > 0 ? by_stream(own, near.direction) : -1;
  asked.second = far ? earlier(stream, block_asked_at(line)) : stream;
  // A stream goes into the first cache only where few lines are passed over. Of one that was
  // under way, the lines before the window count.
  const bool dense = near.used > 1 || (own.run >= kLongRun && own.run < kLongRun + kReach);
  if (stream >= 0 && dense) asked.first = asked.second;
  if (walk >= 0) asked.first = earlier(walk, far ? asked.second : asked.first);
  return asked;
}

/// When the stream's line so far ahead of this one, or the next that was used, was asked for.
Cycle FetchAhead::by_stream(const Touched& own, int direction) const {
  const int most = static_cast<int>(memory_.stream_lines);
  if (own.run >= kLongRun && own.run - kLongRun < most) return 0;  // before the window
  for (int k = std::min(own.run - static_cast<int>(memory_.stream_starts), most); k >= 1; --k) {
    const Touched* other = find(own.line - static_cast<std::uint64_t>(direction * k));
    if (other == nullptr) continue;
    const int since = own.run - other->run;
    if (since >= 0 && since <= k) return other->when;  // of this pass, not of one long ago
  }
  return -1;
}

/// Cores also follow each instruction by itself, and so see through many streams in one
/// page, and through steps of many lines.
Cycle FetchAhead::by_walk(std::uint64_t line, Cycle when, std::uint64_t site) {
  Walk& walk = walks_[(site * 0x9e3779b97f4a7c15ull) >> (64 - kWalkBits)];
  const auto here = static_cast<std::int64_t>(line);
  if (walk.site != site) walk = {site, here, 0, 0, 0, {when}};
  const std::int64_t step = here - walk.line;
  if (step == 0) return -1;
  walk.steps = step == walk.step ? walk.steps + 1 : 0;
  walk.step = step;
  walk.line = here;
  walk.at = (walk.at + 1) % kSeen;
  walk.seen[walk.at] = when;
  if (static_cast<double>(std::abs(step)) * 64 > memory_.stride_b) return -1;
  const int ahead = std::min({static_cast<int>(memory_.stride_lines), kSeen - 1,
                              walk.steps + 1 - static_cast<int>(memory_.stream_starts)});
  if (ahead < 1) return -1;
  return walk.seen[(walk.at + kSeen - static_cast<unsigned>(ahead)) % kSeen];
}

FetchAhead::Neighbours FetchAhead::neighbours(std::uint64_t line) const {
  Neighbours best;
  for (const int direction : {1, -1}) {
    Neighbours side{0, 0, direction, false};
    for (int k = 1; k <= kReach; ++k) {
      const Touched* other = find_lately(line - static_cast<std::uint64_t>(direction * k));
      if (other == nullptr) continue;
      ++side.used;
      side.next |= k == 1;
      side.run = std::max(side.run, other->run);
    }
    if (side.used > best.used) best = side;
  }
  return best;
}

Cycle FetchAhead::block_asked_at(std::uint64_t line) const {
  const auto lines = static_cast<std::uint64_t>(std::max(1.0, memory_.block_b / 64));
  Cycle first = -1;
  for (std::uint64_t other = line / lines * lines; other < (line / lines + 1) * lines; ++other) {
    const Touched* near = other == line ? nullptr : find_lately(other);
    if (near != nullptr && (first < 0 || near->when < first)) first = near->when;
  }
  return first;
}

/// Most streams of a window began before it did. A line whose next two neighbours are
/// used soon after it, one after the other, in a page that was used not much longer ago
/// than that, belongs to one of those.
bool FetchAhead::under_way(const DataAccess& access) const {
  if (access.page_reuse >= kFreshTouch) return false;
  const std::uint64_t line = access.address >> 6;
  const auto first_use = [this](std::uint64_t of) -> std::int64_t {
    const auto at = std::ranges::lower_bound(lines_, std::pair(of, 0u));
    return at != lines_.end() && at->first == of ? at->second : -1;
  };
  const std::int64_t here = first_use(line);
  for (const int direction : {1, -1}) {
    const std::int64_t next = first_use(line + static_cast<std::uint64_t>(direction));
    const std::int64_t second = first_use(line + static_cast<std::uint64_t>(2 * direction));
    if (next > here && second > next && second < here + kStreamSpan &&
        reuse_bucket_low(access.page_reuse) <= kSamePace * static_cast<double>(second - next)) {
      return true;
    }
  }
  return false;
}

FetchAhead::Touched& FetchAhead::touched(std::uint64_t line) {
  return touched_[(line ^ (line >> kTouchedBits)) & (touched_.size() - 1)];
}

const FetchAhead::Touched* FetchAhead::find(std::uint64_t line) const {
  const Touched& found = touched_[(line ^ (line >> kTouchedBits)) & (touched_.size() - 1)];
  return found.line == line ? &found : nullptr;
}

const FetchAhead::Touched* FetchAhead::find_lately(std::uint64_t line) const {
  const Touched* found = find(line);
  return found != nullptr && count_ - found->number <= kLately ? found : nullptr;
}

}  // namespace headroom

#include "replay/load_path.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

using Cycle = LoadPath::Cycle;

constexpr std::size_t kStreamSets = 16, kStreamWays = 4;
constexpr int kStreamSeen = 16;
constexpr std::int64_t kStreamSpan = 600;  ///< accesses in which a stream goes on twice
constexpr std::int64_t kStreamStep = 3;    ///< lines from one access of a stream to its next
constexpr std::int64_t kWalkLines = 32;    ///< the longest step of one instruction, 2 KiB
constexpr int kWalkBits = 10;
constexpr Cycle kPrefetchedCycles = 2;  ///< beyond the first cache's, if it was asked in time

std::size_t set_of(std::uint64_t page) {
  return static_cast<std::size_t>((page * 0x9e3779b97f4a7c15ull) >> 60);
}

Cycle whole(double cycles) {
  return static_cast<Cycle>(std::lround(cycles));
}

}  // namespace

LoadPath::LoadPath(const CoreSetup& core, const HitChances& chances, const Window& window,
                   std::uint64_t seed)
    : core_(core),
      chances_(chances),
      seed_(seed),
      unseen_(chances.unseen_in(window)),
      fills_(4096),
      streams_(kStreamSets * kStreamWays),
      walks_(std::size_t{1} << kWalkBits),
      buffers_(core.fill_buffers),
      walkers_(core.pipeline.pages.walkers),
      looked_up_(core.pipeline.pages.second_every),
      from_l2_(core.l2_line_cycles),
      from_l3_(core.l3_line_cycles),
      from_memory_(core.memory_line_cycles) {
  lines_.reserve(window.accesses.size());
  for (std::uint32_t i = 0; i < window.accesses.size(); ++i) {
    lines_.push_back({window.accesses[i].address >> 6, i});
  }
  std::ranges::sort(lines_);
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  lines_.erase(std::unique(lines_.begin(), lines_.end(), same), lines_.end());
}

/// Most streams of a window began before it did. A line whose next two neighbours are
/// used soon after it, one after the other, in a page that was in use before, belongs to
/// one of those.
int LoadPath::under_way(const DataAccess& access) const {
  if (access.page_reuse == kFirstTouch) return 0;
  const std::uint64_t line = access.address >> 6;
  const auto first_use = [this](std::uint64_t of) -> std::int64_t {
    const auto at = std::ranges::lower_bound(lines_, std::pair(of, 0u));
    return at != lines_.end() && at->first == of ? at->second : -1;
  };
  const std::int64_t here = first_use(line);
  for (const int direction : {1, -1}) {
    const std::int64_t next = first_use(line + static_cast<std::uint64_t>(direction));
    const std::int64_t second = first_use(line + static_cast<std::uint64_t>(2 * direction));
    if (next > here && second > next && second < here + kStreamSpan) return direction;
  }
  return 0;
}

/// Cycles that finding the page takes: none in the first buffer, some in the second,
/// which looks up one page every few cycles, and else a walk, for which a walker must
/// be free.
Cycle LoadPath::translate(const DataAccess& access, std::uint64_t number, Cycle when) {
  const double draw = chance_draw(seed_ ^ 0x5bd1e995, number);
  if (draw < chances_.pages_first[access.page_reuse]) return 0;
  const auto& pages = core_.pipeline.pages;
  const double looked_up = looked_up_.take(static_cast<double>(when)) + pages.second_cycles;
  if (draw < chances_.pages_second[access.page_reuse]) return whole(looked_up) - when;
  const Cycle begins = walkers_.free_at(whole(looked_up));
  const Cycle found = begins + whole(pages.walk_cycles);
  walkers_.hold(begins, found);
  return found - when;
}

CacheLevel LoadPath::level_of(const DataAccess& access, std::uint64_t number) const {
  if (access.reuse == kFreshTouch) return CacheLevel::kSecond;
  const double draw = chance_draw(seed_, number);
  if (access.reuse == kFirstTouch) {
    const bool filled = chance_draw(seed_ ^ 0x27d4eb2f, access.address >> 12) < chances_.fresh;
    if (filled || draw < unseen_.l2) return CacheLevel::kSecond;
    return draw < unseen_.l3 ? CacheLevel::kThird : CacheLevel::kMemory;
  }
  if (draw < chances_.l1[access.reuse]) return CacheLevel::kFirst;
  if (draw < chances_.l2[access.reuse]) return CacheLevel::kSecond;
  return draw < chances_.l3[access.reuse] ? CacheLevel::kThird : CacheLevel::kMemory;
}

LoadPath::Stream* LoadPath::stream_of(std::uint64_t page) {
  const auto set = streams_.begin() + static_cast<std::ptrdiff_t>(set_of(page) * kStreamWays);
  const auto found = std::find_if(set, set + kStreamWays,
                                  [page](const Stream& stream) { return stream.page == page; });
  return found == set + kStreamWays ? nullptr : &*found;
}

LoadPath::Stream& LoadPath::oldest_stream(std::uint64_t page) {
  const auto set = streams_.begin() + static_cast<std::ptrdiff_t>(set_of(page) * kStreamWays);
  return *std::min_element(set, set + kStreamWays,
                           [](const Stream& a, const Stream& b) { return a.used < b.used; });
}

Cycle LoadPath::asked_ahead(const DataAccess& access, Cycle when, std::uint64_t site) {
  const Cycle stream = by_stream(access, when);
  const Cycle walk = by_walk(access, when, site);
  return stream < 0 ? walk : walk < 0 ? stream : std::min(stream, walk);
}

/// Cores also follow each instruction by itself, and so see through many streams in one
/// page, and through steps of several lines.
Cycle LoadPath::by_walk(const DataAccess& access, Cycle when, std::uint64_t site) {
  Walk& walk = walks_[(site * 0x9e3779b97f4a7c15ull) >> (64 - kWalkBits)];
  const auto line = static_cast<std::int64_t>(access.address >> 6);
  if (walk.site != site) walk = {site, line, 0, 0, 0, {}};
  const std::int64_t step = line - walk.line;
  if (step == 0) return -1;
  walk.steps = step == walk.step ? walk.steps + 1 : 0;
  walk.step = step;
  walk.line = line;
  walk.at = (walk.at + 1) % kStreamSeen;
  walk.seen[walk.at] = when;
  if (walk.steps < 2 || std::abs(step) > kWalkLines) return -1;
  const int most =
      std::abs(step) <= kStreamStep ? static_cast<int>(core_.pipeline.memory.stream_lines) : 2;
  const int ahead = std::min({most, walk.steps - 1, kStreamSeen - 1});
  return walk.seen[(walk.at + kStreamSeen - static_cast<unsigned>(ahead)) % kStreamSeen];
}

Cycle LoadPath::by_stream(const DataAccess& access, Cycle when) {
  const std::uint64_t line = access.address >> 6;
  const std::uint64_t page = line >> 6;
  const auto at = static_cast<std::int64_t>(line);
  Stream* known = stream_of(page);
  Stream& stream = known != nullptr ? *known : oldest_stream(page);
  stream.used = ++stream_time_;
  if (known == nullptr) {
    // A stream that leaves a page goes on in the next, where its direction is known.
    const Stream* before = stream_of(page - 1);
    const Stream* behind = stream_of(page + 1);
    Stream fresh;
    fresh.line = at;
    if (before != nullptr && before->direction > 0 && before->steps >= 2 && (line & 63) < 2) {
      fresh = *before;
    } else if (behind != nullptr && behind->direction < 0 && behind->steps >= 2 &&
               (line & 63) > 61) {
      fresh = *behind;
    }
    fresh.page = page;
    fresh.used = stream_time_;
    stream = fresh;
    if (stream.steps == 0) {
      stream.seen[0] = when;
      const int direction = under_way(access);
      if (direction == 0) return -1;
      stream.direction = direction;
      stream.steps = static_cast<int>(core_.pipeline.memory.stream_lines) + 1;
      return 0;
    }
  }
  const std::int64_t step = at - stream.line;
  if (step == 0) return -1;
  const int direction = step > 0 ? 1 : -1;
  const bool goes_on =
      std::abs(step) <= kStreamStep && (stream.steps == 0 || direction == stream.direction);
  if (!goes_on) {
    // One line out of order does not end a stream; a second does.
    if (stream.steps > 0) --stream.steps;
    if (stream.steps == 0) stream.line = at;
    return -1;
  }
  stream.direction = direction;
  stream.line = at;
  stream.steps = std::min(stream.steps + 1, 64);
  const int ahead = std::min(
      {static_cast<int>(core_.pipeline.memory.stream_lines), stream.steps - 1, kStreamSeen - 1});
  stream.at = (stream.at + 1) % kStreamSeen;
  stream.seen[stream.at] = when;
  if (ahead < 1) return -1;
  return stream.seen[(stream.at + kStreamSeen - static_cast<unsigned>(ahead)) % kStreamSeen];
}

/// When a line that was asked for arrives in the second cache, or from it.
Cycle LoadPath::deliver(CacheLevel level, Cycle asked) {
  const auto since = static_cast<double>(asked);
  if (level == CacheLevel::kSecond) return whole(from_l2_.take(since) + core_.l2_cycles);
  if (level == CacheLevel::kThird) return whole(from_l3_.take(since) + core_.l3_cycles);
  return whole(from_memory_.take(since) + core_.memory_cycles);
}

LoadPath::Answer LoadPath::access(const DataAccess& access, std::uint64_t number, Cycle when,
                                  std::uint64_t site) {
  Answer answer;
  const auto l1 = whole(core_.pipeline.memory.l1_cycles);
  answer.page_cycles = translate(access, number, when);
  const Cycle found = when + answer.page_cycles;
  const std::uint64_t line = access.address >> 6;
  Fill& fill = fill_of(line);
  if (fill.line == line) {  // fetched a moment ago, perhaps still under way
    answer.ready = std::max(found + l1, fill.arrives);
    asked_ahead(access, found, site);
    return answer;
  }
  answer.level = level_of(access, number);
  const Cycle ahead = asked_ahead(access, found, site);
  if (answer.level == CacheLevel::kFirst) {
    answer.ready = found + l1;
    return answer;
  }
  ++l1_misses;
  if (answer.level >= CacheLevel::kThird) ++l2_misses;
  if (answer.level == CacheLevel::kMemory) ++l3_misses;
  if (ahead >= 0) {
    ++fetched_ahead;
    answer.ahead = true;
    const Cycle arrives = deliver(answer.level, std::min(ahead, found));
    answer.ready = std::max(found + l1 + kPrefetchedCycles, arrives);
  } else {
    const Cycle begins = buffers_.free_at(found);
    answer.ready = std::max(found + l1, deliver(answer.level, begins));
    buffers_.hold(begins, answer.ready);
  }
  fill = {line, answer.ready};
  return answer;
}

}  // namespace headroom

#include "replay/load_path.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

using Cycle = LoadPath::Cycle;

Cycle whole(double cycles) {
  return static_cast<Cycle>(std::lround(cycles));
}

}  // namespace

LoadPath::LoadPath(const CoreSetup& core, const HitChances& chances, const Window& window,
                   std::uint64_t seed)
    : core_(core),
      chances_(chances),
      seed_(seed),
      ahead_(core.pipeline.memory, window),
      unseen_(chances.unseen_in(window)),
      fills_(4096),
      buffers_(core.fill_buffers),
      walkers_(core.pipeline.pages.walkers),
      looked_up_(core.pipeline.pages.second_every),
      from_l2_(core.l2_line_cycles),
      from_l3_(core.l3_line_cycles),
      from_memory_(core.memory_line_cycles) {
  for (const auto& access : window.accesses) {
    if ((access.kind & kStores) != 0) written_.push_back(access.address >> 6);
  }
  std::ranges::sort(written_);
  written_.erase(std::unique(written_.begin(), written_.end()), written_.end());
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

/// When a line that was asked for arrives in the second cache, or from it.
Cycle LoadPath::deliver(CacheLevel level, Cycle asked) {
  const auto since = static_cast<double>(asked);
  if (level == CacheLevel::kSecond) return whole(from_l2_.take(since) + core_.l2_cycles);
  if (level == CacheLevel::kThird) return whole(from_l3_.take(since) + core_.l3_cycles);
  return whole(from_memory_.take(since) + core_.memory_cycles);
}

void LoadPath::drive_out(std::uint64_t line, Cycle when, bool ahead) {
  const auto& memory = core_.pipeline.memory;
  const double cycles = ahead ? memory.written_stream_cycles : memory.written_cycles;
  if (cycles > 0 && std::ranges::binary_search(written_, line)) {
    from_l2_.take(static_cast<double>(when), cycles);
  }
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
    ahead_.ask(access, found, site, CacheLevel::kFirst);
    return answer;
  }
  answer.level = level_of(access, number);
  const FetchAhead::Asked ahead = ahead_.ask(access, found, site, answer.level);
  if (answer.level == CacheLevel::kFirst) {
    answer.ready = found + l1;
    return answer;
  }
  ++l1_misses;
  if (answer.level >= CacheLevel::kThird) ++l2_misses;
  if (answer.level == CacheLevel::kMemory) ++l3_misses;
  answer.ahead = ahead.first >= 0 || (ahead.second >= 0 && answer.level >= CacheLevel::kThird);
  if (answer.ahead) ++fetched_ahead;
  if (ahead.first >= 0) {
    answer.ready = std::max(found + l1, deliver(answer.level, std::min(ahead.first, found)));
  } else {
    const Cycle begins = buffers_.free_at(found);
    answer.ready = std::max(found + l1, answer.ahead ? begins + whole(core_.l2_cycles) : 0);
    answer.ready =
        std::max(answer.ready,
                 deliver(answer.level, answer.ahead ? std::min(ahead.second, begins) : begins));
    buffers_.hold(begins, answer.ready);
  }
  drive_out(line, answer.ready, answer.ahead);
  fill = {line, answer.ready};
  return answer;
}

}  // namespace headroom

#include "profile/code_regions.hpp"

#include <algorithm>
#include <numeric>

namespace headroom {
namespace {

constexpr std::size_t kTicksLeast = 12;        ///< in a region: to about 30 %
constexpr double kInstructionsLeast = 30'000;  ///< likewise, in windows: three of them
constexpr double kShareLeast = 0.01;           ///< of all window instructions
constexpr std::uint64_t kGapLeast = 16;        ///< bytes; not in the middle of a loop

/// A block that windows have met.
struct Met {
  std::size_t block = 0;
  std::uint64_t address = 0, end = 0;
  double instructions = 0;  ///< in all windows
};

std::vector<Met> met_blocks(const Profile& profile) {
  std::vector<double> instructions(profile.blocks.size());
  for (const auto& snapshot : profile.snapshots) {
    for (const auto& window : snapshot.windows) {
      for (const auto& event : window.events) {
        instructions[event.block] += profile.blocks[event.block].instructions;
      }
    }
  }
  std::vector<Met> met;
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    const auto& block = profile.blocks[i];
    if (instructions[i] > 0) {
      met.push_back({i, block.address, block.address + block.code.size(), instructions[i]});
    }
  }
  std::ranges::sort(met, {}, [](const Met& m) { return std::pair(m.address, m.block); });
  return met;
}

/// The blocks and ticks of a range of addresses, as ranges of their sorted lists.
struct Range {
  std::size_t first_block = 0, blocks_end = 0;
  std::size_t first_tick = 0, ticks_end = 0;
  std::size_t ticks() const { return ticks_end - first_tick; }
};

class Cutter {
 public:
  Cutter(std::vector<Met> met, std::vector<Tick> ticks)
      : met_(std::move(met)), ticks_(std::move(ticks)), before_(met_.size() + 1) {
    for (std::size_t i = 0; i < met_.size(); ++i)
      before_[i + 1] = before_[i] + met_[i].instructions;
    least_ = std::max(kInstructionsLeast, kShareLeast * before_.back());
  }

  /// The widest cuts first, in all ranges, until none is left to be made.
  std::vector<Range> cut() {
    std::vector<Range> regions{{0, met_.size(), 0, ticks_.size()}};
    for (std::size_t i = 0; i < regions.size();) {
      const std::size_t at = regions.size() < kRegionsMost ? widest(regions[i]) : 0;
      if (at == 0) {
        ++i;
        continue;
      }
      const std::size_t tick = tick_of(at);
      const Range second{at, regions[i].blocks_end, tick, regions[i].ticks_end};
      regions[i].blocks_end = at;
      regions[i].ticks_end = tick;
      regions.push_back(second);
    }
    return regions;
  }

  const std::vector<Met>& met() const { return met_; }
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  double instructions(std::size_t first, std::size_t end) const {
    return before_[end] - before_[first];
  }

  std::size_t tick_of(std::size_t block) const {
    const auto at = std::ranges::lower_bound(ticks_, met_[block].address, {}, &Tick::address);
    return static_cast<std::size_t>(at - ticks_.begin());
  }

  /// The block before which to cut; 0: nowhere.
  std::size_t widest(const Range& range) const {
    std::size_t best = 0;
    std::uint64_t best_gap = 0, reached = 0;
    for (std::size_t i = range.first_block; i < range.blocks_end; ++i) {
      const std::uint64_t gap = met_[i].address > reached ? met_[i].address - reached : 0;
      reached = std::max(reached, met_[i].end);
      if (i == range.first_block || gap < std::max(kGapLeast, best_gap)) continue;
      if (instructions(range.first_block, i) < least_ ||
          instructions(i, range.blocks_end) < least_) {
        continue;
      }
      const std::size_t tick = tick_of(i);
      if (tick - range.first_tick < kTicksLeast || range.ticks_end - tick < kTicksLeast) continue;
      best = i;
      best_gap = gap;
    }
    return best;
  }

  std::vector<Met> met_;
  std::vector<Tick> ticks_;
  std::vector<double> before_;  ///< instructions of all blocks before one
  double least_ = 0;
};

}  // namespace

void find_regions(Profile& profile, std::span<const Tick> ticks) {
  profile.region_s.clear();
  profile.ticks = 0;
  std::vector<Tick> sorted(ticks.begin(), ticks.end());
  std::ranges::sort(sorted, {}, &Tick::address);
  Cutter cutter(met_blocks(profile), std::move(sorted));
  const auto regions = cutter.cut();
  if (regions.size() < 2) return;
  profile.ticks = static_cast<std::uint32_t>(cutter.ticks().size());
  for (std::size_t r = 0; r < regions.size(); ++r) {
    double time_s = 0;
    for (std::size_t i = regions[r].first_tick; i < regions[r].ticks_end; ++i) {
      time_s += static_cast<double>(cutter.ticks()[i].cpu_ns) * 1e-9;
    }
    profile.region_s.push_back(time_s);
    for (std::size_t i = regions[r].first_block; i < regions[r].blocks_end; ++i) {
      profile.blocks[cutter.met()[i].block].region = static_cast<std::uint8_t>(r);
    }
  }
}

}  // namespace headroom

#include "replay/profile_replay.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kLeastInstructions = 1000;  ///< fewer say nothing of a snapshot
constexpr double kFirstGuess = 1;            ///< cycles from one access to the next
constexpr int kRounds = 2;
constexpr std::size_t kSomeWindows = 4;  ///< one of so many, for the pace
constexpr double kLeastCovered = 1e-3;   ///< s; the first snapshot stands for little

ReplayCounts scaled(ReplayCounts counts, double by) {
  return counts *= by;
}

RegionCounts sum_of(const std::vector<RegionCounts>& windows, std::size_t regions) {
  RegionCounts sum(regions);
  for (const auto& window : windows) {
    for (std::size_t r = 0; r < regions; ++r) sum[r] += window[r];
  }
  return sum;
}

ReplayCounts all_of(const RegionCounts& regions) {
  return weighted(regions, RegionFactors(regions.size(), 1.0));
}

/// The same fortune for a window whether others are left out or not.
std::uint64_t seed_of(std::size_t snapshot, const Window& window) {
  return snapshot * 1'000'000'007 + window.first_instruction;
}

double noise_of(const std::vector<RegionCounts>& windows, const RegionFactors& factors) {
  std::vector<ReplayCounts> together;
  for (const auto& window : windows) together.push_back(weighted(window, factors));
  return ratio_noise(together);
}

}  // namespace

double ratio_noise(const std::vector<ReplayCounts>& windows) {
  ReplayCounts sum;
  for (const auto& window : windows) sum += window;
  const auto count = static_cast<double>(windows.size());
  if (windows.size() < 2 || sum.instructions <= 0 || sum.cycles <= 0) return 0;
  const double cpi = sum.cycles / sum.instructions;
  double squares = 0;
  for (const auto& w : windows) squares += std::pow(w.cycles - cpi * w.instructions, 2);
  return squares * count / (count - 1) / (sum.cycles * sum.cycles);
}

ProfileReplay::ProfileReplay(const Profile& profile)
    : profile_(profile),
      blocks_(decode_blocks(profile)),
      regions_(std::max<std::size_t>(1, profile.region_s.size())) {
  for (const auto& snapshot : profile.snapshots) windows_ += snapshot.windows.size();
}

std::vector<std::vector<RegionCounts>> ProfileReplay::windows_on(const CoreSetup& core) const {
  const auto& snapshots = profile_.snapshots;
  const RunMemory memory = run_memory(profile_);
  const CodeLayout layout = code_layout(blocks_, core.pipeline.front);
  std::vector<std::vector<RegionCounts>> found(snapshots.size());
  // How long lines stay beside those of others depends on the pace, which is the result:
  // a few windows say it first.
  const auto replay = [&](std::size_t i, double cycles_per_access, std::size_t every) {
    const auto& windows = snapshots[i].windows;
    const HitChances chances = hit_chances(snapshots[i], core, memory, cycles_per_access, layout);
    std::vector<RegionCounts> counts;
    for (std::size_t w = 0; w < windows.size(); w += every) {
      counts.push_back(
          replay_regions(windows[w], blocks_, chances, core, seed_of(i, windows[w]), regions_));
    }
    return counts;
  };
  // Alone: who waits here takes up no other work of the program, which may be to wait
  // for this very replay.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, snapshots.size(), [&](std::size_t i) {
      double cycles_per_access = kFirstGuess;
      for (int round = 0; round < kRounds && core.l3_others_per_cycle > 0; ++round) {
        const ReplayCounts some =
            all_of(sum_of(replay(i, cycles_per_access, kSomeWindows), regions_));
        if (some.instructions <= 0) break;
        const auto& s = snapshots[i];
        const double accesses = static_cast<double>(s.accesses) /
                                static_cast<double>(std::max<std::uint64_t>(1, s.instructions));
        cycles_per_access = some.cycles / some.instructions / std::max(0.01, accesses);
      }
      found[i] = replay(i, cycles_per_access, 1);
    });
  });
  return found;
}

CoreReplay ProfileReplay::on(const CoreSetup& core, const RegionFactors& factors) const {
  const auto windows = windows_on(core);
  CoreReplay result;
  double covered = 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    SnapshotReplay s;
    s.index = i;
    s.regions = sum_of(windows[i], regions_);
    const ReplayCounts all = all_of(s.regions);
    if (all.instructions < kLeastInstructions) continue;
    const double time_s = std::max(kLeastCovered, profile_.snapshots[i].covered_s);
    s.weight = time_s / all.cycles;
    covered += time_s;
    result.snapshots.push_back(std::move(s));
  }
  for (auto& s : result.snapshots) s.weight /= covered;
  result.factors = factors.empty() ? region_factors(profile_.region_s, result.snapshots) : factors;
  double ipc = 0, plain_ipc = 0;
  ReplayCounts sum;
  for (auto& s : result.snapshots) {
    s.counts = weighted(s.regions, result.factors);
    s.share = s.weight * s.counts.cycles;
    s.noise = noise_of(windows[s.index], result.factors);
    ipc += s.share * s.ipc();
    plain_ipc += s.share / s.cpi();
    sum += scaled(s.counts, s.weight);
  }
  if (ipc <= 0) return result;
  result.mean = scaled(sum, 1 / sum.instructions);
  result.cpi = 1 / plain_ipc;
  result.unanchored_cpi = 1 / ipc;
  result.error = weighted_error(result.snapshots, result.snapshots, result.factors,
                                &ReplayCounts::instructions, &ReplayCounts::cycles, profile_.ticks);
  return result;
}

}  // namespace headroom

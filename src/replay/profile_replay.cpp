#include "replay/profile_replay.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kLeastInstructions = 1000;  ///< fewer say nothing of a snapshot
constexpr double kLeastCovered = 1e-3;       ///< s; the first snapshot stands for little

ReplayCounts scaled(ReplayCounts counts, double by) {
  return counts *= by;
}

/// Standard error of the instructions a cycle, from how they scatter among snapshots.
double scatter(const std::vector<SnapshotReplay>& snapshots, double ipc) {
  double squares = 0;
  for (const auto& s : snapshots) squares += std::pow(s.share * (1 / s.cpi() - ipc), 2);
  return snapshots.size() < 2 ? 0.5 : std::sqrt(squares) / ipc;
}

}  // namespace

ProfileReplay::ProfileReplay(const Profile& profile)
    : profile_(profile), blocks_(decode_blocks(profile)) {
  for (const auto& snapshot : profile.snapshots) windows_ += snapshot.windows.size();
}

CoreReplay ProfileReplay::on(const CoreSetup& core) const {
  const auto& snapshots = profile_.snapshots;
  const RunMemory memory = run_memory(profile_);
  std::vector<ReplayCounts> counts(snapshots.size());
  // Alone: who waits here takes up no other work of the program, which may be to wait
  // for this very replay.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, snapshots.size(), [&](std::size_t i) {
      const HitChances chances = hit_chances(snapshots[i], core, memory);
      for (std::size_t w = 0; w < snapshots[i].windows.size(); ++w) {
        counts[i] +=
            replay_window(snapshots[i].windows[w], blocks_, chances, core, i * 100'003 + w);
      }
    });
  });
  CoreReplay result;
  double covered = 0;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    if (counts[i].instructions < kLeastInstructions) continue;
    SnapshotReplay s;
    s.index = i;
    s.share = std::max(kLeastCovered, snapshots[i].covered_s);
    s.counts = counts[i];
    covered += s.share;
    result.snapshots.push_back(s);
  }
  double ipc = 0;
  ReplayCounts sum;
  for (auto& s : result.snapshots) {
    s.share /= covered;
    ipc += s.share / s.cpi();
    sum += scaled(s.counts, s.share / s.counts.cycles);
  }
  if (ipc <= 0) return result;
  result.mean = scaled(sum, 1 / sum.instructions);
  result.cpi = 1 / ipc;
  result.error = scatter(result.snapshots, ipc);
  return result;
}

}  // namespace headroom

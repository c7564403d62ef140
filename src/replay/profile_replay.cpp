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

/// Standard error of the instructions a cycle, from how they scatter among snapshots.
double scatter(const std::vector<SnapshotReplay>& snapshots, double ipc) {
  double squares = 0;
  for (const auto& s : snapshots) squares += std::pow(s.share * (s.ipc() - ipc), 2);
  return snapshots.size() < 2 ? 0.5 : std::sqrt(squares) / ipc;
}

ReplayCounts sum_of(const std::vector<ReplayCounts>& windows) {
  ReplayCounts sum;
  for (const auto& window : windows) sum += window;
  return sum;
}

}  // namespace

double ratio_noise(const std::vector<ReplayCounts>& windows) {
  const ReplayCounts sum = sum_of(windows);
  const auto count = static_cast<double>(windows.size());
  if (windows.size() < 2 || sum.instructions <= 0 || sum.cycles <= 0) return 0;
  const double cpi = sum.cycles / sum.instructions;
  double squares = 0;
  for (const auto& w : windows) squares += std::pow(w.cycles - cpi * w.instructions, 2);
  return squares * count / (count - 1) / (sum.cycles * sum.cycles);
}

ProfileReplay::ProfileReplay(const Profile& profile)
    : profile_(profile), blocks_(decode_blocks(profile)) {
  for (const auto& snapshot : profile.snapshots) windows_ += snapshot.windows.size();
}

CoreReplay ProfileReplay::on(const CoreSetup& core) const {
  const auto& snapshots = profile_.snapshots;
  const RunMemory memory = run_memory(profile_);
  std::vector<ReplayCounts> counts(snapshots.size());
  std::vector<double> noise(snapshots.size());
  // How long lines stay beside those of others depends on the pace, which is the result:
  // a few windows say it first.
  const auto replay = [&](std::size_t i, double cycles_per_access, std::size_t every) {
    const auto& windows = snapshots[i].windows;
    const HitChances chances = hit_chances(snapshots[i], core, memory, cycles_per_access);
    std::vector<ReplayCounts> found;
    for (std::size_t w = 0; w < windows.size(); w += every) {
      found.push_back(replay_window(windows[w], blocks_, chances, core, i * 100'003 + w));
    }
    return found;
  };
  // Alone: who waits here takes up no other work of the program, which may be to wait
  // for this very replay.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, snapshots.size(), [&](std::size_t i) {
      double cycles_per_access = kFirstGuess;
      for (int round = 0; round < kRounds && core.l3_others_per_cycle > 0; ++round) {
        const ReplayCounts some = sum_of(replay(i, cycles_per_access, kSomeWindows));
        if (some.instructions <= 0) break;
        const auto& s = snapshots[i];
        const double accesses = static_cast<double>(s.accesses) /
                                static_cast<double>(std::max<std::uint64_t>(1, s.instructions));
        cycles_per_access = some.cycles / some.instructions / std::max(0.01, accesses);
      }
      const std::vector<ReplayCounts> windows = replay(i, cycles_per_access, 1);
      counts[i] = sum_of(windows);
      noise[i] = ratio_noise(windows);
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
    s.noise = noise[i];
    covered += s.share;
    result.snapshots.push_back(s);
  }
  double ipc = 0, plain_ipc = 0;
  ReplayCounts sum;
  for (auto& s : result.snapshots) {
    s.share /= covered;
    ipc += s.share * s.ipc();
    plain_ipc += s.share / s.cpi();
    sum += scaled(s.counts, s.share / s.counts.cycles);
  }
  if (ipc <= 0) return result;
  result.mean = scaled(sum, 1 / sum.instructions);
  result.cpi = 1 / plain_ipc;
  result.unanchored_cpi = 1 / ipc;
  result.error = scatter(result.snapshots, ipc);
  return result;
}

}  // namespace headroom

#pragma once

#include <memory>
#include <vector>

#include "replay/window_replay.hpp"

namespace headroom {

/// What a core makes of one snapshot of a profile.
struct SnapshotReplay {
  std::size_t index = 0;  ///< in Profile::snapshots
  double share = 0;  ///< of the CPU time that all snapshots stand for, on the recording machine
  ReplayCounts counts;
  double noise = 0;  ///< relative variance of its CPI, from how much its windows differ
  double cpi() const { return counts.cycles / counts.instructions; }
  /// Instructions a cycle. Of a figure x that scatters by a relative variance v about its
  /// mean, 1 / x is 1 + v times too large on average.
  double ipc() const { return 1 / (cpi() * (1 + noise)); }
};

/// The relative variance of the cycles an instruction that these windows give together:
/// that of a ratio of two sums, of as many pairs. Of one window nothing is known: 0.
double ratio_noise(const std::vector<ReplayCounts>& windows);

/// What a core makes of a whole profile.
struct CoreReplay {
  std::vector<SnapshotReplay> snapshots;  ///< those with windows
  /// Cycles of an instruction, and where they go, if the code is met as often as
  /// the snapshots met it on a machine of this kind: they stand at equal times
  /// there, so that the mean over instructions weighs by 1 / CPI.
  ReplayCounts mean;  ///< for one instruction
  double cpi = 0;
  /// The same, less what scatter among the windows of a snapshot does to inverses: for
  /// counts of instructions that are known. Ratios of two cores' figures need it not.
  double unanchored_cpi = 0;
  double error = 0;  ///< relative standard error of `cpi` from there being few windows
};

/// A profile made ready for replay on any number of cores. `profile` must outlive it.
class ProfileReplay {
 public:
  explicit ProfileReplay(const Profile& profile);

  /// All cores at work; the same bits come out whatever their number.
  CoreReplay on(const CoreSetup& core) const;
  bool empty() const { return windows_ == 0; }
  const Profile& profile() const { return profile_; }

 private:
  const Profile& profile_;
  std::vector<DecodedBlock> blocks_;
  std::size_t windows_ = 0;
};

}  // namespace headroom

#pragma once

#include <memory>
#include <vector>

#include "replay/region_weights.hpp"

namespace headroom {

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
  double error = 0;       ///< relative standard error of `cpi` from there being few windows
  RegionFactors factors;  ///< by which regions were weighted
};

/// A profile made ready for replay on any number of cores. `profile` must outlive it.
class ProfileReplay {
 public:
  explicit ProfileReplay(const Profile& profile);

  /// All cores at work; the same bits come out whatever their number. Regions are weighted
  /// by `factors`; none: so that times agree with those of the recording, which this core made.
  CoreReplay on(const CoreSetup& core, const RegionFactors& factors = {}) const;
  /// Of each snapshot, each window.
  std::vector<std::vector<RegionCounts>> windows_on(const CoreSetup& core) const;
  bool empty() const { return windows_ == 0; }
  const Profile& profile() const { return profile_; }

 private:
  const Profile& profile_;
  std::vector<DecodedBlock> blocks_;
  std::size_t regions_ = 1;
  std::size_t windows_ = 0;
};

}  // namespace headroom

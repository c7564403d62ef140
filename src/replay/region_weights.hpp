#pragma once

#include <vector>

#include "replay/window_replay.hpp"

namespace headroom {

/// Windows show a thousandth of a run, in some dozens of places. Which share of the run's
/// time goes by in each region of its code is known better, from the ticks of timers
/// (profile/code_regions.hpp). So what windows show of a region is weighted by the time that
/// it took: post-stratification, as polls are weighted by what is known of the people.

/// For each region, how many times more of the time goes by in it than windows show.
using RegionFactors = std::vector<double>;

/// What a core makes of one snapshot of a profile.
struct SnapshotReplay {
  std::size_t index = 0;  ///< in Profile::snapshots
  /// Of the CPU time that all snapshots stand for, on the recording machine.
  double share = 0;
  ReplayCounts counts;   ///< of its windows, each region weighted by its factor
  RegionCounts regions;  ///< the same before weighting
  double weight = 0;     ///< the share for which a cycle here stands, of a region of factor 1
  double noise = 0;      ///< relative variance of its CPI, from how much its windows differ
  double cpi() const { return counts.cycles / counts.instructions; }
  /// Instructions a cycle. Of a figure x that scatters by a relative variance v about its
  /// mean, 1 / x is 1 + v times too large on average.
  double ipc() const { return 1 / (cpi() * (1 + noise)); }
};

/// Factors by which snapshots, whose `regions` and `weight` are known, agree with the times that
/// ticks found on the machine that these are of. One of 1 where there are no regions. Within
/// 1/8 and 8: more cannot be told from chance.
RegionFactors region_factors(const std::vector<double>& region_s,
                             const std::vector<SnapshotReplay>& snapshots);

/// All regions of a window or snapshot together, each times its factor.
ReplayCounts weighted(const RegionCounts& regions, const RegionFactors& factors);

/// The standard error of sum(x) / sum(y) over `here` and `there`, relative to it; `x` of
/// there, `y` of here. What the regions have in common is known but for the chance in `ticks`,
/// so only scatter within each counts. 0.5 of fewer than two snapshots.
double weighted_error(const std::vector<SnapshotReplay>& here,
                      const std::vector<SnapshotReplay>& there, const RegionFactors& factors,
                      double ReplayCounts::*x, double ReplayCounts::*y, std::uint32_t ticks);

}  // namespace headroom

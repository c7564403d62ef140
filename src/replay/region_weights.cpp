#include "replay/region_weights.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kFactorMost = 8;

/// Cycles of each region, as time's shares, if all factors are 1.
std::vector<double> shown_shares(const std::vector<SnapshotReplay>& snapshots,
                                 std::size_t regions) {
  std::vector<double> shown(regions);
  for (const auto& s : snapshots) {
    for (std::size_t r = 0; r < regions; ++r) shown[r] += s.weight * s.regions[r].cycles;
  }
  return shown;
}

}  // namespace

RegionFactors region_factors(const std::vector<double>& region_s,
                             const std::vector<SnapshotReplay>& snapshots) {
  RegionFactors factors(std::max<std::size_t>(1, region_s.size()), 1.0);
  const auto shown = shown_shares(snapshots, factors.size());
  double time_s = 0, all_shown = 0;
  for (std::size_t r = 0; r < region_s.size(); ++r) {
    all_shown += shown[r];
    if (shown[r] > 0) time_s += region_s[r];
  }
  if (region_s.empty() || time_s <= 0 || all_shown <= 0) return factors;
  double sum = 0;
  for (std::size_t r = 0; r < factors.size(); ++r) {
    if (shown[r] <= 0) continue;
    const double wanted = (region_s[r] / time_s) / (shown[r] / all_shown);
    factors[r] = std::clamp(wanted, 1 / kFactorMost, kFactorMost);
    sum += factors[r] * shown[r];
  }
  for (double& factor : factors) factor *= all_shown / sum;
  return factors;
}

ReplayCounts weighted(const RegionCounts& regions, const RegionFactors& factors) {
  ReplayCounts sum;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    ReplayCounts part = regions[r];
    sum += part *= factors[r];
  }
  return sum;
}

double weighted_error(const std::vector<SnapshotReplay>& here,
                      const std::vector<SnapshotReplay>& there, const RegionFactors& factors,
                      double ReplayCounts::*x, double ReplayCounts::*y, std::uint32_t ticks) {
  if (here.size() < 2) return 0.5;
  double all_x = 0, all_y = 0;
  std::vector<double> off(here.size());
  std::vector<std::pair<double, double>> sums;
  for (std::size_t r = 0; r < factors.size(); ++r) {
    double sum_x = 0, sum_y = 0, squares = 0;
    const auto part = [&](const SnapshotReplay& s, std::size_t i, double ReplayCounts::*of) {
      return here[i].weight * factors[r] * s.regions[r].*of;
    };
    for (std::size_t i = 0; i < here.size(); ++i) {
      const double x_i = part(there[i], i, x), y_i = part(here[i], i, y);
      sum_x += x_i;
      sum_y += y_i;
      squares += y_i * y_i;
    }
    if (sum_y <= 0) continue;
    // As with n - 1 for n: a region that one snapshot shows seems not to scatter at all.
    const double freedom = std::max(0.25, 1 - squares / (sum_y * sum_y));
    for (std::size_t i = 0; i < here.size(); ++i) {
      off[i] += (part(there[i], i, x) - sum_x / sum_y * part(here[i], i, y)) / std::sqrt(freedom);
    }
    sums.emplace_back(sum_x, sum_y);
    all_x += sum_x;
    all_y += sum_y;
  }
  if (all_x <= 0) return 0.5;
  double variance = 0;
  for (const double part : off) variance += part * part / (all_x * all_x);
  for (const auto& [sum_x, sum_y] : sums) {
    const double apart = (sum_x / sum_y) / (all_x / all_y) - 1;
    if (ticks > 0) variance += sum_y / all_y * apart * apart / ticks;
  }
  return std::sqrt(variance);
}

}  // namespace headroom

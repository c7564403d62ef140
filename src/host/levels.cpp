#include "host/levels.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "host/keeping.hpp"

namespace headroom {
namespace {

using Curve = std::vector<Measurements::Latency>;
constexpr double kInside = 0.8;         // of a cache: beyond, other data begins to crowd it
constexpr double kBeyond = 4;           // times the third cache: almost nothing is in it
constexpr double kMemoryAtLeast = 1.5;  // times the third cache's latency, or that is none

std::vector<double> between(const Curve& curve, double low_b, double high_b) {
  std::vector<double> found;
  for (const auto& point : curve) {
    if (point.bytes >= low_b && point.bytes <= high_b) found.push_back(point.s);
  }
  if (found.empty()) {  // the nearest point then
    const auto nearest = std::ranges::min_element(curve, {}, [&](const auto& point) {
      return std::abs(std::log(point.bytes / std::sqrt(low_b * high_b)));
    });
    found.push_back(nearest->s);
  }
  std::ranges::sort(found);
  return found;
}

double median(const std::vector<double>& sorted) {
  return sorted[sorted.size() / 2];
}

/// The size at which the curve last rises through a latency.
double crossing_b(const Curve& curve, double latency_s) {
  for (std::size_t i = curve.size(); i-- > 1;) {
    const auto& low = curve[i - 1];
    const auto& high = curve[i];
    if (low.s > latency_s || high.s <= latency_s) continue;
    const double part = std::log(latency_s / low.s) / std::log(high.s / low.s);
    return low.bytes * std::pow(high.bytes / low.bytes, part);
  }
  return curve.front().s > latency_s ? curve.front().bytes : curve.back().bytes;
}

}  // namespace

CacheLevels find_levels(const Curve& measured, const ReportedCaches& reported,
                        const std::vector<Measurements::Kept>& kept) {
  if (measured.empty()) throw ModelError("no latency was measured");
  Curve curve = measured;
  for (std::size_t i = curve.size() - 1; i-- > 0;) {
    curve[i].s = std::min(curve[i].s, curve[i + 1].s);
  }
  CacheLevels levels;
  levels.memory_s = curve.back().s;
  levels.l1_s = std::min(median(between(curve, 0, kInside * reported.l1_b)), levels.memory_s);
  levels.l2_s = median(between(curve, 2 * reported.l1_b, kInside * reported.l2_b));
  levels.l2_s = std::clamp(levels.l2_s, levels.l1_s, levels.memory_s);
  levels.l1_b = crossing_b(curve, std::sqrt(levels.l1_s * levels.l2_s));

  const double first_b = 2 * reported.l2_b;
  const double l3_s = between(curve, first_b, std::max(first_b, kInside * reported.l3_b)).front();
  if (reported.l3_b > reported.l2_b && l3_s * kMemoryAtLeast < levels.memory_s) {
    levels.l3_s = std::max(l3_s, levels.l2_s);
    levels.l2_b = crossing_b(curve, std::sqrt(levels.l2_s * levels.l3_s));
    levels.l3_b = std::clamp(crossing_b(curve, std::sqrt(levels.l3_s * levels.memory_s)),
                             reported.l2_b, reported.l3_b);
    const double beyond_b = std::min(kBeyond * levels.l3_b, curve.back().bytes);
    levels.memory_s = median(between(curve, beyond_b, curve.back().bytes));
    if (const auto others = find_other_users(kept, reported.l3_b); others.b_per_s > 0) {
      levels.l3_b = others.l3_b;
      levels.l3_others_b_per_s = others.b_per_s;
    }
  } else {
    levels.l2_b = crossing_b(curve, std::sqrt(levels.l2_s * levels.memory_s));
  }
  return levels;
}

}  // namespace headroom

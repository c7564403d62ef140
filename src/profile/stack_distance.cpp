#include "profile/stack_distance.hpp"

#include <limits>

namespace headroom {

StackDistance::StackDistance(const ReuseHistogram& reuse)
    : reuse_(reuse), distance_(kReuseBuckets) {
  for (const auto count : reuse) accesses_ += static_cast<double>(count);
  // The distance at time t is the sum, over the times before it, of the share of
  // accesses whose reuse time is longer.
  double beyond = accesses_, sum = 0, middle_before = 0, share_before = 1;
  for (unsigned bucket = 0; bucket < kFirstTouch; ++bucket) {
    const auto here = static_cast<double>(reuse[bucket]);
    const double share = accesses_ > 0 ? (beyond - 0.5 * here) / accesses_ : 0;
    const double middle = reuse_bucket_middle(bucket);
    sum += (middle - middle_before) * 0.5 * (share_before + share);
    distance_[bucket] = sum;
    beyond -= here;
    middle_before = middle;
    share_before = share;
  }
  distance_[kFirstTouch] = std::numeric_limits<double>::infinity();
}

double StackDistance::after(double time) const {
  double middle_before = 0, distance_before = 0;
  for (unsigned bucket = 0; bucket < kFirstTouch; ++bucket) {
    const double middle = reuse_bucket_middle(bucket);
    if (middle >= time && middle > middle_before) {
      const double part = (time - middle_before) / (middle - middle_before);
      return distance_before + part * (distance_[bucket] - distance_before);
    }
    middle_before = middle;
    distance_before = distance_[bucket];
  }
  return distance_before;
}

double StackDistance::miss_share(double lines) const {
  double misses = 0;
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    if (distance_[bucket] >= lines) misses += static_cast<double>(reuse_[bucket]);
  }
  return accesses_ > 0 ? misses / accesses_ : 0;
}

}  // namespace headroom

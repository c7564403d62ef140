#pragma once

#include <vector>

#include "host/measure.hpp"

namespace headroom {

/// The steps of a latency curve: what a load costs from each cache and from memory, and
/// how large each cache is in effect.
///
/// A smaller piece cannot be slower than a larger one; where it was, somebody disturbed
/// it, and the larger one's latency stands for it. A level's latency is the median of
/// the points well inside what the processor reports of it; the third cache's, the
/// lowest beyond twice the second, since neighbours can only raise it; the memory's,
/// the median beyond four times the third. A cache ends, in effect, where the curve
/// crosses the geometric mean of its latency and that of the level behind. In a virtual
/// machine, that is the part of the third cache that one gets, often far less than is
/// reported. But where lines that are left alone go by and by (measure_keeping()), it is not
/// a share of the cache that others hold: they bring in lines at a rate, and both follow from
/// how many of one's own are kept.
struct CacheLevels {
  double l1_s = 0, l2_s = 0, l3_s = 0, memory_s = 0;
  double l1_b = 0, l2_b = 0, l3_b = 0;  ///< in effect; l3_b 0: there is none to be seen
  double l3_others_b_per_s = 0;         ///< that others bring into the third cache
};

/// What the processor says of its caches, in bytes; l3_b may be 0.
struct ReportedCaches {
  double l1_b = 0, l2_b = 0, l3_b = 0;
};

/// `measured` rises in size and has points inside and beyond the reported caches. Throws
/// ModelError for an empty one.
CacheLevels find_levels(const std::vector<Measurements::Latency>& measured,
                        const ReportedCaches& reported,
                        const std::vector<Measurements::Kept>& kept = {});

}  // namespace headroom

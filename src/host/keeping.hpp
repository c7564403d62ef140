#pragma once

#include <functional>
#include <vector>

#include "host/measure.hpp"

namespace headroom {

class Buffer;

/// How long the third cache of `l3_b` bytes, behind a second of `l2_b`, keeps what loads
/// brought there: lines are loaded in random order, followed by some more that push them out
/// of the second cache, and left alone, or followed by many more; the latency of loading
/// them again, beside that of lines that are surely there and surely gone, tells how many
/// were kept. `rounds` of all, of about 35 ms each. Overwrites the buffer. Empty for a buffer
/// that is small against the cache, when `stopped`, when walks were mostly interrupted, or when
/// nothing tells the cache from memory.
std::vector<Measurements::Kept> measure_keeping(const Buffer& buffer, double l2_b, double l3_b,
                                                int rounds, const std::function<bool()>& stopped);

/// What others do to a third cache.
struct OtherUsers {
  double l3_b = 0;     ///< its size, at most what is reported
  double b_per_s = 0;  ///< that they bring into it; 0: nobody is to be seen, and no size either
};

/// The size and rate by which kept_beside_others() meets what was kept best: least squares
/// over a grid of both. Nobody, where that lies at the grid's edge or meets nothing well.
OtherUsers find_other_users(const std::vector<Measurements::Kept>& kept, double reported_b);

}  // namespace headroom

#pragma once

#include <bit>
#include <cstdint>

namespace headroom {

/// Reuse times are kept in log-linear buckets, four to an octave, so that any
/// distance fits a byte and is known within a quarter. Bucket 255 means that the
/// line or page had not been touched since the snapshot began; bucket 254, for
/// accesses of a window only, that besides the kernel has just filled its page.
inline constexpr unsigned kReuseBuckets = 256;
inline constexpr std::uint8_t kFirstTouch = 255;
inline constexpr std::uint8_t kFreshTouch = 254;

constexpr std::uint8_t reuse_bucket(std::uint64_t time) {
  if (time < 4) return static_cast<std::uint8_t>(time);
  const unsigned octave = 63 - static_cast<unsigned>(std::countl_zero(time));
  return static_cast<std::uint8_t>((octave - 1) * 4 + ((time >> (octave - 2)) & 3));
}

/// The smallest reuse time of a bucket; the next bucket's is one past its largest.
constexpr double reuse_bucket_low(unsigned bucket) {
  if (bucket < 4) return bucket;
  double low = 4 + (bucket & 3);
  for (unsigned octave = bucket / 4 + 1; octave > 2; --octave) low *= 2;
  return low;
}

/// The middle of a bucket, as the one number that stands for it.
constexpr double reuse_bucket_middle(unsigned bucket) {
  if (bucket < 4) return bucket;
  return 0.5 * (reuse_bucket_low(bucket) + reuse_bucket_low(bucket + 1) - 1);
}

}  // namespace headroom

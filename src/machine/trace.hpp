#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace headroom {

/// What is known of a channel before any run.
struct Channel {
  std::string name;  ///< "cpu.clock"
  std::string unit;  ///< as recorded: "GHz", "degC", "W", "rpm", "dBA", "1", ...
  std::string meaning;
};

/// Something that happened: a clamp began, a repeat ended, the machine shut down.
struct Event {
  double time_s = 0;
  std::string kind;  ///< "clamp", "release", "repeat", "phase", "limit", "shutdown", ...
  std::string what;  ///< a sentence for people
  double value = 0;  ///< of a clamp and its release: the sensor, degC
};

/// Every channel over time, in bins of equal width that keep the time-weighted
/// mean, the least and the greatest value. When a run outgrows its bins, two and
/// two are merged and the width doubles: no spike is ever lost, and memory stays
/// bounded. A bin holds its numbers as float: 7 digits.
class Trace {
 public:
  /// `bin_s` is the first width; no more than `most_bins` (even) are kept.
  explicit Trace(std::vector<Channel> channels = {}, double bin_s = 0.1,
                 std::size_t most_bins = 36000);

  /// Values (one per channel) that hold from the last recorded instant until
  /// `until`.
  void record(Time until, std::span<const double> values);

  const std::vector<Channel>& channels() const { return channels_; }
  /// The index of a channel. Throws InputError, with a suggestion.
  std::size_t find(std::string_view name) const;
  bool has(std::string_view name) const;
  std::size_t bins() const { return bins_; }
  double bin_s() const { return static_cast<double>(width_ns_) * 1e-9; }
  double end_s() const { return static_cast<double>(end_ns_) * 1e-9; }
  /// Start of a bin, s.
  double start_s(std::size_t bin) const { return static_cast<double>(bin) * bin_s(); }
  double mean(std::size_t channel, std::size_t bin) const;
  double low(std::size_t channel, std::size_t bin) const;
  double high(std::size_t channel, std::size_t bin) const;

  /// Time-weighted mean, least and greatest value between two instants (s),
  /// by whole bins.
  double mean_between(std::size_t channel, double from_s, double to_s) const;
  double low_between(std::size_t channel, double from_s, double to_s) const;
  double high_between(std::size_t channel, double from_s, double to_s) const;
  /// Bytes held.
  std::size_t memory_b() const;
  /// A hash of every number and name: equal runs have equal hashes.
  std::uint64_t hash() const;

  std::vector<Event> events;

 private:
  void add(std::size_t bin, double span_s, std::span<const double> values);
  void merge();

  std::vector<Channel> channels_;
  std::int64_t width_ns_;
  std::int64_t end_ns_ = 0;
  std::size_t most_bins_;
  std::size_t bins_ = 0;
  std::vector<float> mean_, low_, high_;  ///< bin after bin, channels side by side
  std::vector<double> open_sum_;          ///< of the bin being filled
  double open_s_ = 0;
};

}  // namespace headroom

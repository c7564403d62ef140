#include "machine/trace.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace headroom {

Trace::Trace(std::vector<Channel> channels, double bin_s, std::size_t most_bins)
    : channels_(std::move(channels)),
      width_ns_(std::max<std::int64_t>(1, Time::seconds(bin_s).ns)),
      most_bins_(std::max<std::size_t>(2, most_bins & ~std::size_t{1})),
      open_sum_(channels_.size(), 0.0) {}

void Trace::record(Time until, std::span<const double> values) {
  while (end_ns_ < until.ns) {
    auto bin = static_cast<std::size_t>(end_ns_ / width_ns_);
    while (bin >= most_bins_) {
      merge();
      bin = static_cast<std::size_t>(end_ns_ / width_ns_);
    }
    const std::int64_t bin_end_ns = (static_cast<std::int64_t>(bin) + 1) * width_ns_;
    const std::int64_t stop_ns = std::min(bin_end_ns, until.ns);
    add(bin, static_cast<double>(stop_ns - end_ns_) * 1e-9, values);
    end_ns_ = stop_ns;
  }
}

void Trace::add(std::size_t bin, double span_s, std::span<const double> values) {
  const std::size_t n = channels_.size();
  if (bin >= bins_) {  // a new bin
    bins_ = bin + 1;
    mean_.resize(bins_ * n, 0.0F);
    low_.resize(bins_ * n, std::numeric_limits<float>::max());
    high_.resize(bins_ * n, std::numeric_limits<float>::lowest());
    std::ranges::fill(open_sum_, 0.0);
    open_s_ = 0;
  }
  open_s_ += span_s;
  float* mean = &mean_[bin * n];
  float* low = &low_[bin * n];
  float* high = &high_[bin * n];
  const double share = 1 / open_s_;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = values[i];
    const auto rounded = static_cast<float>(value);
    open_sum_[i] += span_s * value;
    mean[i] = static_cast<float>(open_sum_[i] * share);
    low[i] = std::min(low[i], rounded);
    high[i] = std::max(high[i], rounded);
  }
}

void Trace::merge() {
  // Bins are full but for the last; a merge happens only between bins.
  const std::size_t n = channels_.size();
  const std::size_t pairs = (bins_ + 1) / 2;
  for (std::size_t bin = 0; bin < pairs; ++bin) {
    const std::size_t a = 2 * bin * n;
    const std::size_t b = 2 * bin + 1 < bins_ ? a + n : a;
    for (std::size_t i = 0; i < n; ++i) {
      mean_[bin * n + i] = 0.5F * (mean_[a + i] + mean_[b + i]);
      low_[bin * n + i] = std::min(low_[a + i], low_[b + i]);
      high_[bin * n + i] = std::max(high_[a + i], high_[b + i]);
    }
  }
  bins_ = pairs;
  mean_.resize(bins_ * n);
  low_.resize(bins_ * n);
  high_.resize(bins_ * n);
  width_ns_ *= 2;
}

std::size_t Trace::find(std::string_view name) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    if (channels_[i].name == name) return i;
    names.push_back(channels_[i].name);
  }
  throw InputError(fmt::format("no channel is called '{}'", name), suggest(name, names));
}

bool Trace::has(std::string_view name) const {
  return std::ranges::any_of(channels_, [&](const auto& channel) { return channel.name == name; });
}

double Trace::mean(std::size_t channel, std::size_t bin) const {
  return mean_[bin * channels_.size() + channel];
}
double Trace::low(std::size_t channel, std::size_t bin) const {
  return low_[bin * channels_.size() + channel];
}
double Trace::high(std::size_t channel, std::size_t bin) const {
  return high_[bin * channels_.size() + channel];
}

namespace {
struct Range {
  std::size_t first, last;  // last is one beyond
};
Range bins_between(const Trace& trace, double from_s, double to_s) {
  if (trace.bins() == 0) return {0, 0};
  const double width_s = trace.bin_s();
  const auto last_bin = static_cast<double>(trace.bins() - 1);
  const auto first =
      static_cast<std::size_t>(std::clamp(std::floor(from_s / width_s + 1e-9), 0.0, last_bin));
  const auto last = static_cast<std::size_t>(
      std::clamp(std::ceil(to_s / width_s - 1e-9) - 1, static_cast<double>(first), last_bin));
  return {first, last + 1};
}
}  // namespace

double Trace::mean_between(std::size_t channel, double from_s, double to_s) const {
  const auto [first, last] = bins_between(*this, from_s, to_s);
  double sum = 0;
  for (std::size_t bin = first; bin < last; ++bin) sum += mean(channel, bin);
  return last > first ? sum / static_cast<double>(last - first) : 0;
}

double Trace::low_between(std::size_t channel, double from_s, double to_s) const {
  const auto [first, last] = bins_between(*this, from_s, to_s);
  double value = std::numeric_limits<double>::infinity();
  for (std::size_t bin = first; bin < last; ++bin) value = std::min(value, low(channel, bin));
  return last > first ? value : 0;
}

double Trace::high_between(std::size_t channel, double from_s, double to_s) const {
  const auto [first, last] = bins_between(*this, from_s, to_s);
  double value = -std::numeric_limits<double>::infinity();
  for (std::size_t bin = first; bin < last; ++bin) value = std::max(value, high(channel, bin));
  return last > first ? value : 0;
}

std::size_t Trace::memory_b() const {
  return sizeof(float) * (mean_.capacity() + low_.capacity() + high_.capacity());
}

std::uint64_t Trace::hash() const {
  std::uint64_t state = 1469598103934665603ULL;  // FNV-1a
  auto feed = [&](const void* data, std::size_t bytes) {
    const auto* p = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < bytes; ++i) state = (state ^ p[i]) * 1099511628211ULL;
  };
  for (const auto& channel : channels_) feed(channel.name.data(), channel.name.size());
  for (const auto* numbers : {&mean_, &low_, &high_}) {
    feed(numbers->data(), numbers->size() * sizeof(float));
  }
  for (const auto& event : events) {
    feed(&event.time_s, sizeof event.time_s);
    feed(event.what.data(), event.what.size());
  }
  feed(&end_ns_, sizeof end_ns_);
  return state;
}

}  // namespace headroom

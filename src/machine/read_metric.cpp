#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "machine/run.hpp"

namespace headroom {
namespace {

constexpr double kSustainedShare = 2.0 / 3;

struct Dip {
  double start_s, end_s, start_c, end_c;
};

/// Clamps of the processor's clock that ended within the run.
std::vector<Dip> dips_of(const Trace& trace) {
  std::vector<Dip> dips;
  bool open = false;
  Dip dip{};
  for (const auto& event : trace.events) {
    if (event.kind == "clamp" && event.what.find("cores") != std::string::npos) {
      dip = {event.time_s, event.time_s, event.value, event.value};
      open = true;
    } else if (event.kind == "release" && open && event.what.find("clamp") != std::string::npos) {
      dip.end_s = event.time_s;
      dip.end_c = event.value;
      dips.push_back(dip);
      open = false;
    }
  }
  return dips;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

std::optional<double> read_dip(const RunResult& result, const std::string& metric,
                               std::string& reason) {
  const auto dips = dips_of(result.trace);
  if (metric == "dip_first_run") {
    for (std::size_t i = 0; i < result.summary.repeats.size(); ++i) {
      if (result.summary.repeats[i].clamped) return static_cast<double>(i + 1);
    }
    reason = "the clamp never acted";
    return std::nullopt;
  }
  if (dips.empty()) {
    reason = "the clamp never acted and let go again";
    return std::nullopt;
  }
  std::vector<double> values;
  const auto clock = result.trace.find("cpu.clock");
  for (std::size_t i = 0; i < dips.size(); ++i) {
    const Dip& dip = dips[i];
    if (metric == "dip_clock_ghz") {
      values.push_back(result.trace.low_between(clock, dip.start_s, dip.end_s));
    } else if (metric == "dip_start_temp_c") {
      values.push_back(dip.start_c);
    } else if (metric == "dip_end_temp_c") {
      values.push_back(dip.end_c);
    } else if (metric == "dip_duration_s") {
      values.push_back(dip.end_s - dip.start_s);
    } else if (metric == "dip_period_s") {
      if (i > 0) values.push_back(dip.start_s - dips[i - 1].start_s);
    } else {
      reason = fmt::format("the twin has no reading '{}'", metric);
      return std::nullopt;
    }
  }
  if (values.empty()) {
    reason = "the clamp acted only once";
    return std::nullopt;
  }
  return median(std::move(values));
}

/// Channel and sub-range of a run that a metric's name asks for.
struct Reading {
  std::string channel;
  double from_s, to_s;
  bool highest = false;
};

}  // namespace

std::optional<double> read_metric(const Workload& workload, const RunResult& result,
                                  const std::string& metric, double at_s, std::string& reason) {
  if (metric.starts_with("dip_")) return read_dip(result, metric, reason);
  const auto& summary = result.summary;
  if (summary.shut_down) {
    reason = summary.shutdown_reason;
    return std::nullopt;
  }
  if (workload.has_result && workload.result.metric == metric) {
    if (std::isfinite(summary.result_first)) {
      double sum = 0;
      int count = 0;
      for (const auto& repeat : summary.repeats) {
        if (!std::isfinite(repeat.result)) continue;
        sum += repeat.result;
        ++count;
      }
      return sum / count;
    }
    reason = "no repeat of the workload was finished";
    return std::nullopt;
  }
  if (workload.has_result && metric == "run1_" + workload.result.metric) {
    if (std::isfinite(summary.result_first)) return summary.result_first;
    reason = "the first repeat was not finished";
    return std::nullopt;
  }
  if (metric == "time_s") {
    if (!summary.repeats.empty() && summary.repeats.front().finished) {
      return summary.repeats.front().end_s - summary.repeats.front().start_s;
    }
    reason = "the workload has no end";
    return std::nullopt;
  }

  static const std::map<std::string, std::string> kChannels = {
      {"wall_power_w", "wall.power"},    {"cpu_temp_c", "cpu.temperature"},
      {"gpu_temp_c", "gpu.temperature"}, {"clock_ghz", "cpu.clock"},
      {"fan_rpm", "fan.speed"},          {"noise_dba", "noise.level"},
      {"cpu_power_w", "cpu.power"},      {"gpu_power_w", "gpu.power"},
      {"gpu_clock_mhz", "gpu.clock"}};
  const Trace& trace = result.trace;
  std::string base = metric;
  Reading reading{"", kSustainedShare * trace.end_s(), trace.end_s()};
  if (base.starts_with("run1_")) {
    base = base.substr(5);
    reading.from_s = 0;
    if (!summary.repeats.empty()) reading.to_s = summary.repeats.front().end_s;
  }
  if (base.ends_with("_mean")) {
    base.resize(base.size() - 5);
    if (!metric.starts_with("run1_")) reading.from_s = 0;
  } else if (base.ends_with("_max")) {
    base.resize(base.size() - 4);
    reading.highest = true;
    if (!metric.starts_with("run1_")) reading.from_s = 0;
  }
  const auto it = kChannels.find(base);
  if (it == kChannels.end() || !trace.has(it->second)) {
    reason = fmt::format("the twin has no reading '{}' of {}", metric, workload.id);
    return std::nullopt;
  }
  if (at_s >= 0) {
    if (at_s > trace.end_s()) {
      reason = fmt::format("the run ended at {:.1f} s, before the reading at {:g} s", trace.end_s(),
                           at_s);
      return std::nullopt;
    }
    reading.from_s = std::max(0.0, at_s - trace.bin_s());
    reading.to_s = at_s;
  }
  if (trace.bins() == 0) {
    reason = "the run kept no trace";
    return std::nullopt;
  }
  const auto channel = trace.find(it->second);
  if (reading.highest) return trace.high_between(channel, reading.from_s, reading.to_s);
  if (base != "clock_ghz" || at_s >= 0) {
    return trace.mean_between(channel, reading.from_s, reading.to_s);
  }
  // A clock counts while cores are awake.
  const auto busy = trace.find("cpu.busy");
  double sum = 0, weight = 0;
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    const bool before = trace.start_s(bin) + trace.bin_s() <= reading.from_s + 1e-9;
    if (before || trace.start_s(bin) >= reading.to_s - 1e-9) continue;
    sum += trace.mean(busy, bin) * trace.mean(channel, bin);
    weight += trace.mean(busy, bin);
  }
  if (weight > 0) return sum / weight;
  reason = "no core was awake";
  return std::nullopt;
}

}  // namespace headroom

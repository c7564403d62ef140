#include "replay/profile_workload.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "profile/instruction_mix.hpp"

namespace headroom {
namespace {

constexpr double kSegmentsMost = 8;
constexpr double kSegmentShortest = 5;  ///< s
constexpr double kPauseLeast = 5e-3;    ///< s in a segment, and
constexpr double kPauseShare = 0.02;    ///< of it: less is noise of the clock's ticks
constexpr double kSaturated = 0.85;     ///< of all processors: threads may stand in line
constexpr double kNarrowVectors = 0.02;
constexpr double kNearlyAlways = 0.9;
constexpr std::size_t kLooksLeast = 10;  ///< fewer say too little

/// Seconds of a stretch of the run by how many threads ran, 0 for none.
using Parallelism = std::map<int, double>;

/// A mean of 1.4 running threads is taken as one for 60 % of the time, two for 40 %.
void spread(Parallelism& by_threads, double seconds, double running, double in_line,
            double processors) {
  if (running >= kSaturated * processors && in_line > processors + 0.5) {
    by_threads[static_cast<int>(std::lround(in_line))] += seconds * running / in_line;
    return;
  }
  const double low = std::floor(running);
  const double part = running - low;
  by_threads[static_cast<int>(low)] += seconds * (1 - part);
  if (part > 0) by_threads[static_cast<int>(low) + 1] += seconds * part;
}

/// Whether at least one thread could run at nearly every look: then the program
/// waited for nothing but processors.
bool wants_to_run_always(const Profile& profile) {
  const auto ready = std::ranges::count_if(profile.timeline,
                                           [](const TimelineRow& row) { return row.running > 0; });
  return static_cast<double>(ready) >=
             kNearlyAlways * static_cast<double>(profile.timeline.size()) &&
         profile.timeline.size() >= kLooksLeast;
}

/// By segments of the run of equal length.
std::vector<Parallelism> parallelism(const Profile& profile) {
  const double wall_s = std::max(1e-3, profile.totals.wall_s);
  const auto count = static_cast<std::size_t>(
      std::clamp(std::floor(wall_s / kSegmentShortest), 1.0, kSegmentsMost));
  std::vector<Parallelism> segments(count);
  const double processors = std::max(1u, profile.host.logical_processors);
  const bool never_waits = wants_to_run_always(profile);
  TimelineRow before;
  double seen_cpu_s = 0;
  auto interval = [&](double until_s, double cpu_s, double in_line) {
    const double seconds = until_s - before.time_s;
    if (seconds <= 0) return;
    const double middle = 0.5 * (until_s + before.time_s);
    const auto at =
        std::min(count - 1, static_cast<std::size_t>(middle / wall_s * static_cast<double>(count)));
    const double running = std::clamp(cpu_s / seconds, 0.0, processors);
    if (never_waits && running < std::max(1.0, in_line)) {
      // What it did not get, others had: on a machine at rest it would not have stood.
      const double threads = std::max(1.0, std::round(in_line));
      segments[at][static_cast<int>(threads)] += seconds * running / threads;
    } else {
      spread(segments[at], seconds, running, in_line, processors);
    }
    seen_cpu_s += cpu_s;
  };
  for (const auto& row : profile.timeline) {
    const double cpu_s = row.user_s + row.system_s - before.user_s - before.system_s;
    interval(row.time_s, std::max(0.0, cpu_s), row.running);
    before = row;
  }
  const double all_s = profile.totals.user_s + profile.totals.system_s;
  interval(wall_s, std::max(0.0, all_s - seen_cpu_s), 0);
  return segments;
}

/// The widest vectors that matter for a processor's licences.
void describe_vectors(Character& character, const InstructionMix& mix) {
  character.vector_share = mix.width_128 + mix.width_256 + mix.width_512;
  character.vector_level = mix.width_512 > kNarrowVectors   ? "avx512"
                           : mix.width_256 > kNarrowVectors ? "avx2"
                           : mix.width_128 > kNarrowVectors ? "sse"
                                                            : "scalar";
  if (mix.width_512 > kNarrowVectors) character.vector_share = mix.width_512;
}

Character character_of(const Profile& profile, std::shared_ptr<const ReplayedCode> code) {
  Character character;
  const InstructionMix mix = instruction_mix(profile);
  describe_vectors(character, mix);
  const ReplayCounts& mean = code->host().mean;
  // For people: what follows is not used where the code itself is known.
  character.parallelism = 1 / std::max(0.05, mean.base);
  character.mispredicts = 1000 * mean.mispredicts;
  character.cache_sizes_b = {32768, 1048576, 8388608};
  character.misses = {1000 * mean.l1_misses, 1000 * mean.l2_misses, 1000 * mean.l3_misses};
  character.switching = 1 + character.vector_share;
  character.note = "derived: replay of the recorded instructions";
  character.code = std::move(code);
  return character;
}

}  // namespace

Workload workload_of(const Profile& profile, std::shared_ptr<const ReplayedCode> code,
                     const std::string& id) {
  Workload workload;
  workload.id = id;
  workload.name = fmt::format("{}", fmt::join(profile.command, " "));
  if (workload.name.size() > 60) workload.name = workload.name.substr(0, 57) + "...";
  workload.summary = fmt::format("recorded on {} on {}", profile.host.processor,
                                 profile.recorded_at.substr(0, 10));
  workload.basis = "a recorded run of the program itself";
  workload.result = {"time_s", "s", "time", 1};
  workload.has_result = true;
  const auto& totals = profile.totals;
  // What the kernel did in the program's name goes at the program's own pace.
  const double pace = code->host_instr_per_s();
  workload.characters.emplace("recorded", character_of(profile, std::move(code)));
  const auto segments = parallelism(profile);
  double scheduled_s = 0;
  for (const auto& segment : segments) {
    for (const auto& [threads, seconds] : segment) scheduled_s += threads * seconds;
  }
  const double cpu_s = totals.user_s + totals.system_s;
  const double correction = scheduled_s > 0 ? cpu_s / scheduled_s : 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    double length_s = 0;
    for (const auto& [threads, seconds] : segments[i]) length_s += seconds;
    bool first = true;
    for (const auto& [threads, seconds] : segments[i]) {
      Phase phase;
      phase.memory_b = static_cast<double>(totals.resident_most_b);
      if (threads == 0) {
        if (seconds < std::max(kPauseLeast, kPauseShare * length_s)) continue;
        phase.name = fmt::format("pause {}", i + 1);
        phase.for_s = seconds;
      } else {
        phase.name = fmt::format("part {}, {} thread{}", i + 1, threads, threads == 1 ? "" : "s");
        phase.processor.work_instr = threads * seconds * correction * pace;
        phase.processor.threads = std::to_string(threads);
        phase.processor.character = "recorded";
        if (phase.processor.work_instr <= 0) continue;
      }
      if (first) {
        const auto parts = static_cast<double>(segments.size());
        phase.storage.read_b = static_cast<double>(totals.storage_read_b) / parts;
        phase.storage.write_b = static_cast<double>(totals.storage_written_b) / parts;
        first = false;
      }
      if (!workload.phases.empty()) phase.after = {workload.phases.back().name};
      workload.phases.push_back(std::move(phase));
    }
  }
  return workload;
}

}  // namespace headroom

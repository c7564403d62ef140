#include "replay/profile_workload.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "profile/instruction_mix.hpp"
#include "profile/own_core.hpp"
#include "replay/run_segments.hpp"

namespace headroom {
namespace {

constexpr double kPauseLeast = 5e-3;  ///< s in a segment, and
constexpr double kPauseShare = 0.02;  ///< of it: less is noise of the clock's ticks
constexpr double kNarrowVectors = 0.02;

/// The widest vectors that matter for a processor's licences.
void describe_vectors(Character& character, const InstructionMix& mix) {
  character.vector_share = mix.width_128 + mix.width_256 + mix.width_512;
  character.vector_level = mix.width_512 > kNarrowVectors   ? "avx512"
                           : mix.width_256 > kNarrowVectors ? "avx2"
                           : mix.width_128 > kNarrowVectors ? "sse"
                                                            : "scalar";
  if (mix.width_512 > kNarrowVectors) character.vector_share = mix.width_512;
}

/// Appends segments to a workload. A segment's pause, its wait for the drive and its
/// parts by number of threads come one after the other; beside them runs what moves
/// from and to drive and network meanwhile. The next segment waits for all of it.
class SegmentPhases {
 public:
  /// `instr_per_cpu_s`: of each of so many threads that run together.
  SegmentPhases(Workload& workload, std::function<double(int)> instr_per_cpu_s)
      : workload_(workload), instr_per_cpu_s_(std::move(instr_per_cpu_s)) {}

  void add(const RunSegment& segment, std::size_t number) {
    auto chain = chain_of(segment, number);
    auto beside = beside_of(segment, number);
    if (chain.size() == 1 && chain[0].for_s == 0) {
      for (const auto& phase : beside) {
        chain[0].storage.read_b += phase.storage.read_b;
        chain[0].storage.write_b += phase.storage.write_b;
        chain[0].network_b += phase.network_b;
      }
      beside.clear();
    }
    std::vector<std::string> ends;
    auto append = [&](Phase& phase, const std::vector<std::string>& after) {
      phase.memory_b = segment.memory_b;
      phase.after = after;
      phase.follows_nothing = after.empty();
      workload_.phases.push_back(phase);
    };
    for (std::size_t i = 0; i < chain.size(); ++i) {
      append(chain[i], i == 0 ? ends_ : std::vector{chain[i - 1].name});
    }
    if (!chain.empty()) ends.push_back(chain.back().name);
    for (auto& phase : beside) {
      append(phase, ends_);
      ends.push_back(phase.name);
    }
    if (!ends.empty()) ends_ = ends;
  }

 private:
  std::vector<Phase> chain_of(const RunSegment& segment, std::size_t number) const {
    std::vector<Phase> chain;
    double length_s = segment.pause_s;
    for (const auto& [threads, seconds] : segment.by_threads) length_s += seconds;
    if (segment.pause_s >= std::max(kPauseLeast, kPauseShare * length_s)) {
      chain.emplace_back().name = fmt::format("pause {}", number);
      chain.back().for_s = segment.pause_s;
    }
    if (segment.waited_for.read_b + segment.waited_for.written_b > 0) {
      chain.emplace_back().name = fmt::format("wait for drive {}", number);
      chain.back().storage = {segment.waited_for.read_b, segment.waited_for.written_b};
    }
    for (const auto& [threads, seconds] : segment.by_threads) {
      const double work_instr = threads * seconds * instr_per_cpu_s_(threads);
      if (work_instr <= 0) continue;
      Phase& phase = chain.emplace_back();
      phase.name = fmt::format("part {}, {} thread{}", number, threads, threads == 1 ? "" : "s");
      phase.processor.work_instr = work_instr;
      phase.processor.threads = std::to_string(threads);
      phase.processor.character = "recorded";
    }
    return chain;
  }

  static std::vector<Phase> beside_of(const RunSegment& segment, std::size_t number) {
    std::vector<Phase> beside;
    const auto& moved = segment.meanwhile;
    if (moved.read_b + moved.written_b > 0) {
      beside.emplace_back().name = fmt::format("drive {}", number);
      beside.back().storage = {moved.read_b, moved.written_b};
    }
    if (segment.network_b > 0) {
      beside.emplace_back().name = fmt::format("network {}", number);
      beside.back().network_b = segment.network_b;
    }
    return beside;
  }

  Workload& workload_;
  std::function<double(int)> instr_per_cpu_s_;
  std::vector<std::string> ends_;  ///< what the next segment waits for
};

}  // namespace

Character character_of(std::shared_ptr<const ReplayedCode> code) {
  Character character;
  const InstructionMix mix = instruction_mix(code->profile());
  describe_vectors(character, mix);
  const ReplayCounts& mean = code->host().mean;
  // For people: what follows is not used where the code itself is known.
  character.parallelism = 1 / std::max(0.05, mean.base);
  character.mispredicts = 1000 * mean.mispredicts;
  const Processor& recorder = code->recorder().processor;
  const auto& caches = recorder.microarchitecture.caches;
  character.cache_sizes_b = {caches.l1_b, caches.l2_b, recorder.l3_b};
  character.misses = {1000 * mean.l1_misses, 1000 * mean.l2_misses, 1000 * mean.l3_misses};
  character.switching = 1 + character.vector_share;
  character.note = "derived: replay of the recorded instructions";
  character.code = std::move(code);
  return character;
}

double unanchored_cpi(const ReplayedCode& code) {
  double cpu_s = 0, instructions = 0;
  for (const auto& segment : run_segments(code.profile())) {
    for (const auto& [threads, seconds] : segment.by_threads) {
      cpu_s += threads * seconds;
      instructions += threads * seconds * code.host_instr_per_s(threads);
    }
  }
  const double alone = code.host().unanchored_cpi;
  return instructions > 0 ? alone * code.host_instr_per_s() * cpu_s / instructions : alone;
}

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
  workload.characters.emplace("recorded", character_of(code));
  const auto segments = run_segments(profile);
  double scheduled_s = 0;
  for (const auto& segment : segments) {
    for (const auto& [threads, seconds] : segment.by_threads) scheduled_s += threads * seconds;
  }
  const double cpu_s = alone_share(profile) * (totals.user_s + totals.system_s);
  const double correction = scheduled_s > 0 ? cpu_s / scheduled_s : 0;
  // What the kernel did in the program's name goes at the program's own pace.
  SegmentPhases phases(workload,
                       [&](int threads) { return correction * code->host_instr_per_s(threads); });
  for (std::size_t i = 0; i < segments.size(); ++i) phases.add(segments[i], i + 1);
  return workload;
}

}  // namespace headroom

#include "replay/program_study.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "profile/own_core.hpp"
#include "profile/stack_distance.hpp"
#include "replay/prediction_error.hpp"
#include "replay/profile_workload.hpp"
#include "replay/program_words.hpp"

namespace headroom {
namespace {

constexpr double kLineB = 64;
constexpr double kSmallestB = 16 << 10, kLargestB = 128 << 20;
constexpr double kLongSnapshot = 3e7;  ///< instructions; shorter ones know no long reuse
constexpr std::size_t kStretches = 160;
constexpr int kFewestCores = 8, kMostCores = 28;

double per_instruction(const Snapshot& s) {
  return s.instructions > 0 ? static_cast<double>(s.accesses) / static_cast<double>(s.instructions)
                            : 0;
}

/// Weights for profiles without replay: the CPU time or, under an emulator, the
/// instructions that each snapshot stands for.
std::vector<double> plain_weights(const Profile& profile) {
  std::vector<double> weights;
  for (const auto& s : profile.snapshots) {
    weights.push_back(
        1e-9 + (profile.isa.empty() ? s.covered_s : static_cast<double>(s.covered_instructions)));
  }
  return weights;
}

double mispredicts_of(const Profile& profile, const std::vector<double>& weights) {
  double sum = 0, all = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto& branches = profile.snapshots[i].branches;
    if (branches.instructions == 0) continue;
    sum += weights[i] * static_cast<double>(branches.missed[1] + branches.indirect_missed) /
           static_cast<double>(branches.instructions);
    all += weights[i];
  }
  return all > 0 ? 1000 * sum / all : 0;
}

}  // namespace

const std::vector<CyclePart>& cycle_parts() {
  static const std::vector<CyclePart> kParts{
      {"work", "work", '#', "work", &ReplayCounts::base},
      {"branches", "branches", 'b', "mispredicted branches", &ReplayCounts::branch},
      {"fetching code", "fetching code", 'c', "code that is not at hand", &ReplayCounts::code},
      {"pages", "pages", 'p', "address translation", &ReplayCounts::pages},
      {"second cache", "second cache", '2', "the second cache", &ReplayCounts::l2},
      {"third cache", "third cache", '3', "the third cache", &ReplayCounts::l3},
      {"memory", "memory", 'm', "memory", &ReplayCounts::memory},
  };
  return kParts;
}

std::vector<MissPoint> miss_curve(const Profile& profile, const std::vector<double>& weights) {
  ReuseHistogram together{};
  for (const auto& snapshot : profile.snapshots) {
    for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
      together[bucket] += snapshot.data_reuse[bucket];
    }
  }
  const StackDistance whole(together);
  std::vector<StackDistance> distances;
  double all = 0;
  for (std::size_t i = 0; i < profile.snapshots.size() && i < weights.size(); ++i) {
    const auto& s = profile.snapshots[i];
    const bool long_enough = static_cast<double>(s.instructions) > kLongSnapshot;
    distances.push_back(long_enough ? StackDistance(s.data_reuse) : whole);
    all += weights[i];
  }
  std::vector<MissPoint> curve;
  if (all <= 0) return curve;
  for (double size_b = kSmallestB; size_b <= kLargestB; size_b *= std::sqrt(2.0)) {
    double misses = 0;
    for (std::size_t i = 0; i < distances.size(); ++i) {
      misses += weights[i] / all * 1000 * distances[i].miss_share(size_b / kLineB) *
                per_instruction(profile.snapshots[i]);
    }
    curve.push_back({size_b, misses});
  }
  return curve;
}

std::vector<ActivityPoint> activity_of(const Profile& profile, std::size_t most) {
  std::vector<ActivityPoint> points;
  const double wall_s = profile.totals.wall_s;
  if (wall_s <= 0 || profile.timeline.empty()) return points;
  // A stretch holds two looks or more, since the moments of looks are not exact.
  const std::size_t count = std::clamp<std::size_t>(profile.timeline.size() / 2, 1, most);
  const double processors = std::max(1u, profile.host.logical_processors);
  const double width_s = wall_s / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    ActivityPoint point;
    point.from_s = static_cast<double>(i) * width_s;
    point.to_s = point.from_s + width_s;
    points.push_back(point);
  }
  // What happened between two looks is spread evenly over the time between them.
  const auto add = [&](const TimelineRow& before, const TimelineRow& now) {
    const double span = now.time_s - before.time_s;
    if (span <= 0) return;
    const double cpu_s = now.user_s + now.system_s - before.user_s - before.system_s;
    const auto rate = [&](std::uint64_t from, std::uint64_t to) {
      return to > from ? static_cast<double>(to - from) / span : 0;
    };
    for (auto& point : points) {
      const double both = std::min(point.to_s, now.time_s) - std::max(point.from_s, before.time_s);
      if (both <= 0) continue;
      const double part = both / width_s;
      point.busy += part * std::max(0.0, cpu_s) / span;
      point.read_b_per_s += part * rate(before.read_b, now.read_b);
      point.written_b_per_s += part * rate(before.written_b, now.written_b);
      point.in_line = std::max(point.in_line, static_cast<double>(now.running));
      point.resident_b = std::max(point.resident_b, static_cast<double>(now.resident_b));
    }
  };
  TimelineRow before;
  for (const auto& row : profile.timeline) {
    add(before, row);
    before = row;
  }
  TimelineRow last = before;
  last.time_s = std::max(wall_s, before.time_s);
  last.user_s = std::max(before.user_s, profile.totals.user_s);
  last.system_s = std::max(before.system_s, profile.totals.system_s);
  last.read_b = std::max(before.read_b, profile.totals.read_b);
  last.written_b = std::max(before.written_b, profile.totals.written_b);
  last.running = 0;
  add(before, last);
  for (auto& point : points) point.busy = std::min(point.busy, processors);
  return points;
}

std::vector<CodePhase> code_phases(const ReplayedCode& code) {
  const Profile& profile = code.profile();
  std::vector<CodePhase> phases;
  for (const auto& replay : code.host().snapshots) {
    const auto& snapshot = profile.snapshots[replay.index];
    CodePhase phase;
    phase.from_s = snapshot.time_s;
    phase.share = replay.share;
    phase.program = snapshot.program;
    phase.thread = snapshot.thread_name;
    phase.mean = replay.counts;
    phase.mean *= 1 / replay.counts.instructions;
    phases.push_back(std::move(phase));
  }
  std::ranges::stable_sort(phases, {}, &CodePhase::from_s);
  for (std::size_t i = 0; i < phases.size(); ++i) {
    phases[i].to_s = i + 1 < phases.size() ? 0.5 * (phases[i].from_s + phases[i + 1].from_s)
                                           : std::max(profile.totals.wall_s, phases[i].from_s);
  }
  for (std::size_t i = phases.size(); i-- > 0;) phases[i].from_s = i > 0 ? phases[i - 1].to_s : 0;
  return phases;
}

ProgramStudy study_recording(const Profile& profile, const std::string& name) {
  ProgramStudy study;
  const auto& totals = profile.totals;
  study.name = name;
  study.command = fmt::format("{}", fmt::join(profile.command, " "));
  study.command_words = profile.command;
  study.recorded_at = profile.recorded_at;
  study.recorded_on = profile.host.processor;
  study.beside_others = beside_others_text(profile);
  study.wall_s = totals.wall_s;
  study.cpu_s = totals.user_s + totals.system_s;
  study.kernel_s = totals.system_s;
  study.memory_b = static_cast<double>(totals.resident_most_b);
  study.recorder_processors = std::max(1u, profile.host.logical_processors);
  study.mix = instruction_mix(profile);
  const auto weights = plain_weights(profile);
  study.mispredicts = mispredicts_of(profile, weights);
  study.misses = miss_curve(profile, weights);
  study.activity = activity_of(profile, kStretches);
  study.observed = summarize_observed(profile);
  put_into_words(study);
  return study;
}

const ProcessorView& ProgramStudy::judged() const {
  const auto found = std::ranges::find(views, asked, &ProcessorView::name);
  return asked.empty() || found == views.end() ? here : *found;
}

ProgramStudy study_program(const Workload& workload, const std::vector<Processor>& processors,
                           const Processor* asked) {
  const ReplayedCode* code = recorded_code(workload);
  if (code == nullptr) return {};
  const Profile& profile = code->profile();
  ProgramStudy study = study_recording(profile, workload.id);
  std::vector<double> weights(profile.snapshots.size());
  for (const auto& s : code->host().snapshots) weights[s.index] = s.share / s.cpi();
  study.misses = miss_curve(profile, weights);
  study.here = view_here(*code);
  study.mispredicts = 1000 * study.here.mean.mispredicts;
  study.phases = code_phases(*code);
  study.sampling_error = code->host().error;
  study.unanchored_cpi = unanchored_cpi(*code);
  study.uncertainty = workload.uncertainty;
  study.threads_most = threads_most(workload);
  double pauses_s = 0;
  for (const auto& phase : workload.phases) {
    if (phase.processor.work_instr <= 0) pauses_s += phase.for_s;
  }
  if (study.wall_s > 0) study.waiting = std::min(1.0, pauses_s / study.wall_s);
  for (const auto& processor : processors) study.views.push_back(view_on(*code, processor));
  if (asked == nullptr && !processors.empty()) asked = &processors.front();
  if (asked != nullptr) {
    study.asked = asked->name;
    study.asked_cores = asked->cores;
    study.improvements = improvements(*code, *asked);
    const double pace = view_on(*code, *asked).relative * code->host_instr_per_s();
    const int cores = static_cast<int>(asked->cores);
    study.cores =
        core_steps(workload, pace, std::clamp(4 * study.threads_most, kFewestCores, kMostCores));
    const auto twice = core_steps(workload, pace, 2 * cores);
    const auto once = core_steps(workload, pace, cores);
    if (!twice.empty()) {
      study.improvements.push_back(
          {"twice as many cores", twice.back().speed / once.back().speed - 1, true});
    }
    std::ranges::stable_sort(study.improvements, std::greater<>(), &Improvement::gain);
  }
  put_into_words(study);
  return study;
}

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "profile/instruction_mix.hpp"
#include "profile/observed_summary.hpp"
#include "replay/character_study.hpp"

namespace headroom {

/// Misses of a cache of one size, per thousand instructions.
struct MissPoint {
  double size_b = 0;
  double misses = 0;
};

/// A stretch of the run whose instructions one snapshot shows, as the recording
/// machine executes them.
struct CodePhase {
  double from_s = 0, to_s = 0;
  double share = 0;  ///< of the run's CPU time that the snapshot stands for
  std::string program, thread;
  ReplayCounts mean;  ///< for one instruction
};

/// A stretch of the run as it was seen from outside.
struct ActivityPoint {
  double from_s = 0, to_s = 0;
  double busy = 0;     ///< processors at work on it
  double in_line = 0;  ///< threads that ran or stood in line for a processor
  double resident_b = 0;
  double read_b_per_s = 0, written_b_per_s = 0;
};

/// What kind of program a recording shows, in numbers and in words. A profile that
/// cannot be replayed has no views, improvements and code phases.
struct ProgramStudy {
  std::string name;     ///< what the user calls the recording
  std::string command;  ///< with its arguments
  std::vector<std::string> command_words;
  std::string recorded_at, recorded_on;
  std::string beside_others;  ///< that others worked on the same cores meanwhile; or empty
  double wall_s = 0, cpu_s = 0, kernel_s = 0;
  double memory_b = 0;
  double recorder_processors = 0;  ///< of the recording machine
  int threads_most = 0;            ///< that the twin runs at a time
  double waiting = 0;              ///< share of the run in which nothing ran
  InstructionMix mix;
  double mispredicts = 0;  ///< per thousand instructions, on the recording machine

  std::string kind;  ///< "a program of one thread, held up by mispredicted branches"
  std::vector<std::string> sentences;  ///< more of the same, a sentence each
  std::string help;                    ///< what would help most, a sentence

  ProcessorView here;  ///< the recording machine
  std::vector<ProcessorView> views;
  std::string asked;  ///< the processor whose improvements are told
  double asked_cores = 0;
  std::vector<Improvement> improvements;
  std::vector<CoreStep> cores;
  std::vector<MissPoint> misses;
  std::vector<CodePhase> phases;
  std::vector<ActivityPoint> activity;
  ObservedSummary observed;
  double unanchored_cpi = 0;  ///< cycles of CPU time an instruction there, for known counts
  double sampling_error = 0;  ///< relative standard error from how snapshots differ
  Uncertainty uncertainty;    ///< of times on other machines

  bool replayed() const { return !views.empty(); }
  /// Where it is judged what holds it up: on `asked`, if there is one, rather than on a
  /// recording machine whose caches strangers may use.
  const ProcessorView& judged() const;
  /// Whether it is a tenth faster, or more, on many cores than on one.
  bool gains_from_cores() const { return !cores.empty() && cores.back().speed >= 1.1; }
};

/// Studies a recorded workload: what `processors` make of it, and what would help
/// it on the first of them or, if there is one, on `asked`.
ProgramStudy study_program(const Workload& workload, const std::vector<Processor>& processors,
                           const Processor* asked = nullptr);
/// What can be said without replay, from the profile alone.
ProgramStudy study_recording(const Profile& profile, const std::string& name);

/// The part of a core's cycles for one instruction that goes to each cause.
struct CyclePart {
  const char* name;     ///< "branches"
  const char* key;      ///< in JSON: "branches"
  char letter;          ///< in a terminal's bars
  const char* held_up;  ///< "mispredicted branches": what holds a program up
  double ReplayCounts::*cycles;
};
const std::vector<CyclePart>& cycle_parts();

/// Misses per thousand instructions over cache size, from the reuse times of the
/// snapshots by StatStack; first touches within a snapshot always miss. `weights`:
/// how much each snapshot counts.
std::vector<MissPoint> miss_curve(const Profile& profile, const std::vector<double>& weights);
/// The time line in at most `most` stretches of equal length.
std::vector<ActivityPoint> activity_of(const Profile& profile, std::size_t most);
/// Stretches between the middles of neighbouring snapshots, in the order of time.
std::vector<CodePhase> code_phases(const ReplayedCode& code);

}  // namespace headroom

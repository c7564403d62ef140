#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "profile/thin.hpp"
#include "replay/profile_replay.hpp"
#include "workload/character.hpp"

namespace headroom {

/// The machine on which a profile was recorded, as far as replay needs it.
struct RecordingHost {
  Processor processor;
  double clock_hz = 0;  ///< while it recorded
};

/// All the numbers that replay reads of a processor: one with changed numbers is not
/// taken for the one it was made from.
std::vector<double> replayed_numbers(const Processor& processor);

/// The code of a profile: replayed, once for each processor asked about. Every
/// snapshot stands for as many instructions as the recording machine executed in
/// the CPU time that the snapshot covers: time there x clock / CPI there, of which
/// the last is replayed as well.
class ReplayedCode final : public KnownCode {
 public:
  /// Pipelines are read from the library now. Throws InputError or ModelError.
  ReplayedCode(const Library& library, std::shared_ptr<const Profile> profile,
               const RecordingHost& host);

  CodeTerms on(const Processor& processor, int threads, int per_core) const override;
  /// The same, with the whole account of where cycles go, for one instruction of
  /// the profile's mean. `clock_hz` 0: the processor's turbo clock with one core awake.
  struct Account {
    ReplayCounts mean;
    CoreSetup core;
    double cpi = 0;
    /// Relative standard error of the time there against the time on the recording
    /// machine, from how the ratio of both scatters among the snapshots.
    double ratio_error = 0;
  };
  Account account(const Processor& processor, double clock_hz = 0, int threads = 1,
                  int per_core = 1) const;
  /// What the recording machine makes of it.
  const CoreReplay& host() const { return host_; }
  /// What it makes of each window of each snapshot.
  WindowPaces host_windows() const;
  const Profile& profile() const { return *profile_; }
  const RecordingHost& recorder() const { return recorder_; }
  /// Instructions in a second of CPU time on the recording machine.
  double host_instr_per_s() const { return recorder_.clock_hz / host_.cpi; }
  /// The same of each of so many threads side by side, which share caches and, where they are
  /// more than cores, those as well.
  double host_instr_per_s(int threads) const;

 private:
  const Pipeline& pipeline_of(const Processor& processor) const;
  CoreSetup host_core() const;

  std::shared_ptr<const Profile> profile_;
  ProfileReplay replay_;
  std::map<std::string, Pipeline> pipelines_;
  RecordingHost recorder_;
  CoreReplay host_;
  mutable std::mutex mutex_;
  /// The pipeline, the processor's numbers, threads in all and on a core.
  using Key = std::tuple<std::string, std::vector<double>, int, int>;
  mutable std::map<Key, CodeTerms> known_;
  mutable std::map<int, double> host_paces_;  ///< by threads that run
};

}  // namespace headroom

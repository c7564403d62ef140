#include "cli/own_workload.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/kinds.hpp"
#include "cli/terminal.hpp"
#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "machine/machine.hpp"
#include "profile/profile_file.hpp"
#include "profile/renumber.hpp"
#include "profile/thin.hpp"
#include "replay/prediction_error.hpp"
#include "replay/recording.hpp"

namespace headroom {
namespace {

/// The recording machine as far as the profile tells: its kind of core, with the
/// caches, latencies and clock that were measured after the run.
RecordingHost described_host(const Library& library, const Profile& profile,
                             const std::string& path) {
  const auto& pace = profile.host.pace;
  if (pace.core.empty() || !library.contains("microarchitectures", pace.core)) {
    throw InputError(
        fmt::format("{}: it does not say how fast the machine was that recorded it", path),
        "--host FILE says it, with a machine file that 'headroom host' made there");
  }
  RecordingHost host;
  Processor& p = host.processor;
  p.id = p.name = profile.host.processor;
  p.microarchitecture = read_microarchitecture(library, pace.core);
  p.cores = std::max(1u, profile.host.cores);
  p.threads_per_core = 1;
  p.turbo_cores = {p.cores};
  p.turbo_hz = {pace.clock_hz};
  p.base_hz = host.clock_hz = pace.clock_hz;
  auto& caches = p.microarchitecture.caches;
  if (pace.l1_b > 0) caches.l1_b = pace.l1_b;
  if (pace.l2_b > 0) caches.l2_b = pace.l2_b;
  p.l3_b = pace.l3_b;
  if (pace.l2_s > 0) caches.l2_cycles = pace.l2_s * pace.clock_hz;
  if (pace.l3_s > 0) {
    caches.l3_core_cycles = pace.l3_s * pace.clock_hz;
    caches.l3_uncore_cycles = 0;
  }
  caches.memory_s = std::max(1e-9, pace.memory_s - pace.l3_s);
  caches.l3_holds_l2 = true;  // the size in effect was measured
  if (pace.stream_b_per_s > 0) {
    p.microarchitecture.core.prefetch_lines = pace.stream_b_per_s * pace.memory_s / 64;
  }
  return host;
}

RecordingHost host_of(const Library& library, const Profile& profile, const std::string& path,
                      const std::string& host_file) {
  if (host_file.empty()) return described_host(library, profile, path);
  const Machine machine = assemble(library, Configuration::parse(host_file));
  return {machine.cpu, turbo_limit_hz(machine.cpu, 1, VectorLevel::scalar)};
}

/// "x264" for "recordings/x264".
std::string short_name(const std::string& id) {
  return id.starts_with(kRecordingFolder) ? id.substr(kRecordingFolder.size()) : id;
}

/// An unknown name may be meant for a workload or a recording.
[[noreturn]] void refuse_workload(const Library& library, const std::string& id) {
  auto known = library.ids("workloads");
  for (auto& recording : library.ids("recordings")) known.push_back(std::move(recording));
  throw InputError(fmt::format("no workload is called '{}'", id), suggest(id, known));
}

}  // namespace

CommandOption host_option() {
  return {"host", "FILE",
          "machine file of the computer that recorded the profiles, if not what they say of it",
          ""};
}

bool is_recorded(const Library& library, const std::string& id) {
  if (id.ends_with(".hprof")) return true;
  return !id.ends_with(".toml") && kind_of(library, id) == "recordings";
}

Profile read_recorded(const Library& library, const std::string& id) {
  return id.ends_with(".hprof") ? read_profile(id) : recorded_profile(library, short_name(id));
}

std::string told_of_recording(const Library& library, const std::string& id) {
  if (id.ends_with(".hprof")) return {};
  const Recording r = read_recording(library, short_name(id));
  return fmt::format("{}\n{}\n\n  package   {}\n  command   {}\n  input     {}\n  recorded  {}\n\n",
                     r.name, r.summary, r.package, r.command, r.input, r.recorded);
}

RecordedProgram open_recorded(const Library& library, const std::string& id,
                              const std::string& host) {
  Profile profile = read_recorded(library, id);
  if (!profile.isa.empty()) {
    throw InputError(
        fmt::format("{}: it was run under an emulator, so its times say nothing of its speed", id),
        "record it without --isa to compare machines");
  }
  // As in a stripped profile, so that stripping one changes nothing.
  drop_unused_blocks(profile);
  renumber_addresses(profile);
  RecordedProgram program;
  program.profile = std::make_shared<const Profile>(std::move(profile));
  program.code = std::make_shared<const ReplayedCode>(library, program.profile,
                                                      host_of(library, *program.profile, id, host));
  program.name = id.substr(id.rfind('/') + 1);
  return program;
}

Workload load_workload(const Library& library, const std::string& id, const std::string& host,
                       const std::vector<Change>& changes) {
  if (!is_recorded(library, id)) {
    if (!id.ends_with(".toml") && !library.contains("workloads", id)) refuse_workload(library, id);
    return read_workload(library, id, changes);
  }
  if (!changes.empty()) {
    throw InputError(fmt::format("--set {} changes a workload's numbers, and '{}' is a recording",
                                 changes.front().path, id));
  }
  const RecordedProgram program = open_recorded(library, id, host);
  Workload workload = workload_of(*program.profile, program.code, program.name);
  workload.uncertainty = prediction_error(library, *program.code);
  if (!id.ends_with(".hprof")) {
    const Recording recording = read_recording(library, program.name);
    workload.name = recording.name;
    workload.summary = recording.summary;
    workload.basis = fmt::format("{}; recorded {}", recording.package, recording.recorded);
  }
  return workload;
}

}  // namespace headroom

#include "cli/own_workload.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "cli/terminal.hpp"
#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "machine/machine.hpp"
#include "profile/profile_file.hpp"

namespace headroom {
namespace {

constexpr double kNineInTen = 1.645;    ///< standard deviations of a normal distribution
constexpr double kModelScatter = 0.31;  ///< nine of ten programs: docs/prediction.md

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

}  // namespace

CommandOption host_option() {
  return {"host", "FILE",
          "machine file of the computer that recorded the profiles, if not what they say of it",
          ""};
}

bool is_recorded(const std::string& id) {
  return id.ends_with(".hprof");
}

RecordedProgram open_recorded(const Library& library, const std::string& path,
                              const std::string& host) {
  RecordedProgram program;
  auto profile = std::make_shared<const Profile>(read_profile(path));
  if (!profile->isa.empty()) {
    throw InputError(
        fmt::format("{}: it was run under an emulator, so its times say nothing of its speed",
                    path),
        "record it without --isa to compare machines");
  }
  program.code = std::make_shared<const ReplayedCode>(library, profile,
                                                      host_of(library, *profile, path, host));
  program.profile = std::move(profile);
  program.name = path.substr(path.rfind('/') + 1);
  return program;
}

Workload load_workload(const Library& library, const std::string& id, const std::string& host,
                       const std::vector<Change>& changes) {
  if (!is_recorded(id)) return read_workload(library, id, changes);
  if (!changes.empty()) {
    throw InputError(fmt::format("--set {} changes a workload's numbers, and '{}' is a recording",
                                 changes.front().path, id));
  }
  const RecordedProgram program = open_recorded(library, id, host);
  const double sampling = kNineInTen * program.code->host().error;
  tell(
      "note: {}: times on other machines are expected within {:.0f} %, nine times in ten: {:.0f} % "
      "from what its snapshots differ, {:.0f} % from the model\n",
      printable(program.name), 100 * std::hypot(sampling, kModelScatter), 100 * sampling,
      100 * kModelScatter);
  return workload_of(*program.profile, program.code, program.name);
}

}  // namespace headroom

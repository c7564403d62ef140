#include "cli/own_workload.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/kinds.hpp"
#include "cli/terminal.hpp"
#include "compute/core_model.hpp"
#include "machine/machine.hpp"
#include "profile/profile_file.hpp"
#include "replay/prediction_error.hpp"
#include "replay/recording.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {
namespace {

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
  RecordedProgram program;
  program.profile = ready_for_replay(read_recorded(library, id), id);
  program.code = std::make_shared<const ReplayedCode>(library, program.profile,
                                                      host_of(library, *program.profile, id, host));
  program.name = id.substr(id.rfind('/') + 1);
  return program;
}

Workload load_workload(const Library& library, const std::string& id, const std::string& host,
                       const std::vector<Change>& changes) {
  if (!is_recorded(library, id)) {
    if (!id.ends_with(".toml") && !library.contains("workloads", id)) refuse_workload(library, id);
    return read_rested_workload(library, id, changes);
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

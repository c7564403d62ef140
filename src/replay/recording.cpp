#include "replay/recording.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "compute/parts.hpp"
#include "profile/profile_file.hpp"
#include "profile/renumber.hpp"
#include "profile/thin.hpp"

namespace headroom {

void Recording::declare(Fields& f) {
  f.text("id", id, "name in commands", {}, true);
  f.text("name", name, "name for people");
  f.text("summary", summary, "what it does, in a line");
  f.text("package", package, "Debian package and version");
  f.text("command", command, "command, as it was recorded");
  f.text("input", input, "what it worked on, and how that was made");
  f.text("recorded", recorded, "when, on what, and how");
}

Recording read_recording(const Library& library, const std::string& id) {
  Document document = library.open("recordings", id);
  auto recording = document.root().get<Recording>();
  recording.id = Library::id_of(id);
  document.check();
  return recording;
}

Profile recorded_profile(const Library& library, const std::string& id) {
  const std::string bytes = library.recording(id);
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return decode_profile(std::span(first, bytes.size()), fmt::format("recordings/{}.hprof", id));
}

std::shared_ptr<const Profile> ready_for_replay(Profile profile, const std::string& name) {
  if (!profile.isa.empty()) {
    throw InputError(
        fmt::format("{}: it was run under an emulator, so its times say nothing of its speed",
                    name),
        "record it without --isa to compare machines");
  }
  // As in a stripped profile, so that stripping one changes nothing.
  drop_unused_blocks(profile);
  renumber_addresses(profile);
  return std::make_shared<const Profile>(std::move(profile));
}

RecordingHost described_host(const Library& library, const Profile& profile,
                             const std::string& path) {
  const auto& pace = profile.host.pace;
  if (!pace.core.empty() && !library.contains("microarchitectures", pace.core)) {
    throw InputError(
        fmt::format("{}: it was recorded on a core '{}', which the catalogue does not have", path,
                    pace.core),
        "microarchitectures/" + pace.core + ".toml describes it in Headroom's own");
  }
  if (pace.core.empty()) {
    throw InputError(
        fmt::format("{}: it does not say how fast the machine was that recorded it", path),
        "record it again; or, to run the recording itself, --host FILE says it, with a machine "
        "file that 'headroom host' made there");
  }
  const bool possible = pace.clock_hz >= 1e8 && pace.clock_hz <= 2e10 &&
                        std::max({pace.l2_s, pace.l3_s, pace.memory_s}) <= 1e-5 &&
                        std::max({pace.l1_b, pace.l2_b, pace.l3_b}) <= 1e12 &&
                        (pace.stream_b_per_s == 0 || pace.stream_b_per_s >= 1e7);
  if (!possible) {
    throw InputError(
        fmt::format("{}: what it says of the recording machine's pace cannot be", path),
        "a clock from 0.1 to 20 GHz, latencies up to 10 us, at least 10 MB/s; record it again");
  }
  RecordingHost host;
  Processor& p = host.processor;
  p.id = p.name = profile.host.processor;
  p.microarchitecture = read_microarchitecture(library, pace.core);
  const double logical = std::max(1u, profile.host.logical_processors);
  p.cores = profile.host.cores > 0 ? profile.host.cores : logical;
  p.threads_per_core = std::clamp(std::round(logical / p.cores), 1.0, 2.0);
  p.turbo_cores = {p.cores};
  p.turbo_hz = {pace.clock_hz};
  p.base_hz = host.clock_hz = pace.clock_hz;
  auto& caches = p.microarchitecture.caches;
  if (pace.l1_b > 0) caches.l1_b = pace.l1_b;
  if (pace.l2_b > 0) caches.l2_b = pace.l2_b;
  p.l3_b = pace.l3_b;
  p.l3_others_b_per_s = pace.l3_others_b_per_s;
  p.walk_s = pace.walk_s;
  p.cpuid_s = pace.cpuid_s;
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

}  // namespace headroom

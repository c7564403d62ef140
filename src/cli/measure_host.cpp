#include "cli/measure_host.hpp"

#include "cli/terminal.hpp"
#include "host/machine_file.hpp"

namespace headroom {

void measure_pace(const Library& library, HostDescription& host) {
  HostFindings found;
  found.facts = read_facts();
  found.kind =
      core_kind(found.facts.vendor, found.facts.family, found.facts.model, found.facts.stepping);
  if (found.kind.id.empty()) return;
  MeasureOptions options;
  options.quick = true;
  options.stopped = interrupted;
  found.measured = measure(found.facts, options);
  if (!found.measured.complete) return;
  found.correct_cores();
  host.cores = found.facts.description.cores;
  found.levels =
      find_levels(found.measured.latencies, reported_caches(found.facts, found.kind, library),
                  found.measured.kept);
  HostDescription::Pace& pace = host.pace;
  pace.core = found.kind.id;
  pace.clock_hz = found.clock_hz(false);
  pace.l1_b = found.levels.l1_b;
  pace.l2_b = found.levels.l2_b;
  pace.l3_b = found.levels.l3_b;
  pace.l2_s = found.levels.l2_s;
  pace.l3_s = found.levels.l3_s;
  pace.memory_s = found.levels.memory_s;
  pace.l3_others_b_per_s = found.levels.l3_others_b_per_s;
  pace.walk_s = found.measured.walk_s;
  pace.cpuid_s = found.measured.cpuid_s;
  for (const auto& row : found.measured.bandwidths) {
    if (row.threads == 1) pace.stream_b_per_s = row.b_per_s;
  }
}

}  // namespace headroom

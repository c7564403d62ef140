#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/run.hpp"

namespace headroom {

/// What the setup of an evidence row asks of a run.
struct RowSetup {
  Surroundings surroundings;
  RunOptions options;
  double at_s = -1;               ///< moment of the reading; below 0: the whole run
  std::optional<double> display;  ///< brightness, where the row says so
  std::string reason;             ///< not empty: this setup cannot be run, and why
};

/// Reads a row's setup: ambient_c, repeat, threads, ranks, bytes, at_s, for_s,
/// fan_rpm, distance_m, room_floor_dba, altitude_m, os, display and gpus. Never
/// throws: what cannot be used is a `reason`. A reading at a moment makes the
/// run last until then, with the workload repeated unless the row says how often.
RowSetup read_setup(const std::map<std::string, std::string>& setup);

/// The operating systems by name that a run of the workload may be told of: the
/// usual three and those that one of its phases names.
std::vector<std::string> known_systems(const Workload& workload);

/// A sentence where the workload depends on the operating system but says nothing
/// of this one, so that it counts as one that costs nothing; otherwise "".
std::string system_doubt(const Workload& workload, const std::string& system);

}  // namespace headroom

#pragma once

#include <map>
#include <optional>
#include <string>

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

}  // namespace headroom

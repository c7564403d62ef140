#pragma once

#include <string>
#include <vector>

#include "workload/workload.hpp"

namespace headroom {

/// read_workload(), with each character that names a recording resting on it: its
/// instructions are those of the recorded program, replayed on every processor, in
/// place of assumed rates; its vectors and its switching are the recording's, where the
/// file does not say otherwise. How much work there is, on how many threads, stays the
/// workload's own. A recording is one of the library, or a "*.hprof" beside the user's
/// own workload file. Each is decoded once in a process, so that reading the same
/// workload again costs little; safe to use from several threads. Throws InputError for
/// a recording that is missing, damaged or made by an emulator.
Workload read_rested_workload(const Library& library, const std::string& id,
                              const std::vector<Change>& changes = {});

}  // namespace headroom

#pragma once

#include <memory>

#include "replay/replayed_code.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// What recorded code is like: the code itself, its widest vectors, and for people the
/// rates that replay finds on the recording machine.
Character character_of(std::shared_ptr<const ReplayedCode> code);

/// Instructions in a second of CPU time on the recording machine, mean over the run: fewer
/// where threads shared its cores and caches.
double mean_host_pace(const ReplayedCode& code);

/// A recorded program as a workload of the twin. Its CPU time on the recording
/// machine becomes instructions, which every processor executes at the pace that
/// replay gives it: time there = time here x model(there) / model(here). Its time
/// line becomes phases: so long with one thread running, so long with two, and
/// pauses in which none wanted to; threads that stood in line for a processor run
/// together where there are enough. Its memory and the bytes that it moved from and
/// to drive and network come along when they did; see run_segments.hpp.
Workload workload_of(const Profile& profile, std::shared_ptr<const ReplayedCode> code,
                     const std::string& id);

}  // namespace headroom

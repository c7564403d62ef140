#pragma once

#include <memory>

#include "replay/replayed_code.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// What recorded code is like: the code itself, its widest vectors, and for people the
/// rates that replay finds on the recording machine.
Character character_of(std::shared_ptr<const ReplayedCode> code);

/// Cycles of CPU time an instruction on the recording machine by the model alone, mean over
/// the run: more where threads shared its cores and caches. For counts of instructions
/// that are known; see CoreReplay::unanchored_cpi.
double unanchored_cpi(const ReplayedCode& code);

/// A recorded program as a workload of the twin. Its CPU time on the recording
/// machine becomes instructions, which every processor executes at the pace that
/// replay gives it: time there = time here x model(there) / model(here). Its time
/// line becomes phases: so long with one thread running, so long with two, and
/// pauses in which none wanted to; threads that stood in line for a processor run
/// together where there are enough. Time beside others on the same core counts for as much
/// less as the program would have needed alone (alone_share()). Its memory and the bytes that it
/// moved from and to drive and network come along when they did; see run_segments.hpp.
Workload workload_of(const Profile& profile, std::shared_ptr<const ReplayedCode> code,
                     const std::string& id);

}  // namespace headroom

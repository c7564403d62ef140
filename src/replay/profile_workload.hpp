#pragma once

#include <memory>

#include "replay/replayed_code.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// A recorded program as a workload of the twin. Its CPU time on the recording
/// machine becomes instructions, which every processor executes at the pace that
/// replay gives it: time there = time here x model(there) / model(here). Its time
/// line becomes phases: so long with one thread running, so long with two, and
/// pauses in which none ran; threads that stood in line for too few processors may
/// run together where there are more. Its memory and its drive's bytes come along.
Workload workload_of(const Profile& profile, std::shared_ptr<const ReplayedCode> code,
                     const std::string& id);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "advice/advice.hpp"
#include "advice/timeline.hpp"
#include "replay/program_study.hpp"

namespace headroom {

/// What a page says of the recorded programs among its workloads: a study of each,
/// on the processors of the machines it shows, each once and not too many. Nothing
/// for workloads that are described.
std::vector<ProgramStudy> studies_of(const std::vector<const Workload*>& workloads,
                                     const std::vector<const Machine*>& machines);
std::vector<ProgramStudy> studies_of(const Comparison& comparison);
/// On the processors of its choices, the recommended one's first.
std::vector<ProgramStudy> studies_of(const Advice& advice);
/// On the processors of its best configurations.
std::vector<ProgramStudy> studies_of(const Library& library, const Timeline& timeline);

}  // namespace headroom

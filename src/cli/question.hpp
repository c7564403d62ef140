#pragma once

#include <vector>

#include "advice/comparison.hpp"
#include "cli/common.hpp"

namespace headroom {

/// What compare, advise and timeline all ask: --workload ID[*WEIGHT], repeated or
/// with commas; --for, --as-of, --kwh, --hours; surroundings.
std::vector<CommandOption> question_options();
/// Throws InputError, naming what there is, when no workload is given.
std::vector<Task> read_tasks(const Library& library, const Arguments& arguments,
                             const std::vector<Change>& changes = {});
Circumstances read_circumstances(const Arguments& arguments);
/// A day as "2017-12-14". Throws InputError for what is none.
std::string read_day(const std::string& name, const std::string& text);

}  // namespace headroom

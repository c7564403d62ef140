#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/library.hpp"

namespace headroom {

/// Begins the full name of a recording, for where a short one means something else.
inline constexpr std::string_view kRecordingFolder = "recordings/";

/// What a name of the catalogue, or a file of the user's own, describes:
/// "machines", "workloads", "recordings", "processors", as the catalogue's folders
/// are called; "" when it cannot be told. A file is known by its tables. Throws InputError for a
/// file that is no TOML or not there.
std::string kind_of(const Library& library, const std::string& id);

/// Throws InputError, with the right command, when the operands of `run` are not
/// machines with a workload after them. What cannot be told apart passes.
void check_run_operands(const Library& library, const std::vector<std::string>& operands);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace headroom {

/// The command as the user would type it again, in quotes where a shell needs
/// them. Options at their defaults are left out, and so are --report and --trace.
std::string command_line(const Command& command, const Arguments& arguments);

/// One workload of `--workload ID[*WEIGHT],...`.
struct WorkloadItem {
  std::string id;      ///< or a path that ends in ".toml", which may hold a '*'
  std::string weight;  ///< "*3", or "" for none
};
std::vector<WorkloadItem> workload_items(const std::string& given);

/// What a command reads: the files that its machines, workloads and swapped parts
/// may be, for check_outputs().
std::vector<std::string> inputs_of(const Arguments& arguments);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace headroom {

/// The command as the user would type it again, in quotes where a shell needs
/// them. Options at their defaults are left out, and so is --report.
std::string command_line(const Command& command, const Arguments& arguments);

/// What a command with --workload reads: the files that its operands, workloads
/// and machines may be, for check_outputs().
std::vector<std::string> inputs_of(const Arguments& arguments);

}  // namespace headroom

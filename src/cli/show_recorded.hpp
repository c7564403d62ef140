#pragma once

#include <string>

#include "cli/command.hpp"

namespace headroom {

/// `headroom show FILE.hprof`: what the program is like, and what cores make of it.
int show_recorded(const Arguments& arguments, const std::string& path);

}  // namespace headroom

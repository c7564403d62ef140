#pragma once

#include <string>

#include "cli/command.hpp"

namespace headroom {

/// `headroom show FILE.hprof`: what the program is like, and what cores make of it,
/// in text or as JSON, and with --report as a page. `command_line` is told on it.
int show_recorded(const Arguments& arguments, const std::string& path,
                  const std::string& command_line);

}  // namespace headroom

#pragma once

#include <string>

namespace headroom {

/// What Linux calls the system call of this number on 64-bit x86: "read", "futex";
/// "call 999" if it is of no number known here.
std::string system_call_name(unsigned number);

}  // namespace headroom

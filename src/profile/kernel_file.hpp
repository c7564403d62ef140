#pragma once

#include <string>

namespace headroom {

/// All of a file under /proc or /sys; empty if it cannot be read. What such a
/// file tells of may end between open and read, which streams report by an
/// exception; here that is no error, only nothing to be read.
std::string read_kernel_file(const std::string& path);

}  // namespace headroom

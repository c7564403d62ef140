#pragma once

#include <cstdint>

namespace headroom::recorder {

/// Pages in memory that are this process's alone, as far as the kernel tells in a hurry;
/// 0 where it does not. Uses nothing but system calls.
std::uint64_t own_pages();

}  // namespace headroom::recorder

#pragma once

#include <cstdint>

namespace headroom::recorder {

/// One line of /proc/self/maps.
struct Mapping {
  std::uint64_t begin = 0, end = 0;
  bool writable = false, shared = false;
  bool file = false;           ///< holds a file's contents
  const char* path = nullptr;  ///< "" when it has none; ours for the moment only
};

/// Calls `found` for each mapping of this process, in order of address. False: the
/// list cannot be read. Uses a buffer of its own, so not while it runs already.
bool read_mappings(void (*found)(const Mapping&, void*), void* context);

}  // namespace headroom::recorder

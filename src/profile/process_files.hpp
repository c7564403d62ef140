#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace headroom {

/// The names in a folder under /proc that are numbers: processes, threads.
std::vector<pid_t> numbers_in(const std::string& folder);

/// Adds the inodes of the sockets that a process has open.
void add_socket_inodes(pid_t process, std::set<std::uint64_t>& inodes);

}  // namespace headroom

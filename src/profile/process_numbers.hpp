#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace headroom {

/// What the kernel tells of a running process when it is asked for one thing. A
/// process may end at any time; then there is nothing to be told, or zero.

/// CPU time of a process and all its threads. False: it is gone.
bool read_cpu_time(pid_t process, std::uint64_t& ns);

/// The path of what it runs; `process` is its number, or "self".
std::string program_of(const std::string& process);

/// Page faults that needed no storage.
std::uint64_t minor_faults(pid_t process);

/// Pages in memory that hold neither files nor what is shared with others.
std::uint64_t own_pages(pid_t process);

/// How long a thread has stood in line for a processor.
std::uint64_t in_line_ns(pid_t thread);

struct RunningThread {
  pid_t thread = 0;  ///< 0: none runs
  std::string name;
};

/// One of the threads that run, each as likely as the others.
RunningThread running_thread(pid_t process, std::uint64_t random);

}  // namespace headroom

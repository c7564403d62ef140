#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace headroom {

/// What is started, and what it finds in its environment beyond ours.
struct Launch {
  std::string path;
  std::vector<std::string> arguments;
  std::string preload, control;  ///< empty: nothing is added
  /// qemu gives a program its environment in the reverse order.
  bool reverse = false;
};

/// The path of the program that a command names. Throws InputError.
std::string found_program(const std::vector<std::string>& command);

/// From where a program's snapshots are taken.
enum class Recorder {
  kInside,   ///< a library that is loaded with it
  kOutside,  ///< this process
};

/// How the program at `path` can be recorded. Throws InputError, with the
/// reason, if it cannot be.
Recorder choose_recorder(const std::string& path, const std::vector<std::string>& command);

/// A launch with the recorder inside.
Launch launch_with(const std::string& library, const std::string& control, const std::string& path,
                   const std::vector<std::string>& command);

/// Starts it, with this signal mask. The child's id.
pid_t start(const Launch& launch, const sigset_t& mask);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "profile/isa_level.hpp"
#include "profile/profile.hpp"

namespace headroom {

struct CountPage;

/// qemu-user, which runs a program on a processor that it imitates, so that the
/// program takes the path that it would take there. Our plugin counts its
/// instructions and follows it now and then.
class Emulator {
 public:
  /// Looks for the emulator. Throws InputError when there is none, when it is of
  /// a version that takes no such plugin, or when it does not know the level.
  explicit Emulator(std::string_view level);

  const IsaLevel& level() const { return *level_; }
  const std::string& path() const { return path_; }
  /// What to start in place of the program at `program`, called with `words`:
  /// of a script, its interpreter is emulated. The first of `arguments` is the
  /// emulator's own name. Throws InputError when it cannot be emulated.
  struct Command {
    std::string program;  ///< that is emulated
    std::vector<std::string> arguments;
  };
  Command command(const std::string& program, const std::vector<std::string>& words,
                  const std::string& plugin, const std::string& control_file) const;

 private:
  std::string path_;
  const IsaLevel* level_ = nullptr;
};

/// What the plugin counts, in the recorder's folder.
class EmulatorCounts {
 public:
  EmulatorCounts(const std::string& folder, const std::string& program);
  ~EmulatorCounts();
  EmulatorCounts(const EmulatorCounts&) = delete;
  EmulatorCounts& operator=(const EmulatorCounts&) = delete;

  /// Into the totals and each thread; the main thread gets the program's name.
  void add_to(Profile& profile) const;
  /// Programs that the emulated one started and that ran unseen.
  unsigned started() const;
  /// What the emulator said that a user should know, line by line.
  std::vector<std::string> messages() const;

 private:
  CountPage* page_ = nullptr;
};

}  // namespace headroom

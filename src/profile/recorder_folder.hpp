#pragma once

#include <string>
#include <vector>

#include "profile/part_reader.hpp"

namespace headroom {

/// The launcher's side of the recorder: a private folder with the control page
/// that recorded processes map, into which snapshots write their parts. It goes
/// when this object goes.
class RecorderFolder {
 public:
  explicit RecorderFolder(const std::string& library);
  ~RecorderFolder();
  RecorderFolder(const RecorderFolder&) = delete;
  RecorderFolder& operator=(const RecorderFolder&) = delete;

  ControlPage& control() { return *control_; }
  const std::string& path() const { return folder_; }
  const std::string& control_file() const { return control_file_; }

  /// Frees the places of snapshots that are gone. Returns how many are under way.
  unsigned tidy();
  /// When all places are taken and the run has gone on, gives up the snapshot
  /// whose neighbours in time are nearest, so that what is left spreads over the
  /// whole run. Times are CLOCK_MONOTONIC.
  void spread(std::uint64_t started_ns, std::uint64_t now_ns);
  /// Ends those that are still under way.
  void end_all();
  std::vector<RawPart> read_parts() const;

 private:
  std::string folder_, control_file_;
  ControlPage* control_ = nullptr;
};

inline constexpr const char* kRecorderLibrary = "libheadroom_recorder.so";
inline constexpr const char* kEmulatorPlugin = "libheadroom_qemu_plugin.so";

/// Where a library of ours lies: beside this program, or in ../lib/headroom.
std::string find_loaded_library(const std::string& name);

}  // namespace headroom

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
  /// While the program runs, copies wait. When they hold back more memory than the
  /// machine can spare, the oldest go on now, one by one, on idle processors.
  void relieve(std::uint64_t now_ns);
  /// Once the program has ended, before any copy is let go: where few wait, each follows the
  /// program for longer, with more windows, so that all of them fill that time.
  void lengthen(double analysis_s);
  /// Once the program has ended: lets waiting copies go on, `at_once` at a time, those
  /// first that leave the widest gaps in time closed. Returns how many are left.
  unsigned let_go(unsigned at_once);
  /// Those that were kept, in no order.
  std::vector<Tick> ticks() const;
  /// Ends those that are still under way.
  void end_all();
  std::vector<RawPart> read_parts() const;

 private:
  void go(unsigned slot, Go how);

  std::string folder_, control_file_;
  ControlPage* control_ = nullptr;
  std::vector<double> gone_ns_;  ///< when those were copied that were let go
};

inline constexpr const char* kRecorderLibrary = "libheadroom_recorder.so";
inline constexpr const char* kEmulatorPlugin = "libheadroom_qemu_plugin.so";

/// Where a library of ours lies: beside this program, or in ../lib/headroom.
std::string find_loaded_library(const std::string& name);

}  // namespace headroom

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// An instruction-set level that a program can be shown: that of a generation of
/// processors, under the name that the emulator has for it.
struct IsaLevel {
  std::string_view name;
  std::string_view model;  ///< for the emulator's -cpu
  std::string_view has;    ///< what it has, beyond the level before
  /// Features of the model that qemu 7.2 cannot imitate, and would warn of. All
  /// but few are for kernels; programs seldom ask for the rest.
  std::string_view without;

  /// The value of the emulator's option -cpu.
  std::string option() const;
};

/// The level that a user means: "ivybridge", "Ivy-Bridge", or the name of a
/// later processor with the same instructions, such as "kaby-lake". `models` are
/// those that the emulator offers. Throws InputError, with what is possible.
const IsaLevel& find_isa_level(std::string_view name, const std::vector<std::string>& models);

}  // namespace headroom

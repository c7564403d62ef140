#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace headroom {

/// With these bytes every profile begins.
inline constexpr std::array<std::uint8_t, 8> kProfileMagic = {0x89, 'H', 'P',  'R',
                                                              'O',  'F', '\r', '\n'};

/// Where a profile will be written that is to go to `path`: behind links, what they
/// point to. Throws InputError when none can be written there, or when that would
/// replace anything but an older profile or an empty file: a device, a program.
std::string profile_target(const std::string& path);

/// Where it grows until it is complete.
std::string profile_draft(const std::string& target);

}  // namespace headroom

#pragma once

#include <span>
#include <string_view>

namespace headroom {

/// A file that was built into the program.
struct EmbeddedFile {
  std::string_view path;  ///< "machines/imac-pro-2017.toml"
  std::string_view text;
};

}  // namespace headroom

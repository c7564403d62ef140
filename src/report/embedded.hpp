#pragma once

#include "base/embedded.hpp"

namespace headroom {

/// The report's scripts and styles, by their path below web/.
std::span<const EmbeddedFile> embedded_web();

}  // namespace headroom

#pragma once

#include "base/embedded.hpp"

namespace headroom {

/// Every file under catalog/, by its path below that folder.
std::span<const EmbeddedFile> embedded_catalog();

}  // namespace headroom

#pragma once

#include "base/embedded.hpp"

namespace headroom {

/// Every .toml file under catalog/, by its path below that folder.
std::span<const EmbeddedFile> embedded_catalog();

/// The profiles under catalog/recordings/, which are no text.
std::span<const EmbeddedFile> embedded_recordings();

}  // namespace headroom

#pragma once

#include "base/embedded.hpp"

namespace headroom {

/// Every file under claims/, by its name.
std::span<const EmbeddedFile> embedded_claims();

}  // namespace headroom

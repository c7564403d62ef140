#pragma once

#include <vector>

#include "profile/operation.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// The instructions of a block, decoded. Ends early at one that is unknown.
std::vector<Operation> decode_block(const CodeBlock& block);

}  // namespace headroom

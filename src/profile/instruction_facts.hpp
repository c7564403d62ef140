#pragma once

#include <vector>

#include "profile/operation_table.hpp"
#include "profile/profile.hpp"

namespace headroom {

/// What the instruction mix counts of each instruction of a block, from its code.
/// Ends early at one that is unknown.
std::vector<InstructionFacts> instruction_facts(const CodeBlock& block);

}  // namespace headroom

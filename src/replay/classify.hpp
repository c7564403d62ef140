#pragma once

#include <Zydis/Zydis.h>

#include "replay/operation.hpp"

namespace headroom {

/// Sets the operation's kind, and what follows from it, by the instruction's
/// mnemonic. Its operands must be known already.
void classify(Operation& op, const ZydisDecodedInstruction& in,
              const ZydisDecodedOperand* operands);

}  // namespace headroom

#pragma once

#include <string>

#include "claims/claim.hpp"

namespace headroom::test {

/// What every claim begins with; figures and criteria follow.
inline const std::string kClaimHead = R"(id = "mine"
name = "A claim"
statement = "It is cheap."
said_by = "a friend"
source = "mine: said over lunch"
basis = "a test"
)";

inline Claim read_claim_text(const std::string& text) {
  return read_claim(Document(text, "mine.toml", "claims/mine"));
}

}  // namespace headroom::test

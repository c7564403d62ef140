#pragma once

#include <string>
#include <utility>

#include "claims/verdict.hpp"

namespace headroom {

/// A cell that cannot be computed, and why.
inline ClaimCell failed(const std::string& reason) {
  ClaimCell cell;
  cell.reason = reason;
  return cell;
}

/// A number with its unit.
inline ClaimCell number(double value, std::string unit, std::string note = {}) {
  ClaimCell cell;
  cell.value = value;
  cell.unit = std::move(unit);
  cell.note = std::move(note);
  return cell;
}

}  // namespace headroom

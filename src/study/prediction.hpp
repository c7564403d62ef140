#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "catalog/library.hpp"

namespace headroom {

/// What the twin says of one evidence row: a value in the row's unit, or why
/// there is none.
struct Prediction {
  std::optional<double> value;
  std::string reason;  ///< empty when there is a value

  bool operator==(const Prediction&) const = default;
};

/// Answers the row of an index under trial values of the fitted numbers. Fits
/// and their cross-checks see the twin only through this; it must be a pure
/// function, and safe to call from several threads at once.
using Predictor = std::function<Prediction(const FittedTable& fitted, std::size_t row)>;

}  // namespace headroom

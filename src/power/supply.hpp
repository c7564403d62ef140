#pragma once

#include "base/fields.hpp"

namespace headroom {

/// The power supply: loss = fixed + proportional x P + quadratic x P^2, the
/// form of rectifier, conduction and resistive losses.
struct SupplyParameters {
  double rated_w = kRequired;
  double fixed_loss_w = kRequired;
  double proportional_loss = kRequired;  ///< share of the output
  double loss_at_rated = kRequired;      ///< share of the output at the rated load

  void declare(Fields& f);
  /// Loss at an output power, W.
  double loss_w(double output_w) const;
};

}  // namespace headroom

#include "power/supply.hpp"

#include <algorithm>

namespace headroom {

void SupplyParameters::declare(Fields& f) {
  f.number("rated", rated_w, "W", "greatest output", 1, 1e4);
  f.number("fixed_loss", fixed_loss_w, "W", "lost at any load", 0, 200);
  f.number("proportional_loss", proportional_loss, "1", "lost share of the output, small loads", 0,
           1);
  f.number("loss_at_rated", loss_at_rated, "1", "lost share of the output at the rated load", 0, 1);
}

double SupplyParameters::loss_w(double output_w) const {
  const double rest_w = loss_at_rated * rated_w - fixed_loss_w - proportional_loss * rated_w;
  const double quadratic_per_w = std::max(0.0, rest_w) / (rated_w * rated_w);
  return fixed_loss_w + proportional_loss * output_w + quadratic_per_w * output_w * output_w;
}

}  // namespace headroom

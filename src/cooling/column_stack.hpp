#pragma once

#include <vector>

#include "cooling/modal_system.hpp"

namespace headroom {

/// A die and what lies on it as a rectangle of uniform layers: adiabatic sides
/// and bottom, power from rectangular blocks at the bottom face, convection on
/// top. Heat conduction in such a column falls apart into cosine modes along the
/// sides (Carslaw and Jaeger, Conduction of Heat in Solids, ch. 5), each of which
/// is a one-dimensional problem across the layers. The static part of every
/// lateral mode is exact; its slow vertical modes come from finite volumes, fine
/// against the depth that heat reaches in `delay_s`. So the accuracy is chosen,
/// not a mesh: there is none along the sides. Valid where the layers have one
/// size and their sides lose no heat; a die on a wider spreader needs
/// network_reduction.hpp.
struct ColumnStack {
  struct Layer {
    double thickness_m;
    double conductivity_w_per_m_k;
    double heat_capacity_j_per_m3_k;
  };
  struct Block {
    double x_m, y_m, width_m, height_m;
  };
  double width_m = 0, height_m = 0;
  std::vector<Layer> layers;  ///< from the powered face upwards
  double top_w_per_m2_k = 0;  ///< convection on the last layer
  double ambient_k = 298.15;
  std::vector<Block> blocks;
};

/// How much of a column's fine detail is kept.
struct ColumnAccuracy {
  /// The shortest time after a change of power at which temperatures matter.
  double delay_s = 0.1;
  /// A mode is kept while, by then, it holds more than this of a step of 1 W in
  /// any block; the rest follows the power at once.
  double tolerance_k_per_w = 1e-4;
  /// Cosine orders along each side in the static part.
  int static_orders = 128;
};

/// The stack as a modal system: inputs are the blocks' powers (W), outputs their
/// mean temperatures (K) at the bottom face. InputError for a stack that cannot
/// be (no layer, no convection, a block off the die).
ModalSystem make_column_stack(const ColumnStack& stack, const ColumnAccuracy& accuracy = {});

}  // namespace headroom

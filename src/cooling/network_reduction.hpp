#pragma once

#include <vector>

#include "cooling/modal_system.hpp"

namespace headroom {

/// A large thermal network as plain data: C dT/dt = -G (T - ambient) + power,
/// where G is symmetric and a row's sum is the node's conductance to ambient.
/// Power comes in blocks, each spread evenly over its cells, and what is asked
/// for is each block's mean temperature.
struct SparseNetwork {
  struct Entry {
    int row, column;
    double w_per_k;
  };
  std::vector<Entry> conductance;        ///< both halves; equal places add up
  std::vector<double> capacity_j_per_k;  ///< per node
  std::vector<std::vector<int>> blocks;  ///< the nodes of each block
  double ambient_k = 298.15;
};

/// How a network is reduced.
struct ReductionAccuracy {
  /// Where, besides at rest, the reduced system answers exactly as the network
  /// does: decay rates of the power's changes.
  std::vector<double> shifts_per_s = {0.03, 0.5, 8.0};
  /// Modes are kept as in ColumnAccuracy.
  double delay_s = 0.1;
  double tolerance_k_per_w = 1e-4;
};

/// Reduces a network of thousands of nodes to a few hundred modes or fewer, by
/// projecting it on its answers at rest and at a few real shifts: a rational
/// block Krylov congruence (Grimme 1997; Odabasioglu, Celik and Pileggi, PRIMA,
/// 1998), which keeps the network passive and its resting state exact. Inputs are
/// the blocks' powers (W), outputs their mean temperatures (K). Valid for
/// symmetric networks in which every part has a way to ambient: ModelError
/// otherwise. InternalError for entries outside the network.
ModalSystem reduce_network(const SparseNetwork& network, const ReductionAccuracy& accuracy = {});

}  // namespace headroom

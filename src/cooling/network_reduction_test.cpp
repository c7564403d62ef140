#include "cooling/network_reduction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cooling/thermal_network.hpp"

namespace headroom {
namespace {

/// A slab of 6 x 6 x 3 cells whose top loses heat, heated in two corners of its
/// bottom; once as a sparse network, once as a full one.
struct Slab {
  Slab() {
    const auto node = [](int x, int y, int z) { return (z * 6 + y) * 6 + x; };
    for (int z = 0; z < 3; ++z) {
      for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 6; ++x) {
          const double capacity = z == 0 ? 0.01 : z == 1 ? 0.2 : 5.0;
          sparse.capacity_j_per_k.push_back(capacity);
          full.add_node("cell", capacity);
        }
      }
    }
    for (int z = 0; z < 3; ++z) {
      for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 6; ++x) {
          if (x < 5) join(node(x, y, z), node(x + 1, y, z), 0.1 + 0.3 * z);
          if (y < 5) join(node(x, y, z), node(x, y + 1, z), 0.1 + 0.3 * z);
          if (z < 2) join(node(x, y, z), node(x, y, z + 1), 0.5);
          if (z == 2) join(node(x, y, z), ThermalNetwork::kRoom, 0.05);
        }
      }
    }
    sparse.blocks = {{node(0, 0, 0), node(1, 0, 0), node(0, 1, 0), node(1, 1, 0)},
                     {node(5, 4, 0), node(5, 5, 0)}};
  }

  void join(int a, int b, double g) {
    full.add_link(a, b, g);
    sparse.conductance.push_back({a, a, g});
    if (b == ThermalNetwork::kRoom) return;
    sparse.conductance.push_back({b, b, g});
    sparse.conductance.push_back({a, b, -g});
    sparse.conductance.push_back({b, a, -g});
  }

  /// Inputs of the full network for the blocks' powers.
  std::vector<double> spread(const std::vector<double>& power_w) const {
    std::vector<double> u = full.no_inputs();
    for (std::size_t b = 0; b < power_w.size(); ++b) {
      for (int node : sparse.blocks[b]) {
        u[node] += power_w[b] / static_cast<double>(sparse.blocks[b].size());
      }
    }
    return u;
  }
  double mean(const std::vector<double>& y, std::size_t block) const {
    double sum = 0;
    for (int node : sparse.blocks[block]) sum += y[node];
    return sum / static_cast<double>(sparse.blocks[block].size());
  }

  SparseNetwork sparse;
  ThermalNetwork full;
};

TEST(NetworkReduction, RestsExactlyWhereTheFullNetworkDoes) {
  const Slab slab;
  const ModalSystem reduced = reduce_network(slab.sparse, {.shifts_per_s = {}});
  const std::vector<double> power = {7.0, 3.0};
  const auto exact = slab.full.steady_state(slab.full.values(), slab.spread(power));
  std::vector<double> drive(reduced.drive_size()), z(reduced.modes()), y(2);
  reduced.drive(power, drive);
  reduced.steady(drive, z);
  reduced.outputs(z, drive, y);
  EXPECT_NEAR(y[0], slab.mean(exact, 0), 1e-9);
  EXPECT_NEAR(y[1], slab.mean(exact, 1), 1e-9);
}

TEST(NetworkReduction, FollowsTheFullNetworkThroughChangesOfPower) {
  const Slab slab;
  const ModalSystem full = slab.full.make(slab.full.values());
  const ModalSystem reduced = reduce_network(slab.sparse, {.shifts_per_s = {0.03, 0.3, 3.0, 30.0}});
  EXPECT_LT(reduced.modes(), full.modes() / 5);
  const std::vector<std::vector<double>> rows = {{7.0, 0.0}, {7.0, 3.0}, {0.0, 3.0}, {1.0, 9.0}};
  std::vector<double> drive(full.drive_size()), z(full.modes()), y(full.outputs());
  std::vector<double> drive_less(reduced.drive_size()), z_less(reduced.modes()), y_less(2);
  const auto step = full.prepare(0.1), step_less = reduced.prepare(0.1);
  for (int i = 0; i < 200; ++i) {
    const auto& power = rows[i / 3 % rows.size()];
    full.drive(slab.spread(power), drive);
    full.advance(step, drive, z);
    full.outputs(z, drive, y);
    reduced.drive(power, drive_less);
    reduced.advance(step_less, drive_less, z_less);
    reduced.outputs(z_less, drive_less, y_less);
    for (std::size_t b = 0; b < 2; ++b) ASSERT_NEAR(y_less[b], slab.mean(y, b), 0.02) << i;
  }
}

TEST(NetworkReduction, ComesCloserWithMoreShifts) {
  const Slab slab;
  const ModalSystem full = slab.full.make(slab.full.values());
  const std::vector<double> power = {7.0, 3.0};
  std::vector<double> drive(full.drive_size()), z(full.modes()), y(full.outputs());
  full.drive(slab.spread(power), drive);
  full.advance(full.prepare(0.3), drive, z);
  full.outputs(z, drive, y);
  const auto error = [&](std::vector<double> shifts) {
    const ModalSystem reduced =
        reduce_network(slab.sparse, {.shifts_per_s = std::move(shifts), .tolerance_k_per_w = 0});
    std::vector<double> z_less(reduced.modes()), y_less(2);
    reduced.run(reduced.prepare(0.3), power, z_less, y_less);
    return std::abs(y_less[0] - slab.mean(y, 0));
  };
  const double none = error({}), one = error({3.0}), three = error({0.3, 3.0, 30.0});
  EXPECT_LT(one, none / 3);
  EXPECT_LT(three, one / 3);
}

TEST(NetworkReduction, RefusesNetworksItCannotReduce) {
  SparseNetwork network;
  network.capacity_j_per_k = {1.0, 2.0};
  network.blocks = {{0}};
  network.conductance = {{0, 0, 1.0}, {1, 1, 1.0}, {0, 1, -1.0}, {1, 0, -1.0}};
  EXPECT_THROW(reduce_network(network), ModelError);  // no way to ambient
  network.conductance[0].w_per_k = 1.5;
  EXPECT_NO_THROW(reduce_network(network));
  network.conductance[2].w_per_k = -0.5;
  EXPECT_THROW(reduce_network(network), ModelError);  // not symmetric
  network.conductance[2] = {0, 2, -1.0};
  EXPECT_THROW(reduce_network(network), InternalError);
}

}  // namespace
}  // namespace headroom

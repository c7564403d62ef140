#include "cooling/column_stack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "cooling/network_reduction.hpp"

namespace headroom {
namespace {

/// A die of 12 x 8 mm under solder and copper, in four blocks that tile it.
ColumnStack small_die() {
  ColumnStack stack;
  stack.width_m = 0.012;
  stack.height_m = 0.008;
  stack.layers = {{0.0008, 120.0, 1.66e6}, {0.0001, 40.0, 2.0e6}, {0.003, 390.0, 3.45e6}};
  stack.top_w_per_m2_k = 8000.0;
  stack.blocks = {{0.0, 0.0, 0.006, 0.004},
                  {0.006, 0.0, 0.006, 0.004},
                  {0.0, 0.004, 0.003, 0.004},
                  {0.003, 0.004, 0.009, 0.004}};
  return stack;
}

std::vector<double> after(const ModalSystem& system, const std::vector<double>& power_w,
                          double time_s) {
  std::vector<double> z(system.modes()), k(system.outputs());
  system.run(system.prepare(time_s), power_w, z, k);
  return k;
}

TEST(ColumnStack, RestsUnderEvenPowerWhereTheLayersInSeriesSay) {
  ColumnStack stack = small_die();
  stack.blocks = {{0.0, 0.0, 0.012, 0.008}};
  const double area = 0.012 * 0.008;
  const double k_per_w = (0.0008 / 120 + 0.0001 / 40 + 0.003 / 390 + 1.0 / 8000) / area;
  const double rest = after(make_column_stack(stack), {50.0}, 1e6)[0];
  EXPECT_NEAR(rest, 298.15 + 50.0 * k_per_w, 1e-9);
}

TEST(ColumnStack, WarmsAThinGoodConductorAsOneBody) {
  // Biot number h t / k = 1e-4: one body but for that part.
  ColumnStack stack;
  stack.width_m = stack.height_m = 0.01;
  stack.layers = {{0.001, 400.0, 3.5e6}};
  stack.top_w_per_m2_k = 40.0;
  stack.blocks = {{0.0, 0.0, 0.01, 0.01}};
  const double tau_s = 3.5e6 * 0.001 / 40.0;
  const double rise = after(make_column_stack(stack), {0.4}, tau_s)[0] - 298.15;
  EXPECT_NEAR(rise, 100.0 * (1 - std::exp(-1.0)), 100.0 * 2e-4);
}

TEST(ColumnStack, FollowsTheSeriesSolutionOfASlabHeatedFromBelow) {
  // Carslaw and Jaeger 3.10: theta = sum over beta tan beta = Bi of
  // 2 (beta^2 + Bi^2) / (beta^2 (beta^2 + Bi^2 + Bi)) (1 - exp(-beta^2 Fo)), for
  // unit flux, thickness and conductivity, at the heated face.
  ColumnStack stack;
  stack.width_m = stack.height_m = 0.01;
  stack.layers = {{0.01, 10.0, 2e6}};
  stack.top_w_per_m2_k = 1500.0;
  stack.blocks = {{0.0, 0.0, 0.01, 0.01}};
  const double biot = 1.5, time_s = 4.0, fourier = 10.0 / 2e6 * time_s / 1e-4;
  double theta = 0;
  for (int n = 0; n < 400; ++n) {
    // tan beta = Bi / beta has one root from n pi to n pi + pi / 2.
    double low = n * M_PI, high = low + M_PI / 2;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (std::tan(middle - n * M_PI) < biot / middle ? low : high) = middle;
    }
    const double b2 = low * low;
    theta +=
        2 * (b2 + biot * biot) / (b2 * (b2 + biot * biot + biot)) * (1 - std::exp(-b2 * fourier));
  }
  const double rise = after(make_column_stack(stack), {1.0}, time_s)[0] - 298.15;
  EXPECT_NEAR(rise, 1e4 * 0.01 / 10.0 * theta, 0.005);
}

TEST(ColumnStack, HasAMeanThatDoesNotCareWhereThePowerIs) {
  const ColumnStack stack = small_die();
  ColumnStack whole = stack;
  whole.blocks = {{0.0, 0.0, 0.012, 0.008}};
  for (double time_s : {0.1, 1.0, 30.0}) {
    const double even = after(make_column_stack(whole), {40.0}, time_s)[0];
    const auto k = after(make_column_stack(stack), {31.0, 0.0, 7.0, 2.0}, time_s);
    double mean = 0;
    for (std::size_t i = 0; i < k.size(); ++i) {
      mean += k[i] * stack.blocks[i].width_m * stack.blocks[i].height_m / (0.012 * 0.008);
    }
    EXPECT_NEAR(mean, even, 2e-3) << "after " << time_s;
  }
}

/// The stack cut into 12 n x 8 n cells along its sides and its layers into 4 n,
/// n and 3 n. The bottom cells hold their temperature half a cell above the face.
SparseNetwork mesh_of(const ColumnStack& stack, int n) {
  const int nx = 12 * n, ny = 8 * n;
  const double h = 0.001 / n;
  std::vector<double> dz, k, c;
  const int cells[] = {4 * n, n, 3 * n};
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    for (int i = 0; i < cells[l]; ++i) {
      dz.push_back(stack.layers[l].thickness_m / cells[l]);
      k.push_back(stack.layers[l].conductivity_w_per_m_k);
      c.push_back(stack.layers[l].heat_capacity_j_per_m3_k);
    }
  }
  SparseNetwork mesh;
  mesh.blocks.resize(stack.blocks.size());
  const auto node = [&](int x, int y, int z) { return (z * ny + y) * nx + x; };
  const auto join = [&](int a, int b, double g) {
    mesh.conductance.push_back({a, a, g});
    if (b < 0) return;
    mesh.conductance.push_back({b, b, g});
    mesh.conductance.push_back({a, b, -g});
    mesh.conductance.push_back({b, a, -g});
  };
  const int nz = static_cast<int>(dz.size());
  for (int z = 0; z < nz; ++z) {
    const double up = z + 1 < nz ? dz[z + 1] / k[z + 1] / 2 : 1 / stack.top_w_per_m2_k;
    for (int y = 0; y < ny; ++y) {
      for (int x = 0; x < nx; ++x) {
        const int at = node(x, y, z);
        mesh.capacity_j_per_k.push_back(c[z] * h * h * dz[z]);
        if (x + 1 < nx) join(at, node(x + 1, y, z), k[z] * dz[z]);
        if (y + 1 < ny) join(at, node(x, y + 1, z), k[z] * dz[z]);
        join(at, z + 1 < nz ? node(x, y, z + 1) : -1, h * h / (dz[z] / k[z] / 2 + up));
        for (std::size_t b = 0; z == 0 && b < stack.blocks.size(); ++b) {
          const auto& r = stack.blocks[b];
          const double px = (x + 0.5) * h, py = (y + 0.5) * h;
          if (px > r.x_m && px < r.x_m + r.width_m && py > r.y_m && py < r.y_m + r.height_m) {
            mesh.blocks[b].push_back(at);
          }
        }
      }
    }
  }
  return mesh;
}

TEST(ColumnStack, IsWhereAMeshOfFiniteVolumesGoesAsItBecomesFiner) {
  const ColumnStack stack = small_die();
  const std::vector<double> power = {30.0, 1.0, 0.0, 4.0};
  const ModalSystem columns = make_column_stack(stack);
  const ModalSystem coarse = reduce_network(mesh_of(stack, 1));
  const ModalSystem fine = reduce_network(mesh_of(stack, 2));
  for (double time_s : {0.1, 0.5, 5.0, 1000.0}) {
    const auto error = [&](const ModalSystem& mesh, int n) {
      const auto exact = after(columns, power, time_s), k = after(mesh, power, time_s);
      double worst = 0;
      for (std::size_t b = 0; b < power.size(); ++b) {
        const double flux = power[b] / (stack.blocks[b].width_m * stack.blocks[b].height_m);
        const double half_cell = flux * 0.0008 / (4 * n) / 2 / 120.0;
        worst = std::max(worst, std::abs(exact[b] - half_cell - k[b]));
      }
      return worst;
    };
    EXPECT_LT(error(fine, 2), 0.2) << "after " << time_s;
    EXPECT_LT(error(fine, 2), 0.4 * error(coarse, 1)) << "after " << time_s;
  }
}

TEST(ColumnStack, KeepsMoreModesForASmallerTolerance) {
  const ModalSystem rough = make_column_stack(small_die(), {.tolerance_k_per_w = 1e-2});
  const ModalSystem fine = make_column_stack(small_die(), {.tolerance_k_per_w = 1e-7});
  EXPECT_LT(rough.modes(), fine.modes());
  const ModalSystem usual = make_column_stack(small_die(), {.tolerance_k_per_w = 1e-5});
  const auto k = after(usual, {30.0, 1.0, 0.0, 4.0}, 0.1);
  const auto best = after(fine, {30.0, 1.0, 0.0, 4.0}, 0.1);
  for (std::size_t b = 0; b < k.size(); ++b) EXPECT_NEAR(k[b], best[b], 35 * 1e-4);
}

TEST(ColumnStack, RefusesWhatCannotBe) {
  ColumnStack stack = small_die();
  stack.blocks.push_back({0.011, 0.0, 0.002, 0.002});
  EXPECT_THROW(make_column_stack(stack), InputError);
  stack = small_die();
  stack.layers.clear();
  EXPECT_THROW(make_column_stack(stack), InputError);
  stack = small_die();
  stack.top_w_per_m2_k = 0;
  EXPECT_THROW(make_column_stack(stack), InputError);
  stack = small_die();
  stack.layers[1].conductivity_w_per_m_k = std::nan("");
  EXPECT_THROW(make_column_stack(stack), InputError);
}

}  // namespace
}  // namespace headroom

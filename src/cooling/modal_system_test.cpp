#include "cooling/modal_system.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <cstdlib>
#include <new>
#include <unsupported/Eigen/MatrixFunctions>
#include <vector>

#include "base/error.hpp"

namespace {

/// Counts what the program allocates, to show that a step allocates nothing.
std::size_t g_allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++g_allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++g_allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace headroom {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// A body of 2 J/K that loses 0.5 W/K: a time constant of 4 s.
ModalSystem one_body() {
  return ModalSystem({.rate_per_s = {0.25},
                      .turn_rad_per_s = {},
                      .input = {0.5, 0.25},
                      .output = {1.0},
                      .feed = {},
                      .input_offset = {0.0, 300.0},
                      .output_offset = {300.0},
                      .projection = {1.0},
                      .state_offset = {300.0}});
}

/// Two plain modes, one that keeps its heat, and a pair that turns.
ModalSystem all_kinds() {
  return ModalSystem({.rate_per_s = {0.3, 40.0, 0.0, 0.7, 0.7},
                      .turn_rad_per_s = {0.0, 0.0, 0.0, 1.9, 1.9},
                      .input = {1.0, 2.0, 0.5, -1.0, 0.3, 0.2, -4.0, 0.1, 0.6, 1.1},
                      .output = {1.0, 0.4, 0.5, -2.0, 1.0, 0.1, 0.9, -0.7, 0.2, 1.3},
                      .feed = {0.0, 0.01, 0.0, 0.0},
                      .input_offset = {},
                      .output_offset = {10.0, 20.0},
                      .projection = {},
                      .state_offset = {}});
}

/// The same system as a plain matrix: dz/dt = -decay z + b.
Matrix decay_matrix() {
  Matrix m = Matrix::Zero(5, 5);
  m.diagonal() << 0.3, 40.0, 0.0, 0.7, 0.7;
  m(3, 4) = 1.9;
  m(4, 3) = -1.9;
  return m;
}

TEST(ModalSystem, WarmsOneBodyAsTheExponentialSays) {
  const ModalSystem system = one_body();
  const std::vector<double> u = {10.0, 300.0};
  std::vector<double> drive(system.drive_size()), z = {0.0}, y(1);
  system.drive(u, drive);
  system.advance(system.prepare(6.0), drive, z);
  system.outputs(z, drive, y);
  EXPECT_NEAR(y[0], 300.0 + 20.0 * (1.0 - std::exp(-1.5)), 1e-12);
}

TEST(ModalSystem, TakesTheRoomsTemperatureAsAnInput) {
  const ModalSystem system = one_body();
  const std::vector<double> u = {0.0, 310.0};
  std::vector<double> drive(system.drive_size()), z = {0.0}, y(1);
  system.drive(u, drive);
  system.steady(drive, z);
  system.outputs(z, drive, y);
  EXPECT_NEAR(y[0], 310.0, 1e-12);
  const std::vector<double> t = {305.0};
  system.project(t, z);
  system.outputs(z, drive, y);
  EXPECT_NEAR(y[0], 305.0, 1e-12);
}

TEST(ModalSystem, AgreesWithTheMatrixExponentialForEveryKindOfMode) {
  const ModalSystem system = all_kinds();
  const std::vector<double> u = {3.0, -2.0};
  const Vector start = (Vector(5) << 1.0, -2.0, 0.5, 4.0, -3.0).finished();
  std::vector<double> drive(system.drive_size());
  system.drive(u, drive);
  for (double dt : {1e-6, 0.013, 0.4, 7.0}) {
    // [z; z_integral; 1] has the generator [[-decay, 0, b], [1, 0, 0], [0, 0, 0]].
    Matrix generator = Matrix::Zero(11, 11);
    generator.topLeftCorner(5, 5) = -decay_matrix();
    generator.block(0, 10, 5, 1) = Eigen::Map<const Vector>(drive.data(), 5);
    generator.block(5, 0, 5, 5).setIdentity();
    Vector from = Vector::Zero(11);
    from.head(5) = start;
    from[10] = 1;
    const Vector expected = (generator * dt).exp() * from;
    std::vector<double> z(start.data(), start.data() + 5), integral(5);
    system.advance(system.prepare(dt), drive, z, integral);
    for (int i = 0; i < 5; ++i) {
      EXPECT_NEAR(z[i], expected[i], 1e-12) << "mode " << i << " after " << dt;
      EXPECT_NEAR(integral[i], expected[5 + i], 1e-12 * (1 + dt * 10)) << "mode " << i;
    }
  }
}

TEST(ModalSystem, ReachesTheSameStateInOneStepAsInTwo) {
  const ModalSystem system = all_kinds();
  const std::vector<double> u = {3.0, -2.0};
  std::vector<double> drive(system.drive_size());
  system.drive(u, drive);
  std::vector<double> once = {1.0, -2.0, 0.5, 4.0, -3.0}, twice = once;
  std::vector<double> whole(5), first(5), second(5);
  system.advance(system.prepare(1.7), drive, once, whole);
  system.advance(system.prepare(0.6), drive, twice, first);
  system.advance(system.prepare(1.1), drive, twice, second);
  for (int i = 0; i < 5; ++i) {
    EXPECT_NEAR(once[i], twice[i], 1e-12);
    EXPECT_NEAR(whole[i], first[i] + second[i], 1e-12);
  }
}

TEST(ModalSystem, IntegratesOutputsAsAFineSumOfThemDoes) {
  const ModalSystem system = all_kinds();
  const std::vector<double> u = {3.0, -2.0};
  std::vector<double> drive(system.drive_size()), integral(5), y(2), total(2), sum(2);
  system.drive(u, drive);
  std::vector<double> z = {1.0, -2.0, 0.5, 4.0, -3.0}, fine = z;
  const ModalSystem::Step step = system.prepare(2.0);
  system.advance(step, drive, z, integral);
  system.output_integrals(step, integral, drive, total);
  // The middle-point rule: its error is about a (40 dt)^2 / 24 part.
  const int pieces = 40000;
  const ModalSystem::Step half = system.prepare(1.0 / pieces);
  for (int i = 0; i < pieces; ++i) {
    system.advance(half, drive, fine);
    system.outputs(fine, drive, y);
    for (int k = 0; k < 2; ++k) sum[k] += y[k] * 2.0 / pieces;
    system.advance(half, drive, fine);
  }
  EXPECT_NEAR(total[0], sum[0], 1e-6);
  EXPECT_NEAR(total[1], sum[1], 1e-6);
  std::vector<double> only_second(1);
  system.output_integrals(step, integral, drive, only_second, 1);
  EXPECT_EQ(only_second[0], total[1]);
}

TEST(ModalSystem, GivesTheSameBitsForManyRowsAtOnceAsRowByRow) {
  const int modes = 23, inputs = 7, outputs = 10, rows = 41;
  ModalSystem::Parts parts;
  unsigned seed = 1;
  const auto next = [&seed] {
    seed = seed * 1664525u + 1013904223u;
    return static_cast<double>(seed >> 8) / 16777216.0;
  };
  for (int i = 0; i < modes; ++i) parts.rate_per_s.push_back(10 * next());
  for (int i = 0; i < modes * inputs; ++i) parts.input.push_back(next() - 0.5);
  for (int i = 0; i < modes * outputs; ++i) parts.output.push_back(next() - 0.5);
  for (int i = 0; i < inputs * outputs; ++i) parts.feed.push_back(next());
  parts.output_offset.assign(outputs, 300.0);
  const ModalSystem system(parts);
  std::vector<double> u(rows * inputs);
  for (int r = 0; r < rows; ++r) {
    for (int j = 0; j < inputs; ++j) {
      u[r * inputs + j] = r % 3 == 2 ? u[(r - 1) * inputs + j] : next();
    }
  }
  const ModalSystem::Step step = system.prepare(0.1);
  std::vector<double> z(modes), at_once(rows * outputs);
  system.run(step, u, z, at_once);
  std::vector<double> drive(system.drive_size()), y(outputs);
  std::fill(z.begin(), z.end(), 0.0);
  for (int r = 0; r < rows; ++r) {
    system.drive(std::span(u).subspan(r * inputs, inputs), drive);
    system.advance(step, drive, z);
    system.outputs(z, drive, y);
    for (int i = 0; i < outputs; ++i) ASSERT_EQ(y[i], at_once[r * outputs + i]) << r << " " << i;
  }
}

TEST(ModalSystem, AllocatesNothingWhileStepping) {
  const ModalSystem system = all_kinds();
  const std::vector<double> u = {3.0, -2.0};
  std::vector<double> drive(system.drive_size()), z(5), integral(5), y(2);
  ModalSystem::Step step = system.prepare(0.1);
  const std::size_t before = g_allocations;
  system.drive(u, drive);
  system.prepare(0.2, step);
  system.advance(step, drive, z, integral);
  system.advance(step, drive, z);
  system.outputs(z, drive, y);
  system.output_integrals(step, integral, drive, y);
  EXPECT_EQ(g_allocations, before);
}

TEST(ModalSystem, KeepsTheSteadyStateWhenFastModesAreFolded) {
  ModalSystem::Parts parts = {.rate_per_s = {0.3, 40.0, 900.0},
                              .turn_rad_per_s = {},
                              .input = {1.0, 2.0, 0.5, 0.2, 0.3, 5.0},
                              .output = {1.0, 0.4, 0.5, 2.0, 1.0, 0.1},
                              .feed = {},
                              .input_offset = {},
                              .output_offset = {0.0, 0.0},
                              .projection = {},
                              .state_offset = {}};
  const ModalSystem full(parts);
  // 0.1 s after a jump the second mode still holds 2 * 2 / 40 * exp(-4) = 1.8e-3
  // of its output, the third nothing.
  const ModalSystem less = full.without_fast_modes(0.1, 1e-3);
  EXPECT_EQ(less.modes(), 2);
  EXPECT_EQ(full.without_fast_modes(0.1, 2e-3).modes(), 1);
  const std::vector<double> u = {7.0, -3.0};
  std::vector<double> drive(full.drive_size()), z(3), y(2), drive_less(less.drive_size()),
      z_less(2), y_less(2);
  full.drive(u, drive);
  less.drive(u, drive_less);
  full.advance(full.prepare(0.1), drive, z);
  less.advance(less.prepare(0.1), drive_less, z_less);
  full.outputs(z, drive, y);
  less.outputs(z_less, drive_less, y_less);
  EXPECT_NEAR(y[0], y_less[0], 1e-14);
  full.steady(drive, z);
  less.steady(drive_less, z_less);
  full.outputs(z, drive, y);
  less.outputs(z_less, drive_less, y_less);
  EXPECT_NEAR(y[0], y_less[0], 1e-12);
  EXPECT_NEAR(y[1], y_less[1], 1e-12);
}

TEST(ModalSystem, RefusesAModeThatGrowsAndPartsThatDoNotFit) {
  ModalSystem::Parts parts;
  parts.rate_per_s = {-0.1};
  parts.input = {1.0};
  parts.output = {1.0};
  parts.output_offset = {0.0};
  EXPECT_THROW(ModalSystem{parts}, ModelError);
  parts.rate_per_s = {0.1, 0.2};
  EXPECT_THROW(ModalSystem{parts}, InternalError);
  parts.rate_per_s = {std::nan("")};
  EXPECT_THROW(ModalSystem{parts}, ModelError);
}

TEST(ModalSystem, SaysWhenADrivenPartHasNoSteadyState) {
  const ModalSystem system = all_kinds();
  std::vector<double> drive(system.drive_size()), z(5, 1.5);
  system.drive(std::vector<double>{0.0, 0.0}, drive);
  system.steady(drive, z);
  EXPECT_EQ(z[2], 1.5);
  EXPECT_EQ(z[0], 0.0);
  system.drive(std::vector<double>{1.0, 0.0}, drive);
  EXPECT_THROW(system.steady(drive, z), ModelError);
}

}  // namespace
}  // namespace headroom

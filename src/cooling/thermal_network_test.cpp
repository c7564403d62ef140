#include "cooling/thermal_network.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr double kRoomK = ThermalNetwork::kReferenceK;

/// A network at its values, under test: temperatures, and heat counted three ways.
struct Rig {
  explicit Rig(const ThermalNetwork& of) : Rig(of, of.values()) {}
  Rig(const ThermalNetwork& of, const ThermalNetwork::Values& values)
      : network(of),
        system(of.make(values)),
        u(of.no_inputs()),
        drive(system.drive_size()),
        z(system.modes()),
        integral(system.modes()),
        y(system.outputs()) {
    read();
  }

  void read() {
    system.drive(u, drive);
    system.outputs(z, drive, y);
  }
  void step(double dt_s) {
    system.drive(u, drive);
    const ModalSystem::Step step = system.prepare(dt_s);
    system.advance(step, drive, z, integral);
    system.outputs(z, drive, y);
    std::vector<double> heat(1);
    system.output_integrals(step, integral, drive, heat, network.heat_output());
    left_j += heat[0];
    for (int i = 0; i < network.room_input(); ++i) put_in_j += u[i] * dt_s;
  }
  void rest() {
    system.drive(u, drive);
    system.steady(drive, z);
    system.outputs(z, drive, y);
  }
  double node_k(int node) const { return y[network.node_output(node)]; }
  double stored_j() const { return network.stored_j(std::span(y).first(network.nodes())); }

  const ThermalNetwork& network;
  ModalSystem system;
  std::vector<double> u, drive, z, integral, y;
  double left_j = 0, put_in_j = 0;
};

TEST(ThermalNetwork, CoolsOneNodeAsTheExponentialSays) {
  ThermalNetwork network;
  network.add_link(network.add_node("lump", 50.0), ThermalNetwork::kRoom, 2.0);
  Rig rig(network);
  const std::vector<double> start = {kRoomK + 40.0};
  rig.system.project(start, rig.z);
  rig.step(25.0);
  EXPECT_NEAR(rig.node_k(0), kRoomK + 40.0 * std::exp(-1.0), 1e-12);
  EXPECT_NEAR(rig.left_j, 2000.0 * (1.0 - std::exp(-1.0)), 1e-9);
}

TEST(ThermalNetwork, HasTheEigenvaluesOfTwoNodesWorkedByHand) {
  // C1 = 1, C2 = 2 J/K, 2 W/K between them, 1 W/K from the second to the room:
  // C^-1 K = [[2, -2], [-1, 1.5]], trace 3.5, determinant 1, rates
  // (3.5 -+ sqrt(8.25)) / 2.
  ThermalNetwork network;
  const int die = network.add_node("die", 1.0), sink = network.add_node("sink", 2.0);
  network.add_link(die, sink, 2.0);
  network.add_link(sink, ThermalNetwork::kRoom, 1.0);
  const ModalSystem system = network.make(network.values());
  EXPECT_NEAR(system.rate_per_s(0), (3.5 - std::sqrt(8.25)) / 2, 1e-14);
  EXPECT_NEAR(system.rate_per_s(1), (3.5 + std::sqrt(8.25)) / 2, 1e-14);
}

TEST(ThermalNetwork, GivesTheStepResponseOfTheEquivalentFosterLadder) {
  // The Cauer ladder C1 = 1, R1 = 1/2, C2 = 2, R2 = 1 has the impedance
  // Z(s) = (2 s + 3) / (2 s^2 + 7 s + 2) (worked from the two nodes above). Its
  // Foster form has R_i = Z's residue at -p_i over p_i.
  ThermalNetwork network;
  const int die = network.add_node("die", 1.0), sink = network.add_node("sink", 2.0);
  network.add_link(die, sink, 2.0);
  network.add_link(sink, ThermalNetwork::kRoom, 1.0);
  Rig rig(network);
  rig.u[network.node_power_input(die)] = 10.0;
  rig.step(0.7);
  double rise = 0;
  for (double p : {(3.5 - std::sqrt(8.25)) / 2, (3.5 + std::sqrt(8.25)) / 2}) {
    const double residue = (3 - 2 * p) / (7 - 4 * p);
    rise += 10.0 * residue / p * (1 - std::exp(-0.7 * p));
  }
  EXPECT_NEAR(rig.node_k(die) - kRoomK, rise, 1e-12);
}

TEST(ThermalNetwork, FollowsAFineImplicitIntegrationOfAChain) {
  const int n = 12;
  ThermalNetwork network;
  Eigen::MatrixXd k = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd c(n), p = Eigen::VectorXd::Zero(n), t = Eigen::VectorXd::Zero(n);
  for (int i = 0; i < n; ++i) {
    c[i] = 0.5 + i * i;
    network.add_node("part", c[i]);
    if (i == 0) continue;
    network.add_link(i - 1, i, 3.0 + i);
    k(i, i) += 3.0 + i;
    k(i - 1, i - 1) += 3.0 + i;
    k(i, i - 1) = k(i - 1, i) = -3.0 - i;
  }
  network.add_link(ThermalNetwork::kRoom, n - 1, 1.5);
  k(n - 1, n - 1) += 1.5;
  p[0] = 30.0;
  p[4] = -5.0;
  Rig rig(network);
  for (int i = 0; i < n; ++i) rig.u[i] = p[i];
  for (double dt : {0.1, 1.0, 3.9, 5.0}) rig.step(dt);
  // Trapezoidal rule, error about (dt)^2.
  const double dt = 1e-3;
  const Eigen::MatrixXd mass = c.asDiagonal();
  const Eigen::PartialPivLU<Eigen::MatrixXd> left(mass + dt / 2 * k);
  const Eigen::MatrixXd right = mass - dt / 2 * k;
  for (int i = 0; i < 10000; ++i) t = left.solve(right * t + dt * p);
  for (int i = 0; i < n; ++i) EXPECT_NEAR(rig.node_k(i) - kRoomK, t[i], 1e-5) << i;
}

TEST(ThermalNetwork, WarmsTheSecondOfTwoNodesWithTheAirOfTheFirst) {
  // 2 W/K of air; hA = 2 ln 2 gives e = 1/2, so each node hands over 1 W/K.
  // First node 10 W: 10 K over the room. Its air leaves 5 K warmer. The second,
  // 20 W: 20 K over that, 25 K over the room; the air leaves at 15 K.
  ThermalNetwork network;
  const int first = network.add_node("first", 5.0), second = network.add_node("second", 7.0);
  const int a = network.add_station("front", 2.0), b = network.add_station("rear", 2.0);
  network.feed(b, a, 1.0);
  network.add_exchange(first, a, 2.0 * std::log(2.0));
  network.add_exchange(second, b, 2.0 * std::log(2.0));
  Rig rig(network);
  rig.u[network.node_power_input(first)] = 10.0;
  rig.u[network.node_power_input(second)] = 20.0;
  rig.rest();
  EXPECT_NEAR(rig.node_k(first), kRoomK + 10.0, 1e-10);
  EXPECT_NEAR(rig.node_k(second), kRoomK + 25.0, 1e-10);
  EXPECT_NEAR(rig.y[network.inlet_output(b)], kRoomK + 5.0, 1e-10);
  EXPECT_NEAR(rig.y[network.outlet_output(b)], kRoomK + 15.0, 1e-10);
  EXPECT_NEAR(rig.y[network.heat_output()], 30.0, 1e-10);
}

TEST(ThermalNetwork, SharesOneStreamAmongNodesInParallel) {
  // Each of two nodes is passed by half of 4 W/K; far more hA than air, so both
  // hand over all that their half can carry: 2 W/K.
  ThermalNetwork network;
  const int a = network.add_node("a", 1.0), b = network.add_node("b", 1.0);
  const int duct = network.add_station("duct", 4.0);
  network.add_exchange(a, duct, 1000.0);
  network.add_exchange(b, duct, 1000.0);
  Rig rig(network);
  rig.u[a] = 6.0;
  rig.rest();
  EXPECT_NEAR(rig.node_k(a), kRoomK + 3.0, 1e-10);
  EXPECT_NEAR(rig.node_k(b), kRoomK, 1e-10);
  EXPECT_NEAR(rig.y[network.outlet_output(duct)], kRoomK + 1.5, 1e-10);
}

TEST(ThermalNetwork, WarmsTheInletByRecirculationAsTheClosedFormSays) {
  // T_inlet = T_room + r / (1 - r) Q / (mdot cp).
  const double r = 0.2, flow = 8.0, heat = 40.0;
  ThermalNetwork network;
  const int node = network.add_node("sink", 100.0);
  const int duct = network.add_station("duct", flow);
  network.feed(duct, duct, r);
  network.add_exchange(node, duct, 12.0);
  Rig rig(network);
  rig.u[network.room_input()] = 303.15;
  rig.u[network.node_power_input(node)] = 30.0;
  rig.u[network.air_power_input(duct)] = 10.0;
  rig.rest();
  EXPECT_NEAR(rig.y[network.inlet_output(duct)], 303.15 + r / (1 - r) * heat / flow, 1e-10);
  EXPECT_NEAR(rig.y[network.heat_output()], heat, 1e-10);
}

TEST(ThermalNetwork, LosesNoHeatAndPassesNoneOnWhenAirStandsStill) {
  ThermalNetwork network;
  const int first = network.add_node("first", 5.0), second = network.add_node("second", 7.0);
  const int a = network.add_station("front", 0.0), b = network.add_station("rear", 0.0);
  network.feed(b, a, 1.0);
  network.add_exchange(first, a, 3.0);
  network.add_exchange(second, b, 3.0);
  network.add_link(first, ThermalNetwork::kRoom, 0.5);
  Rig rig(network);
  rig.u[first] = 10.0;
  rig.u[network.air_power_input(a)] = 4.0;
  rig.step(1000.0);
  EXPECT_NEAR(rig.node_k(first), kRoomK + 20.0, 1e-9);
  EXPECT_NEAR(rig.node_k(second), kRoomK, 1e-9);
  EXPECT_NEAR(rig.y[network.outlet_output(b)], kRoomK, 1e-9);
  EXPECT_NEAR(rig.put_in_j, rig.left_j + rig.stored_j(), 1e-9 * rig.put_in_j);
}

TEST(ThermalNetwork, LetsAPartWithoutAWayOutWarmWithoutLimit) {
  ThermalNetwork network;
  const int lost = network.add_node("lost", 5.0), neighbour = network.add_node("neighbour", 15.0);
  network.add_link(lost, neighbour, 2.0);
  Rig rig(network);
  rig.u[lost] = 10.0;
  rig.step(1e6);
  EXPECT_NEAR(rig.stored_j(), 1e7, 1e-4);
  EXPECT_NEAR(rig.node_k(neighbour), kRoomK + 1e7 / 20.0, 10.0);
  EXPECT_THROW(network.steady_state(network.values(), rig.u), ModelError);
}

TEST(ThermalNetwork, CarriesTemperaturesOverToAnotherAirflow) {
  ThermalNetwork network;
  const int die = network.add_node("die", 2.0), sink = network.add_node("sink", 80.0);
  network.add_link(die, sink, 4.0);
  const int duct = network.add_station("duct", 6.0);
  network.feed(duct, duct, 0.1);
  network.add_exchange(sink, duct, 9.0);
  Rig slow(network);
  slow.u[die] = 50.0;
  slow.step(30.0);
  ThermalNetwork::Values more = network.values();
  more.flow_w_per_k[duct] = 15.0;
  Rig fast(network, more);
  fast.u = slow.u;
  fast.system.project(std::span(slow.y).first(2), fast.z);
  fast.read();
  EXPECT_NEAR(fast.node_k(die), slow.node_k(die), 1e-11);
  EXPECT_NEAR(fast.node_k(sink), slow.node_k(sink), 1e-11);
  EXPECT_LT(fast.y[network.outlet_output(duct)], slow.y[network.outlet_output(duct)]);
}

TEST(ThermalNetwork, SolvesEqualPartsInARowThoughTheirModesCoincide) {
  // Two like nodes joined by nothing but air are a Jordan block: with
  // a = g / C = 1 / 4 per second and half the warmth carried over,
  // T2 = a t / 2 exp(-a t) T1(0). Nudged apart by 1e-6, it still holds to that.
  ThermalNetwork network;
  const int first = network.add_node("first", 4.0), second = network.add_node("second", 4.0);
  const int a = network.add_station("front", 2.0), b = network.add_station("rear", 2.0);
  network.feed(b, a, 1.0);
  network.add_exchange(first, a, 2.0 * std::log(2.0));
  network.add_exchange(second, b, 2.0 * std::log(2.0));
  Rig rig(network);
  const std::vector<double> start = {kRoomK + 40.0, kRoomK};
  rig.system.project(start, rig.z);
  const double stored = 160.0;
  rig.step(4.0);
  EXPECT_NEAR(rig.node_k(first) - kRoomK, 40.0 * std::exp(-1.0), 1e-4);
  EXPECT_NEAR(rig.node_k(second) - kRoomK, 40.0 * 0.5 * std::exp(-1.0), 1e-4);
  EXPECT_NEAR(rig.stored_j() + rig.left_j, stored, 1e-7 * stored);
}

TEST(ThermalNetwork, NamesTheNodesOfALongRowOfEqualPartsWhenItGivesUp) {
  ThermalNetwork network;
  int before = -1;
  for (int i = 0; i < 8; ++i) {
    const int node = network.add_node("stick", 4.0);
    const int here = network.add_station("slot", 2.0);
    if (before >= 0) network.feed(here, before, 1.0);
    network.add_exchange(node, here, 1.0);
    before = here;
  }
  try {
    network.make(network.values());
    FAIL() << "eight equal parts in a row have no usable modes";
  } catch (const ModelError& error) {
    EXPECT_NE(std::string(error.what()).find("'stick'"), std::string::npos) << error.what();
  }
}

TEST(ThermalNetwork, RefusesWhatCannotBe) {
  ThermalNetwork network;
  EXPECT_THROW(network.add_node("empty", 0.0), InputError);
  EXPECT_THROW(network.add_node("odd", std::nan("")), InputError);
  const int node = network.add_node("part", 1.0);
  EXPECT_THROW(network.add_link(node, ThermalNetwork::kRoom, -1.0), InputError);
  EXPECT_THROW(network.add_link(node, 7, 1.0), InternalError);
  EXPECT_THROW(network.add_link(node, node, 1.0), InternalError);
  network.add_link(node, ThermalNetwork::kRoom, 1.0);
  const int a = network.add_station("a", 2.0), b = network.add_station("b", 2.0);
  EXPECT_THROW(network.add_exchange(node, 5, 1.0), InternalError);
  network.feed(b, a, 1.0);
  ThermalNetwork::Values values = network.values();
  values.link_w_per_k[0] = std::nan("");
  EXPECT_THROW(network.make(values), ModelError);
  values = network.values();
  values.flow_w_per_k[b] = 3.0;  // draws 3 from a station that carries 2
  EXPECT_THROW(network.make(values), ModelError);
  values = network.values();
  values.fraction[0] = 1.5;
  EXPECT_THROW(network.make(values), ModelError);
  values.fraction.clear();
  EXPECT_THROW(network.make(values), InternalError);
}

/// Any machine: a tree of nodes with some cross links, a chain of stations with
/// some recirculation.
ThermalNetwork random_network(bool with_air) {
  ThermalNetwork network;
  const auto number = [](double low, double high) {
    return low * std::pow(high / low, *rc::gen::inRange(0, 100001) / 1e5);
  };
  const int n = *rc::gen::inRange(1, 25);
  for (int i = 0; i < n; ++i) network.add_node("node", number(0.1, 3000.0));
  for (int i = 1; i < n; ++i) network.add_link(*rc::gen::inRange(0, i), i, number(0.05, 50.0));
  for (int i = 2; i < n; i += 3) {
    const int other = *rc::gen::inRange(0, n);
    if (other != i) network.add_link(i, other, number(0.01, 5.0));
  }
  network.add_link(*rc::gen::inRange(0, n), ThermalNetwork::kRoom, number(0.1, 5.0));
  if (!with_air) return network;
  const int stations = *rc::gen::inRange(1, 6);
  const double flow = number(0.5, 30.0);
  for (int s = 0; s < stations; ++s) {
    network.add_station("air", flow);
    if (s > 0) network.feed(s, s - 1, *rc::gen::inRange(0, 91) / 100.0);
  }
  network.feed(0, stations - 1, *rc::gen::inRange(0, 31) / 100.0);
  for (int i = 0; i < n; i += 2) {
    network.add_exchange(i, *rc::gen::inRange(0, stations), number(0.1, 20.0));
  }
  return network;
}

RC_GTEST_PROP(ThermalNetworkProperty, KeepsEveryJoule, ()) {
  const ThermalNetwork network = random_network(true);
  Rig rig(network);
  double gross_j = 0;
  for (int k = 0; k < 6; ++k) {
    for (int i = 0; i < network.room_input(); ++i) rig.u[i] = *rc::gen::inRange(0, 50);
    rig.u[network.room_input()] = kRoomK + *rc::gen::inRange(-10, 20);
    rig.step(*rc::gen::element(1e-3, 0.1, 3.0, 100.0));
    gross_j = std::max({gross_j, rig.put_in_j, std::abs(rig.stored_j()), std::abs(rig.left_j)});
  }
  RC_ASSERT(std::abs(rig.put_in_j - rig.left_j - rig.stored_j()) <= 1e-9 * gross_j);
}

RC_GTEST_PROP(ThermalNetworkProperty, RestsWhereALinearSolveSays, ()) {
  const ThermalNetwork network = random_network(true);
  Rig rig(network);
  for (int i = 0; i < network.room_input(); ++i) rig.u[i] = *rc::gen::inRange(0, 50);
  rig.u[network.room_input()] = kRoomK + *rc::gen::inRange(-10, 20);
  rig.rest();
  const std::vector<double> solved = network.steady_state(network.values(), rig.u);
  double heat = 0;
  for (int i = 0; i < network.room_input(); ++i) heat += rig.u[i];
  RC_ASSERT(std::abs(solved[network.heat_output()] - heat) <= 1e-8 * (1 + heat));
  for (int i = 0; i < network.outputs(); ++i) {
    RC_ASSERT(std::abs(solved[i] - rig.y[i]) <= 1e-8 * std::abs(solved[i]) + 1e-6);
  }
}

RC_GTEST_PROP(ThermalNetworkProperty, StaysBetweenTheWarmestAndTheColdestUnheated, ()) {
  const ThermalNetwork network = random_network(true);
  Rig rig(network);
  std::vector<double> start(network.nodes());
  double low = kRoomK, high = kRoomK;
  for (double& t : start) {
    t = kRoomK + *rc::gen::inRange(-40, 80);
    low = std::min(low, t);
    high = std::max(high, t);
  }
  rig.system.project(start, rig.z);
  for (double dt : {1e-3, 0.1, 5.0, 300.0}) {
    rig.step(dt);
    for (int i = 0; i < network.heat_output(); ++i) {
      RC_ASSERT(rig.y[i] >= low - 1e-7);
      RC_ASSERT(rig.y[i] <= high + 1e-7);
    }
  }
}

RC_GTEST_PROP(ThermalNetworkProperty, IsNeverHotterWithMoreAirInOneStream, ()) {
  ThermalNetwork network = random_network(false);
  const int duct = network.add_station("duct", 3.0);
  const double recirculated = *rc::gen::inRange(0, 31) / 100.0;
  network.feed(duct, duct, recirculated);
  for (int i = 0; i < network.nodes(); i += 2) network.add_exchange(i, duct, 0.5 + i);
  std::vector<double> u = network.no_inputs();
  for (int i = 0; i < network.nodes(); ++i) u[i] = *rc::gen::inRange(0, 50);
  ThermalNetwork::Values values = network.values();
  std::vector<double> before = network.steady_state(values, u);
  for (double flow : {3.3, 6.0, 20.0}) {
    values.flow_w_per_k[duct] = flow;
    const std::vector<double> after = network.steady_state(values, u);
    for (int i = 0; i < network.nodes(); ++i) RC_ASSERT(after[i] <= before[i] + 1e-8);
    before = after;
  }
}

}  // namespace
}  // namespace headroom

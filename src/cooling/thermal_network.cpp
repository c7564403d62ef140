#include "cooling/thermal_network.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace headroom {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Air slower than this (a microgram a second or so) stands still.
constexpr double kStillWPerK = 1e-6;
/// Steps lose this factor of the machine's 1e-16; an energy ledger stands 1e9.
constexpr double kWorstCondition = 1e9;

std::vector<double> flat(const Matrix& m) {
  return {m.data(), m.data() + m.size()};
}

/// What a wall of conductance `ha` gives to its part `w` of an air stream, per
/// kelvin over the inlet: e w with e = 1 - exp(-ha / w).
double effective_w_per_k(double ha, double w) {
  return w > kStillWPerK ? -std::expm1(-ha / w) * w : 0.0;
}

void require_number(const std::string& where, const char* what, double value) {
  if (std::isfinite(value) && value >= 0) return;
  throw InputError(
      fmt::format("{}: {} is {}, but must be a number that is not negative", where, what, value));
}

}  // namespace

/// C dT/dt = -stiffness T + input u, y = output T + feed u; temperatures relative.
struct ThermalNetwork::Matrices {
  Matrix stiffness, input, output, feed;
};

int ThermalNetwork::add_node(std::string name, double heat_capacity_j_per_k) {
  if (!(heat_capacity_j_per_k > 0) || !std::isfinite(heat_capacity_j_per_k)) {
    throw InputError(fmt::format("node '{}': its heat capacity is {} J/K, but must be positive",
                                 name, heat_capacity_j_per_k));
  }
  node_names_.push_back(std::move(name));
  heat_capacity_.push_back(heat_capacity_j_per_k);
  return nodes() - 1;
}

int ThermalNetwork::add_link(int a, int b, double conductance_w_per_k) {
  const auto known = [this](int node) { return node == kRoom || (node >= 0 && node < nodes()); };
  if (!known(a) || !known(b) || a == b) {
    throw InternalError(fmt::format("thermal network: no link can join nodes {} and {}", a, b));
  }
  const auto name = [this](int node) { return node == kRoom ? "the room" : node_names_[node]; };
  require_number(fmt::format("link between '{}' and '{}'", name(a), name(b)), "its conductance",
                 conductance_w_per_k);
  links_.push_back(a == kRoom ? Link{b, a} : Link{a, b});
  initial_.link_w_per_k.push_back(conductance_w_per_k);
  return static_cast<int>(links_.size()) - 1;
}

int ThermalNetwork::add_station(std::string name, double flow_w_per_k) {
  require_number(fmt::format("air station '{}'", name), "its capacity rate", flow_w_per_k);
  station_names_.push_back(std::move(name));
  initial_.flow_w_per_k.push_back(flow_w_per_k);
  return stations() - 1;
}

int ThermalNetwork::feed(int station, int source, double fraction) {
  if (station < 0 || station >= stations() || source < 0 || source >= stations()) {
    throw InternalError(fmt::format("thermal network: no station {} or {}", station, source));
  }
  require_number(fmt::format("air station '{}'", station_names_[station]), "a feed's fraction",
                 fraction);
  feeds_.push_back({station, source});
  initial_.fraction.push_back(fraction);
  return static_cast<int>(feeds_.size()) - 1;
}

int ThermalNetwork::add_exchange(int node, int station, double ha_w_per_k, double share) {
  if (station < 0 || station >= stations() || node < 0 || node >= nodes()) {
    throw InternalError(fmt::format("thermal network: no station {} or node {}", station, node));
  }
  const std::string where =
      fmt::format("'{}' in the air of '{}'", node_names_[node], station_names_[station]);
  require_number(where, "its conductance hA", ha_w_per_k);
  require_number(where, "its share", share);
  exchanges_.push_back({node, station});
  initial_.exchange_w_per_k.push_back(ha_w_per_k);
  initial_.share.push_back(share);
  return static_cast<int>(exchanges_.size()) - 1;
}

ThermalNetwork::Values ThermalNetwork::values() const {
  Values filled = initial_;
  for (int s = 0; s < stations(); ++s) {
    double given = 0;
    int open = 0;
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      if (exchanges_[i].station != s) continue;
      given += initial_.share[i];
      open += initial_.share[i] == 0;
    }
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      if (exchanges_[i].station == s && initial_.share[i] == 0) {
        filled.share[i] = std::max(0.0, 1 - given) / open;
      }
    }
  }
  return filled;
}

std::vector<double> ThermalNetwork::no_inputs() const {
  std::vector<double> u(inputs(), 0.0);
  u[room_input()] = kReferenceK;
  return u;
}

double ThermalNetwork::stored_j(std::span<const double> node_k) const {
  double sum = 0;
  for (int i = 0; i < nodes(); ++i) sum += heat_capacity_[i] * (node_k[i] - kReferenceK);
  return sum;
}

void ThermalNetwork::check(const Values& v) const {
  if (v.link_w_per_k.size() != links_.size() || v.flow_w_per_k.size() != station_names_.size() ||
      v.exchange_w_per_k.size() != exchanges_.size() || v.share.size() != exchanges_.size() ||
      v.fraction.size() != feeds_.size()) {
    throw InternalError("thermal network: values of another structure");
  }
  const auto bad = [](double x) { return !std::isfinite(x) || x < 0; };
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (!bad(v.link_w_per_k[i])) continue;
    throw ModelError(fmt::format("a conductance of '{}' is {} W/K", node_names_[links_[i].a],
                                 v.link_w_per_k[i]));
  }
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    if (!bad(v.exchange_w_per_k[i]) && !bad(v.share[i])) continue;
    throw ModelError(fmt::format("'{}' meets air with hA {} W/K and a share of {}",
                                 node_names_[exchanges_[i].node], v.exchange_w_per_k[i],
                                 v.share[i]));
  }
  std::vector<double> from(stations()), drawn(stations()), shared(stations());
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    from[feeds_[i].station] += v.fraction[i];
    drawn[feeds_[i].source] += v.fraction[i] * v.flow_w_per_k[feeds_[i].station];
  }
  for (std::size_t i = 0; i < exchanges_.size(); ++i) shared[exchanges_[i].station] += v.share[i];
  for (int s = 0; s < stations(); ++s) {
    const double flow = v.flow_w_per_k[s];
    const auto fail = [&](const char* what, double value) {
      throw ModelError(fmt::format("air station '{}': {} ({})", station_names_[s], what, value));
    };
    if (bad(flow)) fail("its capacity rate in W/K is no use", flow);
    if (!(from[s] <= 1 + 1e-9)) fail("it takes in more than its inlet holds", from[s]);
    if (!(shared[s] <= 1 + 1e-9)) fail("its nodes share more than its air", shared[s]);
    if (!(drawn[s] <= flow * (1 + 1e-9) + kStillWPerK)) {
      fail("others draw more air from it than it carries", drawn[s]);
    }
  }
  for (double f : v.fraction) {
    if (bad(f)) throw ModelError("a feed between air stations has no usable fraction");
  }
}

ThermalNetwork::Matrices ThermalNetwork::assemble(const Values& v, double nudge) const {
  const int n = nodes();
  const int air = stations();
  const int room = room_input();
  const int heat = heat_output();
  Matrices m;
  m.stiffness = Matrix::Zero(n, n);
  m.input = Matrix::Zero(n, inputs());
  m.input.leftCols(n).setIdentity();
  m.output = Matrix::Zero(outputs(), n);
  m.output.topRows(n).setIdentity();
  m.feed = Matrix::Zero(outputs(), inputs());

  for (std::size_t i = 0; i < links_.size(); ++i) {
    const auto [a, b] = links_[i];
    const double k = v.link_w_per_k[i];
    m.stiffness(a, a) += k;
    if (b == kRoom) {
      m.input(a, room) += k;
      m.output(heat, a) += k;
      m.feed(heat, room) -= k;
    } else {
      m.stiffness(b, b) += k;
      m.stiffness(a, b) -= k;
      m.stiffness(b, a) -= k;
    }
  }
  if (air == 0) return m;

  // A node takes uptake (T_node - T_inlet); the golden ratio spreads the nudges.
  Matrix uptake = Matrix::Zero(air, n);
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    const auto [node, station] = exchanges_[i];
    const double spread = static_cast<double>(i + 1) * 0.6180339887498949;
    uptake(station, node) +=
        effective_w_per_k(v.exchange_w_per_k[i], v.share[i] * v.flow_w_per_k[station]) *
        (1 - nudge * (spread - std::floor(spread)));
  }

  // T_outlet = mix T_inlet + warm (uptake T + P), T_inlet = from T_outlet + fresh T_room.
  Vector mix = Vector::Ones(air), warm = Vector::Zero(air), fresh = Vector::Ones(air);
  Vector flow(air);
  for (int s = 0; s < air; ++s) {
    flow[s] = v.flow_w_per_k[s] > kStillWPerK ? v.flow_w_per_k[s] : 0;
    if (flow[s] == 0) continue;
    warm[s] = 1 / flow[s];
    mix[s] = 1 - uptake.row(s).sum() / flow[s];
  }
  Vector leaving = flow, entering = flow;  // to and from the room
  Matrix from = Matrix::Zero(air, air);
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const auto [station, source] = feeds_[i];
    const double drawn = v.fraction[i] * flow[station];
    from(station, source) += v.fraction[i];
    fresh[station] -= v.fraction[i];
    leaving[source] -= drawn;
    entering[station] -= drawn;
  }
  Matrix known(air, n + air + 1);
  known << from * warm.asDiagonal() * uptake, from * Matrix(warm.asDiagonal()), fresh;
  const Eigen::PartialPivLU<Matrix> loop(Matrix::Identity(air, air) - from * mix.asDiagonal());
  if (!(loop.rcond() > 1e-12)) {
    throw ModelError(fmt::format("air station '{}': its air goes round without meeting the room",
                                 station_names_[0]));
  }
  const Matrix inlet = loop.solve(known);
  Matrix outlet = mix.asDiagonal() * inlet;
  outlet.leftCols(n) += warm.asDiagonal() * uptake;
  outlet.middleCols(n, air) += Matrix(warm.asDiagonal());

  m.stiffness.diagonal() += uptake.colwise().sum().transpose();
  m.stiffness -= uptake.transpose() * inlet.leftCols(n);
  m.input.rightCols(air + 1) += uptake.transpose() * inlet.rightCols(air + 1);
  m.output.middleRows(inlet_output(0), air) = inlet.leftCols(n);
  m.output.middleRows(outlet_output(0), air) = outlet.leftCols(n);
  m.feed.block(inlet_output(0), n, air, air + 1) = inlet.rightCols(air + 1);
  m.feed.block(outlet_output(0), n, air, air + 1) = outlet.rightCols(air + 1);
  m.output.row(heat) += leaving.transpose() * outlet.leftCols(n);
  m.feed.row(heat).tail(air + 1) += leaving.transpose() * outlet.rightCols(air + 1);
  m.feed(heat, room) -= entering.sum();
  for (int s = 0; s < air; ++s) {
    if (warm[s] == 0) m.feed(heat, air_power_input(s)) += 1;
  }
  return m;
}

ModalSystem ThermalNetwork::make(const Values& values) const {
  check(values);
  std::string culprits;
  for (double nudge : {0.0, 1e-6, 1e-4}) {
    const Matrices m = assemble(values, nudge);
    ModalSystem::Parts parts;
    if (to_modes(m, parts, culprits)) return ModalSystem(std::move(parts));
    if (exchanges_.empty()) break;
  }
  throw ModelError(fmt::format(
      "the thermal network has no usable modes: {} are too nearly alike in one air stream; give "
      "them unlike capacities, join them by a conductance, or make them one node",
      culprits));
}

bool ThermalNetwork::to_modes(const Matrices& m, ModalSystem::Parts& parts,
                              std::string& culprits) const {
  const int n = nodes();
  const Vector root = Eigen::Map<const Vector>(heat_capacity_.data(), n).cwiseSqrt();
  const Vector inverse = root.cwiseInverse();
  const Matrix scaled = inverse.asDiagonal() * m.stiffness * inverse.asDiagonal();
  const double size = n > 0 ? scaled.cwiseAbs().maxCoeff() : 0;
  const double noise = 1e-13 * size;
  Vector rate = Vector::Zero(n), turn = Vector::Zero(n);
  Matrix modes, back;  // scaled temperatures from modes, and modes from them

  if (n == 0 || (scaled - scaled.transpose()).cwiseAbs().maxCoeff() <= 1e-12 * size) {
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(scaled);
    rate = eigen.eigenvalues();
    modes = eigen.eigenvectors();
    back = modes.transpose();
  } else {
    const Eigen::EigenSolver<Matrix> eigen(scaled);
    if (eigen.info() != Eigen::Success) {
      culprits = "its nodes";
      return false;
    }
    const auto& values = eigen.eigenvalues();
    std::vector<int> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_partition(order.begin(), order.end(), [&](int i) { return values[i].imag() == 0; });
    const Matrix& vectors = eigen.pseudoEigenvectors();
    modes.resize(n, n);
    for (int k = 0; k < n; ++k) {
      // Of a pair, Eigen gives the one with positive imaginary part first.
      rate[k] = values[order[k]].real();
      turn[k] = std::abs(values[order[k]].imag());
      const bool second = turn[k] > 0 && values[order[k]].imag() < 0;
      const int first = order[k] - (second ? 1 : 0);
      double norm = vectors.col(first).squaredNorm();
      if (turn[k] > 0) norm += vectors.col(first + 1).squaredNorm();
      modes.col(k) = vectors.col(order[k]) / std::sqrt(norm);
      if (second) rate[k] = rate[k - 1], turn[k] = turn[k - 1];
    }
    back = Eigen::PartialPivLU<Matrix>(modes).inverse();
    const double condition = modes.norm() * back.norm();
    if (!(condition < kWorstCondition)) {
      int worst = 0;
      if (back.allFinite()) back.rowwise().norm().maxCoeff(&worst);
      std::vector<int> by_part(n);
      std::iota(by_part.begin(), by_part.end(), 0);
      std::stable_sort(by_part.begin(), by_part.end(), [&](int a, int b) {
        return std::abs(modes(a, worst)) > std::abs(modes(b, worst));
      });
      culprits.clear();
      for (int i = 0; i < std::min(n, 3); ++i) {
        culprits += fmt::format("{}'{}'", i ? ", " : "", node_names_[by_part[i]]);
      }
      return false;
    }
  }
  // Rounding may leave a node without a way to the room a rate of not quite 0.
  for (int k = 0; k < n; ++k) {
    if (turn[k] == 0 && std::abs(rate[k]) <= noise) rate[k] = 0;
  }
  parts.rate_per_s = {rate.data(), rate.data() + n};
  parts.turn_rad_per_s = {turn.data(), turn.data() + n};
  parts.input = flat(back * (inverse.asDiagonal() * m.input));
  parts.output = flat(m.output * (inverse.asDiagonal() * modes));
  parts.feed = flat(m.feed);
  parts.input_offset = no_inputs();
  parts.output_offset.assign(outputs(), kReferenceK);
  parts.output_offset[heat_output()] = 0;
  parts.projection = flat(back * root.asDiagonal());
  parts.state_offset.assign(n, kReferenceK);
  return true;
}

std::vector<double> ThermalNetwork::steady_state(const Values& values,
                                                 std::span<const double> u) const {
  if (static_cast<int>(u.size()) != inputs()) {
    throw InternalError("thermal network: inputs of another structure");
  }
  check(values);
  const Matrices m = assemble(values, 0);
  Vector relative = Eigen::Map<const Vector>(u.data(), inputs());
  relative[room_input()] -= kReferenceK;
  const Eigen::PartialPivLU<Matrix> solver(m.stiffness);
  if (nodes() > 0 && !(solver.rcond() > 1e-14)) {
    throw ModelError("the thermal network has no steady state: a part has no way to the room");
  }
  const Vector t = solver.solve(m.input * relative);
  Vector y = m.output * t + m.feed * relative;
  y.head(heat_output()).array() += kReferenceK;
  return {y.data(), y.data() + y.size()};
}

}  // namespace headroom

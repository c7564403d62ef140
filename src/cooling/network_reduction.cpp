#include "cooling/network_reduction.hpp"

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/error.hpp"

namespace headroom {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;

Sparse conductance_matrix(const SparseNetwork& network) {
  const int n = static_cast<int>(network.capacity_j_per_k.size());
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(network.conductance.size());
  for (const auto& [row, column, w_per_k] : network.conductance) {
    if (row < 0 || row >= n || column < 0 || column >= n) {
      throw InternalError("network reduction: a conductance lies outside the network");
    }
    entries.emplace_back(row, column, w_per_k);
  }
  Sparse g(n, n);
  g.setFromTriplets(entries.begin(), entries.end());
  const Sparse turned = g.transpose();
  if (!((g - turned).norm() <= 1e-9 * g.norm())) {
    throw ModelError("network reduction: the conductances are not symmetric");
  }
  return g;
}

/// Column j holds 1 / cells at the cells of block j: it spreads a watt, and its
/// transpose takes the mean.
Matrix block_map(const SparseNetwork& network) {
  const int n = static_cast<int>(network.capacity_j_per_k.size());
  Matrix map = Matrix::Zero(n, static_cast<Eigen::Index>(network.blocks.size()));
  for (std::size_t j = 0; j < network.blocks.size(); ++j) {
    for (int node : network.blocks[j]) {
      if (node < 0 || node >= n) {
        throw InternalError("network reduction: a block's cell lies outside the network");
      }
      map(node, static_cast<Eigen::Index>(j)) +=
          1.0 / static_cast<double>(network.blocks[j].size());
    }
  }
  return map;
}

}  // namespace

ModalSystem reduce_network(const SparseNetwork& network, const ReductionAccuracy& accuracy) {
  const Sparse g = conductance_matrix(network);
  const Matrix map = block_map(network);
  const Eigen::Index n = g.rows(), blocks = map.cols();
  const Vector c = Eigen::Map<const Vector>(network.capacity_j_per_k.data(), n);
  if (!(c.size() == 0 || c.minCoeff() > 0)) {
    throw ModelError("network reduction: a node has no heat capacity");
  }

  // The answers (G + shift C) X = map, side by side. The pattern is the same for
  // every shift, and so is its ordering.
  std::vector<double> shifts = {0.0};
  shifts.insert(shifts.end(), accuracy.shifts_per_s.begin(), accuracy.shifts_per_s.end());
  const Eigen::Index columns = blocks * static_cast<Eigen::Index>(shifts.size());
  Matrix x(n, columns);
  Vector shift_of(columns);
  Eigen::SimplicialLDLT<Sparse> factor;
  Sparse shifted = g;
  for (int i = 0; i < n; ++i) shifted.coeffRef(i, i) += 0.0;
  factor.analyzePattern(shifted);
  for (std::size_t k = 0; k < shifts.size(); ++k) {
    Sparse at_shift = shifted;
    at_shift.diagonal() += shifts[k] * c;
    factor.factorize(at_shift);
    const auto part = static_cast<Eigen::Index>(k) * blocks;
    x.middleCols(part, blocks) = factor.solve(map);
    shift_of.segment(part, blocks).setConstant(shifts[k]);
    if (factor.info() != Eigen::Success || factor.vectorD().minCoeff() <= 0) {
      throw ModelError("network reduction: a part of the network has no way to ambient");
    }
  }
  const Matrix at_rest = map.transpose() * x.leftCols(blocks);

  // The network in the span of X. From G X = map - C X shift, only X' C X and
  // X' map are needed. Columns of one length first, then directions that are
  // shared to rounding are left out.
  Matrix heat = Matrix::Zero(columns, columns);
  {
    const Matrix weighted = c.cwiseSqrt().asDiagonal() * x;
    heat.selfadjointView<Eigen::Lower>().rankUpdate(weighted.transpose());
    heat.triangularView<Eigen::StrictlyUpper>() = heat.transpose();
  }
  const Matrix into = x.transpose() * map;
  Matrix flow(columns, columns);
  for (Eigen::Index j = 0; j < columns; ++j) {
    flow.col(j) = into.col(j % blocks) - shift_of[j] * heat.col(j);
  }
  const Vector length = heat.diagonal().cwiseSqrt().cwiseInverse();
  heat = length.asDiagonal() * heat * length.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Matrix> span(heat);
  const double least = 1e-12 * span.eigenvalues().maxCoeff();
  const Eigen::Index kept = (span.eigenvalues().array() > least).count();
  const Matrix basis = length.asDiagonal() * span.eigenvectors().rightCols(kept) *
                       span.eigenvalues().tail(kept).cwiseSqrt().cwiseInverse().asDiagonal();
  Matrix small = basis.transpose() * flow * basis;
  small = (small + small.transpose()).eval() / 2;
  const Eigen::SelfAdjointEigenSolver<Matrix> modes(small);
  const Vector& rate = modes.eigenvalues();
  if (!(kept == 0 || rate[0] > 0)) {
    throw ModelError("network reduction: the network does not come to rest");
  }
  const Matrix input = modes.eigenvectors().transpose() * (basis.transpose() * into);
  const Matrix output = input.transpose();
  // What little of the resting state was left out is put back.
  const Matrix feed = at_rest - output * rate.cwiseInverse().asDiagonal() * input;

  ModalSystem::Parts parts;
  parts.rate_per_s = {rate.data(), rate.data() + rate.size()};
  parts.input = {input.data(), input.data() + input.size()};
  parts.output = {output.data(), output.data() + output.size()};
  parts.feed = {feed.data(), feed.data() + feed.size()};
  parts.input_offset.assign(static_cast<std::size_t>(blocks), 0.0);
  parts.output_offset.assign(static_cast<std::size_t>(blocks), network.ambient_k);
  return ModalSystem(std::move(parts))
      .without_fast_modes(accuracy.delay_s, accuracy.tolerance_k_per_w);
}

}  // namespace headroom

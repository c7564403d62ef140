#include "cooling/column_stack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "base/error.hpp"

namespace headroom {

namespace {

constexpr double kPi = std::numbers::pi;

void check(const ColumnStack& stack) {
  const auto positive = [](double value, const char* what) {
    if (value > 0 && std::isfinite(value)) return;
    throw InputError(fmt::format("column stack: {} is {}, but must be positive", what, value));
  };
  positive(stack.width_m, "its width");
  positive(stack.height_m, "its height");
  positive(stack.top_w_per_m2_k, "the convection on top");
  if (stack.layers.empty()) throw InputError("column stack: it has no layers");
  for (const auto& layer : stack.layers) {
    positive(layer.thickness_m, "a layer's thickness");
    positive(layer.conductivity_w_per_m_k, "a layer's conductivity");
    positive(layer.heat_capacity_j_per_m3_k, "a layer's heat capacity");
  }
  const double slack = 1e-9 * (stack.width_m + stack.height_m);
  for (const auto& block : stack.blocks) {
    positive(block.width_m, "a block's width");
    positive(block.height_m, "a block's height");
    if (!(block.x_m >= -slack && block.y_m >= -slack &&
          block.x_m + block.width_m <= stack.width_m + slack &&
          block.y_m + block.height_m <= stack.height_m + slack)) {
      throw InputError("column stack: a block reaches over the die's edge");
    }
  }
}

/// The blocks' sides along one axis, each different one once, and the mean over
/// each of the normalised cosines 0, 1, ...
struct Axis {
  Axis(double length, int orders, const std::vector<std::pair<double, double>>& sides)
      : length_m(length) {
    for (const auto& side : sides) {
      const auto same = [&](const std::pair<double, double>& other) {
        return std::abs(other.first - side.first) < 1e-9 * length &&
               std::abs(other.second - side.second) < 1e-9 * length;
      };
      const auto found = std::find_if(intervals.begin(), intervals.end(), same);
      of_block.push_back(static_cast<int>(found - intervals.begin()));
      if (found == intervals.end()) intervals.push_back(side);
    }
    for (int m = 0; m < orders; ++m) {
      most.push_back(0);
      for (const auto& [start, size] : intervals) {
        const double half = wave_per_m(m) * size / 2;
        const double mean = m == 0 ? std::sqrt(1 / length)
                                   : std::sqrt(2 / length) * std::sin(half) / half *
                                         std::cos(wave_per_m(m) * start + half);
        means.push_back(mean);
        most.back() = std::max(most.back(), std::abs(mean));
      }
    }
  }
  double wave_per_m(int order) const { return order * kPi / length_m; }
  int count() const { return static_cast<int>(intervals.size()); }
  double mean(int order, int interval) const {
    return means[static_cast<std::size_t>(order) * intervals.size() + interval];
  }

  double length_m;
  std::vector<std::pair<double, double>> intervals;  // start, size
  std::vector<int> of_block;
  std::vector<double> means;  // by order, then interval
  std::vector<double> most;   // per order: the largest, by magnitude
};

/// Temperature of the bottom face per unit of steady flux into it, for a lateral
/// wave number: the layers' admittances folded down from the convecting top.
double static_response(const ColumnStack& stack, double wave_per_m) {
  double admittance = stack.top_w_per_m2_k;
  for (auto layer = stack.layers.rbegin(); layer != stack.layers.rend(); ++layer) {
    const double k = layer->conductivity_w_per_m_k;
    if (wave_per_m == 0) {
      admittance = 1 / (1 / admittance + layer->thickness_m / k);
      continue;
    }
    const double depth = wave_per_m * layer->thickness_m;
    const double own = k * wave_per_m;
    const double t = depth < 20 ? std::tanh(depth) : 1.0;
    admittance = own * (admittance + own * t) / (own + admittance * t);
  }
  return 1 / admittance;
}

/// The column as finite volumes around nodes on the faces, node 0 at the bottom.
struct Column {
  Column(const ColumnStack& stack, double fastest_per_s) {
    capacity.push_back(0);
    lateral.push_back(0);
    for (const auto& layer : stack.layers) {
      const double k = layer.conductivity_w_per_m_k, c = layer.heat_capacity_j_per_m3_k;
      const double reach_m = std::sqrt(k / c / fastest_per_s);
      const int cells =
          std::clamp(static_cast<int>(std::ceil(layer.thickness_m / (0.5 * reach_m))), 3, 80);
      const double dz = layer.thickness_m / cells;
      for (int i = 0; i < cells; ++i) {
        capacity.back() += c * dz / 2;
        lateral.back() += k * dz / 2;
        between.push_back(k / dz);
        capacity.push_back(c * dz / 2);
        lateral.push_back(k * dz / 2);
      }
    }
    const std::size_t n = capacity.size();
    for (std::size_t i = 0; i + 1 < n; ++i) {
      off_squared.push_back(between[i] / capacity[i] * (between[i] / capacity[i + 1]));
      off.push_back(-std::sqrt(off_squared.back()));
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double up = i + 1 < n ? between[i] : stack.top_w_per_m2_k;
      upright.push_back((up + (i > 0 ? between[i - 1] : 0.0)) / capacity[i]);
      sideways.push_back(lateral[i] / capacity[i]);
    }
    diagonal = up_pivot = down_pivot = vector = upright;
  }

  void set_wave(double wave_per_m) {
    for (std::size_t i = 0; i < upright.size(); ++i) {
      diagonal[i] = upright[i] + wave_per_m * wave_per_m * sideways[i];
    }
  }

  /// How many modes are slower than `rate` (Sturm's count).
  int slower_than(double rate) const {
    int count = 0;
    double pivot = 1;
    for (std::size_t i = 0; i < diagonal.size(); ++i) {
      pivot = diagonal[i] - rate - (i > 0 ? off_squared[i - 1] / pivot : 0.0);
      if (pivot == 0) pivot = 1e-300;
      count += pivot < 0;
    }
    return count;
  }

  /// Mode `k` (from the slowest), known to be slower than `bound`: its rate and
  /// its value at the bottom, squared, when normalised to capacity. Bisection,
  /// then the vector from a twisted factorisation (Dhillon and Parlett 2004),
  /// whose smallest pivot over the vector's length squared is the Rayleigh correction.
  std::pair<double, double> mode(int k, double bound) {
    double low = 0, high = bound, norm = 1;
    int below = 0, up_to = slower_than(bound);
    for (;;) {
      double rate = (low + high) / 2;
      // Alone in a narrow bracket: three corrections double the digits each.
      if (up_to - below == 1 && high - low < 0.02 * high) {
        for (int round = 0; round < 3; ++round) rate += twist(rate, norm);
        const bool inside = rate > low && rate < high;
        if (inside || high - low < 1e-12 * high) {
          return {rate, vector[0] * vector[0] / norm / capacity[0]};
        }
        rate = (low + high) / 2;
      }
      const int count = slower_than(rate);
      if (count > k) {
        high = rate, up_to = count;
      } else {
        low = rate, below = count;
      }
    }
  }

  double twist(double rate, double& norm) {
    const int n = static_cast<int>(diagonal.size());
    for (int i = 0; i < n; ++i) {
      up_pivot[i] = diagonal[i] - rate - (i > 0 ? off_squared[i - 1] / up_pivot[i - 1] : 0.0);
      if (up_pivot[i] == 0) up_pivot[i] = 1e-300;
    }
    for (int i = n - 1; i >= 0; --i) {
      down_pivot[i] = diagonal[i] - rate - (i + 1 < n ? off_squared[i] / down_pivot[i + 1] : 0.0);
      if (down_pivot[i] == 0) down_pivot[i] = 1e-300;
    }
    int at = 0;
    double least = 0;
    for (int i = 0; i < n; ++i) {
      const double gamma = up_pivot[i] + down_pivot[i] - (diagonal[i] - rate);
      if (i == 0 || std::abs(gamma) < std::abs(least)) least = gamma, at = i;
    }
    vector[at] = norm = 1;
    for (int i = at - 1; i >= 0; --i) {
      vector[i] = -off[i] * vector[i + 1] / up_pivot[i];
      norm += vector[i] * vector[i];
    }
    for (int i = at + 1; i < n; ++i) {
      vector[i] = -off[i - 1] * vector[i - 1] / down_pivot[i];
      norm += vector[i] * vector[i];
    }
    return least / norm;
  }

  std::vector<double> capacity, lateral, between;  // per node, node, gap
  std::vector<double> upright, sideways, off, off_squared;
  std::vector<double> diagonal, up_pivot, down_pivot, vector;
};

}  // namespace

ModalSystem make_column_stack(const ColumnStack& stack, const ColumnAccuracy& accuracy) {
  check(stack);
  const int blocks = static_cast<int>(stack.blocks.size());
  const int orders = accuracy.static_orders;
  std::vector<std::pair<double, double>> wide, high;
  for (const auto& b : stack.blocks) {
    wide.emplace_back(b.x_m, b.width_m);
    high.emplace_back(b.y_m, b.height_m);
  }
  const Axis x(stack.width_m, orders, wide), y(stack.height_m, orders, high);
  const double slowest_kept =
      std::log(
          std::max(std::exp(1.0), static_response(stack, 0) / (stack.width_m * stack.height_m) * 4 /
                                      accuracy.tolerance_k_per_w)) /
      accuracy.delay_s;
  Column column(stack, slowest_kept);

  ModalSystem::Parts parts;
  parts.output_offset.assign(blocks, stack.ambient_k);
  parts.input_offset.assign(blocks, 0.0);
  parts.feed.assign(static_cast<std::size_t>(blocks) * blocks, 0.0);
  // Per order along y: the static parts of all pairs of intervals along x.
  const int across = x.count();
  std::vector<double> pairs(static_cast<std::size_t>(across) * across);
  for (int n = 0; n < orders; ++n) {
    std::fill(pairs.begin(), pairs.end(), 0.0);
    for (int m = 0; m < orders; ++m) {
      const double wave = std::hypot(x.wave_per_m(m), y.wave_per_m(n));
      double rest = static_response(stack, wave);
      // All modes of this wave together answer a step with `rest`: none faster
      // than log(worth) / delay can hold more than the tolerance by then.
      const double most = x.most[m] * y.most[n];
      const double worth = most * most * rest / accuracy.tolerance_k_per_w;
      const double fastest = worth > 1 ? std::log(worth) / accuracy.delay_s : 0;
      int slow = 0;
      if (fastest > 0) {
        column.set_wave(wave);
        slow = column.slower_than(fastest);
      }
      for (int k = 0; k < slow; ++k) {
        const auto [rate, bottom_squared] = column.mode(k, fastest);
        const double held = most * most * std::exp(-rate * accuracy.delay_s);
        if (held * rest < accuracy.tolerance_k_per_w) break;  // as all faster ones together
        if (held * bottom_squared / rate < accuracy.tolerance_k_per_w) continue;
        rest -= bottom_squared / rate;
        parts.rate_per_s.push_back(rate);
        for (int i = 0; i < blocks; ++i) {
          parts.output.push_back(x.mean(m, x.of_block[i]) * y.mean(n, y.of_block[i]) *
                                 std::sqrt(bottom_squared));
        }
      }
      const double* mean = x.means.data() + std::ptrdiff_t{m} * across;
      for (int a = 0; a < across; ++a) {
        const double scale = rest * mean[a];
        double* __restrict row = pairs.data() + std::ptrdiff_t{a} * across;
        for (int b = 0; b < across; ++b) row[b] += scale * mean[b];
      }
    }
    for (int j = 0; j < blocks; ++j) {
      const double* row = pairs.data() + std::ptrdiff_t{x.of_block[j]} * across;
      const double own = y.mean(n, y.of_block[j]);
      for (int i = 0; i < blocks; ++i) {
        parts.feed[j * blocks + i] += row[x.of_block[i]] * own * y.mean(n, y.of_block[i]);
      }
    }
  }
  // What warms a block is what reads its mean: B is Y turned over.
  const int modes = static_cast<int>(parts.rate_per_s.size());
  parts.input.resize(parts.output.size());
  for (int k = 0; k < modes; ++k) {
    for (int i = 0; i < blocks; ++i) parts.input[i * modes + k] = parts.output[k * blocks + i];
  }
  return ModalSystem(std::move(parts));
}

}  // namespace headroom

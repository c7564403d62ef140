#include "cooling/modal_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "cooling/modal_kernels.hpp"

namespace headroom {

namespace {

using Complex = std::complex<double>;

/// (1 - exp(-x)) / x, which is 1 at 0.
double falling_mean(double x) {
  return std::abs(x) < 1e-300 ? 1.0 : -std::expm1(-x) / x;
}

/// (x - 1 + exp(-x)) / x^2, which is 1/2 at 0: by series where the difference
/// would cancel.
template <typename Number>
Number ramp_mean(Number x) {
  if (std::abs(x) < 0.5) {
    Number sum = 0;
    Number term = 0.5;
    for (int k = 3; k < 18; ++k) {
      sum += term;
      term *= -x / static_cast<double>(k);
    }
    return sum;
  }
  return (x - 1.0 + std::exp(-x)) / (x * x);
}

Complex falling_mean(Complex x) {
  if (std::abs(x) >= 0.5) return (1.0 - std::exp(-x)) / x;
  return 1.0 - x * ramp_mean(x);
}

template <typename Work>
void for_tiles(int count, Work work) {
  for (int r = 0; r < count; r += kTile) work(r, std::min(kTile, count - r));
}

void require(bool fits, const char* what) {
  if (!fits) throw InternalError(fmt::format("modal system: {} has the wrong size", what));
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

ModalSystem::ModalSystem(Parts parts) : parts_(std::move(parts)) {
  Parts& p = parts_;
  const std::size_t n = p.rate_per_s.size();
  const std::size_t outputs = p.output_offset.size();
  if (p.turn_rad_per_s.empty()) p.turn_rad_per_s.assign(n, 0.0);
  require(p.turn_rad_per_s.size() == n, "turn");
  std::size_t inputs = p.input_offset.size();
  if (inputs == 0 && n > 0) inputs = p.input.size() / n;
  if (p.input_offset.empty()) p.input_offset.assign(inputs, 0.0);
  if (p.feed.empty()) p.feed.assign(outputs * inputs, 0.0);
  require(p.input.size() == n * inputs, "input");
  require(p.output.size() == outputs * n, "output");
  require(p.feed.size() == outputs * inputs, "feed");
  require(p.projection.size() == n * p.state_offset.size(), "projection");
  for (const auto* v : {&p.rate_per_s, &p.turn_rad_per_s, &p.input, &p.output, &p.feed,
                        &p.input_offset, &p.output_offset, &p.projection, &p.state_offset}) {
    if (!all_finite(*v)) throw ModelError("thermal system: a coefficient is not finite");
  }
  modes_ = static_cast<int>(n);
  inputs_ = static_cast<int>(inputs);
  outputs_ = static_cast<int>(outputs);
  while (plain_ < modes_ && p.turn_rad_per_s[plain_] == 0) ++plain_;
  require((modes_ - plain_) % 2 == 0, "list of turning modes");
  for (int i = plain_; i < modes_; i += 2) {
    require(
        p.turn_rad_per_s[i] == p.turn_rad_per_s[i + 1] && p.rate_per_s[i] == p.rate_per_s[i + 1],
        "pair of turning modes");
  }
  for (double rate : p.rate_per_s) {
    if (rate < 0) throw ModelError("thermal system: a mode grows without heat being added");
  }
  feeds_.resize(inputs);
  for (std::size_t j = 0; j < inputs; ++j) {
    const auto begin = p.feed.begin() + static_cast<std::ptrdiff_t>(j * outputs);
    feeds_[j] = std::any_of(begin, begin + static_cast<std::ptrdiff_t>(outputs),
                            [](double v) { return v != 0; });
  }
}

ModalSystem::Step ModalSystem::prepare(double dt_s) const {
  Step step;
  prepare(dt_s, step);
  return step;
}

void ModalSystem::prepare(double dt_s, Step& step) const {
  step.dt_s_ = dt_s;
  step.decay_.resize(modes_);
  step.gain_.resize(modes_);
  step.ramp_.resize(modes_);
  for (int i = 0; i < plain_; ++i) {
    const double x = parts_.rate_per_s[i] * dt_s;
    step.decay_[i] = std::exp(-x);
    step.gain_[i] = dt_s * falling_mean(x);
    step.ramp_[i] = dt_s * dt_s * ramp_mean(x);
  }
  // A pair is one complex mode: its two places hold real and imaginary part.
  for (int i = plain_; i < modes_; i += 2) {
    const Complex x = Complex(parts_.rate_per_s[i], -parts_.turn_rad_per_s[i]) * dt_s;
    const Complex decay = std::exp(-x);
    const Complex gain = dt_s * falling_mean(x);
    const Complex ramp = dt_s * dt_s * ramp_mean(x);
    step.decay_[i] = decay.real(), step.decay_[i + 1] = decay.imag();
    step.gain_[i] = gain.real(), step.gain_[i + 1] = gain.imag();
    step.ramp_[i] = ramp.real(), step.ramp_[i + 1] = ramp.imag();
  }
}

void ModalSystem::drive(std::span<const double> u, std::span<double> drive) const {
  double* b = drive.data();
  double* y = b + modes_;
  std::fill_n(b, modes_, 0.0);
  std::copy_n(parts_.output_offset.data(), outputs_, y);
  for (int j = 0; j < inputs_; ++j) {
    const double du = u[j] - parts_.input_offset[j];
    if (du == 0) continue;
    add_columns(parts_.input.data() + std::ptrdiff_t{j} * modes_, 0, 1, &du, b, modes_);
    if (!feeds_[j]) continue;
    add_columns(parts_.feed.data() + std::ptrdiff_t{j} * outputs_, 0, 1, &du, y, outputs_);
  }
}

void ModalSystem::advance(const Step& step, std::span<const double> drive,
                          std::span<double> z_span) const {
  const double* __restrict decay = step.decay_.data();
  const double* __restrict gain = step.gain_.data();
  const double* __restrict b = drive.data();
  double* __restrict z = z_span.data();
  for (int i = 0; i < plain_; ++i) z[i] = decay[i] * z[i] + gain[i] * b[i];
  for (int i = plain_; i < modes_; i += 2) {
    const double re = z[i], im = z[i + 1];
    z[i] = decay[i] * re - decay[i + 1] * im + gain[i] * b[i] - gain[i + 1] * b[i + 1];
    z[i + 1] = decay[i] * im + decay[i + 1] * re + gain[i] * b[i + 1] + gain[i + 1] * b[i];
  }
}

void ModalSystem::advance(const Step& step, std::span<const double> drive, std::span<double> z_span,
                          std::span<double> z_integral) const {
  const double* __restrict gain = step.gain_.data();
  const double* __restrict ramp = step.ramp_.data();
  const double* __restrict b = drive.data();
  const double* __restrict z = z_span.data();
  double* __restrict sum = z_integral.data();
  for (int i = 0; i < plain_; ++i) sum[i] = gain[i] * z[i] + ramp[i] * b[i];
  for (int i = plain_; i < modes_; i += 2) {
    const double re = z[i], im = z[i + 1];
    sum[i] = gain[i] * re - gain[i + 1] * im + ramp[i] * b[i] - ramp[i + 1] * b[i + 1];
    sum[i + 1] = gain[i] * im + gain[i + 1] * re + ramp[i] * b[i + 1] + ramp[i + 1] * b[i];
  }
  advance(step, drive, z_span);
}

void ModalSystem::outputs(std::span<const double> z, std::span<const double> drive,
                          std::span<double> y, int first) const {
  const int count = static_cast<int>(y.size());
  std::copy_n(drive.data() + modes_ + first, count, y.data());
  add_columns(parts_.output.data() + first, outputs_, modes_, z.data(), y.data(), count);
}

void ModalSystem::output_integrals(const Step& step, std::span<const double> z_integral,
                                   std::span<const double> drive, std::span<double> integral,
                                   int first) const {
  const int count = static_cast<int>(integral.size());
  for (int i = 0; i < count; ++i) integral[i] = step.dt_s_ * drive[modes_ + first + i];
  add_columns(parts_.output.data() + first, outputs_, modes_, z_integral.data(), integral.data(),
              count);
}

void ModalSystem::run(const Step& step, std::span<const double> input_rows, std::span<double> z,
                      std::span<double> output_rows) const {
  if (inputs_ == 0 || input_rows.empty()) return;
  const std::size_t rows = input_rows.size() / static_cast<std::size_t>(inputs_);
  require(input_rows.size() == rows * inputs_ && output_rows.size() == rows * outputs_, "run");
  const std::size_t row_bytes = sizeof(double) * static_cast<std::size_t>(inputs_);
  // In chunks of a few rows, all of whose work space stays near: project the
  // inputs that differ from the row before, advance, read the outputs.
  constexpr int kChunk = 16;
  std::vector<double> change(static_cast<std::size_t>(kChunk) * inputs_);
  std::vector<double> driven(static_cast<std::size_t>(kChunk + 1) * drive_size());
  std::vector<double> kept(static_cast<std::size_t>(kChunk) * modes_);
  const auto drive_row = [&](int r) { return driven.data() + std::ptrdiff_t{r} * drive_size(); };
  const bool any_feed = std::find(feeds_.begin(), feeds_.end(), 1) != feeds_.end();

  for (std::size_t first = 0; first < rows; first += kChunk) {
    const int count = static_cast<int>(std::min<std::size_t>(kChunk, rows - first));
    int of_row[kChunk];
    int differing = 0;  // place 0 holds the drive of the chunk before
    for (int r = 0; r < count; ++r) {
      const double* u = input_rows.data() + (first + r) * inputs_;
      if (first + r == 0 || std::memcmp(u, u - inputs_, row_bytes) != 0) {
        double* du = change.data() + std::ptrdiff_t{differing} * inputs_;
        for (int j = 0; j < inputs_; ++j) du[j] = u[j] - parts_.input_offset[j];
        double* b = drive_row(++differing);
        std::fill_n(b, modes_, 0.0);
        std::copy_n(parts_.output_offset.data(), outputs_, b + modes_);
      }
      of_row[r] = differing;
    }
    for_tiles(differing, [&](int r, int tile) {
      const double* x[kTile];
      double* b[kTile];
      double* y[kTile];
      for (int t = 0; t < tile; ++t) {
        x[t] = change.data() + std::ptrdiff_t{r + t} * inputs_;
        b[t] = drive_row(r + t + 1);
        y[t] = b[t] + modes_;
      }
      add_columns_tile(parts_.input.data(), modes_, inputs_, x, b, modes_, tile);
      if (any_feed) add_columns_tile(parts_.feed.data(), outputs_, inputs_, x, y, outputs_, tile);
    });
    for (int r = 0; r < count; ++r) {
      const double* b = drive_row(of_row[r]);
      advance(step, {b, static_cast<std::size_t>(drive_size())}, z);
      std::copy_n(z.data(), modes_, kept.data() + std::ptrdiff_t{r} * modes_);
      std::copy_n(b + modes_, outputs_, output_rows.data() + (first + r) * outputs_);
    }
    for_tiles(count, [&](int r, int tile) {
      const double* x[kTile];
      double* y[kTile];
      for (int t = 0; t < tile; ++t) {
        x[t] = kept.data() + std::ptrdiff_t{r + t} * modes_;
        y[t] = output_rows.data() + (first + r + t) * outputs_;
      }
      add_columns_tile(parts_.output.data(), outputs_, modes_, x, y, outputs_, tile);
    });
    std::copy_n(drive_row(differing), drive_size(), drive_row(0));
  }
}

void ModalSystem::steady(std::span<const double> drive, std::span<double> z) const {
  for (int i = 0; i < plain_; ++i) {
    if (parts_.rate_per_s[i] > 0) {
      z[i] = drive[i] / parts_.rate_per_s[i];
    } else if (drive[i] != 0) {
      throw ModelError("thermal system: heat flows into a part that has no way to the room");
    }
  }
  for (int i = plain_; i < modes_; i += 2) {
    const Complex rate(parts_.rate_per_s[i], -parts_.turn_rad_per_s[i]);
    const Complex rest = Complex(drive[i], drive[i + 1]) / rate;
    z[i] = rest.real(), z[i + 1] = rest.imag();
  }
}

void ModalSystem::project(std::span<const double> state, std::span<double> z) const {
  if (states() == 0) throw InternalError("modal system: it keeps no physical states");
  std::fill_n(z.data(), modes_, 0.0);
  for (int j = 0; j < states(); ++j) {
    const double x = state[j] - parts_.state_offset[j];
    if (x == 0) continue;
    add_columns(parts_.projection.data() + std::ptrdiff_t{j} * modes_, 0, 1, &x, z.data(), modes_);
  }
}

ModalSystem ModalSystem::without_fast_modes(double delay_s, double tolerance) const {
  const Parts& p = parts_;
  std::vector<char> keep(modes_, 1);
  Parts less;
  less.feed = p.feed;
  for (int k = 0; k < plain_; ++k) {
    const double rate = p.rate_per_s[k];
    if (rate == 0) continue;
    double most_in = 0, most_out = 0;
    for (int j = 0; j < inputs_; ++j)
      most_in = std::max(most_in, std::abs(p.input[j * modes_ + k]));
    for (int i = 0; i < outputs_; ++i) {
      most_out = std::max(most_out, std::abs(p.output[k * outputs_ + i]));
    }
    if (most_in * most_out / rate * std::exp(-rate * delay_s) >= tolerance) continue;
    keep[k] = 0;
    for (int j = 0; j < inputs_; ++j) {
      const double b = p.input[j * modes_ + k] / rate;
      for (int i = 0; i < outputs_; ++i)
        less.feed[j * outputs_ + i] += p.output[k * outputs_ + i] * b;
    }
  }
  for (int k = 0; k < modes_; ++k) {
    if (!keep[k]) continue;
    less.rate_per_s.push_back(p.rate_per_s[k]);
    less.turn_rad_per_s.push_back(p.turn_rad_per_s[k]);
    const double* column = p.output.data() + std::ptrdiff_t{k} * outputs_;
    less.output.insert(less.output.end(), column, column + outputs_);
  }
  const auto kept_rows = [&](const std::vector<double>& matrix) {
    std::vector<double> rows;
    for (std::size_t at = 0; at < matrix.size(); ++at) {
      if (keep[at % static_cast<std::size_t>(modes_)]) rows.push_back(matrix[at]);
    }
    return rows;
  };
  less.input = kept_rows(p.input);
  less.projection = kept_rows(p.projection);
  less.input_offset = p.input_offset;
  less.output_offset = p.output_offset;
  less.state_offset = p.state_offset;
  return ModalSystem(std::move(less));
}

}  // namespace headroom

#include "cooling/modal_kernels.hpp"

#include <cstring>

namespace headroom {

namespace {

/// y += sum over j of x[j] * columns[j]. Four columns at a time, so that y is
/// loaded and stored a quarter as often.
[[gnu::always_inline]] inline void add_columns_as(const double* __restrict columns,
                                                  std::ptrdiff_t stride, int count,
                                                  const double* __restrict x, double* __restrict y,
                                                  int rows) {
  int j = 0;
  for (; j + 4 <= count; j += 4) {
    const double* __restrict a = columns + j * stride;
    const double* __restrict b = a + stride;
    const double* __restrict c = b + stride;
    const double* __restrict d = c + stride;
    const double xa = x[j], xb = x[j + 1], xc = x[j + 2], xd = x[j + 3];
    for (int i = 0; i < rows; ++i) y[i] = y[i] + xa * a[i] + xb * b[i] + xc * c[i] + xd * d[i];
  }
  for (; j < count; ++j) {
    const double* __restrict a = columns + j * stride;
    const double xa = x[j];
    for (int i = 0; i < rows; ++i) y[i] += xa * a[i];
  }
}

using Lanes [[gnu::vector_size(32)]] = double;
constexpr int kLanes = 4;

/// The same for four x and y at once, for two Lanes of their elements from `at`:
/// all eight sums stay in registers.
[[gnu::always_inline]] inline void add_tile_as(const double* columns, std::ptrdiff_t stride,
                                               int count, const double* const* x, double* const* y,
                                               int at) {
  const double* __restrict x0 = x[0];
  const double* __restrict x1 = x[1];
  const double* __restrict x2 = x[2];
  const double* __restrict x3 = x[3];
  Lanes s00, s01, s10, s11, s20, s21, s30, s31, a, b;
  const std::size_t bytes = sizeof(Lanes);
  std::memcpy(&s00, y[0] + at, bytes), std::memcpy(&s01, y[0] + at + kLanes, bytes);
  std::memcpy(&s10, y[1] + at, bytes), std::memcpy(&s11, y[1] + at + kLanes, bytes);
  std::memcpy(&s20, y[2] + at, bytes), std::memcpy(&s21, y[2] + at + kLanes, bytes);
  std::memcpy(&s30, y[3] + at, bytes), std::memcpy(&s31, y[3] + at + kLanes, bytes);
  const double* __restrict column = columns + at;
  for (int j = 0; j < count; ++j, column += stride) {
    std::memcpy(&a, column, bytes), std::memcpy(&b, column + kLanes, bytes);
    s00 += x0[j] * a, s01 += x0[j] * b;
    s10 += x1[j] * a, s11 += x1[j] * b;
    s20 += x2[j] * a, s21 += x2[j] * b;
    s30 += x3[j] * a, s31 += x3[j] * b;
  }
  std::memcpy(y[0] + at, &s00, bytes), std::memcpy(y[0] + at + kLanes, &s01, bytes);
  std::memcpy(y[1] + at, &s10, bytes), std::memcpy(y[1] + at + kLanes, &s11, bytes);
  std::memcpy(y[2] + at, &s20, bytes), std::memcpy(y[2] + at + kLanes, &s21, bytes);
  std::memcpy(y[3] + at, &s30, bytes), std::memcpy(y[3] + at + kLanes, &s31, bytes);
}

[[gnu::always_inline]] inline void add_columns_4_as(const double* columns, std::ptrdiff_t stride,
                                                    int count, const double* const* x,
                                                    double* const* y, int rows) {
  int i = 0;
  for (; i + 2 * kLanes <= rows; i += 2 * kLanes) add_tile_as(columns, stride, count, x, y, i);
  if (i == rows) return;
  for (int r = 0; r < kTile; ++r) {
    add_columns_as(columns + i, stride, count, x[r], y[r] + i, rows - i);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void add_columns_wide(const double* columns, std::ptrdiff_t stride,
                                              int count, const double* x, double* y, int rows) {
  add_columns_as(columns, stride, count, x, y, rows);
}

[[gnu::target("avx2")]] void add_columns_4_wide(const double* columns, std::ptrdiff_t stride,
                                                int count, const double* const* x, double* const* y,
                                                int rows) {
  add_columns_4_as(columns, stride, count, x, y, rows);
}

bool ask_processor() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
}
#else
constexpr auto add_columns_wide = add_columns_as;
constexpr auto add_columns_4_wide = add_columns_4_as;

bool ask_processor() {
  return false;
}
#endif

const bool kWideRegisters = ask_processor();

}  // namespace

void add_columns(const double* columns, std::ptrdiff_t stride, int count, const double* x,
                 double* y, int rows) {
  if (kWideRegisters) return add_columns_wide(columns, stride, count, x, y, rows);
  add_columns_as(columns, stride, count, x, y, rows);
}

void add_columns_tile(const double* columns, std::ptrdiff_t stride, int count,
                      const double* const* x, double* const* y, int rows, int pairs) {
  if (pairs < kTile) {
    for (int p = 0; p < pairs; ++p) add_columns(columns, stride, count, x[p], y[p], rows);
  } else if (kWideRegisters) {
    add_columns_4_wide(columns, stride, count, x, y, rows);
  } else {
    add_columns_4_as(columns, stride, count, x, y, rows);
  }
}

}  // namespace headroom

#pragma once

#include <cstddef>

namespace headroom {

// The inner loops of ModalSystem. They are compiled twice, for any processor and
// for one with 256-bit registers, and the processor is asked at start. Every
// element is summed in the order of the columns and without fused operations, so
// all of these give the same bits for the same sums.

/// y += sum over j < count of x[j] * column j, for `rows` elements of y. Column j
/// starts at columns + j * stride.
void add_columns(const double* columns, std::ptrdiff_t stride, int count, const double* x,
                 double* y, int rows);

/// The same for up to kTile pairs of x and y, which share the loading of columns.
inline constexpr int kTile = 4;
void add_columns_tile(const double* columns, std::ptrdiff_t stride, int count,
                      const double* const* x, double* const* y, int rows, int pairs);

}  // namespace headroom

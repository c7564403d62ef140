#pragma once

#include <vector>

#include "study/fit.hpp"

namespace headroom {

/// What is left out together.
enum class Fold { row, machine };

/// The sets of rows that are left out together, in order of their first row.
std::vector<std::vector<std::size_t>> folds_of(const std::vector<EvidenceRow>& rows, Fold fold);

/// Predicts every row from fits that have not seen it: for each fold, the blocks
/// that any of its rows belongs to are fitted again without them, from the
/// values in `full`. A row that alone decides on its workload's scale cannot be
/// predicted so, and says so. Folds go in parallel; the result is the same for
/// any number of threads.
std::vector<Prediction> cross_validate(const Fitter& fitter, const FittedTable& full, Fold fold,
                                       const Progress& progress = {});

}  // namespace headroom

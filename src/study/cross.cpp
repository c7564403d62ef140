#include "study/cross.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace headroom {

std::vector<std::vector<std::size_t>> folds_of(const std::vector<EvidenceRow>& rows, Fold fold) {
  std::vector<std::vector<std::size_t>> folds;
  std::map<std::string, std::size_t> of_machine;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (fold == Fold::row) {
      folds.push_back({row});
      continue;
    }
    const auto [it, added] = of_machine.emplace(rows[row].machine, folds.size());
    if (added) folds.emplace_back();
    folds[it->second].push_back(row);
  }
  return folds;
}

std::vector<Prediction> cross_validate(const Fitter& fitter, const FittedTable& full, Fold fold,
                                       const Progress& progress) {
  const auto& rows = fitter.rows();
  const auto& blocks = fitter.plan().blocks;
  const auto folds = folds_of(rows, fold);
  std::vector<Prediction> predictions(rows.size());
  std::mutex mutex;
  std::size_t done = 0;
  tbb::parallel_for(std::size_t{0}, folds.size(), [&](std::size_t f) {
    std::vector<bool> left_out(rows.size());
    for (const std::size_t row : folds[f]) left_out[row] = true;
    FittedTable table = full;
    for (std::size_t block = 0; block < blocks.size(); ++block) {
      const bool touched = std::ranges::any_of(
          folds[f], [&](std::size_t row) { return blocks[block].selects(rows[row]); });
      if (touched) table = fitter.refit(block, table, left_out);
    }
    const auto found = fitter.predict(table, folds[f]);
    for (std::size_t i = 0; i < found.size(); ++i) predictions[folds[f][i]] = found[i];
    const std::lock_guard lock(mutex);
    if (progress) progress("folds", ++done, folds.size());
  });
  return predictions;
}

}  // namespace headroom

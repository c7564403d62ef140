#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "study/evidence.hpp"
#include "study/fit_plan.hpp"
#include "study/prediction.hpp"

namespace headroom {

/// What a fit found for one parameter.
struct ParameterFit {
  std::string key;
  std::string value;      ///< with unit; "" when no row decides on a scale
  std::string before;     ///< what stood in the table, or ""
  std::string evidence;   ///< "13 rows of passmark-10-nt in evidence/measurements.csv"
  bool at_limit = false;  ///< the search ended at `low` or `high`
};

/// What a fit did in one block.
struct BlockFit {
  std::string name;
  std::vector<ParameterFit> parameters;
  std::vector<std::size_t> rows;
  std::vector<Prediction> before;  ///< of those rows, with the table as it was
  std::vector<Prediction> after;
  double objective = 0;  ///< the sum that was made least
  int evaluations = 0;
};

struct FitResult {
  FittedTable fitted;
  std::vector<BlockFit> blocks;
};

/// Finds the numbers of a plan from evidence rows.
///
/// Least is the sum, over the rows of a block, of Huber's loss of the residual:
/// the log ratio over 5 %, a temperature's difference over 3 K, a sound level's
/// over 2 dB. Every searched parameter adds (distance from its start / spread)^2
/// / 2, so that what the rows do not decide stays where one would have guessed,
/// whatever the search began with. A result's scale is not searched: predictions
/// are proportional to it, so the best one is the Huber centre of the log ratios,
/// and a block of nothing but scales costs one run a row. The search looks along
/// each parameter, then is NLopt's BOBYQA and SBPLX: bounded, without
/// derivatives, deterministic.
class Fitter {
 public:
  Fitter(const FitPlan& plan, const std::vector<EvidenceRow>& rows, Predictor predictor);
  Fitter(const Fitter&) = delete;
  Fitter& operator=(const Fitter&) = delete;

  /// Fits the named blocks, or all of them, in order, each from its starts. What
  /// else stands in `base` is kept.
  FitResult fit(const FittedTable& base, const std::vector<std::string>& only = {},
                const Progress& progress = {}) const;

  /// Fits one block again without some rows, beginning at the values of `from`:
  /// a shorter search on a coarser grid (1/256 of low to high), as a cross-check
  /// does dozens of them.
  FittedTable refit(std::size_t block, const FittedTable& from,
                    const std::vector<bool>& left_out) const;

  /// The row's prediction under a table. Runs are shared between all values of
  /// a scale: the twin runs with scale 1.
  Prediction predict(const FittedTable& fitted, std::size_t row) const;
  std::vector<Prediction> predict(const FittedTable& fitted,
                                  const std::vector<std::size_t>& rows) const;

  const FitPlan& plan() const { return plan_; }
  const std::vector<EvidenceRow>& rows() const { return rows_; }
  std::vector<std::size_t> rows_of(const FitBlock& block) const;

 private:
  struct Outcome {
    double objective = 0;
    FittedTable table;
    int evaluations = 0;
  };

  const FitParameter* scale_of_row(std::size_t row) const;
  std::vector<Prediction> at_scale_one(const FittedTable& fitted,
                                       const std::vector<std::size_t>& rows) const;
  double settle(const FitBlock& block, const std::vector<std::size_t>& rows,
                FittedTable& table) const;
  Outcome search(const FitBlock& block, const std::vector<std::size_t>& rows, FittedTable table,
                 bool again, const Progress& progress) const;

  FitPlan plan_;
  std::vector<EvidenceRow> rows_;
  Predictor predictor_;
  std::map<std::string, const FitParameter*> scales_;  ///< by workload
};

/// Whether a metric is one that a workload prints of itself, such as score or
/// time_s, and so goes with the result's scale.
bool is_result(const std::string& metric);

}  // namespace headroom

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/cross.hpp"
#include "study/predict.hpp"

namespace headroom {

/// What a shop's page says of a processor.
struct SpecSheet {
  double cores = 1;
  double threads_per_core = 1;
  double turbo_hz = 1;  ///< the highest clock named
};

/// A row that a spec sheet can speak to: a processor benchmark.
struct BaselineRow {
  SpecSheet sheet;
  std::string workload;
  bool single_thread = false;
  bool less_is_better = false;  ///< a time, which the law takes inverted
  double value = 0;
};

/// The yardstick: what one would predict from spec sheets and the same public
/// rows, without a model of the machine.
///
///   log(score) = a_workload + c_kind log(clock) [+ b log(cores) + d log(threads a core)]
///
/// with the slopes shared by all workloads of a kind (single thread, or many,
/// which alone have the part in brackets), by least squares. A little ridge
/// (weight 0.1) holds the slopes to the rule of thumb, b = c = 1 and d = 0.3,
/// where the rows do not decide. The clock is the highest turbo: of base, turbo
/// and their mean it serves the yardstick best.
class Baseline {
 public:
  /// Fits to the rows that are given and not left out.
  Baseline(const std::vector<std::optional<BaselineRow>>& rows, const std::vector<bool>& left_out);

  /// Nothing for a workload of which no row was seen.
  std::optional<double> predict(const BaselineRow& row) const;
  /// b, c and d for many threads, c for one.
  struct Slopes {
    double cores = 1, clock = 1, threads_per_core = 0.3, clock_single = 1;
  };
  const Slopes& slopes() const { return slopes_; }

 private:
  Slopes slopes_;
  std::map<std::string, double> intercepts_;
};

/// Which rows the baseline can speak to, with their spec sheets.
std::vector<std::optional<BaselineRow>> baseline_rows(const Library& library,
                                                      const std::vector<EvidenceRow>& rows,
                                                      const TwinParts& parts = TwinParts::real());

/// The baseline fitted to all rows, predicting the same rows.
std::vector<std::optional<double>> baseline_plain(
    const std::vector<std::optional<BaselineRow>>& rows);

/// The baseline over the same folds as cross_validate().
std::vector<std::optional<double>> baseline_cross(
    const std::vector<std::optional<BaselineRow>>& rows,
    const std::vector<std::vector<std::size_t>>& folds);

}  // namespace headroom

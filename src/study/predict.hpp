#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "machine/machine.hpp"
#include "machine/run.hpp"
#include "study/evidence.hpp"
#include "study/prediction.hpp"

namespace headroom {

/// What a Twin needs of the rooms above: the real functions, or a test's own.
struct TwinParts {
  std::function<Machine(const Library&, const Configuration&)> assemble;
  std::function<Workload(const Library&, const std::string&)> read_workload;
  std::function<RunResult(const Machine&, const Workload&, const Surroundings&, const RunOptions&)>
      run;
  std::function<std::optional<double>(const Workload&, const RunResult&, const std::string& metric,
                                      double at_s, std::string& reason)>
      read_metric;

  /// assemble(), read_workload(), run() and read_metric() of this program.
  static TwinParts real();
};

/// Runs evidence rows on the twin and remembers the readings. Rows that ask the
/// same of the same machine share one run, and a run is done again only when a
/// fitted number changes that its machine, parts or workload could hold. What
/// cannot be run is a reason, never an exception. Safe to use from several
/// threads; the same rows give the same bits whatever their number.
class Twin {
 public:
  Twin(const Library& library, std::vector<EvidenceRow> rows, TwinParts parts = TwinParts::real());
  ~Twin();

  const std::vector<EvidenceRow>& rows() const;
  Prediction predict(const FittedTable& fitted, std::size_t row) const;
  /// Every row, in parallel, in row order; with the library's own fitted values
  /// unless others are given.
  std::vector<Prediction> predict_all(const Progress& progress = {}) const;
  std::vector<Prediction> predict_all(const FittedTable& fitted,
                                      const Progress& progress = {}) const;
  /// For fits: valid as long as this Twin.
  Predictor predictor() const;
  /// How many runs have been done so far.
  std::size_t runs() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom

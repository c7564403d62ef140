#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "advice/timeline.hpp"
#include "base/progress.hpp"
#include "claims/claim.hpp"
#include "claims/crossing.hpp"

namespace headroom {

/// A figure's number in one case.
struct ClaimCell {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string unit;    ///< "" for a plain number
  std::string reason;  ///< not empty: it cannot be computed, and why
  bool none = false;   ///< it is known that there is none, as of a crossing
  std::string note;    ///< what else to know: "thermal clamp first"
};

/// What an experiment gave: one cell, or one for each case.
struct FigureResult {
  const ClaimFigure* figure = nullptr;
  std::vector<std::string> cases;  ///< of a series, what each is called; else empty
  std::vector<ClaimCell> cells;
  std::vector<PaceCurve> curves;  ///< behind a crossing
  std::string curve_unit;
  bool curve_logarithmic = false;            ///< its parameter is a factor
  std::shared_ptr<const Timeline> timeline;  ///< behind values over the years
};

struct CriterionResult {
  const Criterion* criterion = nullptr;
  struct Case {
    std::string name;    ///< "" of plain numbers
    std::string put_in;  ///< the formula with its numbers
    std::string reason;  ///< not empty: it cannot be judged
    bool holds = false;
  };
  std::vector<Case> cases;
  bool judged = false;
  bool holds = false;
};

enum class Verdict { holds, partly, fails, unknown };
/// "holds", "holds in part", "does not hold", "cannot be judged".
std::string verdict_text(Verdict verdict);

struct ClaimResult {
  Claim claim;
  std::vector<FigureResult> figures;
  std::vector<CriterionResult> criteria;
  Verdict verdict = Verdict::unknown;
  std::string reason;  ///< of Verdict::unknown
};

struct ClaimOptions {
  double for_s = 3600;  ///< of runs whose figure says nothing
};

struct ClaimReport {
  ClaimReport() = default;
  ClaimReport(const ClaimReport&) = delete;  ///< its parts point into each other
  ClaimReport(ClaimReport&&) = default;

  std::vector<ClaimResult> claims;
  double for_s = 3600;
  std::size_t experiments = 0;
  bool stopped = false;
  /// Whether every claim was judged and holds.
  bool all_hold() const;
};

/// Does the experiments of all claims, each once, on all cores, and judges. The
/// same bits come out on any number of cores. Throws InputError for what cannot be
/// put together, before anything is run.
ClaimReport judge_claims(const Library& library, std::vector<Claim> claims,
                         const ClaimOptions& options = {}, const Progress& progress = {},
                         bool (*stop)() = nullptr);

/// A value as people read it: "3.81 GHz", "none", "?".
std::string cell_text(const ClaimCell& cell);

}  // namespace headroom

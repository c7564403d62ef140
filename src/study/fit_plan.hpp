#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "study/evidence.hpp"

namespace headroom {

/// One number that a fit may choose.
struct FitParameter {
  std::string key;  ///< of a FittedTable: "microarchitectures/skylake-sp/silicon.leakage"
  std::vector<std::string> also;  ///< keys that get the same value: a law that parts share
  Unit unit;
  double start = 1;  ///< the best guess without evidence; house unit, as are the next three
  double low = 0;
  double high = 0;
  double spread = 0;     ///< how far from `start` is plausible: one standard deviation; a share
                         ///< of `start` when `log`
  bool log = false;      ///< searched by its logarithm
  std::string workload;  ///< of a result's scale: the workload; else ""

  /// A result is proportional to its scale, so the best one follows from the
  /// predictions at scale 1 and needs no search.
  bool is_scale() const { return !workload.empty(); }
  /// The text for a FittedTable, six digits with the unit.
  std::string written(double house_value) const;
};

/// Numbers that are fitted together, and the rows that decide on them.
struct FitBlock {
  std::string name;
  std::vector<std::string> workloads;  ///< rows of these only; empty: of all
  std::vector<std::string> metrics;
  std::vector<std::string> machines;
  std::vector<std::string> where;  ///< "os=macos": pairs that options or setup must hold
  std::vector<FitParameter> parameters;
  int evaluations = 0;  ///< most trials of a search

  bool selects(const EvidenceRow& row) const;
  /// Whether some parameter has to be searched for.
  bool searches() const;
};

/// What `headroom fit` does: blocks in order, each resting on those before it.
/// catalog/fits.toml says it, and its head explains the form.
struct FitPlan {
  std::vector<FitBlock> blocks;

  /// Reads the text of a fits.toml. Throws InputError with every problem.
  static FitPlan parse(const std::string& text, const std::string& file);
};

}  // namespace headroom

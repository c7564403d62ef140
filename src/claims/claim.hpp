#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "catalog/library.hpp"
#include "machine/run.hpp"

namespace headroom {

/// One named number of a claim, or one for each of several cases, and the
/// experiment it comes from. Which fields count depends on `kind`; what may be a
/// list, and so make the figure a series, is its axis: see kFigureKinds.
struct ClaimFigure {
  std::string name;     ///< as expressions call it
  std::string meaning;  ///< for people
  std::string kind;     ///< "run", "price", "crossing", ...
  std::vector<std::string> configurations;
  std::vector<std::string> against;    ///< crossing: what the configuration must overtake
  std::vector<std::string> machines;   ///< need, value, advice: any of these; none: all
  std::vector<std::string> workloads;  ///< run: the axis; value, advice: done together
  std::vector<std::string> days;
  std::vector<std::string> needs;
  std::vector<std::string> budgets;
  std::vector<std::string> sets, swaps;
  std::string metric;
  std::string parameter;        ///< crossing: path of the workload's number
  std::vector<std::string> at;  ///< crossing: its values, in order
  double for_s = 0;             ///< length of each run; 0: as the command says
  double repeat = 0;
  double threads = 0;
  double gpus = 0;               ///< 0: all
  double processor = kRequired;  ///< cooling-capacity: shares of the heat
  std::vector<double> graphics;  ///< cooling-capacity: of each graphics processor
  std::string expression;        ///< derived
  std::string unit;              ///< derived
  Surroundings surroundings;
  Place place;

  /// The list whose entries are the figure's cases; a single one makes it a plain number.
  const std::vector<std::string>& axis() const;
};

/// Something that must be so if the claim holds.
struct Criterion {
  std::string name;
  std::string holds;       ///< an expression over figures
  std::string in = "all";  ///< of the cases of a series: "all", "most" (over half), "any"
  Place place;
};

/// What somebody said of a machine, restated as experiments and criteria. The
/// criteria are chosen from the words alone, before anything is run.
struct Claim {
  std::string id, name;
  std::string statement;
  std::string said_by, source;
  std::string basis;  ///< why the criteria are fair
  std::vector<ClaimFigure> figures;
  std::vector<Criterion> criteria;

  const ClaimFigure* find(std::string_view figure) const;
};

/// A kind of figure, for help and documentation.
struct FigureKind {
  std::string_view name;
  std::string_view axis;  ///< the key that may be a list of cases; "": none
  std::string_view meaning;
};
const std::vector<FigureKind>& figure_kinds();

/// Reads a claim strictly: unknown keys and kinds, expressions that do not parse
/// or that name no figure, series of different lengths in one expression are
/// problems, thrown together as InputError.
Claim read_claim(Document document);

/// The claims there are: those built into the program, or of a folder.
class ClaimSet {
 public:
  /// The built-in claims; with `directory`, its .toml files instead.
  explicit ClaimSet(const std::string& directory = {});
  std::vector<std::string> ids() const;
  /// A claim by id, or the user's own file when `id` ends in ".toml". Throws
  /// InputError, with a suggestion, when there is none.
  Claim read(const std::string& id) const;

 private:
  std::string root_ = "claims";
  std::map<std::string, std::string, std::less<>> files_;  ///< id -> text
};

}  // namespace headroom

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "advice/advice.hpp"
#include "advice/timeline.hpp"
#include "claims/cooling_capacity.hpp"
#include "claims/crossing.hpp"

namespace headroom {

/// One experiment, which several figures may share. Jobs know nothing of each
/// other and run in any order on any thread.
class Experiment {
 public:
  virtual ~Experiment() = default;
  /// Does it; why the twin cannot answer ends up in `error`.
  void run();
  std::string error;

 protected:
  virtual void work() = 0;
};

using SharedMachine = std::shared_ptr<const Machine>;
using SharedWorkload = std::shared_ptr<const Workload>;

/// What a machine sustains: advice's outcome.
struct OutcomeJob final : Experiment {
  SharedMachine machine;
  SharedWorkload workload;
  Surroundings surroundings;
  double for_s = 0;
  Outcome outcome;

 protected:
  void work() override;
};

/// Readings by their names in evidence files, of a run with its own options.
struct ReadingJob final : Experiment {
  struct Reading {
    double value = Outcome::kNone;
    std::string reason;
  };
  SharedMachine machine;
  SharedWorkload workload;
  Surroundings surroundings;
  RunOptions options;
  std::map<std::string, Reading> readings;  ///< by metric; asked for before the run

 protected:
  void work() override;
};

struct CapacityJob final : Experiment {
  SharedMachine machine;
  Surroundings surroundings;
  double processor = 0;
  std::vector<double> graphics;
  CoolingCapacity capacity;

 protected:
  void work() override;
};

struct AirflowJob final : Experiment {
  SharedMachine machine;
  Surroundings surroundings;
  double flow_m3_per_s = 0;

 protected:
  void work() override;
};

/// Paces of a configuration and its rivals while a number of the workload rises.
struct CrossingJob final : Experiment {
  const Library* library = nullptr;
  SharedMachine machine;
  std::vector<SharedMachine> rivals;
  std::string workload;
  std::vector<Change> changes;  ///< of the workload, beside the one that is varied
  std::string parameter;
  std::string before, after;  ///< around the number in the value's text: "*", " GHz"
  std::vector<double> at;
  Surroundings surroundings;
  double for_s = 0;
  std::vector<PaceCurve> curves;    ///< first the configuration's, then the rivals'
  std::vector<Crossing> crossings;  ///< one for each rival
  std::string unit;                 ///< of the paces

  /// The workload with the number at `x`. Throws InputError.
  Workload at_value(double x) const;

 protected:
  void work() override;
};

struct TimelineJob final : Experiment {
  const Library* library = nullptr;
  std::vector<Task> tasks;
  Circumstances circumstances;
  std::string from, to;
  std::shared_ptr<const Timeline> line;

 protected:
  void work() override;
};

/// Everything that could be bought on some days, doing some work: what
/// `headroom advise` searches, kept whole so that several days, budgets and sets of
/// machines share its runs.
struct AdviceJob final : Experiment {
  const Library* library = nullptr;
  std::vector<Task> tasks;
  Circumstances circumstances;
  std::vector<Need> needs;
  std::set<std::string> machines;  ///< that are asked for on any day
  std::set<std::string> days;
  double budget_usd = 0;    ///< the greatest asked for
  SharedMachine reference;  ///< paces are relative to it
  struct Choice {
    std::string machine, label;
    double price_usd = 0, pace = 0, noise_dba = 0;
  };
  std::map<std::string, std::vector<Choice>> choices;  ///< by day

  /// What fits a question, or nullptr. `metric` is one of advice_metrics(): the
  /// fastest, cheaper ones within half a percent of it taken before it; the
  /// recommended as advise() has it; or the best work per dollar.
  const Choice* pick(const std::string& metric, const std::string& day,
                     const std::vector<std::string>& of, double within_usd) const;

 protected:
  void work() override;

 private:
  double usd_on(const std::string& day, const Contender& contender) const;
};

/// Everything that was ever sold, or on one day, of some machines.
struct OfferJob final : Experiment {
  const Library* library = nullptr;
  std::set<std::string> machines;
  std::string day;  ///< "": any day
  struct Sold {
    const Model* model;
    Configured configured;
    std::string label;
  };
  std::shared_ptr<Market> market;
  std::vector<Sold> sold;

 protected:
  void work() override;
};

}  // namespace headroom

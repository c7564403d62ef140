#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "claims/jobs.hpp"
#include "claims/verdict.hpp"

namespace headroom {

/// The experiments behind the figures of some claims: planned first, so that what
/// is asked twice is done once and mistakes show before the work, then run.
class Experiments {
 public:
  Experiments(const Library& library, const ClaimOptions& options)
      : library_(library), options_(options) {}

  /// What a figure will be, once run. Throws InputError for what cannot be put
  /// together. Nothing for a derived figure.
  std::function<FigureResult()> plan(const ClaimFigure& figure);
  std::size_t jobs() const { return jobs_.size(); }
  /// Runs everything planned; false when it was stopped by hand.
  bool run(const Progress& progress, bool (*stop)());

 private:
  using CellOf = std::function<ClaimCell()>;
  /// The job of that key, made when there is none yet.
  template <class Kind>
  Kind& job(const std::string& key) {
    auto& slot = jobs_[key];
    if (!slot) slot = std::make_unique<Kind>();
    return dynamic_cast<Kind&>(*slot);
  }
  SharedMachine machine(const ClaimFigure& figure, const std::string& configuration);
  SharedWorkload workload(const ClaimFigure& figure, const std::string& id);
  std::vector<Task> tasks(const ClaimFigure& figure);
  Circumstances circumstances(const ClaimFigure& figure) const;
  std::string key_of(const ClaimFigure& figure) const;
  std::string timeline_key(const ClaimFigure& figure) const;
  void check_machines(const std::vector<std::string>& machines) const;

  CellOf plan_run(const ClaimFigure& figure, const SharedMachine& machine, const std::string& id);
  CellOf plan_capacity(const ClaimFigure& figure, const SharedMachine& machine);
  std::vector<CellOf> plan_needs(const ClaimFigure& figure);
  std::vector<CellOf> plan_values(const ClaimFigure& figure);
  std::vector<CellOf> plan_advice(const ClaimFigure& figure);
  std::function<FigureResult()> plan_crossing(const ClaimFigure& figure);

  const Library& library_;
  ClaimOptions options_;
  std::map<std::string, SharedMachine> machines_;
  std::map<std::string, SharedWorkload> workloads_;
  std::map<std::string, std::unique_ptr<Experiment>> jobs_;
};

}  // namespace headroom

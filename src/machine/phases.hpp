#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "machine/graphics_load.hpp"
#include "machine/machine.hpp"
#include "machine/run.hpp"
#include "power/operating_table.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// Which phases of a workload run, what is left of each, and what that asks of
/// processor and graphics. Phases that run together share: processor time when
/// they want more than all of it, graphics, drive and port in equal parts.
class Phases {
 public:
  Phases(const Machine& machine, const Workload& workload, const RunOptions& options);

  /// Starts the graph anew.
  void restart();
  /// A pause or the end: nothing runs.
  void stop();
  bool running() const { return !active_.empty(); }
  bool done() const;

  /// What the running phases ask, together. Valid until the next change.
  const OperatingTable& processor() const { return *processor_; }
  const GraphicsTable& graphics() const { return *graphics_; }
  double storage_b_per_s() const { return storage_b_per_s_; }
  double network_b_per_s() const { return network_b_per_s_; }
  /// The heaviest vector licence that the running phases take, and the cores they wake.
  VectorLevel licence() const { return licence_; }
  int cores_awake() const { return cores_awake_; }

  /// How fast the running phases get on: the processor's ceiling, the share of
  /// its rate at which it works in a transition, and the graphics' point.
  struct Speed {
    double ceiling_hz = 0;
    double pace = 1;
    GraphicsPoint graphics;
  };
  /// Time until the first running phase meets a demand or ends; infinite if never.
  double time_to_change_s(const Speed& speed) const;
  /// Lets time pass; ended phases start those that waited for them. True when
  /// the set of demands changed.
  bool advance(double dt_s, const Speed& speed, int gpus);

  /// Names of the running phases, for the trace's events.
  std::string names() const;
  /// Work done since restart().
  double work_instr = 0, flop = 0, graphics_b = 0, storage_b = 0;
  /// Deadline work: wanted and done since the start of the run.
  double due_instr = 0, due_done_instr = 0;

 private:
  struct Left {
    std::size_t phase;
    double instr, flop_share, read_b, write_b, network_b, seconds;
  };
  void start_ready();
  void gather();
  void gather_processor(const std::vector<std::size_t>& phases);
  void gather_graphics(const std::vector<std::size_t>& phases);
  std::size_t table_of(std::size_t phase);
  bool on_processor(const Left& left) const;
  double work_per_s(const Left& left, const Speed& speed) const;  ///< if it ran alone
  /// Of the time it wants that each phase on the processor gets.
  double share(double ceiling_hz) const;

  const Machine* machine_;
  const Workload* workload_;
  const RunOptions* options_;
  CoreModel cores_;
  std::vector<bool> started_, ended_;
  std::vector<std::vector<std::size_t>> after_;  ///< of each phase, those that must end first
  std::vector<Left> active_;
  std::vector<double> rates_;  ///< of each active phase, within advance()
  /// Phases that ask the same share a table; tables in the order of first use.
  std::vector<std::pair<OperatingTable::Load, std::unique_ptr<OperatingTable>>> tables_;
  std::vector<std::size_t> phase_table_;  ///< of each phase; kNone: not needed yet
  std::map<std::vector<std::pair<std::size_t, int>>, std::unique_ptr<OperatingTable>> mixtures_;
  std::map<std::vector<std::size_t>, std::unique_ptr<GraphicsTable>> graphics_tables_;
  std::unique_ptr<OperatingTable> idle_;
  const OperatingTable* processor_ = nullptr;
  const GraphicsTable* graphics_ = nullptr;
  VectorLevel licence_ = VectorLevel::scalar;
  int cores_awake_ = 0;
  double storage_b_per_s_ = 0, network_b_per_s_ = 0;
  int storage_users_ = 0, network_users_ = 0, graphics_users_ = 0;
};

/// Threads that a phase runs on a machine.
int thread_count(const Phase& phase, const Processor& processor, int override_threads);

}  // namespace headroom

#pragma once

#include <map>
#include <memory>
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

  /// Time until the first running phase meets a demand or ends, at a processor
  /// ceiling and a graphics point; infinite if never.
  double time_to_change_s(double ceiling_hz, const GraphicsPoint& point) const;
  /// Lets time pass; ended phases start those that waited for them. True when
  /// the set of demands changed.
  bool advance(double dt_s, double ceiling_hz, const GraphicsPoint& point, int gpus);

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
  const OperatingTable* table_of(std::size_t phase);
  double share(double ceiling_hz) const;  ///< of the time it wants that each gets

  const Machine* machine_;
  const Workload* workload_;
  const RunOptions* options_;
  CoreModel cores_;
  std::vector<bool> started_, ended_;
  std::vector<Left> active_;
  std::map<std::size_t, std::unique_ptr<OperatingTable>> tables_;
  std::map<std::vector<std::size_t>, std::unique_ptr<OperatingTable>> mixtures_;
  std::map<std::vector<std::size_t>, std::unique_ptr<GraphicsTable>> graphics_tables_;
  std::unique_ptr<OperatingTable> idle_;
  const OperatingTable* processor_ = nullptr;
  const GraphicsTable* graphics_ = nullptr;
  double storage_b_per_s_ = 0, network_b_per_s_ = 0;
  int storage_users_ = 0, network_users_ = 0, graphics_users_ = 0;
};

/// Threads that a phase runs on a machine.
int thread_count(const Phase& phase, const Processor& processor, int override_threads);

}  // namespace headroom

#pragma once

#include <vector>

#include "compute/core_model.hpp"

namespace headroom {

/// What a processor does and draws with one piece of work at every ceiling on
/// its clock, worked out once and then only looked up.
///
/// Rows lie one multiplier (100 MHz) apart. Between two rows a processor really
/// alternates, a millisecond each way, so that the mean is linear in between,
/// and so is this table. Dynamic power of a core is activity C V^2 f; leakage
/// is given as a coefficient per core, to be multiplied by e^(slope (T - T0)).
///
/// Cores that wait take the deepest idle state whose residency the wait covers;
/// only when that cuts them off does the rest of the package sleep, too. Work
/// that comes due pays for each waking with the state's exit latency.
class OperatingTable {
 public:
  /// Means over time at a ceiling.
  struct Point {
    double work_per_s = 0;  ///< instructions of the workload, a second
    double clock_hz = 0;    ///< mean clock over the time cores are awake
    double awake = 0;       ///< mean share of time that the package is awake
    double traffic_b_per_s = 0;
    double uncore_w = 0;   ///< package apart from the cores
    double dynamic_w = 0;  ///< all cores together
    double voltage_v = 0;  ///< of the busiest state
  };

  /// A processor with nothing to do.
  explicit OperatingTable(const Processor& processor);

  /// The work of one processor phase: `threads` threads, a serial share, a
  /// slowdown per further thread and per ordered pair of them (the universal scalability
  /// law, Gunther 1993), and how much of the time they run: `busy`, or
  /// what `due_per_s` instructions a second need when that is above 0.
  struct Load {
    const Character* character = nullptr;
    int threads = 1;
    double serial = 0;
    double sync = 0;
    double crosstalk = 0;
    double busy = 1;
    double due_per_s = 0;
    double period_s = 0;  ///< of that work
    double wait_s = 0;    ///< length of a pause of threads that run part of the time
    bool operator==(const Load&) const = default;
  };
  OperatingTable(const Processor& processor, const CoreModel& cores, const Load& load);

  /// One load of a mixture, and how many equal ones there are.
  struct Part {
    const OperatingTable* table;
    int count = 1;
  };
  /// Several loads at once: each gets the time it needs while that adds up to no
  /// more than all, else its share of it.
  static OperatingTable together(const std::vector<Part>& parts);

  Point at(double ceiling_hz) const;
  /// The leakage coefficient of a core at a ceiling, W at the reference temperature.
  double leakage_w(int core, double ceiling_hz) const;
  /// Leakage of all cores, with e^(slope (T - T0)) of each core in `growth`.
  double leakage_total_w(double ceiling_hz, const std::vector<double>& growth) const;
  /// Dynamic power of one core.
  double dynamic_w(int core, double ceiling_hz) const;

  double lowest_hz() const { return lowest_hz_; }
  double highest_hz() const;
  int cores() const { return cores_; }
  bool asleep() const { return asleep_; }

  static constexpr double kStepHz = 100e6;

 private:
  struct Position {
    std::size_t row;
    double part;
  };
  Position locate(double ceiling_hz) const;
  void reserve(const Processor& processor);

  double lowest_hz_ = 0;
  int cores_ = 0;
  bool asleep_ = true;
  std::size_t rows_ = 0;
  std::vector<Point> points_;      ///< a row each
  std::vector<double> dynamic_w_;  ///< row by row, cores side by side
  std::vector<double> leakage_w_;
  double idle_uncore_w_ = 0;
  double asleep_leakage_w_ = 0;  ///< of one core, at the reference temperature
};

}  // namespace headroom

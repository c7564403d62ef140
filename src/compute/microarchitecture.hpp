#pragma once

#include <string>
#include <vector>

#include "base/fields.hpp"
#include "workload/character.hpp"

namespace headroom {

/// The parameters of one kind of core, with its caches and the electrical
/// character of its silicon. One file each in catalog/microarchitectures.
struct Microarchitecture {
  std::string id;
  std::string name;
  std::string pipeline;  ///< of catalog/pipelines, for replaying recorded programs; may be empty

  struct Core {
    double width = kRequired;   ///< fused operations a cycle
    double window = kRequired;  ///< reorder buffer entries
    double steady = 1;          ///< issue rate without misses, relative to Skylake's
                                ///< at equal width and window: ports, latencies
    double mispredict_cycles = kRequired;
    double predictor = 1;               ///< mispredictions relative to Skylake's predictor
    double fill_buffers = kRequired;    ///< misses of the first cache under way
    double prefetch_lines = kRequired;  ///< lines under way, prefetches included
    std::string vectors = "avx2";       ///< widest vectors the core executes
    bool fused_multiply_add = true;
    void declare(Fields& f);
    VectorLevel level() const;
  } core;

  struct Caches {
    double l1_b = kRequired;
    double l2_b = kRequired;
    double l2_cycles = kRequired;
    double l2_b_per_cycle = kRequired;    ///< sustained, one core
    double l3_b_per_cycle = kRequired;    ///< sustained, one core
    double l3_core_cycles = kRequired;    ///< share of the latency that follows the core's clock
    double l3_uncore_cycles = kRequired;  ///< share that follows the mesh's or ring's clock
    bool l3_holds_l2 = true;              ///< inclusive: a copy of the L2 lies in the L3
    double memory_s = kRequired;          ///< from the L3's miss to the data, unloaded
    void declare(Fields& f);
  } caches;

  struct Uncore {
    double clock_hz = 0;                  ///< 0: follows the core clock
    double power_w = kRequired;           ///< whole package, clocked, at no traffic
    double power_per_core_w = kRequired;  ///< mesh and L3 slice of each core on the die
    double idle_power_w = kRequired;      ///< whole package, deep idle
    double energy_per_byte_j = 0;         ///< of memory traffic, in the package
    void declare(Fields& f);
  } uncore;

  /// Silicon. Dynamic power of a core is activity x capacitance x V^2 x f; its
  /// leakage goes with V^exponent and e^(slope x temperature).
  struct Silicon {
    double voltage_low_v = kRequired;  ///< at clock_low
    double clock_low_hz = kRequired;
    double voltage_high_v = kRequired;  ///< at clock_high
    double clock_high_hz = kRequired;
    double voltage_floor_v = kRequired;
    double capacitance_f = kRequired;  ///< of a core at activity 1
    double idle_activity = kRequired;  ///< of a clocked core that issues nothing
    double leakage_w = kRequired;      ///< of a core at leakage_voltage and leakage_temperature
    double leakage_voltage_v = 1.0;
    double leakage_exponent = 2.5;
    double leakage_temperature_k = 353.15;
    double leakage_slope_per_k = 0.016;
    double gated_share = 0.1;  ///< of the leakage that remains in a core asleep
    void declare(Fields& f);
    /// Voltage a core needs at a clock: linear through both points, not below the floor.
    double voltage_v(double clock_hz) const;
  } silicon;

  /// What a change of vector licence costs; all zero where there are none.
  struct Licence {
    double throttle_s = 0;      ///< dispatch is slow while the voltage rises
    double throttled_pace = 1;  ///< share of its rate at which wide code then runs
    double halt_s = 0;          ///< cores stand while their clock changes
    double keep_s = 0;          ///< a licence outlives its last wide instruction
    void declare(Fields& f);
  } licence;

  /// A way for a core to rest, as firmware offers it to operating systems.
  struct IdleState {
    std::string name;
    double exit_s = kRequired;       ///< from the interrupt to the first instruction
    double residency_s = kRequired;  ///< shortest stay that saves energy
    bool low_voltage = false;        ///< the supply falls to its floor
    bool gated = false;              ///< cut off from it: gated_share of leakage remains
    void declare(Fields& f);
  };
  std::vector<IdleState> idle_states;  ///< from the lightest to the deepest; may be empty
  /// The deepest state that a wait of this length pays for, or none.
  const IdleState* idle_state(double wait_s) const;
};

/// One processor, as sold. One file each in catalog/processors.
struct Processor {
  std::string id;
  std::string name;
  Microarchitecture microarchitecture;

  double cores = kRequired;
  double threads_per_core = kRequired;
  double base_hz = kRequired;
  double l3_b = kRequired;
  double pl1_w = kRequired;     ///< sustained package power limit
  double pl2_w = kRequired;     ///< short-term limit
  double tau_s = kRequired;     ///< time constant of the running average under PL1
  double icc_max_a = 1000;      ///< current limit of the cores' supply
  double loadline_ohm = 0;      ///< voltage lost between regulator and die
  double tj_max_k = kRequired;  ///< the processor throttles itself here
  double memory_channels = kRequired;
  double memory_rate_hz = kRequired;  ///< fastest transfer rate officially supported
  bool ecc = false;
  double l3_others_b_per_s = 0;  ///< that others bring into the third cache: a virtual machine's
  double walk_s = 0;   ///< finding a page that no page buffer holds; 0: as its pipeline says
  double cpuid_s = 0;  ///< one instruction cpuid, if a hypervisor answers it; 0: the core
  /// Turbo limits: with up to turbo_cores[i] cores awake, clocks[i].
  std::vector<double> turbo_cores;
  std::vector<double> turbo_hz;
  /// Limits of the heavier vector licences as shares of the table above.
  double licence_avx2 = 1;
  double licence_avx512 = 1;
  /// Cores that the operating system's own threads keep awake, on average, beside
  /// those of a program. Not the processor's: the system's file says it.
  double background_cores = 0;

  struct Die {
    double width_m = kRequired;
    double height_m = kRequired;
    double columns = kRequired;  ///< grid of tiles
    double rows = kRequired;
    std::vector<double> core_tiles;  ///< tile index of each core, row by row; empty: the first ones
    void declare(Fields& f);
  } die;

  void declare(Fields& f);
};

}  // namespace headroom

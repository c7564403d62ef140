#pragma once

#include "base/fields.hpp"

namespace headroom {

/// The machine's memory as its processor sees it: bandwidth, and a latency
/// that rises with the share of it in use.
///
/// Latency under load is L0 / (1 - u)^k, a queue's law, up to the utilisation
/// at which the channels are saturated; beyond, requests wait for their turn and
/// throughput stays. Saturated read efficiency is 0.89 to 0.94 of the theoretical
/// rate (Skylake-SP 0.92, Cascade Lake 0.89, Ivy Bridge-EP 0.94, kerncraft's
/// machine files); the exponent is assumed.
struct MemorySystem {
  double capacity_b = kRequired;
  double modules = kRequired;
  double rate_hz = kRequired;  ///< transfers a second of a channel, 8 bytes each
  double channels = 0;         ///< set from the processor when 0
  bool ecc = false;
  double efficiency = 0.91;     ///< of the theoretical rate, when saturated
  double load_exponent = 0.35;  ///< k of the latency law
  double idle_w_per_module = 0.5;
  double energy_per_byte_j = 1.2e-10;  ///< in the modules

  void declare(Fields& f);

  double bandwidth_b_per_s() const;
  /// Extra time of a memory access at a utilisation (0 to 1) of the bandwidth,
  /// as a multiple of the unloaded latency.
  double latency_factor(double utilisation) const;
  double power_w(double traffic_b_per_s) const;
};

}  // namespace headroom

#pragma once

#include "base/fields.hpp"

namespace headroom {

/// The internal drive as a workload sees it: sustained rates and a first
/// latency, by capacity. The encrypted two-module drive will take its place
/// behind the same two questions: how long for so many bytes, at what power.
struct Drive {
  double capacity_b = kRequired;
  double modules = 1;
  double read_b_per_s = kRequired;
  double write_b_per_s = kRequired;
  double read_latency_s = 100e-6;
  double idle_w = 0.3;    ///< of all modules and their controller
  double active_w = 4.0;  ///< more while bytes move

  void declare(Fields& f);

  /// Time to read and to write so many bytes, one after the other.
  double seconds(double read_b, double write_b) const;
};

}  // namespace headroom

#pragma once

#include <string>

#include "catalog/library.hpp"
#include "host/core_kind.hpp"
#include "host/facts.hpp"
#include "host/levels.hpp"
#include "host/measure.hpp"

namespace headroom {

/// A computer as `headroom host` found it.
struct HostFindings {
  HostFacts facts;
  CoreKind kind;
  Measurements measured;
  CacheLevels levels;
  std::string date;      ///< "2024-05-01", from which the file is dated
  double price_usd = 0;  ///< what its owner says it cost; 0: not said

  /// To be called when all is measured: where `shares_cores` was found, each two processors that
  /// the system takes for cores are threads of one.
  void correct_cores();
  double clock_hz(bool all_cores) const;
  /// Whether others used the computer just before it was measured.
  bool busy() const;
  double bandwidth_b_per_s() const;  ///< the most that any number of threads read
};

/// The caches that the processor reports or, where the system does not say, those of
/// its kind of core.
ReportedCaches reported_caches(const HostFacts& facts, const CoreKind& kind,
                               const Library& library);

/// The text of a machine file for `headroom run` and the others. It brings its own
/// processor and microarchitecture along: measured clocks, caches, latencies and
/// bandwidth over the numbers of its kind of core in the library. What cannot be
/// measured from inside, above all power, silicon and cooling, is assumed and says so;
/// the cooling so strong that the processor holds the clock it was measured at.
std::string machine_file(const HostFindings& findings, const Library& library);

/// The second half of that file: a generic box around a processor that may draw
/// `power_w`, with air and fins for it to spare.
std::string generic_box(double power_w, double network_b_per_s);

}  // namespace headroom

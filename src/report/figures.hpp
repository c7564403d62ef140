#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace headroom {

/// One of the few numbers that answer for a run. The terminal's table, the
/// report's cards and its comparison all show these.
struct Figure {
  std::string id;    ///< "clock"
  std::string name;  ///< "processor clock"
  double value = 0;  ///< in `unit`; NaN: not measured
  int decimals = 0;  ///< below 0: so many significant digits
  std::string unit;  ///< "GHz"; ASCII
  std::string note;  ///< "4.30 GHz in the first 10 s"
  int better = 0;    ///< 1: more is better, -1: less is, 0: neither

  /// "3.81", or "not measured".
  std::string number() const;
  /// "3.81 GHz", or "not measured".
  std::string text() const;
};

/// In the order in which people ask. What the machine does not have, such as
/// graphics, is left out.
std::vector<Figure> key_figures(const Machine& machine, const Workload& workload,
                                const Surroundings& surroundings, const RunResult& result);

/// Whether any phase gives the graphics processor, or the cores, something to do.
bool uses_graphics(const Workload& workload);
bool uses_processor(const Workload& workload);

/// The texts in their order, each once.
std::vector<std::string> unrepeated(const std::vector<std::string>& texts);

/// The price of the machine as configured, or nothing if it has none.
std::optional<double> price_usd(const Machine& machine);

/// "loses 4 % to heat after 68 s", "loses nothing to heat", for the whole machine.
std::string heat_loss(const Machine& machine, const Workload& workload, const Summary& summary);

}  // namespace headroom

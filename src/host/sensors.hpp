#pragma once

#include <optional>
#include <string>

namespace headroom {

/// What the computer's own sensors say at one moment: the processor's temperature from
/// the kernel's drivers coretemp, k10temp or zenpower, its energy counter from RAPL and
/// the power limits that its firmware has set. Virtual machines mostly have none of
/// them, and reading the energy counter takes root's rights on newer kernels.
struct SensorReading {
  std::optional<double> temperature_k;  ///< of the package
  std::optional<double> limit_k;        ///< at which it protects itself
  std::optional<double> energy_j;       ///< counted since some start, all packages
  std::optional<double> sustained_w;    ///< firmware's long-term limit, all packages
  std::optional<double> short_term_w;

  bool any() const { return temperature_k || energy_j || sustained_w; }
};

/// With `root`, the folder /sys below it stands for this computer's.
SensorReading read_sensors(const std::string& root = {});

}  // namespace headroom

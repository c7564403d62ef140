#pragma once

#include <cmath>
#include <string>
#include <string_view>

namespace headroom {

/// How far a prediction is from a reading depends on what is read: 5 % of a
/// time means something, 5 % of a temperature in degC does not.
enum class Scale {
  ratio,     ///< predicted / value - 1
  degrees,   ///< predicted - value, in K, of readings in degC
  decibels,  ///< predicted - value, in dB, of readings in dBA
};

/// The scale of readings in a unit: degC and dBA count as differences.
Scale scale_of(std::string_view unit);

/// "clock_ghz" of "run1_clock_ghz", "clock_ghz_mean" and "clock_ghz_max".
std::string base_metric(std::string_view metric);

/// The unit that a metric's name promises ("degC" for "cpu_temp_c_max"), or ""
/// when the name promises none that we know.
std::string unit_of_metric(std::string_view metric);

/// The usual spelling of a unit in evidence: "degC" for "°C", "GB/s" for
/// "gb/s"; "" for one that is none of those.
std::string usual_unit(std::string_view unit);

}  // namespace headroom

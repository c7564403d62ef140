#pragma once

#include <string>
#include <vector>

#include "machine/run.hpp"

namespace headroom {

/// How much heat a machine's chips can shed for ever.
struct CoolingCapacity {
  double chips_w = 0;  ///< processor and graphics together
  double wall_w = 0;   ///< drawn from the wall then
  std::string limit;   ///< the rule that would act first: "thermal clamp", "graphics protection"
  double flow_m3_per_s = 0;
  double supply_rated_w = 0;
};

/// The heat at which, fans at their greatest normal speed and everything at rest,
/// the first temperature reaches the limit at which firmware or chip takes clock
/// away.
///
/// `processor` and `graphics` are shares of the heat, in any scale; the
/// processor's is spread evenly over its cores, the graphics' lies in its die.
/// Regulators lose what their chips' power makes them lose, board and display are
/// at work and bright, memory, drive and network idle. The network is linear at
/// one airflow but for the enclosure, whose own law is iterated; the limit is
/// found by bisection to a hundredth of a watt. Throws InputError when the shares
/// do not fit the machine, ModelError when no heat at all can be shed.
CoolingCapacity cooling_capacity(const Machine& machine, const Surroundings& surroundings,
                                 double processor, const std::vector<double>& graphics);

/// Air moved at the fans' greatest normal speed, m3/s.
double greatest_airflow_m3_per_s(const Machine& machine, const Surroundings& surroundings);

}  // namespace headroom

#pragma once

#include <vector>

#include "machine/machine.hpp"
#include "machine/thermal_model.hpp"
#include "machine/trace.hpp"

namespace headroom {

/// The fixed channels of a run, in their order; node temperatures follow.
/// `gpu.*` is the first graphics processor.
enum class Ch {
  cpu_clock,
  cpu_ceiling,
  cpu_temperature,
  cpu_power,
  cpu_busy,
  cpu_work,
  gpu_clock,
  gpu_temperature,
  gpu_memory_temperature,
  gpu_junction,
  gpu_power,
  gpu_work,
  memory_traffic,
  storage_rate,
  network_rate,
  fan_speed,
  air_flow,
  noise_level,
  blade_tone,
  wall_power,
  power_display,
  power_board,
  power_memory,
  power_supply_loss,
  count
};

/// Every channel of a machine: name, unit, meaning.
std::vector<Channel> channels_of(const ThermalModel& thermal);

}  // namespace headroom

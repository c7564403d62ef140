#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalog/configuration.hpp"
#include "catalog/features.hpp"
#include "catalog/library.hpp"
#include "compute/graphics.hpp"
#include "compute/microarchitecture.hpp"
#include "cooling/air_path.hpp"
#include "cooling/enclosure.hpp"
#include "firmware/fan_control.hpp"
#include "firmware/throttle.hpp"
#include "machine/thermal_plan.hpp"
#include "memory/memory_system.hpp"
#include "network/port.hpp"
#include "power/supply.hpp"
#include "storage/drive.hpp"

namespace headroom {

/// Display, board and what else draws power beside the parts one chooses.
struct Board {
  double idle_w = kRequired;        ///< chipset, T2, ports, sensors, at rest
  double active_w = 0;              ///< more when processor or graphics work
  double display_dark_w = 0;        ///< electronics of the display, and its light at 0
  double display_bright_w = 0;      ///< more at full brightness
  double cpu_regulator_loss = 0.1;  ///< share of the processor's power lost before it
  double gpu_regulator_loss = 0.1;
  void declare(Fields& f);
};

/// A configuration put together: every part with its numbers, checked and
/// immutable, to be shared freely between runs and threads.
struct Machine {
  std::string id;
  std::string name;
  std::string summary;
  std::string system;           ///< of catalog/systems: what runs beside a program
  Configuration configuration;  ///< complete
  Offer offer;
  Features features;
  Processor cpu;
  std::vector<Graphics> gpus;  ///< equal ones; may be empty
  MemorySystem memory;
  Drive drive;
  Port port;
  Board board;
  SupplyParameters supply;
  FanParameters fan;
  AirPathParameters air_path;
  std::vector<FinStackParameters> fins;
  EnclosureParameters enclosure;
  std::vector<ThrottleParameters> throttles;
  FanControlParameters fan_control;
  ThermalPlan thermal;
  std::vector<Provenance> provenance;  ///< of every number, for `show` and the report
  std::vector<std::string> notes;      ///< what the user should know of swapped parts

  std::map<std::string, MemorySystem> memories;  ///< what each memory option would bring
  std::map<std::string, Drive> drives;           ///< and each storage option

  double price_usd(const std::string& day = {}) const {
    return offer.price_usd(configuration, day);
  }
  bool price_known(const std::string& day = {}) const {
    return offer.price_known(configuration, day);
  }
};

/// Puts a configuration together from the catalogue, or from the user's own
/// machine file, with its changes made and its parts swapped. A swapped cooling
/// brings the sections [cooling], [thermal], [enclosure] and [firmware.fans] of its
/// machine; the clamps stay, and so does what lies under the processor's lid. Throws InputError
/// listing everything wrong.
Machine assemble(const Library& library, const Configuration& configuration);

/// What needs ask of a machine beside its features.
Configured configured_of(const Machine& machine);

/// The machine with other memory and storage options, a thousand times cheaper than
/// assembling it anew. `complete` may differ from its configuration in nothing else,
/// and nothing of either may have been changed.
Machine refitted(const Machine& machine, const Configuration& complete);

}  // namespace headroom

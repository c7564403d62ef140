#pragma once

#include <string>
#include <vector>

#include "catalog/change.hpp"
#include "catalog/library.hpp"
#include "compute/graphics.hpp"
#include "compute/microarchitecture.hpp"

namespace headroom {

/// An operating system, as far as a program beside it notices.
struct System {
  std::string id;
  std::string name;
  double awake_cores = 0;  ///< cores that its own threads keep awake, on average
};

/// Reads a part of the catalogue, or the user's own file of it. `provenance`,
/// if given, gets the source of every number; `changes`, if given, act on paths
/// that begin with "cpu.", "microarchitecture.", "gpu." and "system.". A processor,
/// microarchitecture or graphics may say `extends = "ID"`: then it has that part's
/// numbers where it gives none of its own, and its list of idle states, if it has one,
/// replaces that part's. Throws InputError.
Microarchitecture read_microarchitecture(const Library& library, const std::string& id,
                                         std::vector<Provenance>* provenance = nullptr,
                                         ChangeSet* changes = nullptr);
Processor read_processor(const Library& library, const std::string& id,
                         std::vector<Provenance>* provenance = nullptr,
                         ChangeSet* changes = nullptr);
Graphics read_graphics(const Library& library, const std::string& id,
                       std::vector<Provenance>* provenance = nullptr, ChangeSet* changes = nullptr);
System read_system(const Library& library, const std::string& id,
                   std::vector<Provenance>* provenance = nullptr, ChangeSet* changes = nullptr);

}  // namespace headroom

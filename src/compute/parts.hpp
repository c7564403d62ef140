#pragma once

#include <string>
#include <vector>

#include "catalog/change.hpp"
#include "catalog/library.hpp"
#include "compute/graphics.hpp"
#include "compute/microarchitecture.hpp"

namespace headroom {

/// Reads a part of the catalogue, or the user's own file of it. `provenance`,
/// if given, gets the source of every number; `changes`, if given, act on paths
/// that begin with "cpu.", "microarchitecture." and "gpu.". Throws InputError.
Microarchitecture read_microarchitecture(const Library& library, const std::string& id,
                                         std::vector<Provenance>* provenance = nullptr,
                                         ChangeSet* changes = nullptr);
Processor read_processor(const Library& library, const std::string& id,
                         std::vector<Provenance>* provenance = nullptr,
                         ChangeSet* changes = nullptr);
Graphics read_graphics(const Library& library, const std::string& id,
                       std::vector<Provenance>* provenance = nullptr, ChangeSet* changes = nullptr);

}  // namespace headroom

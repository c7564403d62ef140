#pragma once

#include <memory>
#include <string>
#include <vector>

#include "machine/machine.hpp"

namespace headroom {

/// One machine to be compared, with what it is called.
struct Contender {
  std::shared_ptr<const Machine> machine;
  std::string label;
};

/// A machine in few words: its name, and what of it is not the base option:
/// "iMac Pro (2017), Xeon W-2191B, 128 GB ECC DDR4".
std::string label_of(const Machine& machine);
/// What people call the option chosen for a slot, such as "Radeon Pro Vega 64".
std::string option_name(const Machine& machine, const std::string& slot);

/// Puts the configurations together. When any has changes or swaps, each is
/// preceded by the same machine as it was sold, so that the difference shows.
/// Throws InputError for what cannot be put together.
std::vector<Contender> contenders_of(const Library& library,
                                     const std::vector<Configuration>& configurations);

}  // namespace headroom

#pragma once

#include <string>

namespace headroom {

/// Which kind of core a processor has, by what it says of itself: maker, family, model
/// and stepping, as in /proc/cpuinfo. Where the catalogue has no file of that kind, the
/// nearest one stands for it, and `exact` is false: its width, window, predictor and
/// silicon are then those of a relative, while clocks, caches and latencies, which are
/// measured, are still the computer's own. The numbers are from the makers' lists of
/// models, as compilers and kernels carry them.
struct CoreKind {
  std::string name;  ///< "Zen 3"; "" where it is not known
  std::string id;    ///< of the catalogue: "zen-4"
  bool exact = false;
};

CoreKind core_kind(const std::string& vendor, int family, int model, int stepping);

}  // namespace headroom

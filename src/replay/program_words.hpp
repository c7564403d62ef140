#pragma once

#include "replay/program_study.hpp"

namespace headroom {

/// Fills `kind`, `sentences` and `help` from the numbers of a study.
void put_into_words(ProgramStudy& study);

/// The largest of the parts that are not work, and its share of the cycles.
struct HeldUp {
  const CyclePart* part = nullptr;
  double share = 0;
};
HeldUp most_held_up(const ReplayCounts& mean);

/// "32 KiB", "19.25 MiB".
std::string cache_size(double size_b);

}  // namespace headroom

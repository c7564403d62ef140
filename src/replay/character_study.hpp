#pragma once

#include <string>
#include <vector>

#include "replay/replayed_code.hpp"

namespace headroom {

/// What one processor makes of a recorded program, one thread of it, cool and fast.
struct ProcessorView {
  std::string id, name;
  double clock_hz = 0;
  double relative = 0;  ///< pace relative to the recording machine
  ReplayCounts mean;    ///< where the cycles of an instruction go
};
/// For each processor of `ids` in the library, in that order.
std::vector<ProcessorView> view_on(const Library& library, const ReplayedCode& code,
                                   const std::vector<std::string>& ids);

/// How much faster the program would be if one thing of a core were better.
struct Improvement {
  std::string what;
  double gain = 0;  ///< 0.05: five per cent faster
};
/// By falling gain, each found by a replay of its own on `processor`.
std::vector<Improvement> improvements(const ReplayedCode& code, const Processor& processor);

}  // namespace headroom

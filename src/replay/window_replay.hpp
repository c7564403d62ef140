#pragma once

#include <vector>

#include "replay/core_setup.hpp"
#include "replay/hit_chances.hpp"
#include "replay/operation.hpp"

namespace headroom {

/// A block of a profile, decoded once for all cores.
struct DecodedBlock {
  std::vector<Operation> operations;
  std::uint64_t address = 0, end = 0;
  std::uint32_t bytes = 0;
  BlockEnd how = BlockEnd::kFallThrough;
  std::uint8_t region = 0;
  bool string = false;  ///< one repeated string instruction, and nothing else
};

std::vector<DecodedBlock> decode_blocks(const Profile& profile);

/// How the code that is executed lies in memory: `entries` for decoded code that 64 bytes of
/// it take, since an entry holds so many operations of one line of `op_line_b` bytes, and
/// what is not executed takes no place; and lines of 64 bytes in a page of 4 KiB.
CodeLayout code_layout(const std::vector<DecodedBlock>& blocks, const Pipeline::FrontEnd& front);

/// Where the cycles of a stretch of code went, and what it fetched.
struct ReplayCounts {
  double instructions = 0, cycles = 0;
  double base = 0;                    ///< width, dependences, ports
  double branch = 0;                  ///< refilling after mispredictions
  double code = 0;                    ///< instructions not at hand
  double pages = 0;                   ///< address translation
  double l2 = 0, l3 = 0, memory = 0;  ///< loads and stores waited for
  double mispredicts = 0;
  double l1_misses = 0, l2_misses = 0, l3_misses = 0;  ///< lines, fetched ahead or not
  double fetched_ahead = 0;                            ///< of the first cache's misses
  double operations = 0;                               ///< renamed

  ReplayCounts& operator+=(const ReplayCounts& more);
  ReplayCounts& operator-=(const ReplayCounts& less);
  ReplayCounts& operator*=(double factor);
};

/// The same for each region of the code (Profile::region_s; one, where there are none).
using RegionCounts = std::vector<ReplayCounts>;

/// Replays one window on a core, instruction by instruction: each gets the times
/// at which it is fetched, renamed, executed and retired, from the widths, queues,
/// ports and latencies of the core, the true dependences through registers and
/// memory, and the recorded outcomes of branch predictors. In which cache a line
/// lies is drawn from `chances` by a generator seeded by `seed`, in the same way
/// for every core, so that a larger cache never misses what a smaller one holds.
/// The first instructions fill the pipeline and do not count.
ReplayCounts replay_window(const Window& window, const std::vector<DecodedBlock>& blocks,
                           const HitChances& chances, const CoreSetup& core, std::uint64_t seed);

/// The same, by region; `regions`: how many there are.
RegionCounts replay_regions(const Window& window, const std::vector<DecodedBlock>& blocks,
                            const HitChances& chances, const CoreSetup& core, std::uint64_t seed,
                            std::size_t regions);

}  // namespace headroom

#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace headroom {

/// The loops that are timed. Each does one thing of known cost, so that the time it
/// takes is a property of the hardware and not of a compiler.

/// Runs a chain of additions, each of which needs the one before: one cycle each on
/// every processor of the last decades, whatever else it could do at the same time.
/// Both operands are registers, since newer cores fold small constants away.
void run_adds(std::uint64_t blocks);
inline constexpr std::uint64_t kAddsPerBlock = 64;

/// Runs additions of which six are independent of each other: as many in a cycle as the core
/// can, so that two threads that share one get half of it each.
void run_independent_adds(std::uint64_t blocks);
inline constexpr std::uint64_t kIndependentAddsPerBlock = 60;

/// One line of a chain: only its pointer is used, the rest fills a cache line.
struct alignas(64) ChainLine {
  ChainLine* next = nullptr;
};

/// Links all lines into one circle in random order (Fisher and Yates), so that no
/// prefetcher can tell the next from the last: within sixteen pages to and fro and then on to
/// the next sixteen, so that finding pages costs next to nothing; first the even lines of
/// all, then the odd ones, since some cores fetch a line's neighbour along with it.
void link_chain(std::span<ChainLine> lines, std::mt19937_64& random);

/// Links one line of each page of 4 KiB into a circle in random order: more pages than a
/// core's page buffers hold, and every step waits for a walk through the page tables.
/// `lines` are whole pages. Gives back where the circle begins.
ChainLine* link_pages(std::span<ChainLine> lines, std::mt19937_64& random);

/// Follows the chain: every load must wait for the one before.
const ChainLine* follow(const ChainLine* from, std::uint64_t steps);

/// Takes the lines of a chain out of all caches; does nothing where a program may not.
void drop(const ChainLine* from, std::uint64_t steps);

/// Loads every byte in order, as wide as the processor can, and gives back something of
/// it so that no compiler leaves it out. `bytes` is a multiple of 512.
std::uint64_t read_all(const std::byte* from, std::size_t bytes);

}  // namespace headroom

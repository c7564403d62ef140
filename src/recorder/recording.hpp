#pragma once

#include <cstdint>

#include "profile/part_layout.hpp"
#include "recorder/mapped_array.hpp"

namespace headroom::recorder {

/// What a snapshot is made of, whoever follows the program: the code met so far,
/// and a log of notes. A block's note is kBlockMark and its number; behind it
/// stand as many notes as the block has sites, each an address, or a count for
/// a site of kind kRepCount. LogReader reads the log, write_part() keeps what
/// was found.
struct Recording {
  ControlPage* control = nullptr;
  MappedArray<PartBlock> blocks;
  MappedArray<AccessSite> sites;
  MappedArray<std::uint8_t> code;
  std::uint64_t *log_begin = nullptr, *log_end = nullptr;
  PartHeader header;
};

inline constexpr std::size_t kLogEntries = std::size_t{1} << 17;
inline constexpr unsigned kBlockInstructionsMost = 64;
inline constexpr std::uint64_t kBlockMark = 0x8000000000000000ull;

}  // namespace headroom::recorder

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// What one snapshot left behind, in the recorder's own layout.
struct RawPart {
  PartHeader header;
  std::vector<PartBlock> blocks;
  std::vector<AccessSite> sites;
  std::vector<std::uint8_t> code;
  std::vector<PartWindow> windows;
  std::vector<PartBlockEvent> events;
  std::vector<PartAccess> accesses;
};

/// Reads a part file. Nothing when it is incomplete or contradicts itself: a
/// snapshot may have been stopped at any moment, or the program may have written
/// over the copy's memory.
std::optional<RawPart> read_part(const std::string& path);

/// Adds up the system calls that snapshots met, and drops parts that hold nothing else:
/// those of snapshots that met the end before their first window.
void take_system_calls(Observed& observed, std::vector<RawPart>& parts);

/// Puts snapshots together: those that stand for most CPU time, at most
/// `snapshots_most` of them, the blocks of their windows kept once. Windows from
/// before the caches were warm stay only where a snapshot has few others.
void add_snapshots(Profile& profile, std::vector<RawPart> parts, std::uint64_t started_ns,
                   std::size_t snapshots_most, std::uint64_t warm_instructions);

}  // namespace headroom

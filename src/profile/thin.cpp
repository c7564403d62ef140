#include "profile/thin.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "profile/profile_file.hpp"

namespace headroom {
namespace {

constexpr std::uint32_t kUnused = UINT32_MAX;
constexpr std::size_t kSnapshotsLeast = 4;

/// Keeps `count` of them, evenly spread.
template <class T>
void keep_evenly(std::vector<T>& list, std::size_t count) {
  if (count >= list.size()) return;
  std::vector<T> kept;
  for (std::size_t i = 0; i < count; ++i) {
    kept.push_back(std::move(list[(2 * i + 1) * list.size() / (2 * count)]));
  }
  list = std::move(kept);
}

std::size_t most_windows(const Profile& profile) {
  std::size_t most = 0;
  for (const auto& snapshot : profile.snapshots) most = std::max(most, snapshot.windows.size());
  return most;
}

/// Every second snapshot goes; the one before it, of the same process if there is one,
/// stands for its time as well.
void halve_snapshots(Profile& profile) {
  std::vector<Snapshot> kept;
  for (std::size_t i = 0; i < profile.snapshots.size(); ++i) {
    Snapshot& snapshot = profile.snapshots[i];
    const auto heir = std::find_if(kept.rbegin(), kept.rend(), [&](const Snapshot& other) {
      return other.process == snapshot.process;
    });
    if (i % 2 == 0 || heir == kept.rend()) {
      kept.push_back(std::move(snapshot));
    } else {
      heir->covered_s += snapshot.covered_s;
      heir->covered_instructions += snapshot.covered_instructions;
    }
  }
  profile.snapshots = std::move(kept);
}

}  // namespace

void drop_unused_blocks(Profile& profile) {
  std::vector<std::uint32_t> numbers(profile.blocks.size(), kUnused);
  for (const auto& snapshot : profile.snapshots) {
    for (const auto& window : snapshot.windows) {
      for (const auto& event : window.events) numbers[event.block] = 0;
    }
  }
  std::vector<CodeBlock> blocks;
  std::vector<OperationTable::Block> operations;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == kUnused) continue;
    numbers[i] = static_cast<std::uint32_t>(blocks.size());
    blocks.push_back(std::move(profile.blocks[i]));
    if (profile.stripped()) operations.push_back(std::move(profile.operations->blocks[i]));
  }
  profile.blocks = std::move(blocks);
  if (profile.stripped()) profile.operations->blocks = std::move(operations);
  for (auto& snapshot : profile.snapshots) {
    for (auto& window : snapshot.windows) {
      for (auto& event : window.events) event.block = numbers[event.block];
    }
  }
}

void thin_profile(Profile& profile, std::uint64_t bytes_most) {
  drop_unused_blocks(profile);
  for (;;) {
    const std::uint64_t bytes = encode_profile(profile).size();
    if (bytes <= bytes_most) return;
    const std::size_t most = most_windows(profile);
    if (most > 1) {
      const double share = static_cast<double>(bytes_most) / static_cast<double>(bytes);
      const auto wanted = static_cast<std::size_t>(std::floor(static_cast<double>(most) * share));
      for (auto& snapshot : profile.snapshots) {
        keep_evenly(snapshot.windows, std::clamp<std::size_t>(wanted, 1, most - 1));
      }
    } else if (profile.snapshots.size() > kSnapshotsLeast) {
      const std::size_t before = profile.snapshots.size();
      halve_snapshots(profile);
      if (profile.snapshots.size() == before) return;
    } else {
      return;
    }
    drop_unused_blocks(profile);
  }
}

}  // namespace headroom

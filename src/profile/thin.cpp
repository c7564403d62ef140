#include "profile/thin.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "profile/profile_file.hpp"

namespace headroom {
namespace {

constexpr std::uint32_t kUnused = UINT32_MAX;
constexpr std::size_t kSnapshotsLeast = 4;

std::vector<std::size_t> evenly(std::size_t size, std::size_t count) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back((2 * i + 1) * size / (2 * count));
  return chosen;
}

double cycles_per_instruction(const std::vector<WindowPace>& paces,
                              const std::vector<std::size_t>& chosen) {
  WindowPace sum;
  for (const auto i : chosen) {
    sum.instructions += paces[i].instructions;
    sum.cycles += paces[i].cycles;
  }
  return sum.cycles / std::max(1.0, sum.instructions);
}

/// Some of the slow and some of the fast ones; then one is exchanged for another as long as
/// that brings what they have together nearer to what all have.
std::vector<std::size_t> alike(const std::vector<WindowPace>& paces, std::size_t count) {
  std::vector<std::size_t> all(paces.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const double wanted = cycles_per_instruction(paces, all);
  std::ranges::stable_sort(all, {},
                           [&](std::size_t i) { return cycles_per_instruction(paces, {i}); });
  std::vector<std::size_t> chosen;
  for (const auto place : evenly(all.size(), count)) chosen.push_back(all[place]);
  for (std::size_t round = 0; round < count; ++round) {
    double best = std::abs(cycles_per_instruction(paces, chosen) - wanted);
    std::size_t best_slot = count, best_other = 0;
    for (std::size_t slot = 0; slot < count; ++slot) {
      const std::size_t before = chosen[slot];
      for (const auto other : all) {
        if (std::ranges::find(chosen, other) != chosen.end()) continue;
        chosen[slot] = other;
        const double off = std::abs(cycles_per_instruction(paces, chosen) - wanted);
        if (off < 0.9 * best) {
          best = off;
          best_slot = slot;
          best_other = other;
        }
        chosen[slot] = before;
      }
    }
    if (best_slot == count) break;
    chosen[best_slot] = best_other;
  }
  std::ranges::sort(chosen);
  return chosen;
}

/// A profile in which each snapshot has at most `count` of its windows.
Profile with_windows(const Profile& whole, const WindowPaces& paces, std::size_t count) {
  Profile profile = whole;
  for (std::size_t i = 0; i < whole.snapshots.size(); ++i) {
    const auto& windows = whole.snapshots[i].windows;
    if (count >= windows.size()) continue;
    const bool known = i < paces.size() && paces[i].size() == windows.size();
    const auto chosen = known ? alike(paces[i], count) : evenly(windows.size(), count);
    auto& kept = profile.snapshots[i].windows;
    kept.clear();
    for (const auto w : chosen) kept.push_back(windows[w]);
  }
  drop_unused_blocks(profile);
  return profile;
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

void thin_profile(Profile& profile, std::uint64_t bytes_most, const WindowPaces& paces) {
  const Profile whole = profile;
  std::size_t count = most_windows(whole);
  drop_unused_blocks(profile);
  for (;;) {
    const std::uint64_t bytes = encode_profile(profile).size();
    if (bytes <= bytes_most) return;
    if (count > 1) {
      const double share = static_cast<double>(bytes_most) / static_cast<double>(bytes);
      const double wanted = std::floor(static_cast<double>(count) * share);
      count = std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, count - 1);
      profile = with_windows(whole, paces, count);
    } else if (profile.snapshots.size() > kSnapshotsLeast) {
      const std::size_t before = profile.snapshots.size();
      halve_snapshots(profile);
      if (profile.snapshots.size() == before) return;
      drop_unused_blocks(profile);
    } else {
      return;
    }
  }
}

}  // namespace headroom

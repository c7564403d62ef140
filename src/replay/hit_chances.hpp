#pragma once

#include <array>

#include "profile/profile.hpp"
#include "replay/core_setup.hpp"

namespace headroom {

/// Chances for lines that were not touched since the snapshot began.
struct Unseen {
  double l2 = 0, l3 = 0;
};

/// Chances for the code of a block: that its decoded form is kept, that its lines are in
/// the first, second or third cache, that what led to it was foretold with its target at
/// hand or known at all, and that its page is in the first or second translation buffer.
struct CodeChances {
  float decoded = 0, first = 0, second = 0, third = 0;
  float target = 0, far_target = 0, page_first = 0, page_second = 0;
};

/// For each bucket of reuse times, the chance that a line or page is still where
/// a core would find it. Stack distances come from reuse times (StackDistance);
/// a cache of some ways keeps a line unless as many others fell on its set, which
/// for addresses spread by chance is a Poisson sum (Hill and Smith 1989).
struct HitChances {
  using Table = std::array<float, kReuseBuckets>;
  Table l1{}, l2{}, l3{};
  Table pages_first{}, pages_second{};
  Table decoded{}, code{}, code_l2{}, code_l3{}, targets{}, far_targets{};
  Table code_pages_first{}, code_pages_second{};
  double fresh = 0;  ///< of lines not seen before: the kernel has just filled them
  /// How often the profile's long snapshots met each reuse time.
  std::array<double, kReuseBuckets> usual{};
  double accesses_per_instruction = 0.4;

  /// The same for the lines of code of blocks.
  std::array<double, kReuseBuckets> usual_code{};
  double code_lines_per_instruction = 0.1;

  CodeChances code_at(unsigned bucket) const {
    return {
        decoded[bucket], code[bucket],        code_l2[bucket],          code_l3[bucket],
        targets[bucket], far_targets[bucket], code_pages_first[bucket], code_pages_second[bucket]};
  }
  /// For code not seen before in a window, as unseen_in() for data. Where nothing tells,
  /// it is in the second cache, as code of a program that has run for a while.
  CodeChances unseen_code_in(const Window& window) const;

  /// In a window early in its snapshot, a line not seen before may well have been
  /// used before the snapshot began: as often as long snapshots met such times.
  Unseen unseen_in(const Window& window) const;
};

/// Memory of a run as a whole, which says where lines may be that a snapshot has
/// not seen before.
struct RunMemory {
  /// Lines that the program held at most: nothing is further away.
  double footprint_lines = 1e15;
  /// Of lines not seen before, those in pages that the kernel has just cleared, or
  /// copied what was read into, so that the second cache holds them. Zero when the
  /// recorder marked such accesses; else, from an emulator, estimated from the run's page
  /// faults and bytes read, against how many such lines the windows met.
  double fresh = 0;
  /// Reuse times of the whole profile: all, for distances, and those met late in
  /// long snapshots, or else in the longest there are, where first touches are truly first.
  ReuseHistogram data{}, pages{}, code{};
  std::array<double, kReuseBuckets> usual{}, usual_code{};
  double accesses_per_instruction = 0.4, code_lines_per_instruction = 0.1;
};
RunMemory run_memory(const Profile& profile);

/// How densely executed code lies (code_layout()).
struct CodeLayout {
  double entries_per_line = 1, lines_per_page = 64;
};

/// `cycles_per_access`: the snapshot's pace there, which says how much others bring into the
/// third cache between two touches of a line; it does not matter where there are none.
HitChances hit_chances(const Snapshot& snapshot, const CoreSetup& core, const RunMemory& memory,
                       double cycles_per_access = 0, const CodeLayout& layout = {});

/// Chance that a line at a stack distance is still in a cache of so many lines.
double hit_chance(double distance, double lines, double ways);

/// The same for a cache whose sets are chosen by the place of a line in its page, as
/// first caches do. Pages of which a share `density` is in use put so many lines on a
/// set, each page one or none: a binomial sum. All of it in use, and the sets fill
/// evenly; little of it, and this is hit_chance().
double hit_chance_by_page(double distance, double lines, double ways, double density);

/// What share of its page is in use around a line that a snapshot's windows touch.
double page_density(const Snapshot& snapshot);

}  // namespace headroom

#include "replay/hit_chances.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

#include "profile/stack_distance.hpp"

namespace headroom {
namespace {

constexpr double kLineB = 64, kPageLines = 64;
constexpr double kWaysL1 = 8, kWaysL2 = 8, kWaysL3 = 16, kWaysPages = 8, kWaysCode = 8;
constexpr double kLongSnapshot = 3e7;    ///< instructions
constexpr double kUsualInstrPerS = 6e9;  ///< of a program on a processor of today

/// `distances`: the stack distance at each bucket.
template <typename Distances>
void fill(HitChances::Table& table, const Distances& distances, double footprint, double size,
          double ways) {
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    const double distance = std::min(footprint, distances(static_cast<std::uint8_t>(bucket)));
    table[bucket] = static_cast<float>(hit_chance(distance, size, ways));
  }
}

/// What lies in a cache for both: beside the lines of the one kind come those of the other
/// that were touched in the same time. `others_every`: of the other, for each of the one.
auto beside(const StackDistance& one, const StackDistance& other, double others_every) {
  return [&one, &other, others_every](std::uint8_t bucket) {
    if (bucket == kFirstTouch) return one.of(bucket);
    return one.of(bucket) + other.after(reuse_bucket_middle(bucket) * others_every);
  };
}

}  // namespace

double hit_chance(double distance, double lines, double ways) {
  if (lines < ways) return 0;
  const double mean = distance / (lines / ways);  // others on the same set
  if (!(mean < 4 * ways)) return 0;
  double term = std::exp(-mean), sum = 0;
  for (int k = 0; k < ways; ++k) {
    sum += term;
    term *= mean / (k + 1);
  }
  return std::min(1.0, sum);
}

double hit_chance_by_page(double distance, double lines, double ways, double density) {
  if (density < 0.05) return hit_chance(distance, lines, ways);
  if (lines < ways) return 0;
  const double share = std::min(density, 0.99);
  const double pages = distance / (lines / ways) / density;
  if (!(pages * share < 4 * ways)) return 0;
  const auto below_ways = [&](double count) {  // of `count` pages
    double term = std::pow(1 - share, count), sum = 0;
    for (int k = 0; k < ways && k <= count; ++k) {
      sum += term;
      term *= (count - k) / (k + 1) * share / (1 - share);
    }
    return sum;
  };
  const double low = std::floor(pages), part = pages - low;
  return std::min(1.0, (1 - part) * below_ways(low) + part * below_ways(low + 1));
}

double page_density(const Snapshot& snapshot) {
  double squares = 0, lines = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> used;  // a bit for each line of a page
  for (const auto& window : snapshot.windows) {
    used.clear();
    for (const auto& access : window.accesses) {
      used[access.address >> 12] |= std::uint64_t{1} << (access.address >> 6 & 63);
    }
    for (const auto& [page, bits] : used) {
      const double count = std::popcount(bits);
      squares += count * count;
      lines += count;
    }
  }
  return lines > 0 ? squares / lines / kPageLines : 0;
}

RunMemory run_memory(const Profile& profile) {
  RunMemory memory;
  const RunTotals& totals = profile.totals;
  memory.footprint_lines = std::max(1.0, static_cast<double>(totals.resident_most_b) / kLineB);
  double first = 0, instructions = 0, accesses = 0, marked = 0, followed = 0, code_lines = 0;
  double longest = 0;
  for (const auto& snapshot : profile.snapshots) {
    for (const auto& window : snapshot.windows) {
      longest = std::max(longest, static_cast<double>(window.first_instruction));
    }
  }
  const double late_from = std::min(kLongSnapshot, 0.5 * longest);
  for (const auto& snapshot : profile.snapshots) {
    followed += static_cast<double>(snapshot.instructions);
    for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
      memory.data[bucket] += snapshot.data_reuse[bucket];
      memory.pages[bucket] += snapshot.page_reuse[bucket];
      memory.code[bucket] += snapshot.code_reuse[bucket];
      code_lines += static_cast<double>(snapshot.code_reuse[bucket]);
    }
    for (const auto& window : snapshot.windows) {
      const bool late = static_cast<double>(window.first_instruction) > late_from;
      for (const auto& event : window.events) {
        if (late) ++memory.usual_code[event.code_reuse];
      }
      instructions += static_cast<double>(window.instructions);
      accesses += static_cast<double>(window.accesses.size());
      for (const auto& access : window.accesses) {
        first += access.reuse == kFirstTouch ? 1 : 0;
        marked += access.reuse == kFreshTouch ? 1 : 0;
        if (late && access.reuse != kFreshTouch) ++memory.usual[access.reuse];
      }
    }
  }
  if (instructions > 0) memory.accesses_per_instruction = accesses / instructions;
  if (followed > 0) memory.code_lines_per_instruction = code_lines / followed;
  if (first == 0 || instructions == 0 || marked > 0) return memory;
  const double in_run = first / instructions * kUsualInstrPerS * totals.user_s;
  const double filled = static_cast<double>(totals.faults_minor) * kPageLines +
                        static_cast<double>(totals.read_b) / kLineB;
  memory.fresh = std::min(1.0, filled / std::max(1.0, in_run));
  return memory;
}

namespace {

/// Whether a line with this reuse time was last used before the snapshot began, `seen`
/// touches ago.
bool lies_before(unsigned bucket, double seen) {
  return bucket == kFirstTouch || reuse_bucket_low(bucket) > seen;
}

}  // namespace

Unseen HitChances::unseen_in(const Window& window) const {
  const double seen = static_cast<double>(window.first_instruction) * accesses_per_instruction;
  Unseen unseen;
  double all = 0;
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    if (!lies_before(bucket, seen)) continue;
    all += usual[bucket];
    unseen.l2 += usual[bucket] * l2[bucket];
    unseen.l3 += usual[bucket] * l3[bucket];
  }
  if (all <= 0) return {l2[kFirstTouch], l3[kFirstTouch]};
  return {unseen.l2 / all, unseen.l3 / all};
}

CodeChances HitChances::unseen_code_in(const Window& window) const {
  const double seen = static_cast<double>(window.first_instruction) * code_lines_per_instruction;
  CodeChances sum;
  float all = 0;
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    const auto often = static_cast<float>(usual_code[bucket]);
    if (often == 0 || !lies_before(bucket, seen)) continue;
    const CodeChances here = code_at(bucket);
    all += often;
    sum.decoded += often * here.decoded;
    sum.first += often * here.first;
    sum.second += often * here.second;
    sum.third += often * here.third;
    sum.target += often * here.target;
    sum.far_target += often * here.far_target;
    sum.page_first += often * here.page_first;
    sum.page_second += often * here.page_second;
  }
  if (all <= 0) return {0, 0, 1, 1, 0, 1, 0, 1};
  for (float* chance : {&sum.decoded, &sum.first, &sum.second, &sum.third, &sum.target,
                        &sum.far_target, &sum.page_first, &sum.page_second}) {
    *chance /= all;
  }
  return sum;
}

HitChances hit_chances(const Snapshot& snapshot, const CoreSetup& core, const RunMemory& memory,
                       double cycles_per_access, const CodeLayout& layout) {
  const double footprint_lines = memory.footprint_lines;
  // What a short snapshot says of long distances is little: all of them together.
  const bool long_enough = static_cast<double>(snapshot.instructions) > kLongSnapshot;
  const StackDistance data(long_enough ? snapshot.data_reuse : memory.data);
  const StackDistance pages(long_enough ? snapshot.page_reuse : memory.pages);
  const StackDistance code(long_enough ? snapshot.code_reuse : memory.code);
  const auto& front = core.pipeline.front;
  const auto& buffers = core.pipeline.pages;
  HitChances chances;
  chances.fresh = memory.fresh;
  chances.usual = memory.usual;
  chances.accesses_per_instruction = memory.accesses_per_instruction;
  chances.usual_code = memory.usual_code;
  chances.code_lines_per_instruction = memory.code_lines_per_instruction;
  const double density = page_density(snapshot);
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    const double distance = std::min(footprint_lines, data.of(static_cast<std::uint8_t>(bucket)));
    chances.l1[bucket] =
        static_cast<float>(hit_chance_by_page(distance, core.l1_lines, kWaysL1, density));
  }
  const double code_every = code.accesses() / std::max(1.0, data.accesses());
  const auto data_and_code = beside(data, code, code_every);
  const auto code_and_data = beside(code, data, 1 / std::max(1e-6, code_every));
  fill(chances.l2, data_and_code, footprint_lines, core.l2_lines, kWaysL2);
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    const auto reuse = static_cast<std::uint8_t>(bucket);
    const double own = std::min(footprint_lines, data_and_code(reuse));
    if (bucket != kFirstTouch && core.l3_others_per_cycle > 0) {
      const double others = core.l3_others_per_cycle * cycles_per_access *
                            static_cast<double>(reuse_bucket_low(reuse));
      chances.l3[bucket] = static_cast<float>(kept_beside_others((own + others) / core.l3_lines));
    } else {
      chances.l3[bucket] = static_cast<float>(hit_chance(own, core.l3_lines, kWaysL3));
    }
  }
  const double footprint_pages = footprint_lines / kPageLines;
  const auto of_pages = [&](std::uint8_t bucket) { return pages.of(bucket); };
  const auto of_code = [&](std::uint8_t bucket) { return code.of(bucket); };
  // A page of code that was not touched lately is as far away as its lines.
  const auto of_code_pages = [&](std::uint8_t bucket) {
    return code.of(bucket) / layout.lines_per_page;
  };
  fill(chances.pages_first, of_pages, footprint_pages, buffers.first, buffers.first);
  fill(chances.pages_second, of_pages, footprint_pages, buffers.second, kWaysPages);
  fill(chances.code_pages_first, of_code_pages, footprint_pages, buffers.code_first,
       buffers.code_first);
  fill(chances.code_pages_second, of_code_pages, footprint_pages, buffers.code_second, kWaysPages);
  fill(chances.decoded, of_code, footprint_lines, front.op_entries / layout.entries_per_line,
       kWaysCode);
  fill(chances.code, of_code, footprint_lines, front.code_cache_b / kLineB, kWaysCode);
  fill(chances.code_l2, code_and_data, footprint_lines, core.l2_lines, kWaysL2);
  fill(chances.code_l3, code_and_data, footprint_lines, core.l3_lines, kWaysL3);
  fill(chances.targets, of_code, footprint_lines, front.target_lines, kWaysCode);
  fill(chances.far_targets, of_code, footprint_lines, front.far_target_lines, kWaysCode);
  return chances;
}

}  // namespace headroom

#pragma once

#include "profile/profile.hpp"

namespace headroom {

/// A small profile made by hand: two blocks, one snapshot with one window, for
/// tests. The first block is `mov rax, [rbx]; jnz`, the second `rep stosb; ret`.
inline Profile small_profile() {
  Profile p;
  p.command = {"demo", "--size", "7"};
  p.recorded_at = "2024-01-02T03:04:05Z";
  p.host.processor = "Test processor";
  p.host.kernel = "Linux 6";
  p.host.features = {"sse2", "avx2"};
  p.host.logical_processors = 4;
  p.host.cores = 2;
  p.host.memory_b = std::uint64_t{16} << 30;
  p.host.caches.push_back({1, "Data", 32768, 8, 64, 2});
  p.totals.wall_s = 2.5;
  p.totals.user_s = 4;
  p.totals.system_s = 0.5;
  p.totals.resident_most_b = 123'000'000;
  p.totals.read_b = 5'000'000;
  p.totals.exit_status = 143;
  p.timeline.push_back({0.1, 0.05, 0.01, 1, 2, 2, 4096, 100, 50});
  p.threads.push_back({10, 11, "worker", 3.5, 0.1, 2.4});
  p.blocks.push_back(
      {0x401000, 2, BlockEnd::kConditional, {0x48, 0x8b, 0x03, 0x75, 0x10}, {{0, kLoads, 8}}});
  p.blocks.push_back({0x402000,
                      2,
                      BlockEnd::kReturn,
                      {0xf3, 0xaa, 0xc3},
                      {{0, kStores | kRepeats, 1}, {1, kLoads, 8}}});
  Snapshot s;
  s.process = 10;
  s.thread = 11;
  s.thread_name = "worker";
  s.program = "/usr/bin/demo";
  s.time_s = 0.3;
  s.cpu_s = 0.25;
  s.covered_s = 0.25;
  s.instructions = 4;
  s.accesses = 5;
  s.branches.instructions = 4;
  s.branches.conditional = 1;
  s.branches.taken = 1;
  s.data_reuse[3] = 4;
  s.data_reuse[kFirstTouch] = 1;
  s.code_reuse[kFirstTouch] = 2;
  Window w{50'000'000, 4, {}, {}};
  w.events.push_back({0, 1, 0, kFirstTouch});
  w.events.push_back({1, 4, 5, 12});
  w.accesses.push_back({0x7fff0000, 0, kLoads, 8, kFirstTouch, kFirstTouch});
  w.accesses.push_back({0x600000, 0, kStores | kRepeats, 1, 3, 3});
  w.accesses.push_back({0x7ffe0000, 1, kLoads, 8, 3, 7});
  w.accesses.push_back({0x600040, 0, kStores | kRepeats, 64, 3, 3});
  w.accesses.push_back({0x600080, 0, kStores | kRepeats, 64, 3, 3});
  s.windows.push_back(w);
  p.snapshots.push_back(s);
  return p;
}

}  // namespace headroom

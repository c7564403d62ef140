// Writes the recording that transcripts use: sample_recording tests/cli/files/sample.hprof.
// Its program never existed. Its instructions are made up here, so that no foreign
// code is in the file and the numbers are the same on every computer: four seconds on
// one thread that adds, then six on three threads that follow pointers through memory.
#include <iostream>

#include "profile/profile_file.hpp"
#include "replay/test_window.hpp"

namespace {

using namespace headroom;

constexpr double kAdds_s = 4, kWalks_s = 6;
constexpr int kWalkers = 3;

/// Blocks of eight loads, each of the address that the one before found: seven of ten
/// find it in a first cache, two in a second, one beyond.
TestWindow walk() {
  TestWindow window(kLoadChain, 1, 8, 250);
  for (std::size_t event = 0; event < window.window.events.size(); ++event) {
    for (int i = 0; i < 8; ++i) {
      const auto n = event * 8 + static_cast<std::size_t>(i);
      window.profile.blocks[event].sites.push_back({static_cast<std::uint8_t>(i), kLoads, 8});
      const std::uint64_t reuse = n % 10 < 7 ? 20 : n % 10 < 9 ? 6'000 : 2'000'000;
      window.use(event, i, 0x10000000 + n * 4160 % 200'000'000, kLoads, reuse_bucket(reuse),
                 reuse_bucket(reuse / 4));
    }
  }
  return window;
}

void add_part(Profile& profile, const TestWindow& window, double at_s, double covered_s,
              int thread) {
  add_snapshot(profile, window, covered_s);
  Snapshot& snapshot = profile.snapshots.back();
  snapshot.process = 100;
  snapshot.thread = 100 + thread;
  snapshot.program = "sample";
  snapshot.thread_name = thread == 0 ? "adder" : "walker";
  snapshot.time_s = at_s;
  snapshot.accesses = snapshot.instructions * window.window.accesses.size() /
                      std::max<std::uint64_t>(1, window.window.instructions);
  snapshot.branches.instructions = snapshot.instructions;
}

void add_timeline(Profile& profile) {
  for (int i = 0; i <= 100; ++i) {
    const double at_s = 0.1 * i;
    const bool walks = at_s >= kAdds_s;
    TimelineRow row;
    row.time_s = at_s;
    row.user_s = walks ? kAdds_s + kWalkers * (at_s - kAdds_s) : at_s;
    row.processes = 1;
    row.threads = row.running = walks ? kWalkers : 1;
    row.resident_b = walks ? 200'000'000 : 2'000'000;
    row.read_b = static_cast<std::uint64_t>(1e7 * std::min(at_s, 1.0));
    profile.timeline.push_back(row);
  }
}

Profile sample() {
  Profile profile;
  profile.command = {"sample", "--add", "--walk"};
  profile.recorded_at = "2024-05-01T10:00:00Z";
  profile.host.processor = "a sample processor";
  profile.host.kernel = "none";
  profile.host.logical_processors = profile.host.cores = 4;
  profile.host.memory_b = 16ull << 30;
  profile.host.pace = {"zen-4", 4e9, 32768, 1 << 20, 16 << 20, 3.5e-9, 12e-9, 90e-9, 20e9};
  add_part(profile, TestWindow(kAddChain, 1), kAdds_s / 4, kAdds_s / 2, 0);
  add_part(profile, TestWindow(kAddChain, 1), kAdds_s * 3 / 4, kAdds_s / 2, 0);
  for (int i = 0; i < 2 * kWalkers; ++i) {
    add_part(profile, walk(), kAdds_s + kWalks_s * (i + 0.5) / (2 * kWalkers), kWalks_s / 2,
             1 + i % kWalkers);
  }
  auto& totals = profile.totals;
  totals.wall_s = kAdds_s + kWalks_s;
  totals.user_s = kAdds_s + kWalkers * kWalks_s;
  totals.resident_most_b = 200'000'000;
  totals.read_b = totals.storage_read_b = 10'000'000;
  totals.processes = 1;
  add_timeline(profile);
  for (int i = 0; i <= kWalkers; ++i) {
    profile.threads.push_back({100, 100 + i, i == 0 ? "adder" : "walker",
                               i == 0 ? kAdds_s : kWalks_s, i == 0 ? 0 : kAdds_s,
                               kAdds_s + kWalks_s, 0});
  }
  return profile;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: sample_recording FILE.hprof\n";
    return 64;
  }
  write_profile(sample(), arguments[1]);
  return 0;
}

// Runs programs under the emulator and compares: with counts made by hand, with
// a second run, with another instruction set, and with native recordings.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "profile/profile_file.hpp"
#include "profile/program_file.hpp"
#include "profile/record_run.hpp"
#include "profile/stack_distance.hpp"

namespace headroom {
namespace {

using Words = std::vector<std::string>;

class Emulate : public testing::Test {
 protected:
  void SetUp() override {
    char path[4096];
    if (!find_program("qemu-x86_64", std::getenv("PATH"), path, sizeof path)) {
      GTEST_SKIP() << "qemu-x86_64 is missing: apt install qemu-user";
    }
  }
};

RecordedRun emulated(const Words& command, const std::string& isa = "ivybridge") {
  RecordOptions options;
  options.command = command;
  options.isa = isa;
  options.library = HEADROOM_QEMU_PLUGIN;
  RecordedRun run = record_run(options);
  for (const auto& message : run.messages) ADD_FAILURE() << message;
  return run;
}

std::uint64_t instructions(const Words& command, const std::string& isa) {
  return emulated(command, isa).profile.totals.instructions;
}

RecordedRun native(const Words& command) {
  RecordOptions options;
  options.command = command;
  options.library = HEADROOM_RECORDER_LIBRARY;
  return record_run(options);
}

TEST_F(Emulate, CountsEveryInstructionOfAProgramThatWasCountedByHand) {
  // See the comments there: 14 once; a loop of 3 that calls 4 or 5; a loop of 6.
  constexpr std::uint64_t kSum = 14 + 3 * 100'000 + 4 * 100'000 + 50'000 + 6 * 1000 + 1;
  for (const char* isa : {"nehalem", "skylake-client"}) {
    const RecordedRun run = emulated({HEADROOM_COUNTED_PROGRAM}, isa);
    EXPECT_EQ(run.profile.totals.instructions, kSum) << isa;
    EXPECT_EQ(run.profile.isa, isa);
    EXPECT_EQ(run.exit_status, 0);
  }
}

TEST_F(Emulate, FollowsAKnownLoopInstructionByInstruction) {
  const RecordedRun run = emulated({HEADROOM_KNOWN_PROGRAM, "1500"});
  ASSERT_EQ(run.profile.snapshots.size(), 1u);  // of 98 million instructions, the first 60
  const Snapshot& s = run.profile.snapshots[0];
  EXPECT_EQ(s.reason, EndReason::kLength);
  EXPECT_EQ(s.program, HEADROOM_KNOWN_PROGRAM);
  EXPECT_NEAR(static_cast<double>(s.accesses) / static_cast<double>(s.instructions), 0.25, 2e-3);
  double known = 0, all = 0;
  for (unsigned i = 0; i < kReuseBuckets; ++i) {
    all += static_cast<double>(s.data_reuse[i]);
    if (i == reuse_bucket(16384)) known = static_cast<double>(s.data_reuse[i]);
  }
  EXPECT_GT(known / all, 0.98);
  EXPECT_GE(s.windows.size(), 4u);
}

TEST_F(Emulate, CountsOneWalkMoreAsSoManyInstructionsMore) {
  const auto at = [](const char* walks) {
    return instructions({HEADROOM_KNOWN_PROGRAM, walks}, "haswell");
  };
  const std::uint64_t hundred = at("100"), two = at("200");
  // A walk is 16,384 steps of four, and what the compiler made of the loop around.
  const double walk = static_cast<double>(two - hundred) / 100;
  EXPECT_GE(walk, 4 * 16384);
  EXPECT_LE(walk, 4 * 16384 + 8);
  EXPECT_EQ((two - hundred) % 100, 0u);
}

TEST_F(Emulate, CountsTheSameAgainAndOtherwiseWithAnotherInstructionSet) {
  const Words command = {HEADROOM_DISPATCH_PROGRAM};
  const std::uint64_t old_set = instructions(command, "ivybridge");
  EXPECT_EQ(instructions(command, "ivybridge"), old_set);
  const std::uint64_t new_set = instructions(command, "haswell");
  EXPECT_EQ(instructions(command, "haswell"), new_set);
  // Registers of 32 bytes in place of 16.
  EXPECT_LT(static_cast<double>(new_set), 0.8 * static_cast<double>(old_set));
}

TEST_F(Emulate, CountsEachThread) {
  const RecordedRun one = emulated({HEADROOM_DISPATCH_PROGRAM, "more"});
  const RecordedRun three = emulated({HEADROOM_DISPATCH_PROGRAM, "threads"});
  const auto alone = static_cast<double>(one.profile.totals.instructions);
  const auto shared = static_cast<double>(three.profile.totals.instructions);
  EXPECT_NEAR(shared / alone, 1, 0.02);
  std::uint64_t sum = 0;
  for (const auto& thread : three.profile.threads) sum += thread.instructions;
  EXPECT_LE(sum, three.profile.totals.instructions);
  EXPECT_GT(sum, 0u);
}

TEST_F(Emulate, LeavesStatusAndSignalsAsTheyAre) {
  EXPECT_EQ(emulated({HEADROOM_DISPATCH_PROGRAM}).exit_status, 5);
  EXPECT_EQ(emulated({HEADROOM_DISPATCH_PROGRAM, "dies"}).exit_status, 128 + 6);
}

TEST_F(Emulate, RunsTheInterpreterOfAScriptAndSaysWhatItStartedUnseen) {
  const auto folder = std::filesystem::path(testing::TempDir());
  const std::string script = folder / ("script." + std::to_string(getpid()));
  std::ofstream(script) << "#! /bin/sh -e\n" << HEADROOM_COUNTED_PROGRAM << "\nexit $1\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const RecordedRun run = emulated({script, "7"});
  std::filesystem::remove(script);
  EXPECT_EQ(run.exit_status, 7);
  EXPECT_EQ(run.unseen, 1u);
  EXPECT_EQ(run.profile.totals.processes, 2u);
}

TEST_F(Emulate, WritesAProfileThatCanBeReadAgain) {
  const RecordedRun run = emulated({HEADROOM_KNOWN_PROGRAM, "20"});
  const auto bytes = encode_profile(run.profile);
  const Profile again = decode_profile(bytes, "x");
  EXPECT_EQ(again.totals.instructions, run.profile.totals.instructions);
  EXPECT_EQ(again.isa, "ivybridge");
  EXPECT_EQ(encode_profile(again), bytes);
}

/// What snapshots say of a program that does the same all the time.
struct Character {
  double accesses = 0, conditional = 0, taken = 0, indirect = 0, missed[3] = {};
  double l1_misses = 0, l2_misses = 0;  ///< shares of accesses, for 32 KiB and 256 KiB
  unsigned count = 0;

  explicit Character(const Profile& profile) {
    for (const auto& s : profile.snapshots) {
      if (s.reason != EndReason::kLength) continue;
      const auto per = [&](std::uint64_t value) {
        return static_cast<double>(value) / static_cast<double>(s.branches.instructions);
      };
      ++count;
      accesses += static_cast<double>(s.accesses) / static_cast<double>(s.instructions);
      conditional += per(s.branches.conditional);
      taken += per(s.branches.taken);
      indirect += per(s.branches.indirect);
      for (int i = 0; i < 3; ++i) missed[i] += per(s.branches.missed[i]);
      l1_misses += StackDistance(s.data_reuse).miss_share(512);
      l2_misses += StackDistance(s.data_reuse).miss_share(4096);
    }
    for (double* value : {&accesses, &conditional, &taken, &indirect, &missed[0], &missed[1],
                          &missed[2], &l1_misses, &l2_misses}) {
      *value /= count;
    }
  }
};

TEST_F(Emulate, AgreesWithANativeRecording) {
  // The native run is longer: its snapshots come by time.
  const RecordedRun plain = native({HEADROOM_MIXED_PROGRAM, "10000000"});
  const Character a(plain.profile);
  if (a.count == 0) GTEST_SKIP() << "this machine is too busy";
  const Character b(emulated({HEADROOM_MIXED_PROGRAM, "1500000"}).profile);
  ASSERT_GE(b.count, 1u);
  const auto near = [](double x, double y, double share, const char* what) {
    EXPECT_NEAR(x / y, 1, share) << what << ": native " << x << ", emulated " << y;
  };
  near(a.accesses, b.accesses, 0.02, "accesses");
  near(a.conditional, b.conditional, 0.02, "conditional branches");
  near(a.taken, b.taken, 0.02, "taken branches");
  near(a.indirect, b.indirect, 0.02, "indirect branches");
  for (int i = 0; i < 3; ++i) near(a.missed[i], b.missed[i], 0.04, "mispredictions");
  near(a.l1_misses, b.l1_misses, 0.04, "misses of 32 KiB");
  near(a.l2_misses, b.l2_misses, 0.04, "misses of 256 KiB");
}

TEST(EmulateWithoutQemu, NamesThePackage) {
  const std::string before = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  RecordOptions options;
  options.command = {HEADROOM_COUNTED_PROGRAM};
  options.isa = "haswell";
  try {
    record_run(options);
    ADD_FAILURE() << "it was started";
  } catch (const InputError& error) {
    EXPECT_NE(error.problems().front().help.find("apt install qemu-user"), std::string::npos);
  }
  setenv("PATH", before.c_str(), 1);
}

}  // namespace
}  // namespace headroom

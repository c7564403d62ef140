#include "replay/profile_workload.hpp"

#include <gtest/gtest.h>

#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

/// A run of a chain of additions on 8 processors, without its time line.
Profile run(double wall_s, double user_s, double system_s = 0) {
  Profile profile;
  add_snapshot(profile, TestWindow(kAddChain, 1), 1);
  profile.command = {"demo", "--size", "7"};
  profile.recorded_at = "2024-01-02T03:04:05Z";
  profile.host.processor = "Test processor";
  profile.host.logical_processors = 8;
  profile.totals.wall_s = wall_s;
  profile.totals.user_s = user_s;
  profile.totals.system_s = system_s;
  return profile;
}

/// A look at the run: CPU time so far and threads that run or stand in line.
TimelineRow row(double time_s, double cpu_s, std::uint32_t running) {
  TimelineRow row;
  row.time_s = time_s;
  row.user_s = cpu_s;
  row.running = running;
  return row;
}

/// The same, with what the scheduler counted: time in line so far, threads blocked.
void look(Profile& profile, const TimelineRow& seen, double ready_s, std::uint32_t blocked = 0,
          std::uint64_t storage_read_b = 0, std::uint64_t sent_b = 0) {
  profile.timeline.push_back(seen);
  profile.timeline.back().threads = 4;
  ObservedRow more;
  more.ran_s = seen.user_s;
  more.ready_s = ready_s;
  more.blocked = blocked;
  more.memory_b = 1000;
  more.storage_read_b = storage_read_b;
  more.tcp.sent_b = sent_b;
  profile.observed.rows.push_back(more);
}

struct Recorded {
  std::shared_ptr<const ReplayedCode> code;
  Workload workload;
  explicit Recorded(const Profile& profile) {
    const Library library;
    RecordingHost host{read_processor(library, "xeon-w-2140b"), 4e9};
    code = std::make_shared<const ReplayedCode>(library, std::make_shared<const Profile>(profile),
                                                host);
    workload = workload_of(profile, code, "demo.hprof");
  }
  /// Seconds that a phase takes on the recording machine with its threads side by side.
  double work_s(std::size_t phase) const {
    const auto& work = workload.phases.at(phase).processor;
    if (work.work_instr <= 0) return 0;
    const int threads = std::stoi(work.threads);
    return work.work_instr / code->host_instr_per_s(threads);
  }
};

TEST(ProfileWorkload, OneThreadsTimeIsItsWorkAtTheHostsPace) {
  const Recorded r(run(4, 3.5, 0.5));
  ASSERT_EQ(r.workload.phases.size(), 1u);
  // Four seconds at 4 GHz and a cycle an instruction, the kernel's share among them.
  EXPECT_NEAR(r.workload.phases[0].processor.work_instr, 16e9, 0.01 * 16e9);
  EXPECT_NEAR(r.work_s(0), 4, 1e-9);
  EXPECT_EQ(r.workload.phases[0].processor.threads, "1");
  EXPECT_EQ(r.workload.phases[0].processor.character, "recorded");
  EXPECT_EQ(r.workload.phases[0].memory_b, 100e6);
  EXPECT_EQ(r.workload.id, "demo.hprof");
  EXPECT_EQ(r.workload.name, "demo --size 7");
  EXPECT_EQ(r.workload.summary, "recorded on Test processor on 2024-01-02");
}

TEST(ProfileWorkload, PausesStayAsLongAsTheyWere) {
  Profile profile = run(10, 5);
  profile.timeline = {row(5, 5, 1), row(10, 5, 0)};
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);  // two segments of five seconds
  EXPECT_NEAR(r.work_s(0), 5, 1e-9);
  EXPECT_DOUBLE_EQ(r.workload.phases[1].for_s, 5);
  EXPECT_EQ(r.workload.phases[1].processor.work_instr, 0);
  EXPECT_EQ(r.workload.phases[1].after, std::vector<std::string>{r.workload.phases[0].name});
}

TEST(ProfileWorkload, BytesOfOlderProfilesAreSpreadEvenly) {
  Profile profile = run(10, 5);
  profile.timeline = {row(5, 5, 1), row(10, 5, 0)};
  profile.totals.storage_read_b = 1000;
  const Recorded r(profile);
  // A pause ends by the clock, so that what moves meanwhile stands beside it.
  ASSERT_EQ(r.workload.phases.size(), 3u);
  EXPECT_EQ(r.workload.phases[0].storage.read_b, 500);
  EXPECT_EQ(r.workload.phases[2].storage.read_b, 500);
  EXPECT_EQ(r.workload.phases[2].after, r.workload.phases[1].after);
}

TEST(ProfileWorkload, PausesOfAFewMillisecondsAreTheClocksTicks) {
  Profile profile = run(4, 3.96);  // one per cent without a thread
  profile.timeline = {row(4, 3.96, 1)};
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 1u);
  EXPECT_NEAR(r.work_s(0), 3.96, 1e-9);
}

TEST(ProfileWorkload, TheTimeLineSaysHowManyThreadsRanTogether) {
  Profile profile = run(4, 6);
  profile.timeline = {row(2, 4, 2), row(4, 6, 1)};  // two threads for 2 s, then one
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);
  EXPECT_EQ(r.workload.phases[0].processor.threads, "1");
  EXPECT_EQ(r.workload.phases[1].processor.threads, "2");
  EXPECT_NEAR(r.work_s(0), 2, 1e-9);
  EXPECT_NEAR(r.work_s(1), 4, 1e-9);
}

TEST(ProfileWorkload, AMeanBetweenTwoNumbersIsSomeOfEach) {
  Profile profile = run(4, 6);
  profile.timeline = {row(4, 6, 2)};  // 1.5 on average: 2 s of one, 2 s of two
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);
  EXPECT_NEAR(r.work_s(0), 2, 1e-9);
  EXPECT_NEAR(r.work_s(1), 4, 1e-9);
}

TEST(ProfileWorkload, ThreadsThatStoodInLineMayRunTogetherElsewhere) {
  Profile profile = run(4, 8);
  profile.host.logical_processors = 2;
  profile.timeline = {row(4, 8, 4)};  // four wanted to run, two could
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 1u);
  EXPECT_EQ(r.workload.phases[0].processor.threads, "4");
  EXPECT_NEAR(r.work_s(0), 8, 1e-9);
  profile.host.logical_processors = 8;  // with room for all, waiting was their own wish
  EXPECT_EQ(Recorded(profile).workload.phases[0].processor.threads, "2");
}

TEST(ProfileWorkload, ABusyRecordingMachineMakesNoPauses) {
  Profile profile = run(4, 2);  // half of the time others had the processor
  look(profile, row(2, 1, 0), 1);
  look(profile, row(4, 2, 1), 2);
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 1u);
  EXPECT_EQ(r.workload.phases[0].processor.threads, "1");
  EXPECT_NEAR(r.work_s(0), 2, 1e-9);
}

TEST(ProfileWorkload, SleepStaysAPauseOnABusyRecordingMachine) {
  Profile profile = run(4, 1);  // ran for 1 s, stood in line for 1 s, slept for 2 s
  look(profile, row(2, 0.5, 0), 0.5);
  look(profile, row(4, 1, 0), 1);
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);
  EXPECT_DOUBLE_EQ(r.workload.phases[0].for_s, 2);
  EXPECT_NEAR(r.work_s(1), 1, 1e-9);
}

TEST(ProfileWorkload, ThreadsOfWhichOneStoodInLineRunTogetherElsewhere) {
  Profile profile = run(4, 4);  // two threads took turns on what one processor was left
  look(profile, row(4, 4, 2), 4);
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 1u);
  EXPECT_EQ(r.workload.phases[0].processor.threads, "2");
  EXPECT_NEAR(r.work_s(0), 4, 1e-9);
}

TEST(ProfileWorkload, WaitsForTheDriveAreAsLongAsTheDriveThereTakes) {
  Profile profile = run(10, 5);  // 2 GB read in five seconds of waiting, then five at work
  look(profile, row(5, 0, 0), 0, 1, 2'000'000'000);
  look(profile, row(10, 5, 1), 0, 0, 2'000'000'000);
  profile.totals.storage_read_b = 2'000'000'000;
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);
  EXPECT_EQ(r.workload.phases[0].storage.read_b, 2e9);
  EXPECT_EQ(r.workload.phases[0].for_s, 0);
  EXPECT_EQ(r.workload.phases[1].storage.read_b, 0);
  EXPECT_NEAR(r.work_s(1), 5, 1e-9);
}

TEST(ProfileWorkload, ManySmallRequestsStayAPause) {
  Profile profile = run(10, 5);  // 20 MB in five seconds is no drive's rate
  look(profile, row(5, 0, 0), 0, 1, 20'000'000);
  look(profile, row(10, 5, 1), 0, 0, 20'000'000);
  profile.totals.storage_read_b = 20'000'000;
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 3u);
  EXPECT_DOUBLE_EQ(r.workload.phases[0].for_s, 5);
  EXPECT_EQ(r.workload.phases[1].storage.read_b, 2e7);  // beside it
}

TEST(ProfileWorkload, BytesMoveWhenTheyDidAndTheNextPartWaitsForThem) {
  Profile profile = run(10, 10);
  look(profile, row(5, 5, 1), 0, 0, 3000, 700);
  look(profile, row(10, 10, 1), 0, 0, 3000, 700);
  profile.totals.storage_read_b = 3000;
  const Recorded r(profile);
  ASSERT_EQ(r.workload.phases.size(), 2u);
  EXPECT_EQ(r.workload.phases[0].storage.read_b, 3000);
  EXPECT_EQ(r.workload.phases[0].network_b, 700);
  EXPECT_EQ(r.workload.phases[1].storage.read_b, 0);
  EXPECT_EQ(r.workload.phases[1].network_b, 0);
  profile = run(10, 8);  // with more than one phase, it goes on beside them
  look(profile, row(5, 3, 1), 0, 0, 0, 700);
  look(profile, row(10, 8, 1), 0, 0, 0, 700);
  const Recorded several(profile);
  ASSERT_EQ(several.workload.phases.size(), 4u);
  EXPECT_EQ(several.workload.phases[2].name, "network 1");
  EXPECT_TRUE(several.workload.phases[2].follows_nothing);
  EXPECT_EQ(several.workload.phases[3].after,
            (std::vector<std::string>{"part 1, 1 thread", "network 1"}));
}

TEST(ProfileWorkload, EachPartNeedsTheMemoryThatItUsed) {
  Profile profile = run(10, 10);
  look(profile, row(5, 5, 1), 0);
  look(profile, row(10, 10, 1), 0);
  profile.observed.rows[1].memory_b = 5000;
  profile.totals.resident_most_b = 6000;  // between two looks
  const Recorded r(profile);
  EXPECT_EQ(r.workload.phases.at(0).memory_b, 1000);
  EXPECT_EQ(r.workload.phases.at(1).memory_b, 6000);
}

TEST(ProfileWorkload, HundredsOfThreadsBecomeFewPhases) {
  Profile profile = run(4, 0.01);
  double cpu_s = 0;
  for (int i = 1; i <= 200; ++i) {
    cpu_s += 0.02;
    look(profile, row(0.02 * i, cpu_s, 1), 0);
    profile.timeline.back().threads = 500;
    profile.observed.rows.back().ready_s = 0.01 * i * i;
  }
  profile.totals.user_s = cpu_s;
  const Recorded r(profile);
  EXPECT_LT(r.workload.phases.size(), 60u);
  double work_s = 0;
  for (std::size_t i = 0; i < r.workload.phases.size(); ++i) work_s += r.work_s(i);
  EXPECT_NEAR(work_s, 4, 1e-6);
}

TEST(ProfileWorkload, WorkAddsUpToTheCpuTimeWhateverTheTimeLineSays) {
  Profile profile = run(21, 30, 2);
  profile.timeline = {row(1, 0.4, 1), row(7, 9, 3), row(12, 9.1, 0), row(20.5, 29, 2)};
  const Recorded r(profile);
  double work_s = 0;
  for (std::size_t i = 0; i < r.workload.phases.size(); ++i) work_s += r.work_s(i);
  EXPECT_NEAR(work_s, 32, 1e-9);
}

TEST(ProfileWorkload, VectorsTakeTheirLicence) {
  Profile profile = run(1, 1);
  profile.snapshots.clear();
  add_snapshot(profile, TestWindow({0x62, 0xf1, 0x6d, 0x48, 0xfe, 0xcb}, 1), 1);  // vpaddd zmm
  const Recorded r(profile);
  const Character& wide = r.workload.characters.at("recorded");
  EXPECT_EQ(wide.vector_level, "avx512");
  EXPECT_NEAR(wide.vector_share, 1, 1e-9);
  EXPECT_EQ(Recorded(run(1, 1)).workload.characters.at("recorded").vector_level, "scalar");
}

}  // namespace
}  // namespace headroom

#include "replay/program_study.hpp"

#include <gtest/gtest.h>

#include "compute/parts.hpp"
#include "replay/profile_workload.hpp"
#include "replay/program_words.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

TimelineRow look(double time_s, double user_s, std::uint64_t resident_b, std::uint64_t read_b) {
  TimelineRow row;
  row.time_s = time_s;
  row.user_s = user_s;
  row.running = 2;
  row.resident_b = resident_b;
  row.read_b = read_b;
  return row;
}

/// Four seconds: two with one thread, two with both processors at work.
Profile four_seconds() {
  Profile profile;
  profile.command = {"adder", "--all"};
  profile.host.processor = "a processor";
  profile.host.logical_processors = 2;
  add_snapshot(profile, TestWindow(kAddChain, 1), 2);
  add_snapshot(profile, TestWindow(kAddChain, 1), 4);
  profile.snapshots[0].time_s = 1;
  profile.snapshots[1].time_s = 3;
  profile.totals.wall_s = 4;
  profile.totals.user_s = 6;
  for (int i = 1; i <= 4; ++i) {
    profile.timeline.push_back(look(i, i <= 2 ? i : 2 + 2 * (i - 2), 1000, i == 1 ? 500 : 500));
  }
  return profile;
}

Workload four_second_workload() {
  auto profile = std::make_shared<Profile>(four_seconds());
  RecordingHost host{read_processor(Library(), "xeon-w-2140b"), 4e9};
  auto code = std::make_shared<const ReplayedCode>(Library(), profile, host);
  return workload_of(*profile, code, "adder.hprof");
}

Phase phase_of(double work_instr, const std::string& threads, double for_s = 0) {
  Phase phase;
  phase.processor.work_instr = work_instr;
  phase.processor.threads = threads;
  phase.for_s = for_s;
  return phase;
}

TEST(ProgramStudy, SpreadsWhatHappenedBetweenTwoLooksEvenly) {
  const auto points = activity_of(four_seconds(), 2);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_DOUBLE_EQ(points[0].from_s, 0);
  EXPECT_DOUBLE_EQ(points[1].to_s, 4);
  EXPECT_DOUBLE_EQ(points[0].busy, 1);
  EXPECT_DOUBLE_EQ(points[1].busy, 2);
  EXPECT_DOUBLE_EQ(points[0].read_b_per_s, 250);  // 500 in its first second
  EXPECT_DOUBLE_EQ(points[1].read_b_per_s, 0);
  EXPECT_DOUBLE_EQ(points[1].resident_b, 1000);
}

// Half of the accesses come back after 8 others to other lines, half after one.
TEST(ProgramStudy, AMissCurveFallsWhereTheCacheHoldsWhatIsUsedAgain) {
  Profile profile;
  Snapshot snapshot;
  snapshot.instructions = 1'000'000'000;
  snapshot.accesses = 500'000'000;
  snapshot.data_reuse[reuse_bucket(1)] = 400'000'000;
  snapshot.data_reuse[reuse_bucket(1'000'000)] = 100'000'000;
  profile.snapshots.push_back(snapshot);
  const auto curve = miss_curve(profile, {1});
  ASSERT_FALSE(curve.empty());
  EXPECT_EQ(curve.front().size_b, 16384);
  // A fifth of the accesses, half an access an instruction: 100 in a thousand.
  EXPECT_NEAR(curve.front().misses, 100, 0.1);
  EXPECT_EQ(curve.back().misses, 0);  // 200000 lines are 12.8 MB
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_LE(curve[i].misses, curve[i - 1].misses);
  }
}

// 10 s on one thread, 20 s of work on up to two, 5 s of waiting, at 1e9 a second.
TEST(ProgramStudy, CoresShortenOnlyWhatHasThreadsForThem) {
  Workload workload;
  workload.phases = {phase_of(10e9, "1"), phase_of(20e9, "2"), phase_of(0, "", 5)};
  const auto steps = core_steps(workload, 1e9, 4);
  ASSERT_EQ(steps.size(), 4u);
  EXPECT_DOUBLE_EQ(steps[0].speed, 1);
  EXPECT_DOUBLE_EQ(steps[1].speed, 35.0 / 25);
  EXPECT_DOUBLE_EQ(steps[3].speed, 35.0 / 25);
  EXPECT_EQ(threads_most(workload), 2);
}

TEST(ProgramStudy, DoesNotCountThreadsThatRanForAMomentOnly) {
  Workload workload;
  workload.phases = {phase_of(10e9, "3"), phase_of(1e6, "4")};
  EXPECT_EQ(threads_most(workload), 3);
  workload.phases = {phase_of(10e9, "all")};
  EXPECT_EQ(threads_most(workload), 0);
}

TEST(ProgramStudy, TellsAChainOfAdditionsFromOtherPrograms) {
  auto workload = four_second_workload();
  workload.uncertainty = {{{"some reason", 0.31}}};
  const std::vector<Processor> processors{read_processor(Library(), "core-i9-9900k"),
                                          read_processor(Library(), "xeon-w-2140b")};
  const auto study = study_program(workload, processors, &processors[1]);
  EXPECT_EQ(study.command, "adder --all");
  EXPECT_EQ(study.kind, "a parallel program (1.5 of 2 processors busy on average), busy computing");
  EXPECT_NEAR(study.views[0].relative, 5.0 / 4, 0.01);
  EXPECT_NEAR(study.here.ipc(), 1, 0.01);
  EXPECT_EQ(study.judged().id, "xeon-w-2140b");
  EXPECT_EQ(study.beside_others, "");
  EXPECT_EQ(study_program(workload, processors).judged().id, "core-i9-9900k");
  EXPECT_EQ(study.improvements[0].what, "a clock 10 % higher");
  EXPECT_NE(study.help.find("a clock 10 % higher (+10 %)"), std::string::npos) << study.help;
  ASSERT_EQ(study.phases.size(), 2u);
  EXPECT_DOUBLE_EQ(study.phases[0].from_s, 0);
  EXPECT_DOUBLE_EQ(study.phases[0].to_s, 2);
  EXPECT_DOUBLE_EQ(study.phases[1].to_s, 4);
  EXPECT_TRUE(study.uncertainty.stated());
  EXPECT_GE(study.uncertainty.share(), 0.31);
}

TEST(ProgramStudy, SaysOfAnEmulatedRecordingWhatNeedsNoReplay) {
  Profile profile = four_seconds();
  profile.isa = "haswell";
  const auto study = study_recording(profile, "adder.hprof");
  EXPECT_FALSE(study.replayed());
  profile.own_core = {0.5, 300};
  profile.host.cores = profile.host.logical_processors;
  profile.host.features = {"hypervisor"};
  profile.host.pace.core = "zen-4";
  EXPECT_NE(study_recording(profile, "adder.hprof")
                .sentences.back()
                .find("While it was recorded, others worked on its cores for 50 % of the time"),
            std::string::npos);
  EXPECT_EQ(study.help, "");
  EXPECT_FALSE(study.sentences.empty());
  EXPECT_FALSE(study.activity.empty());
}

TEST(ProgramStudy, FindsNoRecordedCodeInADescribedWorkload) {
  EXPECT_EQ(recorded_code(read_workload(Library(), "compile")), nullptr);
  EXPECT_NE(recorded_code(four_second_workload()), nullptr);
}

TEST(ProgramWords, NameWhatHoldsAProgramUp) {
  ReplayCounts mean;
  mean.cycles = 2;
  mean.base = 1;
  mean.memory = 0.7;
  mean.branch = 0.3;
  EXPECT_STREQ(most_held_up(mean).part->held_up, "memory");
  EXPECT_DOUBLE_EQ(most_held_up(mean).share, 0.35);
  EXPECT_EQ(cache_size(32768), "32 KiB");
  EXPECT_EQ(cache_size(1.5 * (1 << 20)), "1.5 MiB");
}

}  // namespace
}  // namespace headroom

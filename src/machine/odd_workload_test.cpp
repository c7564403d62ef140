#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

std::string own_workload(const std::string& phases) {
  return "id = \"own\"\nsource = \"assumed: for a test\"\n"
         "[characters.plain]\nsource = \"assumed: for a test\"\nparallelism = 3\n"
         "mispredicts = 1\ncache_sizes = \"32, 1024 KiB\"\nmisses = [5, 1]\n"
         "memory_parallelism = 2\n" +
         phases;
}

Workload read_own(const std::string& phases) {
  const TemporaryFolder folder;
  return read_rested_workload(library(), folder.write("own.toml", own_workload(phases)));
}

TEST(WrongWorkload, IsRefusedWithAReason) {
  const std::string work = "[phase.processor]\nwork = \"1 Ginstr\"\n";
  const std::pair<std::string, const char*> cases[] = {
      {"", "no phase"},
      {"[[phase]]\n", "asks nothing"},
      {"[[phase]]\nname = \"a\"\nafter = [\"a\"]\n" + work, "wait for each other"},
      {"[[phase]]\nname = \"a\"\nafter = [\"b\"]\n" + work + "[[phase]]\nname = \"b\"\n" + work,
       "wait for each other"},
      {"[[phase]]\nafter = [\"nobody\"]\n" + work, "does not exist"},
      {"[[phase]]\n" + work + "threads = \"0\"\n", "number of threads"},
      {"[[phase]]\n" + work + "threads = \"-4\"\n", "number of threads"},
      {"[[phase]]\n" + work + "threads = \"many\"\n", "number of threads"},
      {"[[phase]]\n" + work + "character = \"fancy\"\n", "no character"},
      {"[[phase]]\n[phase.processor]\nwork = \"1e300 Ginstr\"\n", "work"},
      {"[[phase]]\n[phase.processor]\nwork = \"-1 Ginstr\"\n", "work"},
      {"[[phase]]\nfor = \"nan s\"\n" + work, "for"}};
  for (const auto& [phases, says] : cases) {
    const auto said = input_error([&, text = phases] { (void)read_own(text); });
    EXPECT_NE(said.find(says), std::string::npos) << phases << "\nsaid: " << said;
  }
}

/// Runs for `for_s`, but stops after four hundred thousand steps: then `too_long` is true.
RunResult watched(const Workload& load, double for_s, bool& too_long) {
  struct Watch {
    int left = 100;  // calls, 4096 steps apart
  } watch;
  RunOptions options;
  options.for_s = for_s;
  options.progress_context = &watch;
  options.progress = [](void* context, double, double) {
    return --static_cast<Watch*>(context)->left > 0;
  };
  auto result = run(machine("imac-pro-2017"), load, {}, options);
  too_long = watch.left <= 0;
  return result;
}

TEST(StrangeWorkload, EndsInReasonableTime) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "[[phase]]\n[phase.processor]\nwork = \"1 Ginstr\"\n";
  const std::string cases[] = {
      // awake for no part of the time
      "[[phase]]\nfor = \"10 s\"\n[phase.processor]\nbusy = 0\n",
      // all of it serial, with the worst of locks
      "[[phase]]\n[phase.processor]\nwork = \"10 Ginstr\"\nserial = 1\nsync = 1\n",
      // a deadline that cannot be kept
      "[[phase]]\nfor = \"10 s\"\n[phase.processor]\nwork = \"1e6 Ginstr\"\nperiod = \"1 ms\"\n",
      many};
  for (const auto& phases : cases) {
    bool too_long = false;
    expect_sane(watched(read_own(phases), 20, too_long));
    EXPECT_FALSE(too_long) << phases.substr(0, 200);
  }
}

TEST(StrangeWorkload, OfAlmostNoWorkThatStartsAgainAndAgainEnds) {
  const auto load = read_own("[[phase]]\n[phase.processor]\nwork = \"1 Minstr\"\n");
  bool too_long = false;
  const auto result = watched(load, 60, too_long);
  expect_sane(result);
  EXPECT_FALSE(too_long);
  EXPECT_EQ(result.summary.repeats.size(), 1u);
  ASSERT_FALSE(result.summary.warnings.empty());
  EXPECT_NE(result.summary.warnings[0].find("too short to be repeated"), std::string::npos);
}

TEST(StrangeWorkload, WithADeadlineButNoEndIsRefused) {
  const std::string phases =
      "[[phase]]\n[phase.processor]\nwork = \"1 Ginstr\"\nperiod = \"1 s\"\n";
  EXPECT_THROW(read_own(phases), InputError);
}

TEST(WhatAMachineLacks, IsSaidBeforeTheRun) {
  Machine bare = machine("imac-pro-2017");
  bare.gpus.clear();
  EXPECT_NE(input_error([&] { (void)run(bare, workload("furmark"), {}); }).find("graphics"),
            std::string::npos);
  Machine small = machine("imac-pro-2017");
  small.memory.capacity_b = 1e6;
  EXPECT_NE(input_error([&] { (void)run(small, workload("compile"), {}); }).find("memory"),
            std::string::npos);
}

TEST(WhatAMachineLacks, IsNotMissedByOtherWork) {
  Machine bare = machine("imac-pro-2017");
  bare.gpus.clear();
  RunOptions options;
  options.for_s = 60;
  expect_sane(run(bare, workload("prime95-small"), {}, options));
}

/// Bursts of wide code between plain code, none long.
Workload bursts(int pairs) {
  std::string phases =
      "[characters.wide]\nsource = \"assumed: for a test\"\nparallelism = 3\nmispredicts = 1\n"
      "cache_sizes = \"32, 1024 KiB\"\nmisses = [5, 1]\nmemory_parallelism = 2\n"
      "vector_share = 0.8\nvector_level = \"avx512\"\n";
  for (int i = 0; i < pairs; ++i) {
    for (const char* kind : {"wide", "plain"}) {
      phases += "[[phase]]\nfor = \"2 ms\"\n[phase.processor]\ncharacter = \"" + std::string(kind) +
                "\"\n";
    }
  }
  return read_own(phases);
}

TEST(VectorLicence, ChangesCostWhatWasMeasured) {
  // 14 us at a quarter, 10 us still; 670 us at three quarters of the clock, 10 us still.
  Machine with = machine("imac-pro-2017"), without = with;
  without.cpu.microarchitecture.licence = {};
  const auto load = bursts(50);
  const auto paid = run(with, load, {}), free = run(without, load, {});
  ASSERT_NEAR(paid.summary.length_s, 0.2, 1e-6);
  const double done = paid.summary.repeats.at(0).work_instr,
               could = free.summary.repeats.at(0).work_instr;
  // Of each 4 ms: wide code loses 0.75 x 14 + 10 us of 2 ms, plain code 10 us and, for 670 us,
  // somewhat less than a quarter of its rate, since memory does not slow down with the clock.
  EXPECT_LT(done, could * (1 - 0.5 * (20.5 + 10 + 0.1 * 670) / 2000));
  EXPECT_GT(done, could * (1 - 0.5 * (20.5 + 10 + 0.25 * 670) / 2000) * 0.995);
}

TEST(ManyPhases, ThatRunTogetherAreNoBurden) {
  std::string phases;
  for (int i = 0; i < 2000; ++i) {
    phases += "[[phase]]\nname = \"p" + std::to_string(i) +
              "\"\nafter = \"start\"\n[phase.processor]\nwork = \"" + std::to_string(1 + i % 7) +
              " Minstr\"\ncharacter = \"plain\"\n";
  }
  const auto result = run(machine("imac-pro-2017"), read_own(phases), {});
  ASSERT_EQ(result.summary.repeats.size(), 1U);
  double asked = 0;
  for (int i = 0; i < 2000; ++i) asked += (1 + i % 7) * 1e6;
  EXPECT_NEAR(result.summary.repeats[0].work_instr, asked, 1e-6 * asked);
}

}  // namespace
}  // namespace headroom

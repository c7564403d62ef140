#include "cli/own_workload.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "machine/run.hpp"
#include "profile/profile_file.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

/// A recording of ten seconds of dependent additions at 4 GHz, in a file.
class OwnWorkload : public testing::Test {
 protected:
  OwnWorkload() {
    add_snapshot(profile_, TestWindow(kAddChain, 1), 5);
    add_snapshot(profile_, TestWindow(kAddChain, 1), 5);
    profile_.command = {"adder", "--all"};
    profile_.recorded_at = "2024-05-01T10:00:00Z";
    profile_.host.processor = "a processor";
    profile_.host.logical_processors = profile_.host.cores = 4;
    profile_.host.pace = {"zen-4", 4e9, 32768, 1 << 20, 16 << 20, 3.5e-9, 12e-9, 90e-9, 20e9};
    profile_.totals.wall_s = profile_.totals.user_s = 10;
  }
  ~OwnWorkload() override { std::filesystem::remove(path()); }
  static std::string path() {
    return (std::filesystem::temp_directory_path() / "headroom-own-workload.hprof").string();
  }
  std::string written() const {
    write_profile(profile_, path());
    return path();
  }

  Library library_;
  Profile profile_;
};

TEST_F(OwnWorkload, KnowsARecordingByItsName) {
  EXPECT_TRUE(is_recorded(library_, "folder/build.hprof"));
  EXPECT_TRUE(is_recorded(library_, "recordings/x264"));
  EXPECT_FALSE(is_recorded(library_, "compile"));
  EXPECT_FALSE(is_recorded(library_, "my-workload.toml"));
}

TEST_F(OwnWorkload, HasTheInstructionsOfTheRecordedSeconds) {
  const Workload workload = load_workload(library_, written(), {});
  EXPECT_EQ(workload.name, "adder --all");
  double instructions = 0;
  for (const auto& phase : workload.phases) instructions += phase.processor.work_instr;
  EXPECT_NEAR(instructions, 10 * 4e9, 0.01 * 4e10);  // one a cycle
}

// One addition a cycle, on any core: 40e9 of them at 4.2 GHz or a little below.
TEST_F(OwnWorkload, RunsOnAMachineAtItsClock) {
  const Workload workload = load_workload(library_, written(), {});
  const Machine machine = assemble(library_, Configuration::parse("imac-pro-2017"));
  RunOptions options;
  const RunResult result = run(machine, workload, Surroundings{}, options);
  EXPECT_GT(result.summary.length_s, 40 / 4.3);
  EXPECT_LT(result.summary.length_s, 40 / 3.6);
}

TEST_F(OwnWorkload, AsksForTheHostWhereTheProfileDoesNotTell) {
  profile_.host.pace = {};
  try {
    load_workload(library_, written(), {});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("how fast the machine was"), std::string::npos);
    EXPECT_NE(error.problems().front().help.find("--host"), std::string::npos);
  }
}

TEST_F(OwnWorkload, RefusesEmulatedRecordingsAndChangesOfTheirNumbers) {
  EXPECT_THROW(load_workload(library_, written(), {}, {{"workload.repeat", "2"}}), InputError);
  profile_.isa = "haswell";
  EXPECT_THROW(load_workload(library_, written(), {}), InputError);
}

// The same instructions on as many threads, whoever asks for them.
TEST_F(OwnWorkload, ThatRestsOnARecordingTakesAsLongAsTheRecordingItself) {
  const Workload recorded = load_workload(library_, "clang", {});
  std::string text =
      "source = \"mine: a test\"\n[characters.like]\nrecording = \"clang\"\n"
      "[result]\nmetric = \"time_s\"\nunit = \"s\"\nkind = \"time\"\n";
  for (const Phase& phase : recorded.phases) {
    text += fmt::format("[[phase]]\nname = \"{}\"\nafter = {}\nnetwork = \"{} B\"\n", phase.name,
                        phase.after, phase.network_b);
    if (phase.for_s > 0) text += fmt::format("for = \"{} s\"\n", phase.for_s);
    if (phase.processor.work_instr > 0) {
      text += fmt::format("[phase.processor]\nwork = \"{} instr\"\nthreads = \"{}\"\n",
                          phase.processor.work_instr, phase.processor.threads);
    }
    if (phase.storage.read_b + phase.storage.write_b > 0) {
      text += fmt::format("[phase.storage]\nread = \"{} B\"\nwrite = \"{} B\"\n",
                          phase.storage.read_b, phase.storage.write_b);
    }
  }
  const auto file = std::filesystem::temp_directory_path() / "headroom-rests-on-clang.toml";
  std::ofstream(file, std::ios::binary) << text;
  const Workload rested = load_workload(library_, file.string(), {});
  std::filesystem::remove(file);
  for (const char* id : {"imac-pro-2017", "mac-pro-2013"}) {
    const Machine machine = assemble(library_, Configuration::parse(id));
    const auto ours = run(machine, rested, Surroundings{}, {}).summary;
    const auto its = run(machine, recorded, Surroundings{}, {}).summary;
    EXPECT_NEAR(ours.length_s, its.length_s, 1e-3 * its.length_s) << id;
    EXPECT_NEAR(ours.energy_j, its.energy_j, 1e-3 * its.energy_j) << id;
  }
}

TEST_F(OwnWorkload, KeepsThePaceOfTheRecordingMachineInTheFile) {
  const auto pace = read_profile(written()).host.pace;
  EXPECT_EQ(pace.core, "zen-4");
  EXPECT_EQ(pace.clock_hz, 4e9);
  EXPECT_EQ(pace.memory_s, 90e-9);
  EXPECT_EQ(pace.stream_b_per_s, 20e9);
}

}  // namespace
}  // namespace headroom

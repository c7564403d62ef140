#include "replay/rested_workload.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "profile/profile_file.hpp"
#include "replay/character_study.hpp"
#include "replay/recording.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

const Library& library() {
  static const Library built_in;
  return built_in;
}

/// A workload of the user's own in a folder that goes away, where recordings may lie.
class RestedWorkload : public testing::Test {
 protected:
  RestedWorkload() { fs::create_directories(folder_); }
  ~RestedWorkload() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  Workload read(const std::string& recording, const std::string& more = {}) const {
    const std::string file = path("own.toml");
    std::ofstream(file, std::ios::binary)
        << "[characters.like]\nrecording = \"" << recording << "\"\nsource = \"mine: a test\"\n"
        << more
        << "[[phase]]\nname = \"a\"\nsource = \"mine: a test\"\n[phase.processor]\n"
           "work = \"40 Ginstr\"\nthreads = \"1\"\n";
    return read_rested_workload(library(), file);
  }

  Problem problem_with(const std::string& recording) const {
    try {
      read(recording);
    } catch (const InputError& error) {
      EXPECT_EQ(error.problems().size(), 1u);
      return error.problems().front();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
  }

  /// Ten seconds of additions that wait for each other: one a cycle, on any core.
  static Profile adder() {
    Profile profile;
    add_snapshot(profile, TestWindow(kAddChain, 1), 5);
    add_snapshot(profile, TestWindow(kAddChain, 1), 5);
    profile.command = {"adder"};
    profile.recorded_at = "2024-05-01T10:00:00Z";
    profile.host.processor = "a processor";
    profile.host.logical_processors = profile.host.cores = 4;
    profile.host.pace = {"zen-4", 4e9, 32768, 1 << 20, 16 << 20, 3.5e-9, 12e-9, 90e-9, 20e9};
    profile.totals.wall_s = profile.totals.user_s = 10;
    return profile;
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("headroom-rested-" + std::to_string(::getpid()));
};

/// Instructions a second on a processor of the catalogue.
double rate(const Character& character, const char* processor, int threads, double clock_hz) {
  const Processor p = read_processor(library(), processor);
  MemorySystem memory;
  memory.rate_hz = p.memory_rate_hz;
  memory.channels = p.memory_channels;
  return CoreModel(p, memory).rate(character, threads, clock_hz).instr_per_s;
}

TEST_F(RestedWorkload, GoesAtThePaceOfItsRecording) {
  write_profile(adder(), path("adder.hprof"));
  const Workload workload = read("adder.hprof");
  const Character& character = workload.characters.at("like");
  EXPECT_EQ(character.recording, "adder.hprof");
  EXPECT_NEAR(rate(character, "xeon-w-2140b", 1, 4e9), 4e9, 0.01e9);
  EXPECT_NEAR(rate(character, "xeon-e5-1680v2", 1, 3e9), 3e9, 0.01e9);
}

TEST_F(RestedWorkload, OfALibrarysRecordingIsThatRecordingsCode) {
  const auto profile = ready_for_replay(recorded_profile(library(), "clang"), "clang");
  const ReplayedCode code(library(), profile, described_host(library(), *profile, "clang"));
  const Workload workload = read("clang");
  for (const char* id : {"xeon-w-2140b", "core-i9-9900k", "xeon-e5-1680v2"}) {
    const Processor processor = read_processor(library(), id);
    const CodeTerms own = workload.characters.at("like").code->on(processor, 1, 1);
    const CodeTerms recorded = code.on(processor, 1, 1);
    EXPECT_EQ(own.base, recorded.base) << id;
    EXPECT_EQ(own.branch, recorded.branch) << id;
    EXPECT_EQ(own.l3_waits, recorded.l3_waits) << id;
    EXPECT_EQ(own.memory_lines, recorded.memory_lines) << id;
  }
}

TEST_F(RestedWorkload, ReadAgainOrByOtherThreadsRestsOnTheSameCode) {
  const auto first = read("xz").characters.at("like");
  Library searched = library();  // as a fit that tries another number
  FittedTable fitted = searched.fitted();
  fitted.set({"machines/imac-pro-2017/board.idle", "7 W", "a test"});
  searched.set_fitted(fitted);
  std::array<Workload, 4> others;
  {
    std::vector<std::jthread> threads;
    for (auto& other : others) {
      threads.emplace_back([&] { other = read_rested_workload(searched, path("own.toml")); });
    }
  }
  for (const auto& other : others) {
    EXPECT_EQ(other.characters.at("like").code, first.code);
  }
}

TEST_F(RestedWorkload, ChangesWithTheCatalogueThatItIsReplayedOn) {
  const auto copy = [&](const char* kind, const char* id, std::string_view from, const char* to) {
    std::string text = library().text(std::string(kind) + "/" + id + ".toml");
    if (!from.empty()) {
      const auto at = text.find(from);
      ASSERT_NE(at, text.npos) << id;
      text.replace(at, from.size(), to);
    }
    fs::create_directories(path(kind));
    std::ofstream(path(std::string(kind) + "/" + id + ".toml")) << text;
  };
  for (const auto& id : library().ids("pipelines")) {
    // Another text, the same numbers: a code of its own is made, and is the same.
    copy("pipelines", id.c_str(), {}, "");
  }
  copy("microarchitectures", "zen-4", "window = 320", "window = 100");
  fs::create_directories(path("recordings"));
  std::ofstream(path("recordings/xz.hprof"), std::ios::binary) << library().recording("xz");
  const auto built_in = read("xz").characters.at("like");
  const auto other =
      read_rested_workload(Library(path("")), path("own.toml")).characters.at("like");
  EXPECT_NE(other.code, built_in.code);
}

TEST_F(RestedWorkload, TakesItsVectorsFromTheRecordingOrTheFile) {
  const auto plain = read("x264").characters.at("like");
  EXPECT_EQ(plain.vector_level, "avx2");
  EXPECT_GT(plain.vector_share, 0.2);
  EXPECT_DOUBLE_EQ(plain.switching, 1 + plain.vector_share);
  const auto told = read("x264", "vector_share = 0.1\nswitching = 0.9\n").characters.at("like");
  EXPECT_EQ(told.vector_share, 0.1);
  EXPECT_EQ(told.switching, 0.9);
  EXPECT_EQ(told.code, plain.code);
}

TEST_F(RestedWorkload, SuggestsTheRecordingThatWasMeant) {
  const auto problem = problem_with("blendr");
  EXPECT_EQ(problem.what, "no recording is called 'blendr'");
  EXPECT_EQ(problem.help, "did you mean 'blender'?");
  EXPECT_EQ(problem.place.text, "recording = \"blendr\"");
}

TEST_F(RestedWorkload, RefusesARecordingThatIsMissingDamagedOrOfAnEmulator) {
  EXPECT_NE(problem_with("none.hprof").what.find("cannot open"), std::string::npos);
  auto bytes = encode_profile(adder());
  bytes.resize(bytes.size() / 2);
  std::ofstream(path("cut.hprof"), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const auto cut = problem_with("cut.hprof");
  EXPECT_NE(cut.what.find("cut.hprof"), std::string::npos) << cut.what;
  EXPECT_EQ(cut.place.line, 2);
  Profile emulated = adder();
  emulated.isa = "haswell";
  write_profile(emulated, path("emulated.hprof"));
  EXPECT_NE(problem_with("emulated.hprof").what.find("emulator"), std::string::npos);
}

TEST_F(RestedWorkload, IsNotTakenForTheRecordedProgramItself) {
  EXPECT_EQ(recorded_code(read("lua")), nullptr);
}

// Second threads of a core and more of a third cache's users may cost a little.
TEST_F(RestedWorkload, OfTheCatalogueGainsByMoreThreads) {
  int rested = 0;
  for (const auto& id : library().ids("workloads")) {
    for (const auto& [name, code] : read_rested_workload(library(), id).characters) {
      if (code.recording.empty()) continue;
      ++rested;
      double before = 0;
      for (const int threads : {1, 4, 8, 9, 16}) {
        const double now = rate(code, "xeon-w-2140b", threads, 3.9e9);
        EXPECT_GT(now, 0.98 * before) << id << " with " << threads << " threads";
        before = now;
      }
    }
  }
  EXPECT_GT(rested, 0);
}

}  // namespace
}  // namespace headroom

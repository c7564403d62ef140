#include "compute/parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "compute/core_model.hpp"
#include "workload/workload.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library built_in;
  return built_in;
}

template <class Read>
std::vector<Problem> problems_of(Read&& read) {
  try {
    read();
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

/// The text of a file of the catalogue with something replaced, as a user's own file.
std::string changed(const std::string& path, const std::string& from, const std::string& to) {
  std::string text = library().text(path);
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  text.replace(at, from.size(), to);
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("headroom_parts_") + test->name() + ".toml");
  std::ofstream(file) << text;
  return file.string();
}

std::vector<Problem> processor_with(const std::string& from, const std::string& to) {
  const auto file = changed("processors/xeon-w-2140b.toml", from, to);
  return problems_of([&] { read_processor(library(), file); });
}

TEST(Parts, EveryOneOfTheCatalogueReads) {
  auto read = [](const char* kind, auto&& reader) {
    EXPECT_FALSE(library().ids(kind).empty()) << kind;
    for (const auto& id : library().ids(kind)) {
      for (const auto& problem : problems_of([&] {
             const auto part = reader(id);
             EXPECT_EQ(part.id, id);
             EXPECT_FALSE(part.name.empty());
           })) {
        ADD_FAILURE() << render(problem);
      }
    }
  };
  read("microarchitectures", [](auto& id) { return read_microarchitecture(library(), id); });
  read("processors", [](auto& id) { return read_processor(library(), id); });
  read("graphics", [](auto& id) { return read_graphics(library(), id); });
}

TEST(Parts, EveryProcessorOfTheCatalogueIsPossible) {
  for (const auto& id : library().ids("processors")) {
    const auto p = read_processor(library(), id);
    EXPECT_EQ(p.die.core_tiles.size(), static_cast<std::size_t>(p.cores)) << id;
    EXPECT_EQ(p.cores, std::round(p.cores)) << id;
    EXPECT_GE(p.turbo_hz.back(), p.base_hz) << id;  // turbo of all cores is at least the base
    EXPECT_LE(p.licence_avx512, p.licence_avx2) << id;
    EXPECT_GE(p.pl2_w, p.pl1_w) << id;
  }
}

TEST(Parts, NoCodeOfTheCatalogueLosesMuchByAnotherThread) {
  // Second threads crowd caches: codes that stream through memory lose a little,
  // none more than 2 % by one thread.
  std::vector<Character> codes;
  for (const auto& id : library().ids("workloads")) {
    for (const auto& [name, code] : read_workload(library(), id).characters) {
      if (code.recording.empty()) codes.push_back(code);  // replay tests those that rest on one
    }
  }
  for (const auto& id : library().ids("processors")) {
    const auto p = read_processor(library(), id);
    MemorySystem memory;
    memory.rate_hz = p.memory_rate_hz;
    memory.channels = p.memory_channels;
    const CoreModel cores(p, memory);
    for (const auto& code : codes) {
      double before = 0;
      for (int threads = 1; threads <= p.cores * p.threads_per_core; ++threads) {
        const double now = cores.rate(code, threads, p.turbo_hz.back()).instr_per_s;
        EXPECT_GT(now, 0.98 * before) << id << ", " << threads << " threads of: " << code.note;
        before = now;
      }
    }
  }
}

TEST(Parts, OfTheIMacProAreThoseThatWerePublished) {
  const auto p = read_processor(library(), "xeon-w-2140b");
  EXPECT_EQ(p.cores, 8);
  EXPECT_DOUBLE_EQ(p.base_hz, 3.2e9);
  EXPECT_DOUBLE_EQ(p.turbo_hz.front(), 4.2e9);
  EXPECT_DOUBLE_EQ(p.turbo_hz.back(), 3.9e9);
  EXPECT_EQ(p.microarchitecture.id, "skylake-sp");
  EXPECT_DOUBLE_EQ(p.microarchitecture.caches.l2_b, 1048576);
  const auto g = read_graphics(library(), "radeon-pro-vega-56");
  EXPECT_NEAR(g.peak_flop_per_s(g.boost_hz), 8.96e12, 1e9);
  EXPECT_DOUBLE_EQ(g.memory_b, 8e9);
}

TEST(Parts, KeepTheSourceOfEveryNumber) {
  std::vector<Provenance> provenance;
  read_processor(library(), "xeon-w-2140b", &provenance);
  auto row = [&](const std::string& path) {
    const auto it = std::ranges::find(provenance, path, &Provenance::path);
    EXPECT_NE(it, provenance.end()) << path;
    return it == provenance.end() ? Provenance{} : *it;
  };
  EXPECT_EQ(row("cpu.base").written, "3.2 GHz");
  EXPECT_TRUE(row("cpu.licence_avx2").source.starts_with("derived: W-2104"));
  EXPECT_TRUE(row("cpu.die.width").source.starts_with("memory:"));
  EXPECT_EQ(row("microarchitecture.core.window").written, "224");
  for (const auto& each : provenance) EXPECT_FALSE(each.source.empty()) << each.path;
}

TEST(Parts, RefuseAProcessorThatContradictsItself) {
  const std::pair<const char*, const char*> turbos[] = {
      {"turbo_cores = [2, 4, 8]", "turbo_cores = [2, 8]"},  // clocks left over
      {"turbo_cores = [2, 4, 8]", "turbo_cores = [4, 2, 8]"},
      {"turbo = \"4.2, 4.0, 3.9 GHz\"", "turbo = \"3.9, 4.0, 4.2 GHz\""}};
  for (const auto& [from, to] : turbos) {
    const auto problems = processor_with(from, to);
    ASSERT_EQ(problems.size(), 1u) << to;
    EXPECT_TRUE(problems[0].what.starts_with("the turbo table needs rising core counts")) << to;
  }
  EXPECT_EQ(processor_with("[2, 4, 8]", "[2, 4, 6]").at(0).what,
            "the turbo table ends at 6 cores of 8");
  EXPECT_EQ(processor_with("pl2 = \"168 W\"", "pl2 = \"139 W\"").at(0).what, "pl2 is below pl1");
}

TEST(Parts, RefuseCoresThatHaveNoTileOfTheirOwn) {
  for (const auto* tiles : {"[0, 1, 3, 5, 6, 8, 10]", "[0, 1, 3, 5, 6, 8, 10, 10]",
                            "[0, 1, 3, 5, 6, 8, 10, 12]", "[-1, 1, 3, 5, 6, 8, 10, 11]"}) {
    const auto problems = processor_with("[0, 1, 3, 5, 6, 8, 10, 11]", tiles);
    ASSERT_EQ(problems.size(), 1u) << tiles;
    EXPECT_EQ(problems[0].what, "core_tiles needs 8 different tiles below 12");
  }
}

TEST(Parts, GiveCoresTheFirstTilesWhenNoneAreNamed) {
  const auto file = changed("processors/xeon-w-2140b.toml",
                            "core_tiles = [0, 1, 3, 5, 6, 8, 10, 11]\n\n[die.sources]\ncore_tiles",
                            "\n[die.sources]\nrows");
  const auto p = read_processor(library(), file);
  EXPECT_EQ(p.die.core_tiles, (std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Parts, SayOnceThatAProcessorLacksItsCores) {
  const auto problems = processor_with("cores = 8", "");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "the file lacks 'cores' (cores)");
}

TEST(Parts, SuggestTheMicroarchitectureThatWasMeant) {
  const auto problems =
      processor_with("microarchitecture = \"skylake-sp\"", "microarchitecture = \"skylake\"");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "no microarchitecture is called 'skylake'");
  EXPECT_EQ(problems[0].help, "did you mean 'skylake-sp'?");
  EXPECT_EQ(processor_with("microarchitecture = \"skylake-sp\"", "").at(0).what,
            "the processor lacks 'microarchitecture'");
}

TEST(Parts, RefuseAVoltageCurveThatFalls) {
  const auto file = changed("microarchitectures/skylake-sp.toml", "clock_high = \"3.92 GHz\"",
                            "clock_high = \"2.9 GHz\"");
  const auto problems = problems_of([&] { read_microarchitecture(library(), file); });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "the voltage curve must rise from its lower to its upper point");
  EXPECT_EQ(problems[0].place.text, "clock_high = \"2.9 GHz\"");
}

TEST(Parts, RefuseClockStatesThatDoNotRise) {
  for (const auto* states : {"852, 991, 1138 MHz", "852, 852, 1138, 1250 MHz"}) {
    const auto file =
        changed("graphics/radeon-pro-vega-56.toml", "852, 991, 1138, 1250 MHz", states);
    const auto problems = problems_of([&] { read_graphics(library(), file); });
    ASSERT_EQ(problems.size(), 1u) << states;
    EXPECT_TRUE(problems[0].what.starts_with("the clock states need rising clocks")) << states;
  }
}

/// A file of this test's own.
std::string own_file(const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("headroom_parts_") + test->name() + ".toml");
  std::ofstream(file) << text;
  return file.string();
}

TEST(PartsThatExtend, HaveTheOthersNumbersButTheirOwn) {
  const auto file = own_file(
      "extends = \"zen-4\"\nname = \"Mine\"\n[caches]\nsource = \"mine: a test\"\nl2_cycles = "
      "20\n");
  std::vector<Provenance> rows;
  const auto part = read_microarchitecture(library(), file, &rows);
  const auto base = read_microarchitecture(library(), "zen-4");
  EXPECT_EQ(part.name, "Mine");
  EXPECT_EQ(part.caches.l2_cycles, 20);
  EXPECT_EQ(part.caches.l2_b, base.caches.l2_b);
  EXPECT_EQ(part.silicon.leakage_w, base.silicon.leakage_w);
  EXPECT_EQ(part.idle_states.size(), base.idle_states.size());
  std::vector<std::string> paths, sources;
  for (const auto& row : rows) {
    paths.push_back(row.path);
    if (row.path == "microarchitecture.caches.l2_cycles") sources.push_back(row.source);
  }
  EXPECT_EQ(sources, std::vector<std::string>{"mine: a test"});  // once, and its own
  std::ranges::sort(paths);
  EXPECT_EQ(std::ranges::adjacent_find(paths), paths.end());
}

TEST(PartsThatExtend, MayHaveOtherCoresThanTheOther) {
  const auto file = own_file(
      "extends = \"core-i7-7700k\"\nsource = \"mine: a test\"\ncores = 2\n"
      "turbo_cores = [1, 2]\n[die]\nsource = \"mine: a test\"\ncore_tiles = [1, 2]\n");
  const auto part = read_processor(library(), file);
  EXPECT_EQ(part.cores, 2);
  EXPECT_EQ(part.die.core_tiles, (std::vector<double>{1, 2}));
  EXPECT_EQ(part.pl1_w, 91);
  EXPECT_EQ(part.microarchitecture.id, "kaby-lake");
}

TEST(PartsThatExtend, InACircleAreRefused) {
  const auto first = own_file("");
  const auto second = first + ".second.toml";
  std::ofstream(first) << "extends = \"" << second << "\"\n";
  std::ofstream(second) << "extends = \"" << first << "\"\n";
  const auto problems = problems_of([&] { read_graphics(library(), first); });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].what.find("extends itself in the end"), std::string::npos);
}

TEST(PartsThatExtend, ReplaceTheOthersListOfIdleStates) {
  const auto file = own_file(
      "extends = \"zen-4\"\n[[idle_state]]\nname = \"only\"\nsource = \"mine: a test\"\n"
      "exit = \"1 us\"\nresidency = \"2 us\"\n");
  const auto part = read_microarchitecture(library(), file);
  ASSERT_EQ(part.idle_states.size(), 1u);
  EXPECT_EQ(part.idle_states[0].name, "only");
}

TEST(Parts, RefuseAFractionOfACoreOrUnit) {
  const auto refused = [](auto&& read, const std::string& path) {
    const auto problems = problems_of([&] {
      ChangeSet changes({{path, "6.5"}});
      read(changes);
    });
    ASSERT_FALSE(problems.empty()) << path;
    EXPECT_NE(problems[0].what.find("must be a whole number"), std::string::npos)
        << problems[0].what;
  };
  for (const auto* path : {"cpu.memory_channels", "cpu.die.columns", "cpu.die.rows"}) {
    refused([](auto& c) { read_processor(library(), "xeon-w-2140b", nullptr, &c); }, path);
  }
  for (const auto* path : {"gpu.compute_units", "gpu.lanes_per_unit"}) {
    refused([](auto& c) { read_graphics(library(), "radeon-pro-vega-56", nullptr, &c); }, path);
  }
  const auto problems = processor_with("\ncores = 8\n", "\ncores = 8.5\n");
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].what, "'cores' is 8.5: must be a whole number");
  const auto threads = processor_with("threads_per_core = 2", "threads_per_core = 1.5");
  ASSERT_FALSE(threads.empty());
  EXPECT_EQ(threads[0].what, "'threads_per_core' is 1.5: must be a whole number");
}

}  // namespace
}  // namespace headroom

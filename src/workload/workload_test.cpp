#include "workload/workload.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace headroom {
namespace {

const Library& library() {
  static const Library built_in;
  return built_in;
}

/// Reads a text as a user's own file.
Workload read(const std::string& text, const std::vector<Change>& changes = {},
              const CharacterOfRecording& of_recording = {}) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto path = std::filesystem::path(testing::TempDir()) /
                    (std::string("headroom_workload_") + test->name() + ".toml");
  std::ofstream(path, std::ios::binary) << text;
  return read_workload(library(), path.string(), changes, of_recording);
}

std::vector<Problem> problems_of(const std::string& text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

constexpr const char* kHead = R"(
name = "Test"
[characters.plain]
source = "mine: a test"
parallelism = 3
mispredicts = 5
cache_sizes = "32, 1024 KiB"
misses = [20, 5]
)";

constexpr const char* kTwoPhases = R"(
[[phase]]
source = "mine: a test"
memory = "4 GB"
[phase.processor]
work = "20 Ginstr"
threads = "4"
serial = "5 %"
sync = 0.01
[phase.storage]
read = "1 GB"
[[phase]]
name = "render"
source = "mine: a test"
for = "2 min"
[phase.graphics]
busy = 0.5
[phase.graphics.system]
macos = 0.9
[result]
source = "mine: a test"
metric = "score"
unit = "points"
kind = "rate"
scale = 1e-6
)";

/// A workload of the phases given, which all have a source.
std::string with(const std::string& phases) {
  return kHead + phases;
}

std::string phase(const std::string& name, const std::string& after = {}) {
  return "[[phase]]\nname = \"" + name + "\"\n" + (after.empty() ? "" : "after = " + after + "\n") +
         "source = \"mine: a test\"\n[phase.processor]\nwork = \"1 Ginstr\"\n";
}

Problem only_problem(const std::string& text) {
  const auto problems = problems_of(text);
  EXPECT_EQ(problems.size(), 1u);
  for (const auto& problem : problems) EXPECT_GT(problem.place.line, 0) << problem.what;
  return problems.empty() ? Problem{} : problems[0];
}

TEST(Workload, ReadsWhatEachPhaseAsks) {
  const auto workload = read(with(kTwoPhases));
  ASSERT_EQ(workload.phases.size(), 2u);
  const auto& first = workload.phases[0];
  EXPECT_EQ(first.name, "phase 1");
  EXPECT_DOUBLE_EQ(first.processor.work_instr, 20e9);
  EXPECT_EQ(first.processor.threads, "4");
  EXPECT_DOUBLE_EQ(first.processor.serial, 0.05);
  EXPECT_DOUBLE_EQ(first.memory_b, 4e9);
  EXPECT_DOUBLE_EQ(first.storage.read_b, 1e9);
  EXPECT_TRUE(first.demands_processor());
  EXPECT_FALSE(first.demands_graphics());
  // The only character need not be named.
  EXPECT_DOUBLE_EQ(workload.character_of(first).parallelism, 3);
  const auto& second = workload.phases[1];
  EXPECT_DOUBLE_EQ(second.for_s, 120);
  EXPECT_TRUE(second.endless_graphics);  // lasts as long as the phase does
  EXPECT_TRUE(second.demands_graphics());
  EXPECT_FALSE(second.demands_processor());
  EXPECT_DOUBLE_EQ(second.graphics.system_efficiency.at("macos"), 0.9);
  EXPECT_EQ(second.after, std::vector<std::string>{"phase 1"});  // one after the other
  EXPECT_TRUE(workload.has_result);
  EXPECT_DOUBLE_EQ(workload.result.scale, 1e-6);
  EXPECT_FALSE(workload.endless());
}

TEST(Workload, PhasesMayStartTogetherAndWaitForSeveral) {
  const auto workload = read(
      with(phase("a") + phase("b", "\"start\"") + phase("c", "[\"a\", \"b\"]") + phase("d", "[]")));
  EXPECT_TRUE(workload.phases[0].after.empty());
  EXPECT_TRUE(workload.phases[1].after.empty());
  EXPECT_EQ(workload.phases[2].after, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(workload.phases[3].after.empty());
}

TEST(Workload, MayBeListedInAnyOrder) {
  const auto workload = read(with(phase("late", "\"early\"") + phase("early", "\"start\"")));
  EXPECT_EQ(workload.phases[0].after, std::vector<std::string>{"early"});
}

TEST(Workload, RefusesPhasesThatWaitForEachOther) {
  const auto problem = only_problem(
      with(phase("a") + phase("b", "\"d\"") + phase("c", "\"b\"") + phase("d", "\"c\"")));
  EXPECT_EQ(problem.what, "these phases wait for each other: b, c, d");
  EXPECT_EQ(problem.place.text, "after = \"d\"");
  EXPECT_EQ(only_problem(with(phase("a", "\"a\""))).what, "these phases wait for each other: a");
}

TEST(Workload, RefusesAPhaseThatWaitsForAMissingOne) {
  const auto problem = only_problem(with(phase("compile") + phase("link", "\"compil\"")));
  EXPECT_EQ(problem.what, "phase 'link' waits for 'compil', which does not exist");
  EXPECT_EQ(problem.help, "did you mean 'compile'?");
  EXPECT_EQ(problem.place.text, "after = \"compil\"");
}

TEST(Workload, RefusesTwoPhasesOfOneName) {
  EXPECT_EQ(only_problem(with(phase("a") + phase("a"))).what, "two phases are called 'a'");
}

TEST(Workload, RefusesImpossibleThreads) {
  for (const auto* threads : {"0", "-1", "1.5", "many", "", "4097", "3 threads"}) {
    const auto problem = only_problem(with(phase("a") + "threads = \"" + threads + "\"\n"));
    EXPECT_EQ(problem.what, std::string("threads = \"") + threads + "\" is no number of threads");
    EXPECT_EQ(problem.place.text, std::string("threads = \"") + threads + "\"");
  }
  for (const auto* threads : {"all", "cores", "1", "4096"}) {
    EXPECT_TRUE(problems_of(with(phase("a") + "threads = \"" + threads + "\"\n")).empty());
  }
}

TEST(Workload, RefusesWorkThatIsNoWork) {
  const auto head = with("[[phase]]\nname = \"a\"\nsource = \"mine: a test\"\n");
  EXPECT_EQ(only_problem(head + "[phase.processor]\nthreads = \"1\"\n").what,
            "phase 'a' gives the processor no work");
  EXPECT_EQ(only_problem(head).what, "phase 'a' asks nothing and lasts no time");
  EXPECT_FALSE(problems_of(head + "[phase.graphics]\nbusy = 0.5\n").empty());
  EXPECT_TRUE(problems_of(head + "for = \"10 s\"\n").empty());  // a pause
}

TEST(Workload, WorkWithoutAnEndNeedsAPhaseWithoutOne) {
  const auto text = with(
      "[[phase]]\nname = \"a\"\nendless = true\n[phase.processor]\nsource = \"mine: a test\"\n");
  const auto workload = read(text);
  EXPECT_TRUE(workload.phases[0].endless_processor);
  EXPECT_TRUE(workload.endless());
}

TEST(Workload, RefusesAWorkloadWithoutPhases) {
  EXPECT_EQ(problems_of(kHead).at(0).what, "the workload has no phase");
}

TEST(Workload, SuggestsTheCharacterThatWasMeant) {
  const auto problem = only_problem(with(phase("a") + "character = \"plane\"\n"));
  EXPECT_EQ(problem.what, "no character is called 'plane'");
  EXPECT_EQ(problem.help, "did you mean 'plain'?");
}

/// A workload whose only character rests on a recording; `more` is its table's rest.
std::string rested(const std::string& more) {
  return "[characters.plain]\nrecording = \"tracer\"\n" + more + phase("a");
}
constexpr const char* kBecause = "source = \"derived: a program of the kind\"\n";

/// Stands for the room that knows recordings.
Character of_tracer(const std::string& recording) {
  if (recording != "tracer") throw InputError("no recording is called so", "did you mean another?");
  Character character;
  character.vector_share = 0.5;
  character.vector_level = "avx2";
  character.switching = 1.5;
  return character;
}

TEST(Workload, NeedsNoRatesWhereItRestsOnARecording) {
  const auto workload = read(rested(kBecause));
  const Character& character = workload.characters.at("plain");
  EXPECT_EQ(character.recording, "tracer");
  EXPECT_EQ(character.code, nullptr);  // nobody was there to ask
  const auto row =
      std::ranges::find(workload.provenance, "characters.plain.recording", &Provenance::path);
  ASSERT_NE(row, workload.provenance.end());
  EXPECT_EQ(row->written, "tracer");
  EXPECT_EQ(row->source, "derived: a program of the kind");
  EXPECT_EQ(row->line, 2);
}

TEST(Workload, SaysOtherwiseThanItsRecordingWhereItSaysAnything) {
  const std::string more = std::string(kBecause) + "vector_level = \"sse\"\nwritten_back = 0.7\n";
  const auto plain = read(rested(more), {}, of_tracer).characters.at("plain");
  EXPECT_EQ(plain.vector_level, "sse");
  EXPECT_EQ(plain.written_back, 0.7);
  EXPECT_EQ(plain.vector_share, 0.5);
  EXPECT_EQ(plain.switching, 1.5);
  // A change is one of what the recording says.
  const auto changed = read(rested(more), {{"characters.plain.switching", "+10%"}}, of_tracer);
  EXPECT_DOUBLE_EQ(changed.characters.at("plain").switching, 1.65);
}

TEST(Workload, RefusesRatesBesideARecording) {
  const auto problem = only_problem(rested(std::string(kBecause) + "mispredicts = 5\n"));
  EXPECT_EQ(problem.what, "'mispredicts' of 'plain' follows from its recording 'tracer'");
  EXPECT_EQ(problem.place.text, "mispredicts = 5");
  EXPECT_EQ(problem.help, "take one of the two away");
  EXPECT_EQ(problems_of(rested(std::string(kBecause) + "shared = 0.5\nmisses = [3, 2]\n")).size(),
            2u);
}

TEST(Workload, PlacesARecordingThatIsNotThere) {
  try {
    auto text = rested(kBecause);
    text.replace(text.find("tracer"), 6, "tracr");
    read(text, {}, of_tracer);
    FAIL();
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 1u);
    const auto& problem = error.problems().front();
    EXPECT_EQ(problem.what, "no recording is called so");
    EXPECT_EQ(problem.help, "did you mean another?");
    EXPECT_EQ(problem.place.text, "recording = \"tracr\"");
  }
}

TEST(Workload, RefusesARecordingWithoutANameOrThatIsNoText) {
  auto text = rested(kBecause);
  text.replace(text.find("tracer"), 6, "");
  const auto problem = only_problem(text);
  EXPECT_EQ(problem.what, "'recording' of 'plain' names none");
  EXPECT_EQ(problem.place.text, "recording = \"\"");
  text.replace(text.find("\"\""), 2, "5");
  EXPECT_EQ(problems_of(text).front().what, "'recording' must be a text");
}

TEST(Workload, LeavesAFaultInAnotherFileWhereItIs) {
  const auto faulty = [](const std::string&) -> Character {
    throw InputError({Problem{"'op_line' is 0 B", Place{"skylake.toml", 9, 1, 1, "op_line"}, ""}});
  };
  try {
    read(rested(kBecause), {}, faulty);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().place.file, "skylake.toml");
  }
}

TEST(Workload, WantsToKnowWhyThatRecording) {
  EXPECT_EQ(only_problem(rested("")).what, "the recording of 'plain' has no source");
}

TEST(Workload, PlacesAnUnknownKeyAndSuggests) {
  const auto problem = only_problem(with(phase("a") + "  thread = \"4\"\n"));
  EXPECT_EQ(problem.what, "unknown key 'phase.processor.thread'");
  EXPECT_EQ(problem.help, "did you mean 'threads'?");
  EXPECT_EQ(problem.place.line, 14);
  EXPECT_EQ(problem.place.column, 3);
}

TEST(Workload, RefusesTheWrongUnit) {
  const auto problem = only_problem(with(phase("a") + "period = \"3 W\"\n"));
  EXPECT_EQ(problem.what, "'period': expected a quantity in s, got '3 W'");
  EXPECT_EQ(problem.place.column, 10);
  EXPECT_EQ(only_problem(with(phase("a") + "serial = 1.01\n")).what,
            "'serial' is 1.01: must lie between 0 and 1");
}

TEST(Workload, NeedsASourceForItsNumbers) {
  const auto problem =
      only_problem(with("[[phase]]\nname = \"a\"\n[phase.processor]\nwork = \"1 Ginstr\"\n"));
  EXPECT_TRUE(problem.what.ends_with("processor.work' has no source")) << problem.what;
}

TEST(Workload, NeedsAMissCurveThatFalls) {
  auto curve = [](const std::string& sizes, const std::string& misses) {
    std::string text = with(phase("a"));
    text.replace(text.find("\"32, 1024 KiB\""), 14, sizes);
    text.replace(text.find("[20, 5]"), 7, misses);
    return problems_of(text).size();
  };
  EXPECT_EQ(curve("\"32, 1024 KiB\"", "[20, 20]"), 0u);
  EXPECT_EQ(curve("\"32, 1024 KiB\"", "[20]"), 1u);
  EXPECT_EQ(curve("\"1024, 32 KiB\"", "[20, 5]"), 1u);
  EXPECT_EQ(curve("\"32, 32 KiB\"", "[20, 5]"), 1u);
  EXPECT_EQ(curve("\"32, 1024 KiB\"", "[5, 20]"), 1u);
}

TEST(Workload, NamesEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(problems_of(
                with(phase("a") + "threads = \"0\"\nthread = 4\nsync = 2\n" + phase("b", "\"c\"")))
                .size(),
            4u);
}

TEST(Workload, CutOffAnywhereItReadsOrIsAnInputError) {
  const auto text = with(kTwoPhases);
  int good = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    try {
      read(text.substr(0, length));
      ++good;
    } catch (const InputError& error) {
      EXPECT_FALSE(error.problems().empty());
    } catch (const std::exception& error) {
      ADD_FAILURE() << "after " << length << " bytes: " << error.what();
    }
  }
  EXPECT_GT(good, 0);
  EXPECT_LT(good, static_cast<int>(text.size()) / 2);
}

RC_GTEST_PROP(WorkloadProperty, WithAByteChangedItReadsOrIsAnInputError, ()) {
  static const auto original = library().text("workloads/fcp-4k-edit.toml");
  static const std::string bytes = "\"'[]{}=#.,0179-+eax \n\t\xc3\xff%";
  auto text = original;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::elementOf(bytes);
  }
  try {
    const auto workload = read(text);
    RC_ASSERT(!workload.phases.empty());
  } catch (const InputError& error) {
    RC_ASSERT(!error.problems().empty());
  }
}

TEST(Catalogue, EveryWorkloadReads) {
  ASSERT_GE(library().ids("workloads").size(), 25u);
  for (const auto& id : library().ids("workloads")) {
    try {
      const auto workload = read_workload(library(), id);
      EXPECT_EQ(workload.id, id);
      EXPECT_FALSE(workload.name.empty()) << id;
      EXPECT_FALSE(workload.basis.empty()) << id;
      for (const auto& [name, character] : workload.characters) {
        // Curves that rise would let a larger cache miss more.
        EXPECT_TRUE(std::ranges::is_sorted(character.misses, std::greater<>())) << id;
      }
    } catch (const InputError& error) {
      for (const auto& problem : error.problems()) ADD_FAILURE() << render(problem);
    }
  }
}

}  // namespace
}  // namespace headroom

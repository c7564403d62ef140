#include "catalog/document.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace headroom {
namespace {

Document document(std::string text, const FittedValues* fitted = nullptr) {
  return Document(text, "my.toml", "pumps/my", fitted);
}

std::vector<Problem> problems_of(Document& read) {
  try {
    read.check();
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

struct Pump {
  double speed_rpm = kRequired;
  double limit_k = 373.15;
  std::vector<double> clocks_hz = {1e9};
  std::vector<double> flows = {1};
  std::string mode = "fast";
  std::vector<std::string> tags;
  bool spare = false;
  void declare(Fields& f) {
    f.number("speed", speed_rpm, "rpm", "of the pump", 100, 5000);
    f.number("limit", limit_k, "degC", "greatest temperature", 0, 150);
    f.numbers("clocks", clocks_hz, "GHz", "of its controller", 0.1, 10);
    f.numbers("flows", flows, "m3/s", "at those clocks", 0, 10);
    f.text("mode", mode, "of working", {"fast", "slow"});
    f.texts("tags", tags, "anything");
    f.flag("spare", spare, "whether it rests");
  }
};

/// Reads [pump] of a text that lacks nothing else, and its problems.
std::pair<Pump, std::vector<Problem>> pump(const std::string& lines) {
  auto read = document("[pump]\nsource = \"mine: a test\"\n" + lines);
  auto value = read.root().child("pump").get<Pump>();
  return {value, problems_of(read)};
}

TEST(Document, ReadsEveryKindOfFieldInItsHouseUnit) {
  const auto [read, problems] = pump(R"(speed = "2500 rpm"
limit = "45 degC"
mode = "slow"
tags = ["a", "b"]
spare = true
)");
  EXPECT_TRUE(problems.empty());
  EXPECT_DOUBLE_EQ(read.speed_rpm, 2500);
  EXPECT_DOUBLE_EQ(read.limit_k, 318.15);
  EXPECT_EQ(read.mode, "slow");
  EXPECT_EQ(read.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(read.spare);
}

TEST(Document, KeepsTheDefaultsOfWhatIsNotGiven) {
  const auto [read, problems] = pump("speed = \"2500 rpm\"\n");
  EXPECT_TRUE(problems.empty());
  EXPECT_DOUBLE_EQ(read.limit_k, 373.15);
  EXPECT_EQ(read.clocks_hz, std::vector<double>{1e9});
}

TEST(Document, ReadsListsInEachOfTheirForms) {
  const std::vector<double> expected{4.5e9, 4.4e9, 0.9e9};
  for (const auto* form : {R"(clocks = "4.5, 4.4, 0.9 GHz")", R"(clocks = "4.5,4.4,  0.9 GHz")",
                           R"(clocks = ["4.5 GHz", "4400 MHz", "0.9 GHz"])"}) {
    const auto [read, problems] = pump("speed = \"2500 rpm\"\n" + std::string(form));
    EXPECT_TRUE(problems.empty()) << form;
    ASSERT_EQ(read.clocks_hz.size(), 3u) << form;
    for (int i = 0; i < 3; ++i) EXPECT_DOUBLE_EQ(read.clocks_hz[i], expected[i]) << form;
  }
  EXPECT_EQ(pump("speed = \"2500 rpm\"\nclocks = \"3 GHz\"").first.clocks_hz,
            std::vector<double>{3e9});
}

TEST(Document, ReadsListsWhoseUnitHoldsADigit) {
  const auto [read, problems] = pump("speed = \"2500 rpm\"\nflows = \"1.5, 2 m3/s\"");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(read.flows, (std::vector<double>{1.5, 2}));
}

TEST(Document, SaysOnceWhatIsWrongWithAList) {
  const auto [read, problems] = pump("speed = \"2500 rpm\"\nclocks = \"3 W\"");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'clocks': expected a quantity in GHz, got '3 W'");
  EXPECT_EQ(pump("speed = \"2500 rpm\"\nclocks = []").second.at(0).what,
            "'clocks' is an empty list");
  EXPECT_EQ(pump("speed = \"2500 rpm\"\nclocks = \"1, , 2 GHz\"").second.size(), 1u);
}

TEST(Document, PlacesAWrongUnitOnTheValue) {
  auto read = document(R"([pump]
source = "mine: a test"
speed = "2500 W"   # watts turn nothing
)");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'speed': expected a quantity in rpm, got '2500 W'");
  EXPECT_EQ(problems[0].help, "write a number and a unit, such as \"1.5 rpm\"");
  EXPECT_EQ(problems[0].place.file, "my.toml");
  EXPECT_EQ(problems[0].place.line, 3);
  EXPECT_EQ(problems[0].place.column, 9);
  EXPECT_EQ(problems[0].place.width, 8);  // with its quotes
  EXPECT_EQ(problems[0].place.text, "speed = \"2500 W\"   # watts turn nothing");
}

TEST(Document, PlacesAnUnknownKeyAndSuggestsTheRightOne) {
  auto read = document(R"([pump]
source = "mine: a test"
speed = "2500 rpm"
  limmit = "40 degC"
)");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "unknown key 'pump.limmit'");
  EXPECT_EQ(problems[0].help, "did you mean 'limit'?");
  EXPECT_EQ(problems[0].place.line, 4);
  EXPECT_EQ(problems[0].place.column, 3);
  EXPECT_EQ(problems[0].place.width, 6);
}

TEST(Document, ReportsAnUnknownSection) {
  auto read = document("[pump]\nsource = \"mine: x\"\nspeed = \"2500 rpm\"\n[pumps]\nspeed = 3\n");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "unknown key 'pumps'");
  EXPECT_EQ(problems[0].help, "did you mean 'pump'?");
}

TEST(Document, StatesARangeInTheUnitOfTheField) {
  const auto hot = pump("speed = \"2500 rpm\"\nlimit = \"151 degC\"").second;
  ASSERT_EQ(hot.size(), 1u);
  EXPECT_EQ(hot[0].what, "'limit' is 151 degC: must lie between 0 and 150 degC");
  EXPECT_EQ(hot[0].help, "greatest temperature");
  EXPECT_TRUE(pump("speed = \"5000 rpm\"\nlimit = \"150 degC\"").second.empty());  // inclusive
  EXPECT_EQ(pump("speed = \"99 rpm\"").second.size(), 1u);
  EXPECT_EQ(pump("speed = \"inf rpm\"").second.size(), 1u);
  EXPECT_EQ(pump("speed = \"nan rpm\"").second.size(), 1u);
}

TEST(Document, ReportsWhatIsMissing) {
  const auto missing = pump("");
  ASSERT_EQ(missing.second.size(), 1u);
  EXPECT_EQ(missing.second[0].what, "'pump' lacks 'speed' (of the pump, in rpm)");
  auto empty = document("");
  EXPECT_FALSE(empty.root().child("pump").present());
  EXPECT_EQ(problems_of(empty).at(0).what, "the section [pump] is missing");
}

TEST(Document, ReportsTheWrongKindOfValue) {
  const std::map<std::string, std::string> cases = {
      {"mode = 3", "'mode' must be a text"},
      {"mode = \"fsat\"", "'mode' must be one of: fast, slow"},
      {"spare = \"yes\"", "'spare' must be true or false"},
      {"tags = [1]", "'tags' must be a list of texts"},
      {"limit = true", "'limit' must be a quantity in degC"},
      {"limit = 2017-12-14", "'limit' must be a quantity in degC"},
      {"limit = \"warm\"", "'limit': 'warm' is not a quantity"},
      {"limit = 40", "'limit': expected a quantity in degC, got '40'"}};
  for (const auto& [line, what] : cases) {
    const auto problems = pump("speed = \"2500 rpm\"\n" + line).second;
    ASSERT_EQ(problems.size(), 1u) << line;
    EXPECT_EQ(problems[0].what, what);
  }
}

TEST(Document, ReadsPlainNumbersWhereThereIsNoUnit) {
  struct Counted {
    double count = kRequired;
    void declare(Fields& f) { f.number("count", count, "1", "", -1e18, 1e18); }
  };
  for (const auto& [text, expected] :
       std::map<std::string, double>{{"3", 3},
                                     {"0.25", 0.25},
                                     {"1e3", 1000},
                                     {"-7", -7},
                                     {"9007199254740993", 9007199254740992}}) {
    auto read = document("source = \"mine: x\"\ncount = " + text);
    EXPECT_DOUBLE_EQ(read.root().get<Counted>().count, expected);
    EXPECT_TRUE(problems_of(read).empty());
  }
}

TEST(Document, ShowsEveryProblemInTheOrderOfTheLines) {
  auto read = document(R"(unheard = 1
[pump]
source = "mine: a test"
speed = "3 W"
mode = "medium"
extra = 2
)");
  read.root().child("pump").get<Pump>();
  std::vector<int> lines;
  for (const auto& problem : problems_of(read)) lines.push_back(problem.place.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 4, 5, 6}));
}

TEST(Document, RefusesWhatIsNotToml) {
  try {
    document("[pump]\nspeed = = 3\n");
    FAIL();
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 1u);
    EXPECT_TRUE(error.problems()[0].what.starts_with("not readable as TOML"));
    EXPECT_EQ(error.problems()[0].place.line, 2);
    EXPECT_EQ(error.problems()[0].place.text, "speed = = 3");
  }
}

TEST(Document, ReadsTheLineEndsOfWindows) {
  auto read = document("[pump]\r\nsource = \"mine: x\"\r\nspeed = \"3 W\"\r\n");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].place.text, "speed = \"3 W\"");
}

// Sources.

TEST(Sources, AreInheritedFromTheTableAroundAndOverriddenByKey) {
  auto read = document(R"(source = "https://example.org/all"
[outer.inner]
speed = "2500 rpm"
clocks = "1, 2 GHz"
[other]
source = "derived: by hand"
speed = "1000 rpm"
limit = "20 degC"
[other.sources]
limit = "assumed: a room"
)");
  auto root = read.root();
  root.child("outer").child("inner").get<Pump>();
  root.child("other").get<Pump>();
  EXPECT_TRUE(problems_of(read).empty());
  std::map<std::string, std::string> sources;
  for (const auto& row : read.provenance()) sources[row.path] = row.source;
  EXPECT_EQ(sources,
            (std::map<std::string, std::string>{{"outer.inner.speed", "https://example.org/all"},
                                                {"outer.inner.clocks", "https://example.org/all"},
                                                {"other.speed", "derived: by hand"},
                                                {"other.limit", "assumed: a room"}}));
  EXPECT_EQ(read.provenance()[0].written, "2500 rpm");
  EXPECT_EQ(read.provenance()[0].meaning, "of the pump");
  EXPECT_EQ(read.provenance()[0].line, 3);
}

TEST(Sources, AreNeededByNumbersOnly) {
  auto read = document("[pump]\nspeed = \"2500 rpm\"\nmode = \"slow\"\nspare = true\n");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'pump.speed' has no source");
  EXPECT_EQ(problems[0].place.line, 2);
}

TEST(Sources, HaveOneOfTheKnownForms) {
  auto read = document("[pump]\nsource = \"a friend\"\nspeed = \"2500 rpm\"\n");
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "the source of 'pump.speed' is not of a known form: 'a friend'");
}

// Fitted values.

class OneFitted final : public FittedValues {
 public:
  explicit OneFitted(std::string value) : value_(std::move(value)) {}
  std::optional<Entry> find(std::string_view key) const override {
    if (key != "pumps/my/pump.speed") return std::nullopt;
    return Entry{std::string(key), value_, "three rows of idle"};
  }

 private:
  std::string value_;
};

constexpr const char* kFittedPump = "[pump]\nsource = \"fitted\"\nspeed = \"fitted\"\n";

TEST(FittedNumbers, ComeFromTheTableWithTheirEvidence) {
  const OneFitted fitted("1234.5 rpm");
  auto read = document(kFittedPump, &fitted);
  EXPECT_DOUBLE_EQ(read.root().child("pump").get<Pump>().speed_rpm, 1234.5);
  EXPECT_TRUE(problems_of(read).empty());
  ASSERT_EQ(read.provenance().size(), 1u);
  EXPECT_EQ(read.provenance()[0].written, "1234.5 rpm");
  EXPECT_EQ(read.provenance()[0].source, "fitted: three rows of idle");
}

TEST(FittedNumbers, AreReportedWhenNothingHasBeenFitted) {
  auto read = document(kFittedPump);
  read.root().child("pump").get<Pump>();
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "nothing has been fitted for 'pumps/my/pump.speed'");
  EXPECT_EQ(problems[0].place.line, 3);
}

TEST(FittedNumbers, MustHaveTheUnitAndRangeOfTheirField) {
  for (const auto* value : {"3 W", "6000 rpm", "fast"}) {
    const OneFitted fitted(value);
    auto read = document(kFittedPump, &fitted);
    read.root().child("pump").get<Pump>();
    EXPECT_EQ(problems_of(read).size(), 1u) << value;
  }
}

// Tables and lists.

TEST(Section, NamesTheRowsOfAListByNameEndsOrPlace) {
  auto read = document(R"([[link]]
from = "die"
to = "sink"
[[link]]
name = "spare"
[[link]]
)");
  std::vector<std::string> paths;
  for (auto& row : read.root().list("link")) {
    paths.push_back(row.path());
    row.text("from");
    row.text("to");
    row.text("name");
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"link.die-sink", "link.spare", "link.2"}));
  EXPECT_TRUE(problems_of(read).empty());
}

TEST(Section, GivesNamedTablesInTheOrderOfTheFile) {
  auto read = document("[options.zebra]\n[options.ant]\n[options.mole]\n");
  std::vector<std::string> names;
  for (auto& [name, section] : read.root().named("options")) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"zebra", "ant", "mole"}));
  EXPECT_TRUE(problems_of(read).empty());
}

TEST(Section, ReportsAValueWhereATableBelongs) {
  auto read = document("pump = 3\nlink = 4\nlinks = [5]\n");
  auto root = read.root();
  EXPECT_FALSE(root.child("pump").present());
  EXPECT_TRUE(root.list("link").empty());
  EXPECT_TRUE(root.list("links").empty());
  EXPECT_EQ(problems_of(read).size(), 3u);
}

TEST(Section, ReadsDatesThatSortAsText) {
  auto read = document("from = 2017-12-14\nto = \"2021-03-19\"\n");
  auto root = read.root();
  EXPECT_EQ(root.date("from"), "2017-12-14");
  EXPECT_EQ(root.date("never", "9999-12-31"), "9999-12-31");
  EXPECT_EQ(root.date("to", "none"), "none");
  const auto problems = problems_of(read);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'to' must be a date");
  EXPECT_EQ(problems[0].place.line, 2);
  EXPECT_LT(std::string("2017-12-14"), std::string("2021-03-19"));
}

TEST(Section, GivesNothingWhenItIsAbsent) {
  const Section none;
  EXPECT_FALSE(none.present());
  Section absent;
  EXPECT_TRUE(absent.keys().empty());
  EXPECT_TRUE(absent.list("x").empty());
  EXPECT_TRUE(absent.named("x").empty());
  EXPECT_TRUE(absent.texts("x").empty());
  EXPECT_EQ(absent.text("x", "fallback"), "fallback");
  EXPECT_EQ(absent.date("x", "fallback"), "fallback");
  EXPECT_FALSE(absent.child("x").present());
  EXPECT_THROW(absent.report("anything"), InternalError);
}

RC_GTEST_PROP(DocumentProperty, AnyTextReadsOrIsAnInputError, ()) {
  // Scraps of TOML in any order: most are wrong, none may end otherwise.
  static const std::vector<std::string> scraps = {"[pump]\n",
                                                  "speed",
                                                  " = ",
                                                  "\"2500 rpm\"",
                                                  "\n",
                                                  "source",
                                                  "mine: x",
                                                  "[[",
                                                  "]]",
                                                  "clocks",
                                                  "3",
                                                  ",",
                                                  "[",
                                                  "]",
                                                  "2017-12-14",
                                                  "{",
                                                  "}",
                                                  ".",
                                                  "\"fitted\"",
                                                  "\"",
                                                  "#",
                                                  "\xff",
                                                  "[pump.sources]\n",
                                                  "1e999",
                                                  "nan",
                                                  "limit = 4"};
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(scraps));
  std::string text;
  for (const auto& part : parts) text += part;
  try {
    auto read = document(text);
    auto root = read.root();
    root.child("pump", false).get<Pump>();
    root.list("clocks");
    root.named("limit");
    root.date("speed");
    read.check();
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) RC_ASSERT(!render(problem).empty());
  }
}

}  // namespace
}  // namespace headroom

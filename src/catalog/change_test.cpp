#include "catalog/change.hpp"

#include <gtest/gtest.h>

#include "catalog/configuration.hpp"
#include "catalog/document.hpp"

namespace headroom {
namespace {

template <class Call>
std::vector<Problem> problems_of(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

/// A joint that may be pasted, and the pump that it sits on.
struct Joint {
  std::string from, to;
  double resistance_k_per_w = kRequired;
  bool paste = false;
  void declare(Fields& f) {
    f.text("from", from, "a node");
    f.text("to", to, "a node");
    f.number("resistance", resistance_k_per_w, "K/W", "between them", 1e-5, 1e5);
    f.flag("paste", paste, "grows as the paste ages");
  }
};

struct Pump {
  double speed_rpm = kRequired;
  double limit_k = 373.15;
  double share = 0.5;
  std::vector<double> clocks_hz;
  double vanes = 7;
  bool spare = false;
  std::string mode = "fast";
  std::vector<Joint> joints;
  void declare(Fields& f) {
    f.number("speed", speed_rpm, "rpm", "of the pump", 100, 5000);
    f.number("limit", limit_k, "degC", "greatest temperature", 0, 150);
    f.number("share", share, "1", "of the flow");
    f.numbers("clocks", clocks_hz, "GHz", "of its controller", 0.1, 10);
    f.whole("vanes", vanes, "vanes of its wheel", 3, 60);
    f.flag("spare", spare, "whether it rests");
    f.text("mode", mode, "of working", {"fast", "slow"});
  }
};

constexpr const char* kPump = R"([pump]
source = "mine: a test"
speed = "2500 rpm"
clocks = "4.2, 4.0 GHz"
[[thermal.link]]
source = "mine: a test"
from = "lid"
to = "plate"
resistance = "0.04 K/W"
paste = true
[[thermal.link]]
source = "mine: a test"
from = "plate"
to = "big sink"
resistance = "0.1 K/W"
)";

struct Read {
  Pump pump;
  std::vector<Provenance> provenance;
  std::vector<Problem> problems;
};

Read read(const std::vector<Change>& changes, const std::string& text = kPump,
          const std::string& prefix = {}) {
  Read result;
  result.problems = problems_of([&] {
    ChangeSet set(changes);
    Document document(text, "my.toml", "pumps/my");
    document.change(set, prefix);
    result.pump = document.root().child("pump").get<Pump>();
    for (auto& row : document.root().child("thermal").list("link")) {
      result.pump.joints.push_back(row.get<Joint>());
    }
    result.provenance = document.provenance();
    document.check();
    set.check();
  });
  return result;
}

std::string what_is_wrong(const std::vector<Change>& changes) {
  const auto result = read(changes);
  EXPECT_EQ(result.problems.size(), 1u);
  if (result.problems.empty()) return {};
  EXPECT_EQ(result.problems[0].place.line, 0) << "the command line has no place in the file";
  return result.problems[0].what;
}

Provenance row(const Read& read, const std::string& path) {
  for (const auto& candidate : read.provenance) {
    if (candidate.path == path) return candidate;
  }
  ADD_FAILURE() << "no row " << path;
  return {};
}

TEST(Change, RefusesAFractionOfWhatComesWhole) {
  EXPECT_EQ(what_is_wrong({{"pump.vanes", "8.5"}}),
            "--set pump.vanes=8.5: 'vanes' is 8.5: must be a whole number");
  const auto result = read({{"pump.vanes", "+10%"}});  // 7.7
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].help, "vanes of its wheel: 7 or 8");
  EXPECT_DOUBLE_EQ(read({{"pump.vanes", "x2"}}).pump.vanes, 14);
  EXPECT_DOUBLE_EQ(read({{"pump.vanes", "9"}}).pump.vanes, 9);
  EXPECT_EQ(what_is_wrong({{"pump.vanes", "9mm"}}),
            "--set pump.vanes=9mm: 'vanes': expected a number without a unit, got '9mm'");
}

TEST(Change, IsReadFromPathAndValue) {
  const auto change = Change::parse(" cooling.fan.speed_max = 3200 rpm ");
  EXPECT_EQ(change.path, "cooling.fan.speed_max");
  EXPECT_EQ(change.value, "3200 rpm");
  EXPECT_EQ(Change::parse("a=b=c").value, "b=c");
}

TEST(Change, RefusesTextOfAnotherForm) {
  for (const auto* text : {"", "a", "a=", "=3", " = "}) {
    const auto problems = problems_of([&] { Change::parse(text); });
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_NE(problems[0].what.find("is not of the form PATH=VALUE"), std::string::npos);
    EXPECT_NE(problems[0].help.find("--set cooling.fan.speed_max=3200"), std::string::npos);
  }
}

TEST(Change, IsWrittenAsAShellTakesIt) {
  EXPECT_EQ((Change{"a.b", "+30%"}).text(), "--set a.b=+30%");
  EXPECT_EQ((Change{"a.b", "3200 rpm"}).text(), "--set \"a.b=3200 rpm\"");
  EXPECT_EQ((Change{"a.*.b", "3"}).text(), "--set \"a.*.b=3\"");
}

TEST(ChangeSet, TakesABareNumberInTheFieldsUnit) {
  const auto result = read({{"pump.speed", "3200"}, {"pump.limit", "90"}, {"pump.share", "0.7"}});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_DOUBLE_EQ(result.pump.speed_rpm, 3200);
  EXPECT_DOUBLE_EQ(result.pump.limit_k, 363.15);
  EXPECT_DOUBLE_EQ(result.pump.share, 0.7);
  EXPECT_EQ(row(result, "pump.speed").written, "3200 rpm");
}

TEST(ChangeSet, TakesAQuantityWithItsUnit) {
  const auto result = read({{"pump.speed", "3200 rpm"}, {"pump.share", "70%"}});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_DOUBLE_EQ(result.pump.speed_rpm, 3200);
  EXPECT_DOUBLE_EQ(result.pump.share, 0.7);
}

TEST(ChangeSet, CountsRelativeToWhatTheCatalogueSays) {
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "+30%"}}).pump.speed_rpm, 3250);
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "-10%"}}).pump.speed_rpm, 2250);
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "*1.5"}}).pump.speed_rpm, 3750);
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "x0.5"}}).pump.speed_rpm, 1250);
  const auto list = read({{"pump.clocks", "-50%"}}).pump.clocks_hz;
  ASSERT_EQ(list.size(), 2u);
  EXPECT_DOUBLE_EQ(list[0], 2.1e9);
  EXPECT_DOUBLE_EQ(list[1], 2.0e9);
}

TEST(ChangeSet, ScalesATemperatureFromTheZeroOfItsScale) {
  // 100 degC and a tenth are 110 degC, not 373.15 K and a tenth.
  EXPECT_DOUBLE_EQ(read({{"pump.limit", "+10%"}}).pump.limit_k, 383.15);
}

TEST(ChangeSet, SetsAListWithCommas) {
  EXPECT_EQ(read({{"pump.clocks", "3.5,3"}}).pump.clocks_hz, (std::vector<double>{3.5e9, 3e9}));
  EXPECT_EQ(read({{"pump.clocks", "3.5, 3 GHz"}}).pump.clocks_hz,
            (std::vector<double>{3.5e9, 3e9}));
  EXPECT_EQ(read({{"pump.clocks", "3.5 GHz, 900 MHz"}}).pump.clocks_hz,
            (std::vector<double>{3.5e9, 0.9e9}));
}

TEST(ChangeSet, SetsANumberThatTheFileLeavesAtItsDefault) {
  const auto result = read({{"pump.share", "+20%"}});
  EXPECT_DOUBLE_EQ(result.pump.share, 0.6);
  EXPECT_EQ(row(result, "pump.share").source,
            "set: +20% on the command line; the catalogue leaves it at 0.5");
}

TEST(ChangeSet, SetsANumberThatTheFileLacks) {
  const std::string lacking = "[pump]\nclocks = \"3 GHz\"\nsource = \"mine: a test\"\n[thermal]\n";
  EXPECT_EQ(read({}, lacking).problems.size(), 1u);
  const auto result = read({{"pump.speed", "900"}}, lacking);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_DOUBLE_EQ(result.pump.speed_rpm, 900);
  EXPECT_EQ(row(result, "pump.speed").source,
            "set: on the command line; the catalogue says nothing");
  EXPECT_EQ(read({{"pump.speed", "+9%"}}, lacking).problems.at(0).what,
            "--set pump.speed=+9%: 'speed' has no number to be +9% of");
}

TEST(ChangeSet, SaysWhereAChangedNumberComesFrom) {
  const auto result = read({{"pump.speed", "3200"}});
  EXPECT_EQ(row(result, "pump.speed").source,
            "set: on the command line; the catalogue says 2500 rpm");
  EXPECT_EQ(row(result, "pump.clocks").source, "mine: a test");
}

TEST(ChangeSet, ActsInTheOrderGiven) {
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "1000"}, {"pump.speed", "+50%"}}).pump.speed_rpm, 1500);
  EXPECT_DOUBLE_EQ(read({{"pump.speed", "+50%"}, {"pump.speed", "1000"}}).pump.speed_rpm, 1000);
}

TEST(ChangeSet, FindsLinksByTheirEndsAndBlanksByUnderscores) {
  const auto result = read({{"thermal.link.plate-big_sink.resistance", "0.2"}});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_DOUBLE_EQ(result.pump.joints.at(0).resistance_k_per_w, 0.04);
  EXPECT_DOUBLE_EQ(result.pump.joints.at(1).resistance_k_per_w, 0.2);
}

TEST(ChangeSet, MeansEveryPathThatAStarCovers) {
  const auto result = read({{"thermal.link.*.resistance", "*2"}});
  EXPECT_DOUBLE_EQ(result.pump.joints.at(0).resistance_k_per_w, 0.08);
  EXPECT_DOUBLE_EQ(result.pump.joints.at(1).resistance_k_per_w, 0.2);
}

TEST(ChangeSet, MatchesAStarWithAnyPartOfAPath) {
  for (const auto* path : {"*", "*speed", "pump.*", "p*p.sp*d", "**", "*.speed*", "pump.speed"}) {
    Pump pump;
    pump.speed_rpm = 1000;
    Fields fields;
    fields.number("speed", pump.speed_rpm, "rpm", "of the pump");
    ChangeSet set(std::vector<Change>{{path, "2000"}});
    EXPECT_TRUE(set.apply("pump.speed", fields.rows()[0], {}).has_value()) << path;
    EXPECT_EQ(pump.speed_rpm, 2000) << path;
  }
  for (const auto* path :
       {"*x", "pump.", "pump", "*.speed.*", "pump*.limit", "spee", "ump.speed"}) {
    Pump pump;
    Fields fields;
    fields.number("speed", pump.speed_rpm, "rpm", "of the pump");
    ChangeSet set(std::vector<Change>{{path, "2000"}});
    EXPECT_FALSE(set.apply("pump.speed", fields.rows()[0], {}).has_value()) << path;
  }
  const std::string many(60, '*');
  EXPECT_EQ(read({{many + "x" + many + "y", "1"}}).problems.size(), 1u);  // and soon
}

TEST(ChangeSet, AgesOnlyTheJointsWithPaste) {
  for (const auto* value : {"+30%", "1.3", "*1.3", "x1.3"}) {
    const auto result = read({{"paste.resistance", value}});
    EXPECT_TRUE(result.problems.empty()) << value;
    EXPECT_DOUBLE_EQ(result.pump.joints.at(0).resistance_k_per_w, 0.052) << value;
    EXPECT_DOUBLE_EQ(result.pump.joints.at(1).resistance_k_per_w, 0.1) << value;
  }
  for (const auto* value : {"0.05 K/W", "+30", "+x%", "much"}) {
    const auto what = what_is_wrong({{"paste.resistance", value}});
    EXPECT_NE(what.find("takes a factor or a percentage"), std::string::npos) << what;
  }
}

TEST(ChangeSet, TurnsFlags) {
  const auto result = read({{"pump.spare", "true"}, {"thermal.link.lid-plate.paste", "false"}});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_TRUE(result.pump.spare);
  EXPECT_FALSE(result.pump.joints.at(0).paste);
  EXPECT_EQ(what_is_wrong({{"pump.spare", "3"}}),
            "--set pump.spare=3: 'spare' must be true or false");
}

TEST(ChangeSet, ChecksAValueAsIfItStoodInTheFile) {
  EXPECT_EQ(what_is_wrong({{"pump.speed", "99999"}}),
            "--set pump.speed=99999: 'speed' is 99999 rpm: must lie between 100 and 5000 rpm");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "*10"}}),
            "--set \"pump.speed=*10\": 'speed' is 25000 rpm (2500 rpm *10): must lie between 100 "
            "and 5000 rpm");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "3 W"}}),
            "--set \"pump.speed=3 W\": 'speed': expected a quantity in rpm, got '3 W'");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "fast"}}),
            "--set pump.speed=fast: 'speed': 'fast' is not a quantity");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "1,2"}}),
            "--set pump.speed=1,2: 'speed' takes one number");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "+5"}}),
            "--set pump.speed=+5: '+5' is neither a number nor a percentage");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "+a%"}}), "--set pump.speed=+a%: '+a%' is no percentage");
  EXPECT_EQ(what_is_wrong({{"pump.speed", "x"}}), "--set pump.speed=x: 'x' is no factor");
}

TEST(ChangeSet, NamesTheNearestPath) {
  const auto result = read({{"pmup.speed", "3"}});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].what, "--set pmup.speed=3: there is no number 'pmup.speed'");
  EXPECT_EQ(result.problems[0].help, "did you mean 'pump.speed'?");
  EXPECT_EQ(read({{"pump.resistance_of_it", "3"}}).problems.at(0).help,
            "there are: pump.clocks, pump.limit, pump.share, pump.spare, pump.speed, "
            "pump.vanes; 'headroom "
            "show ID' lists every path");
}

TEST(ChangeSet, SaysThatATextIsNoNumber) {
  EXPECT_EQ(what_is_wrong({{"pump.mode", "slow"}}),
            "--set pump.mode=slow: 'pump.mode' is a text, not a number");
}

TEST(ChangeSet, TellsEveryProblemAtOnce) {
  EXPECT_EQ(read({{"pump.speed", "1"}, {"pump.limit", "999"}}).problems.size(), 2u);
  EXPECT_EQ(read({{"x", "1"}, {"y", "1"}}).problems.size(), 2u);
}

TEST(ChangeSet, FindsADocumentBehindItsPrefix) {
  const auto result = read({{"cpu.pump.speed", "3000"}}, kPump, "cpu.");
  EXPECT_TRUE(result.problems.empty());
  EXPECT_DOUBLE_EQ(result.pump.speed_rpm, 3000);
  EXPECT_EQ(row(result, "pump.speed").written, "3000 rpm");
  EXPECT_EQ(read({{"pump.speed", "3000"}}, kPump, "cpu.").problems.at(0).help,
            "did you mean 'cpu.pump.speed'?");
}

class Fitted final : public FittedValues {
 public:
  std::optional<Entry> find(std::string_view key) const override {
    if (key != "pumps/my/pump.speed") return std::nullopt;
    return Entry{std::string(key), "2000 rpm", "two readings"};
  }
};

TEST(ChangeSet, StartsFromTheFittedNumber) {
  const Fitted fitted;
  auto speed = [](const std::string& value, const FittedValues* found, std::size_t problems) {
    ChangeSet set(std::vector<Change>{{"pump.speed", value}});
    Document document("[pump]\nsource = \"mine: a test\"\nspeed = \"fitted\"\nclocks = \"3 GHz\"\n",
                      "my.toml", "pumps/my", found);
    document.change(set);
    const auto pump = document.root().child("pump").get<Pump>();
    EXPECT_EQ(problems_of([&] { document.check(); }).size(), problems) << value;
    return std::pair(pump.speed_rpm,
                     document.provenance().empty() ? "" : document.provenance().front().source);
  };
  EXPECT_EQ(speed("+10%", &fitted, 0),
            std::pair(2200.0, std::string("set: +10% on the command line; the catalogue says 2000 "
                                          "rpm")));
  EXPECT_DOUBLE_EQ(speed("900", nullptr, 0).first, 900);  // needs no fit
  speed("+10%", nullptr, 1);
}

TEST(ChangeSet, AnswersForWhatTheReaderFindsWrongOnlyThen) {
  ChangeSet set(std::vector<Change>{{"pump.speed", "3000"}});
  Document document(kPump, "my.toml", "pumps/my");
  document.change(set);
  auto section = document.root().child("pump");
  section.get<Pump>();
  section.report("the speed does not fit", "speed");
  section.report("the clocks do not fit", "clocks", "mend them");
  document.root().child("thermal").list("link");
  const auto problems = problems_of([&] { document.check(); });
  ASSERT_GE(problems.size(), 2u);
  EXPECT_EQ(problems[0].what, "--set pump.speed=3000: the speed does not fit");
  EXPECT_EQ(problems[0].place.line, 0);
  EXPECT_EQ(problems[1].what, "the clocks do not fit");
  EXPECT_EQ(problems[1].help, "mend them; as changed by --set pump.speed=3000");
}

TEST(Section, SkipsWhatIsNotItsBusiness) {
  Document document("[a]\nx = 1\n[[a.b]]\ny = 2\n[[c]]\nz = 3\n[d]\nw = 4\n", "my.toml", "x/y");
  auto root = document.root();
  for (const auto* key : {"a", "c", "nothing"}) root.skip(key);
  const auto problems = problems_of([&] { document.check(); });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "unknown key 'd'");
}

TEST(Swap, IsReadAndWritten) {
  Configuration configuration = Configuration::parse("box:cpu=large");
  configuration.swap("cooling=imac-27-2017");
  configuration.swap("gpu=radeon-pro-580");
  configuration.set("cooling.fan.speed_max=3200");
  EXPECT_EQ(configuration.swapped("gpu"), "radeon-pro-580");
  EXPECT_EQ(configuration.swapped("cpu"), "");
  EXPECT_EQ(configuration.changes_text(),
            "--set cooling.fan.speed_max=3200 --swap cooling=imac-27-2017 --swap "
            "gpu=radeon-pro-580");
  EXPECT_EQ(configuration.text(), "box:cpu=large");
  EXPECT_EQ(Configuration::parse("box").changes_text(), "");
}

TEST(Swap, RefusesWhatCannotBeSwapped) {
  auto what = [](const std::string& text) {
    Configuration configuration{"box", {}};
    configuration.swap("gpu=a");
    const auto problems = problems_of([&] { configuration.swap(text); });
    return problems.empty() ? Problem{} : problems[0];
  };
  EXPECT_EQ(what("coling=x").what, "'coling' cannot be swapped");
  EXPECT_TRUE(what("coling=x").help.starts_with("did you mean 'cooling'? these can: cpu"));
  EXPECT_EQ(what("gpu").what, "--swap: 'gpu' is not of the form PART=ID");
  EXPECT_EQ(what("gpu=b").what, "--swap gpu=b: 'gpu' is swapped twice");
}

}  // namespace
}  // namespace headroom

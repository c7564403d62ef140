#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

std::string imac_pro() {
  return library().text("machines/imac-pro-2017.toml");
}

/// A machine of the user's own, from the text of its file. It goes by the name
/// of the one it was made from, so that fitted values are found.
Machine own(const std::string& text) {
  const TemporaryFolder folder;
  Configuration configuration;
  configuration.machine = folder.write("imac-pro-2017.toml", text);
  return assemble(library(), configuration);
}

/// The whole catalogue in a folder, to change a file of it.
std::string write_catalog(const TemporaryFolder& folder) {
  for (const auto& file : embedded_catalog()) {
    folder.write(std::string(file.path), std::string(file.text));
  }
  return folder.path();
}

RunResult stress(const Machine& machine, double for_s = 600, double fan_rpm = -1) {
  RunOptions options;
  options.for_s = for_s;
  options.fan_rpm = fan_rpm;
  return run(machine, workload("cpu-gpu-stress"), {}, options);
}

TEST(HostileMachine, WithFansAtAStandstillTripsOrThrottles) {
  const auto result = stress(machine(kBestImacPro), 3600, 0);
  expect_sane(result);
  EXPECT_TRUE(result.summary.shut_down || result.summary.first_heat_loss_s.has_value());
}

TEST(HostileMachine, WithFansThatMoveHardlyAnyAirTripsOrThrottles) {
  const auto text = changed(imac_pro(), "[cooling.fan]", "free_flow", "\"1e-5 m3/s\"");
  ASSERT_FALSE(text.empty());
  const auto result = stress(own(text), 3600);
  expect_sane(result);
  EXPECT_TRUE(result.summary.shut_down || result.summary.first_heat_loss_s.has_value());
}

TEST(HostileMachine, WithoutClampsAndAirTripsByItself) {
  Machine tested = machine(kBestImacPro);
  tested.throttles.clear();
  const auto result = stress(tested, 3600, 0);
  expect_sane(result);
  EXPECT_TRUE(result.summary.shut_down);
  EXPECT_LT(result.summary.length_s, 3600);
}

TEST(HostileMachine, WhoseLeakageRunsAwayTripsInFiniteNumbers) {
  const TemporaryFolder folder;
  const auto root = write_catalog(folder);
  auto text = library().text("microarchitectures/skylake-sp.toml");
  text = changed(text, "[silicon]", "leakage_slope", "0.1");
  text = changed(text, "[silicon]", "leakage", "\"40 W\"");
  ASSERT_FALSE(text.empty());
  folder.write("microarchitectures/skylake-sp.toml", text);
  const Library own_library(root);
  for (const char* id : {"cpu-gpu-stress", "idle"}) {
    RunOptions options;
    options.for_s = 600;
    Surroundings hot;
    hot.room_k = 323.15;
    const auto result = run(assemble(own_library, Configuration::parse("imac-pro-2017")),
                            read_rested_workload(own_library, id), hot, options);
    expect_sane(result);
  }
}

TEST(HostileMachine, WithoutAnyPathToTheRoomHeatsUntilItTrips) {
  Machine tested = machine(kBestImacPro);
  tested.thermal.outside.clear();
  std::erase_if(tested.thermal.links, [](const auto& link) { return link.to == "room"; });
  tested.thermal.exchanges.clear();
  tested.throttles.clear();
  try {
    expect_sane(stress(tested, 4 * 3600));
  } catch (const ModelError& error) {
    EXPECT_NE(std::string(error.what()), "");
  }
}

TEST(HostileMachine, WithTheLeastAndTheGreatestOfEveryCapacityStaysFinite) {
  for (const char* capacity : {"\"1e-4 J/K\"", "\"1e6 J/K\""}) {
    std::string text = imac_pro();
    std::size_t at = 0;
    int replaced = 0;
    while ((at = text.find("\ncapacity = \"", at)) != text.npos) {
      const auto end = text.find('\n', at + 1);
      const auto line = text.substr(at, end - at);
      if (line.find("J/K") == line.npos) {  // of memory or a drive
        at = end;
        continue;
      }
      text.replace(at, end - at, std::string("\ncapacity = ") + capacity);
      ++at;
      ++replaced;
    }
    ASSERT_GT(replaced, 5);
    expect_sane(stress(own(text), 60));
  }
}

TEST(HostileMachine, InTheMostExtremePlacesStaysFinite) {
  for (const double room_k : {253.15, 323.15}) {
    for (const double altitude_m : {-400.0, 5000.0}) {
      Surroundings place;
      place.room_k = room_k;
      place.altitude_m = altitude_m;
      place.dust = 1;
      place.wall = 1;
      place.paste = 10;
      RunOptions options;
      options.for_s = 900;
      expect_sane(run(machine(kBestImacPro), workload("max-power"), place, options));
    }
  }
}

struct Wrong {
  const char* what;
  const char* header;
  const char* key;
  const char* value;
  const char* says;
};

std::ostream& operator<<(std::ostream& out, const Wrong& w) {
  return out << w.what;
}

class WrongMachine : public testing::TestWithParam<Wrong> {};

TEST_P(WrongMachine, IsRefusedWithAReason) {
  const auto& p = GetParam();
  const auto text = changed(imac_pro(), p.header, p.key, p.value);
  ASSERT_FALSE(text.empty()) << "the machine's file has no such place any more";
  const auto said = input_error([&] { expect_sane(stress(own(text), 5)); });
  EXPECT_NE(said.find(p.says), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Files, WrongMachine,
    testing::Values(
        Wrong{"power out of range", "[board]", "active", "\"1e300 W\"", "active"},
        Wrong{"power not a number", "[board]", "active", "\"nan W\"", "active"},
        Wrong{"infinite power", "[board]", "active", "\"inf W\"", "active"},
        Wrong{"negative power", "[board]", "active", "\"-5 W\"", "active"},
        Wrong{"wrong unit", "[board]", "active", "\"5 rpm\"", "active"},
        Wrong{"no unit", "[board]", "active", "5", "active"},
        Wrong{"not a quantity", "[board]", "active", "\"much\"", "active"},
        Wrong{"no flow at all", "[cooling.fan]", "free_flow", "\"0 m3/s\"", "free_flow"},
        Wrong{"no capacity", "[[thermal.node]]", "capacity", "\"0 J/K\"", "capacity"},
        Wrong{"absurd capacity", "[[thermal.node]]", "capacity", "\"1e30 J/K\"", "capacity"},
        Wrong{"unknown key", "[board]", "active", "\"7 W\"\nactivity = 3", "activity"},
        Wrong{"a node that is not there", "[[thermal.link]]", "to", "\"cpu_plat\"", "cpu_plat"},
        Wrong{"a link to itself", "[[thermal.link]]", "to", "\"ihs\"", "ihs"},
        Wrong{"an outside that is not there", "[thermal]", "outside", "\"bakc\"", "bakc"},
        Wrong{"a clamp on no sensor", "[[firmware.throttle]]", "sensor", "\"cpuu\"", "cpuu"},
        Wrong{"a fan rule on no sensor", "[[firmware.fans.rule]]", "sensor", "\"sink\"", "sink"},
        Wrong{"a clamp that lets go above its trip", "[[firmware.throttle]]", "release",
              "\"99 degC\"", "lets go above"},
        Wrong{"more than all the air", "[[thermal.station]]", "shares", "[1.5]", "shares"}));

TEST(HostileMachine, ThatLosesAllPowerBeforeTheProcessorIsRefused) {
  const auto text = changed(imac_pro(), "[board]", "cpu_regulator_loss", "1.0");
  ASSERT_FALSE(text.empty());
  EXPECT_THROW(stress(own(text), 5), InputError);
}

TEST(HostileMachine, ThatBreathesOnlyItsOwnAirStaysFinite) {
  const auto text = changed(imac_pro(), "[[thermal.station]]", "shares", "[1.0]");
  ASSERT_FALSE(text.empty());
  expect_sane(stress(own(text), 3600));
}

TEST(TruncatedMachine, IsRefusedWhereverItEnds) {
  const auto whole = imac_pro();
  int refused = 0;
  for (std::size_t length = 0; length < whole.size(); length += 500) {
    try {
      const Machine tested = own(whole.substr(0, length));
      expect_sane(stress(tested, 1));  // what is left may happen to be enough
    } catch (const InputError& error) {
      EXPECT_FALSE(error.problems().empty());
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

TEST(TruncatedMachine, LosesAnyOneTableWithoutCrashing) {
  const auto whole = imac_pro();
  std::size_t at = 0;
  int tables = 0;
  while ((at = whole.find("\n[", at)) != whole.npos) {
    const auto next = whole.find("\n[", at + 1);
    const auto text = whole.substr(0, at) + (next == whole.npos ? "" : whole.substr(next));
    try {
      expect_sane(stress(own(text), 1));
    } catch (const InputError&) {
    } catch (const ModelError&) {
    }
    ++tables;
    ++at;
  }
  EXPECT_GT(tables, 50);
}

TEST(HostileMachine, WithASmallSupplySaysForHowLongInAllItGaveTooMuch) {
  const auto text = changed(imac_pro(), "[supply]", "rated", "\"100 W\"");
  ASSERT_FALSE(text.empty());
  const auto warnings = stress(own(text), 60).summary.warnings;
  const auto told = std::ranges::find_if(warnings, [](const std::string& warning) {
    return warning.starts_with("the power supply gave more than its 100 W for ");
  });
  ASSERT_NE(told, warnings.end());
  EXPECT_TRUE(told->ends_with(" s in all")) << *told;
}

TEST(OwnMachine, NamesTheSystemThatRunsOnIt) {
  EXPECT_EQ(own(imac_pro()).system, "macos");
  const auto linux_box = own("system = \"linux\"\n" + imac_pro());
  EXPECT_EQ(linux_box.system, "linux");
  EXPECT_EQ(linux_box.cpu.background_cores, 0.1);
  const auto row =
      std::ranges::find(linux_box.provenance, "system.background.awake_cores", &Provenance::path);
  ASSERT_NE(row, linux_box.provenance.end());
  EXPECT_TRUE(row->source.starts_with("assumed: "));
  try {
    own("system = \"linus\"\n" + imac_pro());
    ADD_FAILURE() << "nobody knows that system";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().at(0).what, "no operating system is called 'linus'");
    EXPECT_EQ(error.problems().at(0).help, "did you mean 'linux'?");
  }
}

}  // namespace
}  // namespace headroom

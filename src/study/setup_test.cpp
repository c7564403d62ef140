#include "study/setup.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(Setup, ReadsWhatARunIsAsked) {
  const auto setup = read_setup({{"ambient_c", "23"},
                                 {"repeat", "10"},
                                 {"fan_rpm", "770"},
                                 {"distance_m", "0.457"},
                                 {"room_floor_dba", "32.2"},
                                 {"os", "windows"},
                                 {"display", "off"},
                                 {"gpus", "1"}});
  EXPECT_EQ(setup.reason, "");
  EXPECT_NEAR(setup.surroundings.room_k, 296.15, 1e-9);
  EXPECT_EQ(setup.options.repeat, 10);
  EXPECT_EQ(setup.options.fan_rpm, 770);
  EXPECT_EQ(setup.surroundings.distance_m, 0.457);
  EXPECT_EQ(setup.surroundings.room_floor_dba, 32.2);
  EXPECT_EQ(setup.options.os, "windows");
  EXPECT_EQ(setup.display, 0.0);
  EXPECT_EQ(setup.options.gpus, 1);
  EXPECT_LT(setup.at_s, 0);
}

TEST(Setup, ReadsSizesInDecimalAndBinaryBytes) {
  EXPECT_EQ(read_setup({{"bytes", "1GB"}}).options.bytes, 1e9);
  EXPECT_EQ(read_setup({{"bytes", "512MiB"}}).options.bytes, 536870912);
  EXPECT_EQ(read_setup({{"bytes", "4096"}}).options.bytes, 4096);
  EXPECT_NE(read_setup({{"bytes", "many"}}).reason, "");
  EXPECT_NE(read_setup({{"bytes", "5 GHz"}}).reason, "");
}

TEST(Setup, RanksAreThreads) {
  EXPECT_EQ(read_setup({{"ranks", "10"}}).options.threads, 10);
}

TEST(Setup, AReadingAtAMomentMakesTheRunLastUntilThen) {
  const auto setup = read_setup({{"at_s", "600"}});
  EXPECT_EQ(setup.at_s, 600);
  EXPECT_GT(setup.options.for_s, 600);
  EXPECT_GT(setup.options.repeat, 1000);
  EXPECT_EQ(read_setup({{"at_s", "600"}, {"repeat", "3"}}).options.repeat, 3);
  EXPECT_NE(read_setup({{"at_s", "600"}, {"for_s", "60"}}).reason, "");
}

TEST(Setup, SaysWhatItCannotUse) {
  EXPECT_EQ(read_setup({{"ambiant_c", "23"}}).reason,
            "the twin knows no setup 'ambiant_c': did you mean 'ambient_c'?");
  EXPECT_EQ(read_setup({{"repeat", "1.5"}}).reason,
            "setup repeat = '1.5' is not a number of runs from 1 on");
  EXPECT_NE(read_setup({{"ambient_c", "nan"}}).reason, "");
  EXPECT_NE(read_setup({{"ambient_c", "900"}}).reason, "");
  EXPECT_NE(read_setup({{"threads", "0"}}).reason, "");
  EXPECT_NE(read_setup({{"display", "maybe"}}).reason, "");
}

Workload with_systems(std::map<std::string, double> systems) {
  Workload workload;
  workload.id = "kernels";
  workload.phases.resize(2);
  workload.phases[1].graphics.system_efficiency = std::move(systems);
  return workload;
}

TEST(Setup, KnowsTheUsualSystemsAndThoseThatAWorkloadNames) {
  EXPECT_EQ(known_systems(with_systems({})),
            (std::vector<std::string>{"macos", "windows", "linux"}));
  EXPECT_EQ(known_systems(with_systems({{"beos", 0.5}, {"macos", 0.8}})),
            (std::vector<std::string>{"macos", "windows", "linux", "beos"}));
}

TEST(Setup, DoubtsASystemThatAWorkloadForgot) {
  const Workload workload = with_systems({{"macos", 0.8}, {"windows", 1}});
  EXPECT_EQ(system_doubt(workload, "macos"), "");
  EXPECT_EQ(system_doubt(workload, "linux"),
            "kernels depends on the operating system but says nothing of linux: it ran as if that "
            "cost nothing");
  EXPECT_EQ(system_doubt(with_systems({}), "linux"), "");
}

}  // namespace
}  // namespace headroom

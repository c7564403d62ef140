#include <gtest/gtest.h>

#include <string>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

constexpr double kTripC = 75, kReleaseC = 72;

/// A run of a minute and a half in which the clamp acts often: it trips early.
struct Clamped {
  Workload load = workload("cinebench-r15-nt");
  RunResult result;
  std::string reason;

  Clamped() {
    Machine tested = machine("imac-pro-2017");
    auto& clamp = tested.throttles.front();
    clamp.trip_k = 273.15 + kTripC;
    clamp.release_k = 273.15 + kReleaseC;
    RunOptions options;
    options.repeat = 4;
    result = run(tested, load, {}, options);
  }
  std::optional<double> read(const std::string& metric, double at_s = -1) {
    return read_metric(load, result, metric, at_s, reason);
  }
};

TEST(ReadMetric, TheResultIsTheMeanOfTheRepeatsAndTheFirstOneHasItsOwnName) {
  Clamped run;
  const auto& repeats = run.result.summary.repeats;
  ASSERT_EQ(repeats.size(), 4U);
  double sum = 0;
  for (const auto& repeat : repeats) sum += repeat.result;
  EXPECT_DOUBLE_EQ(run.read("score").value(), sum / 4);
  EXPECT_DOUBLE_EQ(run.read("run1_score").value(), repeats[0].result);
  EXPECT_DOUBLE_EQ(run.read("time_s").value(), repeats[0].end_s - repeats[0].start_s);
}

TEST(ReadMetric, DipsAreThoseOfTheClampsEvents) {
  Clamped run;
  double first_start_s = -1, second_start_s = -1, first_end_s = -1;
  for (const auto& event : run.result.trace.events) {
    const bool begins = event.kind == "clamp" && event.what.find("thermal clamp") == 0;
    if (begins && first_start_s < 0) {
      first_start_s = event.time_s;
    } else if (begins && second_start_s < 0) {
      second_start_s = event.time_s;
    } else if (event.kind == "release" && first_end_s < 0) {
      first_end_s = event.time_s;
    }
  }
  ASSERT_GT(second_start_s, first_end_s);
  ASSERT_GT(first_end_s, first_start_s);
  const double start_c = run.read("dip_start_temp_c").value();
  const double end_c = run.read("dip_end_temp_c").value();
  EXPECT_GE(start_c, kTripC);
  EXPECT_LT(start_c, kTripC + 8);
  EXPECT_LE(end_c, kReleaseC);
  EXPECT_GT(end_c, kReleaseC - 8);
  EXPECT_GT(run.read("dip_duration_s").value(), 0);
  EXPECT_GT(run.read("dip_period_s").value(), run.read("dip_duration_s").value());
  const double clock_ghz = run.read("dip_clock_ghz").value();
  EXPECT_GT(clock_ghz, 1.2);
  EXPECT_LT(clock_ghz, run.read("run1_clock_ghz_max").value());
  EXPECT_GE(run.read("dip_first_run").value(), 1);
}

TEST(ReadMetric, WithoutAClampThereIsNoDipAndItSaysSo) {
  RunOptions options;
  options.for_s = 30;
  const auto load = workload("idle");
  const auto result = run(machine("imac-pro-2017"), load, {}, options);
  std::string reason;
  for (const char* metric : {"dip_first_run", "dip_clock_ghz", "dip_period_s", "dip_duration_s"}) {
    EXPECT_FALSE(read_metric(load, result, metric, -1, reason));
    EXPECT_NE(reason.find("never acted"), std::string::npos) << metric << ": " << reason;
  }
}

TEST(ReadMetric, AChannelIsReadAtAMomentOverTheWholeRunOrAtItsHighest) {
  Clamped run;
  const Trace& trace = run.result.trace;
  const auto wall = trace.find("wall.power");
  const double end_s = trace.end_s();
  EXPECT_NEAR(run.read("wall_power_w", 20).value(),
              trace.mean_between(wall, 20 - trace.bin_s(), 20), 1e-9);
  EXPECT_DOUBLE_EQ(run.read("wall_power_w_max").value(), trace.high_between(wall, 0, end_s));
  EXPECT_DOUBLE_EQ(run.read("wall_power_w_mean").value(), trace.mean_between(wall, 0, end_s));
  EXPECT_DOUBLE_EQ(run.read("cpu_temp_c").value(),
                   trace.mean_between(trace.find("cpu.temperature"), 2 * end_s / 3, end_s));
}

TEST(ReadMetric, WhatARunHasNotIsAReasonAndNoNumber) {
  Clamped run;
  const std::pair<const char*, const char*> cases[] = {
      {"bogomips", "bogomips"}, {"", "no reading"},     {"_max", "no reading"},
      {"run1_", "no reading"},  {"dip_", "no reading"}, {"dip_colour", "dip_colour"}};
  for (const auto& [metric, says] : cases) {
    run.reason.clear();
    EXPECT_FALSE(run.read(metric)) << metric;
    EXPECT_NE(run.reason.find(says), std::string::npos) << metric << ": " << run.reason;
  }
  EXPECT_FALSE(run.read("cpu_temp_c", 1e6));
  EXPECT_NE(run.reason.find("the run ended at"), std::string::npos) << run.reason;
}

TEST(ReadMetric, AnUnfinishedRunHasNoTimeAndAnEndlessOneNoResult) {
  RunOptions options;
  options.for_s = 2;
  const auto load = workload("cinebench-r15-nt");
  const auto result = run(machine("imac-pro-2017"), load, {}, options);
  std::string reason;
  EXPECT_FALSE(read_metric(load, result, "time_s", -1, reason));
  EXPECT_FALSE(reason.empty());
}

}  // namespace
}  // namespace headroom

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/test_run.hpp"

namespace headroom {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string text_of(const TestRun& run, bool colour = false, int width = 80) {
  return summary_text(run.machine, run.workload, run.surroundings, run.result, colour, width);
}

nlohmann::json json_of(const TestRun& run) {
  return nlohmann::json::parse(
      summary_json(run.machine, run.workload, run.surroundings, run.result));
}

/// A summary in which nothing at all was measured.
Summary blank() {
  Summary s;
  for (double* number : {&s.result_first,
                         &s.result_sustained,
                         &s.clock_first_hz,
                         &s.clock_sustained_hz,
                         &s.graphics_clock_sustained_hz,
                         &s.cpu_highest_k,
                         &s.gpu_highest_k,
                         &s.cpu_sustained_k,
                         &s.gpu_sustained_k,
                         &s.wall_mean_w,
                         &s.wall_sustained_w,
                         &s.wall_highest_w,
                         &s.noise_sustained_dba,
                         &s.noise_highest_dba,
                         &s.fan_sustained_rpm,
                         &s.fan_highest_rpm,
                         &s.energy_j,
                         &s.losses.to_heat,
                         &s.losses.to_power,
                         &s.losses.graphics_to_heat,
                         &s.losses.graphics_to_power}) {
    *number = kNaN;
  }
  s.repeats = {Repeat{}, Repeat{}};
  for (auto& repeat : s.repeats) repeat.result = repeat.clock_hz = kNaN;
  return s;
}

TEST(SummaryText, NamesFromFilesCannotSteerTheTerminal) {
  TestRun run = make_test_run(20);
  const std::string attack =
      "a\x1b[2Jb\xC2\x9B"
      "c\rd";
  run.machine.name = run.workload.name = attack;
  run.workload.result.metric = run.workload.result.unit = attack;
  run.result.summary.shut_down = true;
  run.result.summary.shutdown_reason = attack;
  run.result.summary.warnings = {attack};
  const std::string text = text_of(run);
  EXPECT_EQ(text.find_first_of("\x1b\r\x9B"), std::string::npos);
  EXPECT_TRUE(text.starts_with("a\\x1b[2Jb\\x9bc d, a\\x1b"));
}

TEST(SummaryText, CallsTheRunByItsLabel) {
  const TestRun run = make_test_run(20);
  EXPECT_TRUE(summary_text(run.machine, run.workload, run.surroundings, run.result, false, 80,
                           "Sample Machine (2017), 10 cores")
                  .starts_with("Sample Machine (2017), 10 cores, Sample Render\n"));
}

TEST(SummaryText, HasTheHeadlineAndTheFigures) {
  const std::string text = text_of(make_test_run(20, 3.81, false));
  for (const char* words :
       {"Sample Machine (2017), Sample Render\n", "sustains 3.81 GHz", "processor clock",
        "3.81 GHz", "4.30 GHz in the first 10 s", "barely audible at 0.6 m", "5799 USD",
        "lost to power", "energy left over"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << " in\n" << text;
  }
  EXPECT_EQ(text.find("graphics"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.back(), '\n');
}

TEST(SummaryText, KeepsToItsWidth) {
  TestRun run = make_test_run(20);
  run.result.summary.warnings = {
      "extrapolated for 12 s in all: the fan's curve ends at 2500 rpm, so its "
      "noise is a guess"};
  for (int width : {40, 60, 80, 120}) {
    std::istringstream lines(text_of(run, false, width));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), static_cast<std::size_t>(width)) << line;
    }
  }
}

TEST(SummaryText, ColourOnlyAddsEscapes) {
  TestRun run = make_test_run(20);
  run.result.summary.warnings = {"extrapolated"};
  std::string coloured = text_of(run, true), bare;
  EXPECT_NE(coloured.find("\x1b["), std::string::npos);
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b') {
      i = coloured.find('m', i);
    } else {
      bare += coloured[i];
    }
  }
  EXPECT_NE(bare.find("warning: extrapolated"), std::string::npos);
  EXPECT_EQ(bare.find('['), std::string::npos);
}

TEST(SummaryText, NeverPrintsNan) {
  TestRun run = make_test_run(20);
  run.result.summary = blank();
  const std::string text = text_of(run);
  EXPECT_EQ(text.find("nan"), std::string::npos) << text;
  EXPECT_EQ(text.find("inf"), std::string::npos) << text;
  EXPECT_NE(text.find("not measured"), std::string::npos) << text;
}

TEST(SummaryJson, NamesUnitsAndKeepsEveryDigit) {
  TestRun run = make_test_run(20);
  run.result.summary.energy_j = 1.0 / 3;
  const auto j = json_of(run);
  EXPECT_EQ(j["format"], "headroom-run");
  EXPECT_EQ(j["version"], 1);
  EXPECT_EQ(j["summary"]["energy_j"].get<double>(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(j["summary"]["clock_sustained_ghz"].get<double>(), 3.81);
  EXPECT_NEAR(j["summary"]["cpu_sustained_c"].get<double>(), 94, 1e-9);
  EXPECT_EQ(j["summary"]["repeats"].size(), 10u);
  EXPECT_EQ(j["machine"]["price_usd"], 6399);
  EXPECT_EQ(j["workload"]["result"]["unit"], "points");
}

TEST(SummaryJson, WhatIsNotMeasuredIsNull) {
  TestRun run = make_test_run(20);
  run.result.summary = blank();
  run.machine.name = "a \"quoted\" name \xff";  // not even UTF-8
  const auto j = json_of(run);
  EXPECT_TRUE(j["summary"]["clock_sustained_ghz"].is_null());
  EXPECT_TRUE(j["summary"]["gpu_highest_c"].is_null());
  EXPECT_TRUE(j["summary"]["first_heat_loss_s"].is_null());
  EXPECT_TRUE(j["summary"]["repeats"][0]["result"].is_null());
}

}  // namespace
}  // namespace headroom

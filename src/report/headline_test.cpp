#include <gtest/gtest.h>

#include <cmath>

#include "report/sections.hpp"
#include "report/test_run.hpp"

namespace headroom {
namespace {

class Headline : public ::testing::Test {
 protected:
  Headline() { run_.workload.phases[0].graphics = {}; }
  std::string line() const { return headline(run_.machine, run_.workload, run_.result); }
  Summary& summary() { return run_.result.summary; }
  TestRun run_ = make_test_run(20, 3.81, false);
};

TEST_F(Headline, SaysWhatIsSustainedAndWhatHeatCosts) {
  EXPECT_EQ(line(), "sustains 3.81 GHz, 94 degC, 25 dBA, 231 W; loses 4 % to heat after 68 s");
}

TEST_F(Headline, SaysThatHeatCostsNothing) {
  summary().losses = {};
  summary().first_heat_loss_s.reset();
  EXPECT_EQ(line(), "sustains 3.81 GHz, 94 degC, 25 dBA, 231 W; loses nothing to heat");
}

TEST_F(Headline, DoesNotRoundALittleHeatLossToNone) {
  summary().losses.to_heat = 0.0001;
  EXPECT_TRUE(line().ends_with("; loses under 0.1 % to heat after 68 s")) << line();
}

TEST_F(Headline, PutsAShutdownFirst) {
  summary().shut_down = true;
  summary().shutdown_reason = "thermal trip at 83 s";
  summary().length_s = 83;
  EXPECT_EQ(line(),
            "shuts down after 83 s (thermal trip at 83 s); until then 3.81 GHz, 94 degC, 25 dBA, "
            "231 W; loses 4 % to heat after 68 s");
}

TEST_F(Headline, SaysForHowLongEndlessWorkWasWatched) {
  run_.workload.phases[0].endless = true;
  summary().length_s = 600;
  EXPECT_TRUE(line().starts_with("sustains 3.81 GHz, 94 degC, 25 dBA, 231 W over 10 min;"))
      << line();
}

TEST_F(Headline, NamesGraphicsOnlyWhereTheMachineHasThem) {
  run_.workload.phases[0].graphics.work_flop = 1e12;
  summary().graphics_clock_sustained_hz = 1.2e9;
  EXPECT_EQ(line().find("graphics"), std::string::npos);
  run_.machine.gpus.resize(1);
  summary().losses.graphics_to_heat = 0.06;
  EXPECT_EQ(line(),
            "sustains 3.81 GHz, graphics at 1.20 GHz, 94 degC, 25 dBA, 231 W; processor loses 4 % "
            "and graphics 6 % to heat, first after 68 s");
}

TEST_F(Headline, SpeaksOfGraphicsWhenOnlyTheyWork) {
  run_.machine.gpus.resize(1);
  run_.workload.phases[0].processor = {};
  run_.workload.phases[0].graphics.work_flop = 1e12;
  summary().losses = {};
  summary().first_heat_loss_s.reset();
  summary().graphics_clock_sustained_hz = 1.2e9;
  summary().gpu_sustained_k = 349.15;
  EXPECT_EQ(line(), "sustains graphics at 1.20 GHz, 76 degC, 25 dBA, 231 W; loses nothing to heat");
}

TEST_F(Headline, TheAnswerPutsItsCommasWhereTheyBelong) {
  const auto answer = [&] {
    const ReportRun runs[] = {run_.report({})};
    return answer_html(runs);
  };
  summary().losses = {};
  summary().losses.to_heat = 0.04;
  EXPECT_NE(answer().find("heat, first after 68\u00a0s."), std::string::npos) << answer();
  summary().losses.to_power = 0.02;
  EXPECT_NE(answer().find("s, and 2\u00a0% to power limits."), std::string::npos) << answer();
  run_.machine.gpus.resize(1);
  run_.workload.phases[0].graphics.work_flop = 1e12;
  summary().losses.to_power = 0;
  EXPECT_NE(answer().find("s; its graphics lose nothing"), std::string::npos) << answer();
}

TEST_F(Headline, NeverPrintsNan) {
  summary().clock_sustained_hz = std::nan("");
  summary().cpu_sustained_k = std::nan("");
  summary().noise_sustained_dba = std::nan("");
  summary().losses = {std::nan(""), std::nan(""), std::nan(""), std::nan("")};
  summary().first_heat_loss_s.reset();
  EXPECT_EQ(line(), "sustains a clock not measured, 231 W; loss to heat not measured");
}

TEST_F(Headline, SaysWhenDeadlinesAreMissed) {
  summary().missed_deadlines = 1e-8;
  EXPECT_FALSE(line().ends_with("missed")) << line();
  summary().missed_deadlines = 0.03;
  EXPECT_TRUE(line().ends_with("; 3 % of deadlines missed")) << line();
}

}  // namespace
}  // namespace headroom

#include "report/program_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/advice_report.hpp"
#include "report/test_comparison.hpp"
#include "report/test_study.hpp"
#include "report/xy_plot.hpp"

namespace headroom {
namespace {

TEST(ProgramReport, ThePageIsWholeAndSaysWhatHelps) {
  const auto page = program_html(made_up_study(), "headroom show made-up.hprof");
  EXPECT_EQ(unbalanced_tag(page), "");
  for (const auto* words :
       {"Held up by memory", "What would help it most", "Where its cycles go on each processor",
        "How it gains from cores", "within 50", "headroom show made-up.hprof"}) {
    EXPECT_NE(page.find(words), std::string::npos) << words;
  }
  EXPECT_EQ(body_of(page).find("nan"), std::string::npos);
}

TEST(ProgramReport, NamesFromTheRecordingAreEscaped) {
  auto study = made_up_study();
  study.command = study.name = study.recorded_on = study.here.name = "<script>x</script>";
  const auto page = program_html(study, "");
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(unbalanced_tag(page), "");
}

TEST(ProgramReport, ARecordingThatCannotBeReplayedSaysSo) {
  auto study = made_up_study();
  study.views.clear();
  study.uncertainty = {};
  study.phases.clear();
  const auto page = program_html(study, "");
  EXPECT_NE(page.find("cannot be replayed"), std::string::npos);
  EXPECT_EQ(page.find("id=\"cycles\""), std::string::npos);
  EXPECT_EQ(program_text(study, 80).find("What would help"), std::string::npos);
}

TEST(ProgramReport, TheTextShowsIntervalsAndTheRunAsStrips) {
  const auto text = program_text(made_up_study(), 100);
  EXPECT_NE(text.find("2.00x   1.33..3.00"), std::string::npos) << text;
  EXPECT_NE(text.find("processors at work"), std::string::npos);
  EXPECT_NE(text.find("waits most for"), std::string::npos);
  EXPECT_NE(text.find("within 50 %, nine times in ten"), std::string::npos);
}

TEST(ProgramReport, TheJsonHoldsTheErrorItsIntervalAndTheReasons) {
  const auto j = nlohmann::json::parse(program_json(made_up_study()));
  EXPECT_EQ(j["format"], "headroom-profile");
  EXPECT_DOUBLE_EQ(j["prediction"]["relative_error"], 0.5);
  EXPECT_DOUBLE_EQ(j["prediction"]["interval_90"][1], 1.5);
  EXPECT_EQ(j["prediction"]["reasons"].size(), 2u);
  EXPECT_DOUBLE_EQ(j["processors"][0]["speed_interval_90"][1], 3);
  EXPECT_EQ(j["phases"].size(), 2u);
  EXPECT_EQ(j["activity"].size(), 4u);
}

TEST(ProgramReport, AComparisonSaysHowSureTheSpeedOfARecordedProgramIs) {
  auto c = made_up_comparison(3, 1);
  c.tasks[0].workload.uncertainty = made_up_study().uncertainty;
  c.tasks[0].workload.id = "made-up.hprof";
  const auto text = comparison_text(c, false, 160);
  EXPECT_NE(text.find("9 of 10 in"), std::string::npos);
  EXPECT_NE(text.find("0.83..1.88"), std::string::npos) << text;  // 1.25 by and times 1.5
  EXPECT_NE(text.find("made-up.hprof: times are expected within 50 %"), std::string::npos);
  const auto studies = std::vector{made_up_study()};
  const auto page = comparison_html(c, "headroom compare", studies);
  EXPECT_EQ(unbalanced_tag(page), "");
  EXPECT_NE(page.find("What kind of program it is"), std::string::npos);
  EXPECT_EQ(comparison_html(made_up_comparison(3, 1), "headroom compare")
                .find("What kind of program it is"),
            std::string::npos);
}

TEST(ProgramReport, DoubtsOfSeveralTasksAddByWeightAsSpeedsDo) {
  auto c = made_up_comparison(2, 2);  // weights 1 and 2
  c.tasks[1].workload.uncertainty = {{{"of something", 0.5}}};
  EXPECT_NEAR(speed_doubt(c.tasks).share(), std::pow(1.5, 2.0 / 3) - 1, 1e-12);
  c.tasks[1].workload.uncertainty = {};
  EXPECT_FALSE(speed_doubt(c.tasks).stated());
}

TEST(ProgramReport, SaysHowManyThreadsAreAtWork) {
  auto c = made_up_comparison(1, 1);
  EXPECT_EQ(at_work(c.tasks), "every core");
  c.tasks[0].workload.phases[0].processor.threads = "1";
  EXPECT_EQ(at_work(c.tasks), "one thread");
  c.tasks[0].workload.phases[0].processor.threads = "6";
  EXPECT_EQ(at_work(c.tasks), "6 threads");
}

TEST(XyPlot, ALogAxisPutsEachOctaveAtTheSameDistance) {
  XyPlot plot;
  plot.x_low = 1, plot.x_high = 16, plot.x_log = true;
  plot.x_marks = {{2, "two"}, {4, "four"}};
  plot.curves.push_back({{1, 16}, {1, 0}, "", 0, 0, true});
  const auto html = xy_plot_html(plot);
  EXPECT_NE(html.find("left:25.00%\">two"), std::string::npos) << html;
  EXPECT_NE(html.find("left:50.00%\">four"), std::string::npos);
  EXPECT_EQ(unbalanced_tag(html), "");
}

TEST(XyPlot, WhatIsNotMeasuredBreaksTheLine) {
  XyPlot plot;
  plot.curves.push_back({{0, 0.25, 0.5, 1}, {1, std::nan(""), 1, 1}, "", 0, 0, false});
  const auto html = xy_plot_html(plot);
  const auto line = html.find("class=\"line");
  const auto path = html.substr(line, html.find("/>", line) - line);
  EXPECT_EQ(std::ranges::count(path, 'M'), 2);
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace headroom

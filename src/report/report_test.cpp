#include <gtest/gtest.h>

#include <limits>
#include <regex>

#include "base/error.hpp"
#include "report/sections.hpp"
#include "report/test_run.hpp"

namespace headroom {
namespace {

std::string page_of(const TestRun& run, const std::string& label = {}) {
  const ReportRun one[] = {run.report(label)};
  return html_report(one, "headroom run x y");
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

/// The page up to its scripts, which hold code that says "NaN".
std::string visible(const std::string& page) {
  const auto start = page.find("<body>");
  return page.substr(start, page.find("<script") - start);
}

TEST(Report, EqualRunsGiveEqualBytes) {
  EXPECT_EQ(page_of(make_test_run(60)), page_of(make_test_run(60)));
}

TEST(Report, ComesInOneSmallPieceThatFetchesNothing) {
  const std::string page = page_of(make_test_run(3600));
  EXPECT_LT(page.size(), 2000000u);
  EXPECT_EQ(count_of(page, " src="), 0u);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_TRUE(page.ends_with("</html>\n"));
}

TEST(Report, StaysBelowItsLimitWithManyRuns) {
  const TestRun run = make_test_run(900);
  const std::vector<ReportRun> runs(24, run.report());
  EXPECT_LT(html_report(runs, "").size(), 2000000u);
}

TEST(Report, AnswersInTheOrderPeopleAsk) {
  const std::string page = page_of(make_test_run(120));
  std::size_t before = 0;
  for (const char* part :
       {"<h1>What does the Sample Machine (2017) sustain in Sample Render?</h1>", "id=\"answer\"",
        "id=\"figures\"", "id=\"plots\"", "id=\"losses\"", "id=\"repeats\"", "id=\"events\"",
        "id=\"energy\"", "id=\"configuration\"", "id=\"surroundings\"", "id=\"provenance\"",
        "id=\"reproduce\""}) {
    const auto at = page.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    EXPECT_GT(at, before) << part;
    before = at;
  }
}

TEST(Report, PausesBetweenRepeatsAreBandsWithAWord) {
  const TestRun run = make_test_run(60);  // ten repeats of 5 s, each followed by 1 s of rest
  const auto pauses = choose_pauses(std::vector{run.report()});
  ASSERT_EQ(pauses.size(), 9u);  // none after the last
  EXPECT_DOUBLE_EQ(pauses[0].from_s, 5);
  EXPECT_DOUBLE_EQ(pauses[0].to_s, 6);
  const std::string page = page_of(run);
  // 5 s of 60 s are 167 of the picture's 2000 columns; 1 s is 33.
  EXPECT_NE(page.find("<path class=\"pause\" d=\"M167 0h33v1000H167z"), std::string::npos);
  EXPECT_EQ(count_of(page, "<path class=\"pause\""), count_of(page, "<figure class=\"strip\" "));
  EXPECT_EQ(count_of(page, ">pause</span>"), 1u);
  EXPECT_NE(page.find("Pause between repeats, 1.0\u00a0s"), std::string::npos);
  EXPECT_NE(page.find("\"pauses\":[[5.0,6.0],"), std::string::npos);
}

TEST(Report, WithoutPausesNothingIsSaidOfThem) {
  TestRun run = make_test_run(60);
  auto& repeats = run.result.summary.repeats;
  for (std::size_t i = 1; i < repeats.size(); ++i) repeats[i].start_s = repeats[i - 1].end_s;
  const std::string page = page_of(run);
  EXPECT_EQ(page.find("class=\"pause\""), std::string::npos);
  EXPECT_EQ(page.find("Pause between repeats"), std::string::npos);
}

TEST(Report, AComparisonSaysWhatTheDipsAre) {
  const TestRun run = make_test_run(60);
  const ReportRun runs[] = {run.report("one"), run.report("other")};
  const std::string page = html_report(runs, "");
  EXPECT_EQ(page.find("class=\"pause\""), std::string::npos);
  EXPECT_NE(page.find("Dips between repeats are pauses of 1.0"), std::string::npos);
}

TEST(Report, AnOptionIsCalledByItsName) {
  TestRun run = make_test_run(30);
  EXPECT_EQ(chosen_name(run.machine, "memory"), "32 GB ECC, 2666 MT/s");
  run.machine.offer.options.clear();
  run.machine.cpu.name = "Ten Cores";
  EXPECT_EQ(chosen_name(run.machine, "memory"), "32gb");  // nobody named it
  EXPECT_EQ(chosen_name(run.machine, "cpu"), "Ten Cores");
  EXPECT_EQ(chosen_name(run.machine, "no such slot"), "");
}

TEST(Report, NamesFromFilesCannotBecomeMarkup) {
  TestRun run = make_test_run(30);
  const std::string attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  run.machine.name = run.machine.summary = run.workload.name = run.workload.summary = attack;
  run.workload.basis = run.workload.result.unit = run.workload.result.metric = attack;
  run.machine.configuration.options[attack] = attack;
  run.machine.provenance = {{attack, attack, attack, attack, 1},
                            {"a", "b", "c", "https://" + attack, 1}};
  run.result.summary.shut_down = true;
  run.result.summary.shutdown_reason = attack;
  run.result.summary.warnings = {attack};
  run.result.trace.events.push_back({1, attack, attack});
  const ReportRun runs[] = {run.report(attack), run.report()};
  for (const auto& page : {page_of(run, attack), html_report(runs, attack)}) {
    EXPECT_EQ(page.find("<script>alert"), std::string::npos);
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_EQ(visible(page).find("\"'>"), std::string::npos);
  }
}

TEST(Report, ChannelNamesCannotBecomeMarkup) {
  TestRun run = make_test_run(30);
  Trace trace({{"cpu.clock", "GHz", ""}, {"</script><script>alert(1)", "W", "<b>"}}, 0.1);
  trace.record(Time::seconds(10), std::vector<double>{3, 4});
  run.result.trace = trace;
  EXPECT_EQ(page_of(run).find("<script>alert"), std::string::npos);
}

TEST(Report, MissingChannelsAndNumbersAreNoTrouble) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  TestRun run = make_test_run(30, 3.8, false);
  run.result.trace = Trace({{"cpu.clock", "GHz", ""}, {"cpu.power", "W", ""}}, 0.1);
  run.result.trace.record(Time::seconds(10), std::vector<double>{kNaN, 4});
  run.result.summary.clock_sustained_hz = run.result.summary.cpu_sustained_k = kNaN;
  run.result.summary.losses = {kNaN, kNaN, kNaN, kNaN};
  run.result.summary.ledger = {};
  for (auto& repeat : run.result.summary.repeats) repeat.result = kNaN;
  const std::string page = visible(page_of(run));
  EXPECT_FALSE(std::regex_search(page, std::regex("\\b(nan|inf)\\b"))) << page;
  EXPECT_NE(page.find("not measured"), std::string::npos);

  run.result = RunResult();
  run.machine.provenance.clear();
  run.machine.offer = {};
  EXPECT_NE(page_of(run).find("Nothing was recorded over time"), std::string::npos);
}

TEST(Report, AnEmptyTraceIsSaidToBeEmpty) {
  TestRun run = make_test_run(30);
  run.result.trace = Trace();
  EXPECT_NE(page_of(run).find("Nothing was recorded over time"), std::string::npos);
}

TEST(Report, WithoutRunsThereIsNoPage) {
  EXPECT_THROW(html_report({}, ""), InputError);
}

TEST(Report, ComparisonsNameWhatDiffersMostFirst) {
  const TestRun a = make_test_run(60, 3.8);
  TestRun b = a;
  b.result.summary.wall_sustained_w = a.result.summary.wall_sustained_w * 0.5;
  b.result.summary.clock_sustained_hz *= 1.05;
  const ReportRun runs[] = {a.report("first"), b.report("second")};
  const std::string page = html_report(runs, "");
  const auto power = page.find("Wall power: B has 50\u00a0% less than A");
  const auto clock = page.find("Processor clock: B has 5\u00a0% more than A");
  ASSERT_NE(power, std::string::npos);
  ASSERT_NE(clock, std::string::npos);
  EXPECT_LT(power, clock);
  const ReportRun same[] = {a.report("first"), a.report("second")};
  EXPECT_NE(html_report(same, "").find("No figure differs"), std::string::npos);
}

TEST(Report, ComparisonsSayWhoDoesBest) {
  const TestRun a = make_test_run(60, 3.5), b = make_test_run(60, 3.9),
                c = make_test_run(60, 3.895);
  const ReportRun runs[] = {a.report("Slow"), b.report("Fast"), c.report("Even")};
  const std::string page = html_report(runs, "");
  EXPECT_NE(page.find("Fast (B) does best with 2185\u00a0points; Even (C) is within 1\u00a0% of "
                      "it; Slow (A) does least "
                      "well with 1961\u00a0points."),
            std::string::npos)
      << page.substr(page.find("lede"), 300);
}

TEST(Strips, TellEveryChannelInTheUnitOfItsStrip) {
  const TestRun run = make_test_run(30);
  const ReportRun runs[] = {run.report()};
  const auto strips = choose_strips(runs);
  ASSERT_EQ(strips[0].id, "clock");
  for (const auto& c : strips[0].curves) {
    EXPECT_DOUBLE_EQ(c.scale, c.label == "GPU" ? 1e-3 : 1) << c.label;  // recorded in MHz
  }
}

TEST(Strips, LeaveOutTheClockOfIdleGraphics) {
  TestRun run = make_test_run(30);
  run.workload.phases[0].graphics = {};
  const ReportRun runs[] = {run.report()};
  const auto strips = choose_strips(runs);
  ASSERT_EQ(strips[0].id, "clock");
  for (const auto& curve : strips[0].curves) EXPECT_NE(curve.label, "GPU");
}

TEST(Report, ThousandsOfEventsAreCounted) {
  TestRun run = make_test_run(30);
  for (int i = 0; i < 1000; ++i) run.result.trace.events.push_back({20, "clamp", "heat"});
  const std::string page = page_of(run);
  EXPECT_NE(page.find("<th scope=\"row\">clamp</th><td class=\"n\">1001</td>"), std::string::npos);
  EXPECT_NE(page.find("and 891 more"), std::string::npos);
}

TEST(Report, WarningsStandBesideTheAnswerEachOnce) {
  TestRun run = make_test_run(30);
  run.result.summary.warnings = {"extrapolated for 12 s in all", "extrapolated for 12 s in all"};
  EXPECT_EQ(count_of(page_of(run), "<li>extrapolated for 12"), 1u);
}

TEST(Strips, CompareRunsOneQuantityAtATime) {
  const TestRun with = make_test_run(30), without = make_test_run(20, 3.5, false);
  const ReportRun runs[] = {with.report(), without.report()};
  for (const auto& strip : choose_strips(runs)) {
    EXPECT_EQ(strip.curves.size(), strip.title.starts_with("Graphics") ? 1u : 2u) << strip.title;
  }
  EXPECT_NE(run_colour(0), run_colour(1));
  EXPECT_NE(run_dash(0), run_dash(1));
  EXPECT_EQ(run_letter(1), "B");
}

}  // namespace
}  // namespace headroom

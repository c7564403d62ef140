#include <gtest/gtest.h>

#include <limits>
#include <regex>

#include "report/advice_report.hpp"
#include "report/comparison_pictures.hpp"
#include "report/scatter.hpp"
#include "report/test_comparison.hpp"

namespace headroom {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string page_of(const Comparison& c) {
  return comparison_html(c, "headroom compare a b --workload c");
}

bool has(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

bool says_nan(const std::string& page) {
  return std::regex_search(page, std::regex("[^a-z](nan|inf)[^a-z]", std::regex::icase));
}

TEST(ComparisonPage, EveryTagIsClosed) {
  EXPECT_EQ(unbalanced_tag("<p><b>x</p>"), "</p> where b is open");  // the check itself
  EXPECT_EQ(unbalanced_tag("<p title=\"a>b\">x"), "p is never closed");
  EXPECT_EQ(unbalanced_tag(page_of(made_up_comparison())), "");
  EXPECT_EQ(unbalanced_tag(page_of(made_up_comparison(1, 1))), "");
}

TEST(ComparisonPage, EqualComparisonsGiveEqualBytes) {
  EXPECT_EQ(page_of(made_up_comparison()), page_of(made_up_comparison()));
}

TEST(ComparisonPage, FetchesNothingAndRunsNothing) {
  const auto page = page_of(made_up_comparison());
  EXPECT_TRUE(has(page, "default-src 'none'"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, " src="));
  EXPECT_FALSE(has(page, "@import"));
}

TEST(ComparisonPage, SaysTheSameSentenceAsTheTerminal) {
  const auto c = made_up_comparison();
  // 1.5 times the speed; the third machine costs 7799 USD, the first 5799 + 600.
  EXPECT_TRUE(has(comparison_verdict(c), "Fastest: Machine 3, 1.50 times as fast as Machine 1"));
  EXPECT_TRUE(has(page_of(c), "Fastest: Machine 3, 1.50 times as fast as Machine 1"));
}

TEST(ComparisonPage, SaysWhyWorkShowsNoSpeed) {
  auto c = made_up_comparison(2, 2);
  EXPECT_TRUE(pace_notes(c).empty());
  for (auto& s : c.standings) s.outcomes[1].pace_per_s = kNaN;
  ASSERT_EQ(pace_notes(c).size(), 1u);
  const std::string why = "Work 2 lasts as long on every machine, so it shows no speed";
  EXPECT_TRUE(has(pace_notes(c)[0], why));
  EXPECT_TRUE(has(page_of(c), why));
  EXPECT_TRUE(has(comparison_text(c, false, 200), "note: " + why));
}

TEST(ComparisonPage, LosesNoWordOnWorkThatIsLateByARounding) {
  auto c = made_up_comparison(1, 1);
  c.standings[0].outcomes[0].missed_deadlines = 1e-8;
  EXPECT_FALSE(has(page_of(c), "came late"));
  c.standings[0].outcomes[0].missed_deadlines = 1e-3;
  EXPECT_TRUE(has(page_of(c), "came late"));
}

TEST(ComparisonPage, HoldsTheNumbersOfEveryMachine) {
  const auto page = page_of(made_up_comparison());
  // 4999 for the base, 800 for ten cores, 600 for graphics, and 1000 more for each next one.
  for (const char* text : {"6399", "7399", "8399", "1.00×", "1.25×", "1.50×"}) {
    EXPECT_TRUE(has(page, text)) << text;
  }
  EXPECT_TRUE(has(page, "6\u00a0min 40\u00a0s"));  // 600 s / 1.5
  EXPECT_TRUE(has(page, "6\u00a0min"));            // 540 s / 1.5, the first pass
  EXPECT_TRUE(has(page, "−10\u00a0%"));            // 540 s of 600 s
  EXPECT_TRUE(has(page, "87\u00a0°C") || has(page, "87, 67\u00a0°C"));  // 360 K and 340 K
  EXPECT_TRUE(has(page, "5919"));                                       // 7399 USD / 1.25
}

TEST(ComparisonPage, TheFastestStandsFirst) {
  const auto page = page_of(made_up_comparison());
  const auto bars = page.substr(page.find("id=\"all\""));
  EXPECT_LT(bars.find("Machine 3"), bars.find("Machine 2"));
  // At a top of 1.5 the bar of speed 1 takes two thirds of the track, less half a percent.
  EXPECT_TRUE(has(bars, "<i class=\"is\" style=\"width:66.33%\">"));
}

TEST(ComparisonPage, WhoCannotDoItIsListedWithItsReason) {
  auto c = made_up_comparison();
  auto& s = c.standings[1];
  s.outcomes[1] = {};
  s.outcomes[1].possible = false;
  s.outcomes[1].reason = "needs 64 GB of memory, and there are 32";
  s.possible = false;
  s.speed = s.usd_per_speed = kNaN;
  const auto page = page_of(c);
  EXPECT_TRUE(has(page, "needs 64\u00a0GB of memory, and there are 32"));
  EXPECT_TRUE(has(page, "cannot do all of it"));
  EXPECT_FALSE(says_nan(body_of(page)));
  EXPECT_EQ(unbalanced_tag(page), "");
}

TEST(ComparisonPage, NumbersThatAreNotThereAreNeverNan) {
  auto c = made_up_comparison(3, 2);
  for (auto& s : c.standings) {
    s.outcomes[0] = {};  // waiting: no pace, nothing recorded
    s.outcomes[1].energy_per_pass_j = s.outcomes[1].noise_dba = kNaN;
    s.outcomes[1].wall_w = s.outcomes[1].cpu_k = kNaN;
    s.speed = s.usd_per_speed = s.energy_usd_a_year = s.wall_w = s.noise_dba = kNaN;
  }
  const auto page = body_of(page_of(c));
  EXPECT_FALSE(says_nan(page)) << page.substr(page.find("nan") - 200, 300);
  c.standings.resize(1);
  EXPECT_FALSE(says_nan(body_of(page_of(c))));
}

TEST(ComparisonPage, NamesFromFilesCannotBecomeMarkup) {
  auto c = made_up_comparison();
  const std::string attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  for (auto& s : c.standings) {
    auto machine = std::make_shared<Machine>(*s.contender.machine);
    machine->name = machine->summary = machine->offer.from = attack;
    machine->notes = {attack};
    machine->offer.options[0].name = machine->offer.options[1].name = attack;
    machine->configuration.options[attack] = attack;
    machine->configuration.changes = {{attack, attack}};
    machine->provenance.push_back({"options.cpu.ten.price", "1", "", "https://" + attack, 1});
    s.contender = {machine, attack + ", " + attack};
    for (auto& o : s.outcomes) o.warnings = {attack};
  }
  c.standings[0].outcomes[0].possible = c.standings[0].possible = false;
  c.standings[0].outcomes[0].reason = attack;
  for (auto& task : c.tasks) {
    task.workload.name = task.workload.summary = task.workload.basis = attack;
    task.workload.result.unit = attack;
  }
  c.circumstances.day = attack;
  const auto page = comparison_html(c, attack);
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "<img"));
  EXPECT_FALSE(has(body_of(page), "\"'>"));
  EXPECT_EQ(unbalanced_tag(page), "");
}

TEST(ComparisonPage, AWarningOfManyRunsIsSaidOnce) {
  auto c = made_up_comparison();
  c.standings[0].outcomes[0].warnings = {"the supply gave more than 300 W for 12.5 s in all"};
  c.standings[1].outcomes[0].warnings = {"the supply gave more than 300 W for 50.0 s in all"};
  c.standings[1].outcomes[1].warnings = {"the supply gave more than 300 W for 7.0 s in all"};
  const auto page = page_of(c);
  EXPECT_EQ(count_of(page, "the supply gave"), 1u);
  EXPECT_TRUE(has(page, "than 300\u00a0W for up to 50.0\u00a0s in Work 1 and Work 2</li>"));
}

TEST(ComparisonPage, TwentyMachinesAndFiveWorkloadsStaySmall) {
  const auto page = page_of(made_up_comparison(20, 5));
  EXPECT_LT(page.size(), 600000u);
  EXPECT_EQ(count_of(page, "<table class=\"bars\""), 7u);  // five, all together, electricity
}

TEST(ComparisonPage, EveryPictureHasADescription) {
  const auto page = page_of(made_up_comparison());
  EXPECT_EQ(count_of(page, "role=\"img\" aria-label=\"Price and speed. Machine 3: 1.50×"), 1u);
  EXPECT_EQ(count_of(page, "<table class=\"bars\""), count_of(page, "<caption"));
}

TEST(Scatter, LabelsStandWhereNothingElseDoes) {
  Scatter s;
  s.x_title = "Price";
  for (int i = 0; i < 3; ++i)
    s.spots.push_back({1000, 1, std::string(1, static_cast<char>('A' + i)), "Name", "", "k0", i});
  const auto html = scatter_html(s);
  std::smatch found;
  std::vector<std::string> places;
  auto begin = html.cbegin();
  while (std::regex_search(begin, html.cend(), found, std::regex("--wx:[^\"]*"))) {
    places.push_back(found.str());
    begin = found.suffix().first;
  }
  ASSERT_EQ(places.size(), 3u);
  EXPECT_NE(places[0], places[1]);
  EXPECT_NE(places[1], places[2]);
  EXPECT_NE(places[0], places[2]);
}

TEST(Scatter, WhatIsNotMeasuredIsLeftOut) {
  Scatter s;
  s.spots.push_back({kNaN, 1, "A", "", "", "k0", 0});
  EXPECT_EQ(scatter_html(s), "");
}

TEST(ComparisonPage, CallsNothingWithoutAKnownPriceCheap) {
  auto c = made_up_comparison(2, 1);
  EXPECT_TRUE(has(comparison_verdict(c), "times its price"));
  EXPECT_TRUE(has(page_of(c), "Most work for the money"));
  auto& unknown = c.standings[1];
  auto machine = std::make_shared<Machine>(*unknown.contender.machine);
  machine->offer.base_prices[0].usd = 0;
  unknown.contender.machine = machine;
  unknown.priced = false;
  unknown.price_usd = 0;
  unknown.usd_per_speed = kNaN;
  for (const auto& text : {comparison_verdict(c), page_of(c), comparison_text(c, false, 200)}) {
    EXPECT_FALSE(has(text, "its price"));
    EXPECT_FALSE(has(text, "Most work for the money"));
    EXPECT_FALSE(has(text, "Cheapest"));
    EXPECT_FALSE(has(text, "nan"));
  }
  EXPECT_TRUE(has(page_of(c), "not known"));
}

}  // namespace
}  // namespace headroom

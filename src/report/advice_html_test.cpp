#include <gtest/gtest.h>

#include <regex>

#include "report/advice_report.hpp"
#include "report/test_comparison.hpp"

namespace headroom {
namespace {

bool has(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

bool says_nan(const std::string& page) {
  return std::regex_search(page, std::regex("[^a-z](nan|inf)[^a-z]", std::regex::icase));
}

std::string page_of(const Advice& advice) {
  return advice_html(advice, "headroom advise --workload c");
}

TEST(AdvicePage, EveryTagIsClosedAndEqualAdviceGivesEqualBytes) {
  EXPECT_EQ(unbalanced_tag(page_of(made_up_advice())), "");
  EXPECT_EQ(page_of(made_up_advice()), page_of(made_up_advice()));
}

TEST(AdvicePage, BeginsWithWhatToBuyAndWhy) {
  const auto advice = made_up_advice();
  const auto page = page_of(advice);
  const auto answer = page.find("Buy the <strong>Machine 2</strong>, for 7399\u00a0USD.");
  ASSERT_NE(answer, std::string::npos);
  EXPECT_LT(answer, page.find("<nav"));
  // The fastest costs 1000 USD more and is 1.5 / 1.25 - 1 = 20 % ahead.
  EXPECT_TRUE(has(page, "is 20.0\u00a0% ahead"));
  EXPECT_TRUE(has(page, "for at most 9000\u00a0USD"));
  EXPECT_TRUE(has(page,
                  "The cheapest within 25\u00a0% of the fastest: 67\u00a0% of its speed for "
                  "6399\u00a0USD, 1000\u00a0USD less."));
}

TEST(AdvicePage, SaysWhatWasLeftOutAndWhy) {
  const auto page = page_of(made_up_advice());
  for (const char* text :
       {"40 configurations were on sale", "21 fit", "3 lack what you need", "5 over budget",
        "7 cannot do the work", "4 too loud", "needs 64\u00a0GB of memory"}) {
    EXPECT_TRUE(has(page, text)) << text;
  }
}

TEST(AdvicePage, TellsWhatWaitingWouldHaveBrought) {
  const auto page = page_of(made_up_advice());
  EXPECT_TRUE(has(page, "Announced by 2018-02-01: “shown to few”"));
  EXPECT_TRUE(has(page, "It came on 2019-12-10"));
  EXPECT_TRUE(has(page, "20\u00a0% more speed, 24\u00a0dBA instead of 22, for +1000\u00a0USD."))
      << page.substr(page.find("Waiting for it"), 200);
}

TEST(AdvicePage, SaysWhenNothingFits) {
  auto advice = made_up_advice();
  advice.choices.clear();
  advice.successors.clear();
  advice.fastest = advice.recommended = advice.within_10 = advice.within_25 = -1;
  const auto page = page_of(advice);
  EXPECT_TRUE(has(page, "Nothing fits."));
  EXPECT_TRUE(has(page, "A larger budget"));
  EXPECT_EQ(unbalanced_tag(page), "");
}

TEST(AdvicePage, NamesFromFilesCannotBecomeMarkup) {
  auto advice = made_up_advice();
  const std::string attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  for (auto& choice : advice.choices) choice.standing.contender.label = attack;
  advice.wish.needs = {{attack, attack, attack, 1}};
  advice.wish.machines = {attack};
  advice.wish.circumstances.day = attack;
  advice.sieve.reasons = {attack};
  auto& later = advice.successors[0];
  later.name = later.first_day = attack;
  later.announcement = {attack, attack, "https://" + attack};
  later.best->standing.contender.label = attack;
  const auto page = advice_html(advice, attack);
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "<img"));
  EXPECT_FALSE(has(body_of(page), "\"'>"));
  EXPECT_EQ(unbalanced_tag(page), "");
}

TEST(AdvicePage, NumbersThatAreNotThereAreNeverNan) {
  auto advice = made_up_advice();
  for (const std::size_t i : {0, 2}) {
    auto& standing = advice.choices[i].standing;
    standing.outcomes[0] = {};
    standing.noise_dba = standing.wall_w = standing.energy_usd_a_year = Outcome::kNone;
  }
  advice.choices[1].standing.energy_usd_a_year = Outcome::kNone;
  EXPECT_FALSE(says_nan(body_of(page_of(advice))));
}

TEST(TimelinePage, ShowsWhatWasBestWhen) {
  const auto page = timeline_html(made_up_timeline(), "headroom timeline");
  EXPECT_TRUE(has(page,
                  "Most work for the money: Old Machine, Big, from 2017-04-04, at "
                  "3999\u00a0USD."));
  EXPECT_TRUE(has(page, "Small Machine: needs graphics, and there are none"));
  EXPECT_TRUE(has(page, ">0.333<"));
  EXPECT_EQ(unbalanced_tag(page), "");
  EXPECT_EQ(page, timeline_html(made_up_timeline(), "headroom timeline"));
  EXPECT_FALSE(says_nan(body_of(page)));
}

TEST(TimelinePage, NamesFromFilesCannotBecomeMarkup) {
  auto line = made_up_timeline();
  const std::string attack = "<script>alert(1)</script>\"'>";
  for (auto& lane : line.lanes) {
    lane.name = lane.reason = attack;
    for (auto& o : lane.per_dollar) o.label = o.configuration = attack;
  }
  line.reference = attack;
  const auto page = timeline_html(line, attack);
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(body_of(page), "\"'>"));
}

}  // namespace
}  // namespace headroom

#include "advice/advice.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "advice/assessor.hpp"
#include "advice/timeline.hpp"
#include "catalog/embedded.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library kLibrary;
  return kLibrary;
}

Wish wish(std::vector<std::string> workloads, const std::string& day) {
  Wish w;
  for (const auto& id : workloads) w.tasks.push_back({read_rested_workload(library(), id), 1});
  w.circumstances.day = day;
  w.circumstances.for_s = 120;  // short: the rules do not depend on it
  return w;
}

std::string message(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return std::string(error.what()) + " | " + error.problems().front().help;
  }
  return "no error";
}

/// Everything on sale, judged one by one: the long way to what advise() finds.
std::vector<Standing> everything(const Wish& w) {
  const Market market(library());
  std::vector<Configuration> all;
  for (const auto& model : market.models()) {
    for (auto& c : market.on_sale(model, w.circumstances.day)) all.push_back(std::move(c));
  }
  Assessor assessor(library(), w.tasks, w.circumstances);
  auto standings = assessor.assess(assessor.assemble_all(all));
  const auto reference = standings.front().outcomes;
  for (auto& s : standings) judge(s, w.tasks, reference, w.circumstances);
  return standings;
}

const Standing& recommended(const Advice& advice) {
  return advice.choices.at(static_cast<std::size_t>(advice.recommended)).standing;
}

TEST(Market, KnowsWhatCouldBeBoughtOnADay) {
  const Market market(library());
  const auto pro = std::ranges::find(market.models(), "imac-pro-2017", &Model::id);
  ASSERT_NE(pro, market.models().end());
  EXPECT_TRUE(market.on_sale(*pro, "2017-12-13").empty());
  // Four processors, Vega 56 and 64, 32, 64 and 128 GB, 1, 2 and 4 TB.
  EXPECT_EQ(market.on_sale(*pro, "2017-12-14").size(), 4U * 2 * 3 * 3);
  // Vega 64X and 256 GB came in March 2019.
  EXPECT_EQ(market.on_sale(*pro, "2019-03-20").size(), 4U * 3 * 4 * 3);
  EXPECT_TRUE(market.on_sale(*pro, "2021-12-31").empty());
}

TEST(Market, CountsDaysAcrossTheEndsOfMonths) {
  EXPECT_EQ(day_after("2017-12-31"), "2018-01-01");
  EXPECT_EQ(day_after("2020-02-28"), "2020-02-29");
  EXPECT_EQ(day_after("2021-02-28"), "2021-03-01");
}

TEST(Advice, FindsWhatASearchOneByOneFinds) {
  const auto w = wish({"compile"}, "2017-12-14");
  const auto advice = advise(library(), w);
  const auto all = everything(w);
  double fastest = 0;
  for (const auto& s : all) fastest = std::max(fastest, s.speed);
  double cheapest_usd = 1e9;
  for (const auto& s : all) {
    if (s.speed >= 0.96 * fastest) cheapest_usd = std::min(cheapest_usd, s.price_usd);
  }
  EXPECT_EQ(advice.sieve.on_sale, all.size());
  // Speeds within a percent count as one, so the bound is 3 % and that percent.
  EXPECT_EQ(recommended(advice).price_usd, cheapest_usd);
  EXPECT_DOUBLE_EQ(advice.choices.front().standing.speed, 1);
}

TEST(Advice, NeverRecommendsWhatIsDominated) {
  const auto w = wish({"compile", "furmark"}, "2019-06-01");
  const auto advice = advise(library(), w);
  for (const int index : {advice.recommended, advice.within_10, advice.within_25}) {
    const auto& pick = advice.choices.at(static_cast<std::size_t>(index)).standing;
    for (const auto& s : everything(w)) {
      if (!s.possible) continue;
      double ratio = 0;
      for (std::size_t t = 0; t < w.tasks.size(); ++t) {
        ratio += std::log(s.outcomes[t].pace_per_s / pick.outcomes[t].pace_per_s);
      }
      const bool dominates =
          ratio >= 0 && s.price_usd <= pick.price_usd && s.noise_dba <= pick.noise_dba &&
          (ratio > 1e-12 || s.price_usd < pick.price_usd || s.noise_dba < pick.noise_dba);
      EXPECT_FALSE(dominates) << s.contender.label << " over " << pick.contender.label;
    }
  }
}

TEST(Advice, ListsOnlyWhatIsFasterCheaperOrQuieter) {
  auto w = wish({"compile"}, "2020-09-01");
  const auto advice = advise(library(), w);
  for (const auto& a : advice.choices) {
    for (const auto& b : advice.choices) {
      if (&a == &b) continue;
      const bool useless = a.standing.price_usd <= b.standing.price_usd &&
                           b.standing.speed <= 1.01 * a.standing.speed &&
                           b.standing.noise_dba >= a.standing.noise_dba - 0.5;
      EXPECT_FALSE(useless) << b.standing.contender.label << " beside "
                            << a.standing.contender.label;
    }
  }
}

TEST(Advice, OfTheSameQuestionIsTheSame) {
  const auto w = wish({"photo-edit"}, "2018-05-01");
  const auto a = advise(library(), w), b = advise(library(), w);
  ASSERT_EQ(a.choices.size(), b.choices.size());
  for (std::size_t i = 0; i < a.choices.size(); ++i) {
    EXPECT_EQ(a.choices[i].standing.contender.machine->configuration.text(),
              b.choices[i].standing.contender.machine->configuration.text());
    EXPECT_EQ(a.choices[i].standing.speed, b.choices[i].standing.speed);
  }
  EXPECT_EQ(a.recommended, b.recommended);
}

RC_GTEST_PROP(AdviceProperty, MoreMoneyNeverBuysASlowerMachine, ()) {
  auto w = wish({"cpu-gpu-stress"}, "2017-12-14");
  w.circumstances.for_s = 5;
  w.machines = {"imac-pro-2017", "imac-27-2017"};
  w.budget_usd = *rc::gen::inRange(1500, 14000);
  const auto less = advise(library(), w);
  w.budget_usd += *rc::gen::inRange(0, 4000);
  const auto more = advise(library(), w);
  auto pace = [](const Advice& a) {
    return a.choices.empty() ? 0 : a.choices.front().standing.outcomes[0].pace_per_s;
  };
  RC_ASSERT(pace(more) >= pace(less));
  for (const auto& choice : less.choices) RC_ASSERT(choice.standing.price_usd <= w.budget_usd);
}

TEST(Advice, KeepsToNeedsNoiseAndBudget) {
  auto w = wish({"compile"}, "2020-01-15");
  w.needs = {parse_need("pcie-slot"), parse_need("memory>=96GB")};
  w.budget_usd = 12000;
  const auto advice = advise(library(), w);
  ASSERT_GE(advice.recommended, 0);
  for (const auto& choice : advice.choices) {
    EXPECT_EQ(choice.standing.contender.machine->id, "mac-pro-2019");
    EXPECT_GE(choice.standing.contender.machine->memory.capacity_b, 96e9);
    EXPECT_LE(choice.standing.price_usd, 12000);
  }
  w.noise_dba = 1;
  const auto silent = advise(library(), w);
  EXPECT_EQ(silent.recommended, -1);
  EXPECT_GT(silent.sieve.too_loud, 0U);
}

TEST(Advice, SaysWhatWaitingForAnAnnouncedMachineWouldBring) {
  const auto before = advise(library(), wish({"compile"}, "2019-07-01"));
  ASSERT_EQ(before.successors.size(), 1U);
  EXPECT_EQ(before.successors[0].machine, "mac-pro-2019");
  ASSERT_TRUE(before.successors[0].best.has_value());
  EXPECT_EQ(before.successors[0].announcement.date, "2019-06-03");
  EXPECT_TRUE(advise(library(), wish({"compile"}, "2016-07-01")).successors.empty());
}

TEST(Advice, ToldAnImpossibleQuestionNamesWhatIsPossible) {
  EXPECT_NE(message([] {
              (void)advise(library(), wish({"compile"}, "2001-01-01"));
            }).find("imac-pro-2017 2017-12-14 to"),
            std::string::npos);
  EXPECT_NE(message([] { (void)advise(library(), wish({}, "2018-01-01")); }).find("compile"),
            std::string::npos);
  EXPECT_NE(message([] {
              auto w = wish({"compile"}, "2018-01-01");
              w.machines = {"imac-pro-2018"};
              (void)advise(library(), w);
            }).find("imac-pro-2017"),
            std::string::npos);
}

TEST(Assessor, MachinesThatRunAlikeShareTheirRuns) {
  const auto w = wish({"compile"}, "2018-01-01");
  Assessor assessor(library(), w.tasks, w.circumstances);
  std::vector<Configuration> three;
  for (const char* text : {"imac-pro-2017:memory=32gb", "imac-pro-2017:memory=64gb",
                           "imac-pro-2017:cpu=xeon-w-2150b"}) {
    three.push_back(Configuration::parse(text));
  }
  const auto standings = assessor.assess(assessor.assemble_all(three));
  EXPECT_EQ(assessor.runs(), 2U);
  EXPECT_EQ(standings[0].outcomes[0].pace_per_s, standings[1].outcomes[0].pace_per_s);
  EXPECT_LT(standings[0].price_usd, standings[1].price_usd);
}

TEST(Timeline, FollowsPricesAndNewMachines) {
  auto w = wish({"compile"}, "");
  const auto line = timeline(library(), w.tasks, w.circumstances, "2016-01-01", "2021-01-01");
  const auto old = std::ranges::find(line.lanes, "mac-pro-2013", &Lane::machine);
  const auto pro = std::ranges::find(line.lanes, "imac-pro-2017", &Lane::machine);
  ASSERT_NE(old, line.lanes.end());
  ASSERT_NE(pro, line.lanes.end());
  EXPECT_EQ(Timeline::on(pro->per_dollar, "2017-01-01"), nullptr);
  const auto* before = Timeline::on(old->per_dollar, "2017-01-01");
  const auto* after = Timeline::on(old->per_dollar, "2018-01-01");
  ASSERT_NE(before, nullptr);
  ASSERT_NE(after, nullptr);
  EXPECT_GT(after->value, before->value) << "more cores for the same money since April 2017";
  EXPECT_NEAR(before->value, 1000 * before->speed / before->price_usd, 1e-12);
}

/// The catalogue with the iMac of 2017 at no known price, in a folder.
Library without_a_price() {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) / "headroom_no_price";
  for (const auto& file : embedded_catalog()) {
    const fs::path path = root / file.path;
    fs::create_directories(path.parent_path());
    std::string text(file.text);
    if (file.path == "machines/imac-27-2017.toml") {
      const auto at = text.find("base_price = \"");
      EXPECT_NE(at, text.npos);
      text.replace(at, text.find('\n', at) - at, "base_price = \"0 USD\"");
    }
    std::ofstream(path) << text;
  }
  return Library(root.string());
}

TEST(Advice, LeavesOutWhatHasNoKnownPrice) {
  auto w = wish({"compile"}, "2018-03-01");
  w.machines = {"imac-27-2017"};
  const auto advice = advise(without_a_price(), w);
  EXPECT_TRUE(advice.choices.empty());
  EXPECT_GT(advice.sieve.on_sale, 0u);
  EXPECT_EQ(advice.sieve.without_price, advice.sieve.on_sale);
  EXPECT_EQ(advice.sieve.runs, 0u);
}

TEST(Timeline, ShowsWorkForThePowerOfWhatHasNoKnownPrice) {
  Circumstances where;
  where.for_s = 120;
  const auto line = timeline(without_a_price(), {{read_rested_workload(library(), "compile"), 1}},
                             where, "2017-06-05", "2017-06-30");
  const auto lane = std::ranges::find(line.lanes, "imac-27-2017", &Lane::machine);
  ASSERT_NE(lane, line.lanes.end());
  EXPECT_TRUE(lane->per_dollar.empty());
  ASSERT_EQ(lane->per_watt.size(), 1u);
  EXPECT_TRUE(std::isnan(lane->per_watt[0].price_usd));
  EXPECT_EQ(lane->reason, "");
}

}  // namespace
}  // namespace headroom

#include "advice/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "replay/rested_workload.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library kLibrary;
  return kLibrary;
}

std::vector<Contender> contenders(const std::vector<std::string>& texts) {
  std::vector<Configuration> configurations;
  for (const auto& text : texts) configurations.push_back(Configuration::parse(text));
  return contenders_of(library(), configurations);
}

std::vector<Task> tasks(const std::vector<std::string>& ids) {
  std::vector<Task> list;
  for (const auto& id : ids) list.push_back({read_rested_workload(library(), id), 1});
  return list;
}

Circumstances brief() {
  Circumstances where;
  where.for_s = 300;
  return where;
}

TEST(Comparison, MeasuresSpeedAgainstTheFirstMachine) {
  const auto c = compare(contenders({"imac-pro-2017", "imac-pro-2017:cpu=xeon-w-2191b"}),
                         tasks({"compile"}), brief());
  const auto& base = c.standings[0];
  const auto& eighteen = c.standings[1];
  EXPECT_DOUBLE_EQ(base.speed, 1);
  EXPECT_NEAR(eighteen.speed, base.outcomes[0].pass_s / eighteen.outcomes[0].pass_s, 1e-12);
  EXPECT_GT(eighteen.speed, 1);
  EXPECT_NEAR(eighteen.usd_per_speed, eighteen.price_usd / eighteen.speed, 1e-9);
}

TEST(Comparison, AveragesSpeedsByWeightAsAGeometricMean) {
  auto two = tasks({"compile", "furmark"});
  two[0].weight = 3;
  const auto c = compare(contenders({"imac-pro-2017", "imac-27-2017"}), two, brief());
  const auto& a = c.standings[0].outcomes;
  const auto& b = c.standings[1].outcomes;
  const double first = b[0].pace_per_s / a[0].pace_per_s;
  const double second = b[1].pace_per_s / a[1].pace_per_s;
  EXPECT_NEAR(c.standings[1].speed, std::pow(first, 0.75) * std::pow(second, 0.25), 1e-12);
  EXPECT_NEAR(c.standings[1].wall_w, 0.75 * b[0].wall_w + 0.25 * b[1].wall_w, 1e-9);
  // 1000 h at 0.15 USD: 0.15 USD for each watt.
  EXPECT_NEAR(c.standings[1].energy_usd_a_year, 0.15 * c.standings[1].wall_w, 1e-9);
}

TEST(Comparison, SaysWhatAMachineCannotDo) {
  auto big = tasks({"compile"});
  big[0].workload.phases[0].memory_b = 64e9;
  const auto c = compare(contenders({"imac-pro-2017", "imac-pro-2017:memory=128gb"}), big, brief());
  EXPECT_FALSE(c.standings[0].possible);
  EXPECT_NE(c.standings[0].outcomes[0].reason.find("64 GB of memory"), std::string::npos);
  EXPECT_TRUE(c.standings[1].possible);
  EXPECT_DOUBLE_EQ(c.standings[1].speed, 1) << "the first that can is the measure";
}

TEST(Comparison, SaysWhatAMachineDoesNotHave) {
  auto careful = tasks({"compile"});
  careful[0].workload.needs = {parse_need("ecc"), parse_need("graphics-memory>=8GB")};
  const auto c = compare(contenders({"imac-27-2017", "imac-pro-2017"}), careful, brief());
  EXPECT_NE(c.standings[0].outcomes[0].reason.find("needs ecc"), std::string::npos);
  EXPECT_TRUE(c.standings[1].possible);
}

TEST(Comparison, CountsWhatIsSustainedNotTheFirstMinute) {
  Circumstances hour;
  const auto c = compare(contenders({"imac-27-2020:cpu=core-i9-10910,gpu=radeon-pro-5500-xt"}),
                         tasks({"cinebench-r20-nt"}), hour);
  const auto& o = c.standings[0].outcomes[0];
  EXPECT_GT(o.pass_s, 1.05 * o.first_pass_s);
  EXPECT_GT(o.lost_to_heat, 0.05);
}

TEST(Comparison, LosesNothingByItsLongerSteps) {
  const auto machine = contenders({"imac-pro-2017:cpu=xeon-w-2191b"}).front().machine;
  const auto workload = read_rested_workload(library(), "cpu-gpu-stress");
  const auto outcome = outcome_of(*machine, workload, {}, 900);
  RunOptions fine;
  fine.for_s = 900;
  const auto exact = run(*machine, workload, {}, fine).summary;
  EXPECT_NEAR(outcome.clock_hz / exact.clock_sustained_hz, 1, 1e-3);
  EXPECT_NEAR(outcome.cpu_k, exact.cpu_sustained_k, 0.05);
  EXPECT_NEAR(outcome.wall_w / exact.wall_sustained_w, 1, 1e-3);
}

TEST(Comparison, OfWorkThatTakesLongerThanTheRunWaitsForOnePass) {
  Circumstances second;
  second.for_s = 1;
  const auto c = compare(contenders({"imac-pro-2017"}), tasks({"compile"}), second);
  EXPECT_TRUE(std::isfinite(c.standings[0].outcomes[0].pass_s));
}

TEST(Comparison, OfNothingToDoHasNoSpeed) {
  const auto c = compare(contenders({"imac-pro-2017", "mac-pro-2019"}), tasks({"idle"}), brief());
  EXPECT_TRUE(std::isnan(c.standings[0].speed));
  EXPECT_TRUE(c.standings[0].possible);
  EXPECT_GT(c.standings[0].wall_w, 10);
}

TEST(Comparison, OfWorkThatLastsAGivenTimeHasNoSpeed) {
  const auto c = compare(contenders({"imac-pro-2017", "imac-27-2017"}),
                         tasks({"fcp-4k-edit", "compile"}), brief());
  for (const auto& s : c.standings) {
    EXPECT_NEAR(s.outcomes[0].pass_s, 34 * 60, 1);  // on either machine
    EXPECT_TRUE(std::isnan(s.outcomes[0].pace_per_s));
  }
  // What has a speed alone decides.
  EXPECT_DOUBLE_EQ(c.standings[1].speed,
                   c.standings[1].outcomes[1].pace_per_s / c.standings[0].outcomes[1].pace_per_s);
}

TEST(Comparison, PutsAChangedMachineBesideTheOneThatWasSold) {
  auto changed = Configuration::parse("imac-pro-2017");
  changed.set("paste.resistance=+100%");
  const auto list = contenders_of(library(), {changed});
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].label, "iMac Pro (2017)");
  EXPECT_EQ(list[1].label, "iMac Pro (2017), paste.resistance=+100%");
  const auto c = compare(list, tasks({"cpu-gpu-stress"}), brief());
  EXPECT_LT(c.standings[1].speed, 1);
}

TEST(Comparison, JudgesNoPriceThatIsNotKnown) {
  auto free = Configuration::parse("imac-27-2017");
  free.changes = {Change::parse("on_sale.base_price=0")};
  const auto c = compare(contenders_of(library(), {Configuration::parse("imac-pro-2017"), free}),
                         tasks({"compile"}), brief());
  EXPECT_TRUE(c.standings[0].priced);
  EXPECT_EQ(c.standings[0].usd_per_speed, 4999);
  ASSERT_EQ(c.standings.size(), 3u);  // the sold one beside the changed one
  const auto& unknown = c.standings[2];
  EXPECT_FALSE(unknown.priced);
  EXPECT_GT(unknown.speed, 0);
  EXPECT_TRUE(std::isnan(unknown.usd_per_speed));
  EXPECT_EQ(unknown.notes,
            std::vector<std::string>{"the price of " + unknown.contender.label + " is not known"});
}

}  // namespace
}  // namespace headroom

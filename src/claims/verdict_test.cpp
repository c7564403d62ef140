#include "claims/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "advice/advice.hpp"
#include "claims/test_claims.hpp"
#include "machine/test_machines.hpp"

namespace headroom {
namespace {

ClaimReport judged(const std::string& rest, double for_s = 60) {
  std::vector<Claim> claims;
  claims.push_back(test::read_claim_text(test::kClaimHead + rest));
  return judge_claims(test::library(), std::move(claims), {for_s});
}

std::string price(const std::string& name, const std::string& configuration) {
  return "[[figure]]\nname = \"" + name +
         "\"\nmeaning = \"m\"\nkind = \"price\"\nconfiguration = \"" + configuration +
         "\"\nday = \"2017-12-14\"\n";
}
std::string criterion(const std::string& holds, const std::string& in = "all") {
  return "[[criterion]]\nname = \"c\"\nholds = \"" + holds + "\"\nin = \"" + in + "\"\n";
}
std::string derived(const std::string& name, const std::string& is) {
  return "[[figure]]\nname = \"" + name + "\"\nmeaning = \"m\"\nkind = \"derived\"\nis = \"" + is +
         "\"\n";
}

TEST(Verdict, FollowsFromHowManyCriteriaHold) {
  const auto base = price("base", "imac-pro-2017");  // 4999 USD
  EXPECT_EQ(judged(base + criterion("base == 4999")).claims[0].verdict, Verdict::holds);
  EXPECT_EQ(judged(base + criterion("base < 4999")).claims[0].verdict, Verdict::fails);
  EXPECT_EQ(judged(base + criterion("base < 4999") + criterion("base > 0")).claims[0].verdict,
            Verdict::partly);
  EXPECT_TRUE(judged(base + criterion("base == 4999")).all_hold());
  EXPECT_FALSE(judged(base + criterion("base < 4999")).all_hold());
}

TEST(Verdict, ShowsTheNumbersPutIn) {
  const auto report = judged(price("base", "imac-pro-2017") + criterion("base / 2 < 3000"));
  ASSERT_EQ(report.claims[0].criteria[0].cases.size(), 1U);
  EXPECT_EQ(report.claims[0].criteria[0].cases[0].put_in, "4999 USD / 2 < 3000");
}

TEST(Verdict, GoesThroughASeriesCaseByCase) {
  const std::string prices = R"([[figure]]
name = "p"
meaning = "m"
kind = "price"
day = "2017-12-14"
configuration = ["imac-pro-2017", "imac-pro-2017:cpu=xeon-w-2150b", "imac-pro-2017:cpu=xeon-w-2191b"]
)";  // 4999, 5799, 7399
  const auto report =
      judged(prices + derived("all", "sum(p)") + derived("half", "p / 2") +
             criterion("p < 6000", "most") + criterion("p < 6000") + criterion("p > 7000", "any") +
             criterion("count(p) == 3") + criterion("half * 2 == p") + criterion("all == 18197"));
  const auto& claim = report.claims[0];
  const std::vector<bool> expected = {true, false, true, true, true, true};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(claim.criteria[i].holds, expected[i]) << i;
  }
  EXPECT_EQ(claim.figures[0].cases,
            (std::vector<std::string>{"base (Xeon W-2140B)", "Xeon W-2150B", "Xeon W-2191B"}));
  EXPECT_EQ(claim.figures[1].cells.size(), 1U);
  EXPECT_EQ(claim.figures[2].cells.size(), 3U);
}

TEST(Verdict, CannotJudgeADivisionByZero) {
  const auto base = price("base", "imac-pro-2017");
  for (const char* holds : {"base / 0 > 1", "0 / 0 > 1", "1 > base / (base - base)"}) {
    const auto report = judged(base + criterion(holds) + criterion("base > 0"));
    const auto& claim = report.claims[0];
    EXPECT_EQ(claim.verdict, Verdict::unknown) << holds;
    EXPECT_FALSE(claim.criteria[0].judged) << holds;
    EXPECT_NE(claim.reason.find(std::string("'") + holds + "' has no value: it divides by zero"),
              std::string::npos)
        << claim.reason;
    EXPECT_FALSE(report.all_hold());
  }
}

TEST(Verdict, CannotJudgeWhatCannotBeComputed) {
  const auto report = judged(R"([[figure]]
name = "late"
meaning = "m"
kind = "run"
configuration = "imac-pro-2017"
workload = "idle"
metric = "pass_time"
)" + price("base", "imac-pro-2017") +
                             criterion("late < 1") + criterion("base > 0"));
  const auto& claim = report.claims[0];
  EXPECT_EQ(claim.verdict, Verdict::unknown);
  EXPECT_FALSE(claim.criteria[0].judged);
  EXPECT_TRUE(claim.criteria[1].judged);
  EXPECT_EQ(claim.reason, "late: Idle desktop has no pass_time");
  EXPECT_FALSE(report.all_hold());
}

TEST(Verdict, TellsMistakesBeforeAnythingIsRun) {
  try {
    judged(price("base", "imac-pro-2071") + criterion("base > 0"));
    FAIL();
  } catch (const InputError& error) {
    const auto& problem = error.problems().front();
    EXPECT_EQ(problem.what, "figure 'base': no machine is called 'imac-pro-2071'");
    EXPECT_EQ(problem.help, "did you mean 'imac-pro-2017'?");
    EXPECT_EQ(problem.place.line, 7);
  }
}

TEST(Experiment, OfARunIsWhatAdviceCallsItsOutcome) {
  const auto report = judged(R"([[figure]]
name = "noise"
meaning = "m"
kind = "run"
configuration = "imac-27-2017"
workload = "cpu-gpu-stress"
metric = "noise"
[[figure]]
name = "clock"
meaning = "m"
kind = "run"
configuration = "imac-27-2017"
workload = "cpu-gpu-stress"
metric = "clock"
)" + criterion("clock > 0"));
  const auto outcome =
      outcome_of(test::machine("imac-27-2017"), test::workload("cpu-gpu-stress"), {}, 60);
  EXPECT_EQ(report.experiments, 1U);  // shared by both figures
  EXPECT_DOUBLE_EQ(report.claims[0].figures[0].cells[0].value, outcome.noise_dba);
  EXPECT_DOUBLE_EQ(report.claims[0].figures[1].cells[0].value, outcome.clock_hz * 1e-9);
}

TEST(Experiment, OfNeedsAsksEverythingThatWasSold) {
  const auto report = judged(R"([[figure]]
name = "ever"
meaning = "m"
kind = "need"
machine = "imac-pro-2017"
need = ["memory>=256GB", "pcie-slot", "ecc"]
[[figure]]
name = "launch"
meaning = "m"
kind = "need"
machine = "imac-pro-2017"
day = "2017-12-14"
need = ["memory>=256GB", "pcie-slot", "ecc"]
)" + criterion("ever >= launch"));
  const auto& figures = report.claims[0].figures;
  // 256 GB came in March 2019; there never was a slot.
  EXPECT_EQ(figures[0].cells[0].value, 1);
  EXPECT_EQ(figures[1].cells[0].value, 0);
  EXPECT_EQ(figures[0].cells[1].value, 0);
  EXPECT_EQ(figures[0].cells[2].value, 1);
}

TEST(Experiment, OfAdviceFindsWhatAdviseRecommends) {
  const auto report = judged(R"([[figure]]
name = "price"
meaning = "m"
kind = "advice"
day = "2018-06-01"
machine = ["imac-pro-2017"]
workload = ["clpeak-fp32"]
budget = ["5000 USD", "9000 USD"]
metric = "recommended_price"
)" + criterion("price > 0"));
  for (const std::size_t i : {0U, 1U}) {
    Wish wish;
    wish.tasks = {{test::workload("clpeak-fp32"), 1}};
    wish.circumstances.day = "2018-06-01";
    wish.circumstances.for_s = 60;
    wish.machines = {"imac-pro-2017"};
    wish.budget_usd = i == 0 ? 5000 : 9000;
    const auto advice = advise(test::library(), wish);
    EXPECT_DOUBLE_EQ(
        report.claims[0].figures[0].cells[i].value,
        advice.choices.at(static_cast<std::size_t>(advice.recommended)).standing.price_usd);
  }
}

TEST(Experiment, OfACrossingFindsTheTurn) {
  // One core more or less: with all work serial the faster clock wins, with none
  // the more cores.
  const auto report = judged(R"([[figure]]
name = "turn"
meaning = "m"
kind = "crossing"
configuration = "imac-pro-2017:cpu=xeon-w-2191b"
against = "imac-pro-2017:cpu=xeon-w-2150b"
workload = "cinebench-r15-nt"
parameter = "phase.render.processor.serial"
at = ["0", "0.5", "0.95"]
)" + criterion("exists(turn) && turn > 0 && turn < 0.95"));
  const auto& figure = report.claims[0].figures[0];
  ASSERT_EQ(figure.curves.size(), 2U);
  EXPECT_GT(figure.curves[0].y[0], figure.curves[1].y[0]);
  EXPECT_LT(figure.curves[0].y[2], figure.curves[1].y[2]);
  EXPECT_EQ(figure.cells[0].note, "ahead below");
  EXPECT_EQ(report.claims[0].verdict, Verdict::holds);
}

TEST(Experiment, RefusesValuesOfACrossingThatDoNotRise) {
  for (const char* at :
       {"\"0\", \"x\"", "\"0.5\", \"0.1\"", "\"0\", \"*2\"", "\"0\", \".\"", "\"0\", \"1e999\""}) {
    EXPECT_THROW(judged("[[figure]]\nname = \"turn\"\nmeaning = \"m\"\nkind = \"crossing\"\n"
                        "configuration = \"imac-pro-2017\"\nagainst = \"imac-27-2017\"\n"
                        "workload = \"compile\"\nparameter = \"phase.compile.processor.serial\"\n"
                        "at = [" +
                        std::string(at) + "]\n" + criterion("turn > 0")),
                 InputError)
        << at;
  }
}

TEST(CellText, HasTheDigitsPeopleRead) {
  EXPECT_EQ(cell_text({3.8123, "GHz", "", false, ""}), "3.81 GHz");
  EXPECT_EQ(cell_text({0.01491, "m3/s", "", false, ""}), "0.0149 m3/s");
  EXPECT_EQ(cell_text({4999, "USD", "", false, ""}), "4999 USD");
  EXPECT_EQ(cell_text({21.44, "dBA", "", false, ""}), "21.4 dBA");
  EXPECT_EQ(cell_text({7, "", "", false, ""}), "7");
  EXPECT_EQ(cell_text({std::nan(""), "", "no", false, ""}), "?");
  EXPECT_EQ(cell_text({std::nan(""), "", "", true, ""}), "none");
}

}  // namespace
}  // namespace headroom

#include "study/fit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "study/cross.hpp"

namespace headroom {
namespace {

EvidenceRow row(std::string machine, std::string workload, std::string metric, double value,
                std::string unit = "points") {
  EvidenceRow result;
  result.machine = std::move(machine);
  result.workload = std::move(workload);
  result.metric = std::move(metric);
  result.value = value;
  result.unit = std::move(unit);
  result.place.file = "/somewhere/evidence/measurements.csv";
  return result;
}

double value_of(const FittedTable& table, const std::string& key, const std::string& unit = "1") {
  const auto entry = table.find(key);
  return entry ? parse_quantity(entry->value, parse_unit(unit)) : NAN;
}

FitPlan scales_plan() {
  return FitPlan::parse(R"(
[[block]]
name = "scores"
workloads = ["alpha", "beta"]
metrics = ["score"]
[[block.parameter]]
key = "workloads/*/result.scale"
)",
                        "fits.toml");
}

/// A benchmark whose unscaled speed on machine "mN" is N.
Predictor speed_predictor(const std::vector<EvidenceRow>& rows) {
  return [&rows](const FittedTable& table, std::size_t index) -> Prediction {
    const double speed = std::stod(rows[index].machine.substr(1));
    const double scale = value_of(table, "workloads/" + rows[index].workload + "/result.scale");
    return {scale * speed, ""};
  };
}

TEST(Fit, FindsScalesInClosedForm) {
  // Alpha gives 10 points a unit of speed, one row 21 % above and one 21 % above
  // its inverse: log ratios 0 and far ones of both signs cancel. Beta: 3.
  const std::vector<EvidenceRow> rows = {
      row("m1", "alpha", "score", 10), row("m2", "alpha", "score", 20 * 1.21),
      row("m4", "alpha", "score", 40 / 1.21), row("m5", "beta", "score", 15)};
  std::atomic<int> calls = 0;
  const auto inner = speed_predictor(rows);
  const FitPlan plan = scales_plan();
  const Fitter fitter(plan, rows, [&](const FittedTable& table, std::size_t index) {
    ++calls;
    return inner(table, index);
  });
  const auto result = fitter.fit({});
  EXPECT_NEAR(value_of(result.fitted, "workloads/alpha/result.scale"), 10, 1e-4);
  EXPECT_NEAR(value_of(result.fitted, "workloads/beta/result.scale"), 3, 1e-4);
  EXPECT_EQ(calls, 8);  // once for the fit and once for the report of what it gives
  ASSERT_EQ(result.blocks.size(), 1u);
  EXPECT_EQ(result.blocks[0].evaluations, 1);
  EXPECT_EQ(result.blocks[0].parameters[0].evidence,
            "3 rows of alpha in evidence/measurements.csv");
  EXPECT_EQ(result.blocks[0].parameters[1].evidence, "1 row of beta in evidence/measurements.csv");
  EXPECT_FALSE(result.blocks[0].before[0].value);
  EXPECT_NEAR(*result.blocks[0].after[0].value, 10, 1e-4);
}

TEST(Fit, LeavesOutTheScaleThatNoRowDecides) {
  const std::vector<EvidenceRow> rows = {row("m1", "alpha", "score", 10)};
  const Fitter fitter(scales_plan(), rows, speed_predictor(rows));
  const auto result = fitter.fit({});
  EXPECT_FALSE(result.fitted.find("workloads/beta/result.scale"));
  EXPECT_EQ(result.blocks[0].parameters[1].value, "");
}

/// power = idle + resistance-like slope x load, and a score that falls with it.
constexpr const char* kSearchPlan = R"(
[[block]]
name = "board"
source = "assumed: for the test"
workloads = ["load"]
evaluations = 600
[[block.parameter]]
key = "machines/m/board.idle"
unit = "W"
start = "12 W"
low = "1 W"
high = "50 W"
spread = "30 W"
[[block.parameter]]
key = "machines/m/cooling.resistance"
unit = "K/W"
start = "0.05 K/W"
low = "0.01 K/W"
high = "1 K/W"
spread = 3
log = true
also = ["machines/n/cooling.resistance"]
[[block.parameter]]
key = "workloads/load/result.scale"
)";

Prediction planted(const EvidenceRow& of, const FittedTable& table) {
  const double load = std::stod(of.machine.substr(1));
  const double idle = value_of(table, "machines/m/board.idle", "W");
  const double resistance = value_of(table, "machines/m/cooling.resistance", "K/W");
  const double scale = value_of(table, "workloads/load/result.scale");
  if (of.metric == "wall_power_w") return {idle + load, ""};
  if (of.metric == "cpu_temp_c") return {25 + resistance * load, ""};
  return {scale * load / (1 + resistance), ""};
}

std::vector<EvidenceRow> planted_rows() {
  FittedTable truth;
  truth.set({"machines/m/board.idle", "23 W", ""});
  truth.set({"machines/m/cooling.resistance", "0.2 K/W", ""});
  truth.set({"workloads/load/result.scale", "7", ""});
  std::vector<EvidenceRow> rows;
  for (const char* machine : {"m50", "m100", "m200", "m350"}) {
    rows.push_back(row(machine, "load", "wall_power_w", 0, "W"));
    rows.push_back(row(machine, "load", "cpu_temp_c", 0, "degC"));
    rows.push_back(row(machine, "load", "score", 0));
  }
  for (auto& each : rows) each.value = *planted(each, truth).value;
  return rows;
}

TEST(Fit, RecoversPlantedParameters) {
  const auto rows = planted_rows();
  const auto plan = FitPlan::parse(kSearchPlan, "fits.toml");
  const Fitter fitter(plan, rows, [&](const FittedTable& table, std::size_t index) {
    return planted(rows[index], table);
  });
  const auto result = fitter.fit({});
  // Their starts pull a little: the rows do not decide beyond all doubt.
  EXPECT_NEAR(value_of(result.fitted, "machines/m/board.idle", "W"), 23, 0.3);
  EXPECT_NEAR(value_of(result.fitted, "machines/m/cooling.resistance", "K/W"), 0.2, 0.002);
  EXPECT_NEAR(value_of(result.fitted, "workloads/load/result.scale"), 7, 0.02);
  EXPECT_EQ(result.fitted.find("machines/n/cooling.resistance")->value,
            result.fitted.find("machines/m/cooling.resistance")->value);
  EXPECT_EQ(result.blocks[0].parameters[0].evidence,
            "12 rows (cpu_temp_c, score, wall_power_w) of load in evidence/measurements.csv");
  EXPECT_FALSE(result.blocks[0].parameters[0].at_limit);
  // Again, from what was found: the same to the last digit.
  EXPECT_EQ(fitter.fit(result.fitted).fitted.write(), result.fitted.write());
}

TEST(Fit, SaysWhenTheAnswerLiesAtALimit) {
  auto rows = planted_rows();
  for (auto& each : rows) {
    if (each.metric == "wall_power_w") each.value += 500;
  }
  const auto plan = FitPlan::parse(kSearchPlan, "fits.toml");
  const Fitter fitter(plan, rows, [&](const FittedTable& table, std::size_t index) {
    return planted(rows[index], table);
  });
  EXPECT_TRUE(fitter.fit({}).blocks[0].parameters[0].at_limit);
}

TEST(Fit, FindsTheAnswerBeyondAPlainWhereNothingHappens) {
  // The clamp acts, and can be read, only above 0.3 K/W; truly 0.5 K/W.
  const std::vector<EvidenceRow> rows = {row("m100", "load", "dip_start_temp_c", 75, "degC")};
  const auto plan = FitPlan::parse(kSearchPlan, "fits.toml");
  const Fitter fitter(plan, rows, [](const FittedTable& table, std::size_t) -> Prediction {
    const double resistance = value_of(table, "machines/m/cooling.resistance", "K/W");
    if (resistance < 0.3) return {std::nullopt, "the clamp never acted"};
    return {25 + 100 * resistance, ""};
  });
  EXPECT_NEAR(value_of(fitter.fit({}).fitted, "machines/m/cooling.resistance", "K/W"), 0.5, 0.05);
}

TEST(Fit, KeepsWhatBelongsToNoBlock) {
  const std::vector<EvidenceRow> rows = {row("m1", "alpha", "score", 10)};
  const Fitter fitter(scales_plan(), rows, speed_predictor(rows));
  FittedTable base;
  base.set({"machines/m/other", "3 W", "by hand"});
  EXPECT_EQ(fitter.fit(base).fitted.find("machines/m/other")->value, "3 W");
}

TEST(Fit, RefusesABlockThatIsNotThere) {
  const std::vector<EvidenceRow> rows;
  const Fitter fitter(scales_plan(), rows, speed_predictor(rows));
  EXPECT_THROW(fitter.fit({}, {"scroes"}), InputError);
}

TEST(Cross, PredictsEachRowFromTheOthers) {
  // Left out, the row of m2 is predicted with the scale 10 of m1 and m4.
  const std::vector<EvidenceRow> rows = {
      row("m1", "alpha", "score", 10), row("m2", "alpha", "score", 30),
      row("m4", "alpha", "score", 40), row("m5", "beta", "score", 15)};
  const Fitter fitter(scales_plan(), rows, speed_predictor(rows));
  const auto full = fitter.fit({}).fitted;
  const auto cross = cross_validate(fitter, full, Fold::row);
  ASSERT_EQ(cross.size(), 4u);
  EXPECT_NEAR(*cross[1].value, 20, 1e-3);
  // m1 from m2 (15 a unit) and m4 (10): the middle of their logarithms.
  EXPECT_NEAR(*cross[0].value, std::sqrt(150.0), 1e-3);
  EXPECT_FALSE(cross[3].value);
  EXPECT_EQ(cross[3].reason, "no other row of beta to fit its scale to");
}

TEST(Cross, LeavesOutAllRowsOfAMachine) {
  const std::vector<EvidenceRow> rows = {
      row("m1", "alpha", "score", 10), row("m2", "alpha", "score", 30),
      row("m2", "alpha", "score", 30), row("m4", "alpha", "score", 40)};
  const auto folds = folds_of(rows, Fold::machine);
  ASSERT_EQ(folds.size(), 3u);
  EXPECT_EQ(folds[1], (std::vector<std::size_t>{1, 2}));
  const Fitter fitter(scales_plan(), rows, speed_predictor(rows));
  const auto cross = cross_validate(fitter, fitter.fit({}).fitted, Fold::machine);
  EXPECT_NEAR(*cross[1].value, 20, 1e-3);
  EXPECT_NEAR(*cross[2].value, 20, 1e-3);
}

TEST(Cross, DoesNotRememberARowThatAloneDecidedOnAParameter) {
  // Only the temperature of m100 speaks of the resistance; truly 0.2 K/W. Left
  // out, the resistance must fall back to its start, 0.05 K/W: 25 + 5 degC.
  const std::vector<EvidenceRow> rows = {row("m100", "load", "cpu_temp_c", 45, "degC"),
                                         row("m100", "load", "wall_power_w", 123, "W")};
  const auto plan = FitPlan::parse(kSearchPlan, "fits.toml");
  const Fitter fitter(plan, rows, [&](const FittedTable& table, std::size_t index) {
    return planted(rows[index], table);
  });
  const auto full = fitter.fit({}).fitted;
  EXPECT_NEAR(value_of(full, "machines/m/cooling.resistance", "K/W"), 0.2, 0.02);
  const auto cross = cross_validate(fitter, full, Fold::row);
  EXPECT_NEAR(*cross[0].value, 30, 0.5);
}

TEST(FitPlan, ReportsWhatIsWrong) {
  try {
    FitPlan::parse(R"(
[[block]]
name = "one"
source = "assumed: for the test"
[[block.parameter]]
key = "nowhere"
unit = "Watt"
[[block.parameter]]
key = "machines/m/a"
unit = "W"
start = "3 W"
low = "5 W"
high = "9 W"
spread = "1 W"
[[block.parameter]]
key = "machines/m/b"
unit = "W"
start = "3 K"
low = "0 W"
high = "9 W"
spread = 0.1
log = true
[[block]]
name = "two"
)",
                   "fits.toml");
    FAIL();
  } catch (const InputError& error) {
    std::string all;
    for (const auto& problem : error.problems()) all += problem.what + "\n";
    EXPECT_NE(all.find("unknown unit 'Watt'"), all.npos) << all;
    EXPECT_NE(all.find("'machines/m/a' must have low <= start <= high"), all.npos) << all;
    EXPECT_NE(all.find("expected a quantity in W, got '3 K'"), all.npos) << all;
    EXPECT_NE(all.find("'machines/m/b' has no logarithm down to low"), all.npos) << all;
    EXPECT_NE(all.find("block 'two' fits nothing"), all.npos) << all;
  }
}

TEST(FitPlan, SelectsRowsByOptionsAndSetup) {
  FitBlock block;
  block.workloads = {"hashcat-wpa2"};
  block.where = {"os=macos", "gpu=radeon-pro-vega-56"};
  EvidenceRow of = row("m1", "hashcat-wpa2", "rate_kh_s", 200, "kH/s");
  EXPECT_FALSE(block.selects(of));
  of.setup["os"] = "macos";
  EXPECT_FALSE(block.selects(of));
  of.options["gpu"] = "radeon-pro-vega-56";
  EXPECT_TRUE(block.selects(of));
  of.workload = "idle";
  EXPECT_FALSE(block.selects(of));
}

}  // namespace
}  // namespace headroom

#include "study/validation.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

EvidenceRow row(std::string metric, double value, std::string unit) {
  EvidenceRow result;
  result.machine = "imac-pro-2017";
  result.options_text = "cpu=xeon-w-2140b";
  result.options = {{"cpu", "xeon-w-2140b"}};
  result.workload = "cinebench-r15-nt";
  result.metric = std::move(metric);
  result.value = value;
  result.unit = std::move(unit);
  return result;
}

Validation sample() {
  return validate(
      {row("score", 100, "points"), row("score", 200, "points"), row("score", 400, "points"),
       row("cpu_temp_c", 94, "degC"), row("noise_dba", 30, "dBA"), row("browning", 3, "shades"),
       row("score", 0, "points")},
      {{110.0, ""},
       {190.0, ""},
       {400.0, ""},
       {91.5, ""},
       {31.0, ""},
       {std::nullopt, "the run has no such reading"},
       {5.0, ""}},
      {120.0, 200.0, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt});
}

TEST(Validation, CountsRatiosAndDifferencesApart) {
  const auto validation = sample();
  EXPECT_NEAR(*validation.rows[0].error, 0.10, 1e-12);
  EXPECT_NEAR(*validation.rows[1].error, -0.05, 1e-12);
  EXPECT_FALSE(validation.rows[3].error);
  EXPECT_NEAR(*validation.rows[3].difference, -2.5, 1e-12);
  EXPECT_FALSE(validation.rows[5].predicted);
  EXPECT_FALSE(validation.rows[6].error);
  EXPECT_NE(validation.rows[6].reason, "");
  const auto& summary = validation.summary;
  EXPECT_EQ(summary.rows, 7u);
  EXPECT_EQ(summary.predicted, 6u);
  // Sizes of the errors: 0, 5 and 10 %. The 90th percentile: 0.9 x 2 = 1.8 steps.
  EXPECT_NEAR(*summary.median, 0.05, 1e-12);
  EXPECT_NEAR(*summary.p90, 0.09, 1e-12);
  EXPECT_NEAR(*summary.worst, 0.10, 1e-12);
  EXPECT_NEAR(*summary.median_degc, 2.5, 1e-12);
  EXPECT_NEAR(*summary.median_dba, 1.0, 1e-12);
}

TEST(Validation, ComparesWithTheFormulaOnTheRowsThatBothPredict) {
  const auto validation = sample();
  ASSERT_TRUE(validation.yardstick);
  EXPECT_EQ(validation.yardstick->twin.rows, 2u);
  EXPECT_NEAR(*validation.yardstick->twin.median, 0.075, 1e-12);
  EXPECT_NEAR(*validation.yardstick->formula.median, 0.10, 1e-12);
}

TEST(Validation, WritesJsonWithEveryRow) {
  const auto json = nlohmann::json::parse(validation_json(sample()));
  ASSERT_EQ(json.at("rows").size(), 7u);
  const auto& first = json["rows"][0];
  EXPECT_EQ(first.size(), 11u);
  EXPECT_EQ(first["options"], "cpu=xeon-w-2140b");
  EXPECT_NEAR(first["error"].get<double>(), 0.1, 1e-12);
  EXPECT_TRUE(first["difference"].is_null());
  EXPECT_TRUE(first["reason"].is_null());
  EXPECT_EQ(json["rows"][5]["reason"], "the run has no such reading");
  EXPECT_TRUE(json["rows"][5]["predicted"].is_null());
  EXPECT_EQ(json["summary"]["predicted"], 6);
  EXPECT_EQ(json["summary"].size(), 7u);
}

TEST(Validation, WritesJsonEvenOfTextThatIsNotUtf8) {
  auto odd = row("score", 1, "points");
  odd.machine = "\xff\xfe";
  const auto json = nlohmann::json::parse(validation_json(validate({odd}, {{std::nullopt, "no"}})));
  EXPECT_EQ(json["rows"][0]["machine"], "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Validation, ShowsUnitsAndReasons) {
  const std::string text = validation_text(sample());
  EXPECT_NE(text.find("+10.0 %"), text.npos) << text;
  EXPECT_NE(text.find("-2.5 K"), text.npos) << text;
  EXPECT_NE(text.find("+1.0 dB"), text.npos) << text;
  EXPECT_NE(text.find("the run has no such reading"), text.npos) << text;
  EXPECT_NE(text.find("6 of 7 rows predicted: median 5.0 %, p90 9.0 %, worst 10.0 %, "
                      "median 2.5 K, median 1.0 dB"),
            text.npos)
      << text;
  EXPECT_NE(validation_markdown(sample()).find("| score | 4 | 4 | median 5.0 %"), text.npos)
      << validation_markdown(sample());
}

TEST(Validation, OfNothingSaysSo) {
  const auto validation = validate({}, {});
  EXPECT_FALSE(validation.summary.median);
  EXPECT_EQ(validation_text(validation), "0 of 0 rows predicted: nothing to compare\n");
}

TEST(Marks, AreFilledAgainAndAgain) {
  const std::string page = "before\n<!-- table:begin -->\nold\n<!-- table:end -->\nafter\n";
  const std::string once = replace_marked(page, "table", "new\n");
  EXPECT_EQ(once, "before\n<!-- table:begin -->\nnew\n<!-- table:end -->\nafter\n");
  EXPECT_EQ(replace_marked(once, "table", "new\n"), once);
  EXPECT_THROW(replace_marked(page, "other", ""), InputError);
  EXPECT_THROW(replace_marked(page + page, "table", ""), InputError);
}

}  // namespace
}  // namespace headroom

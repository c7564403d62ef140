#include "study/evidence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "study/csv.hpp"

namespace headroom {
namespace {

const std::string kHeader =
    "machine,options,workload,setup,metric,value,unit,source_url,confidence\n";

std::vector<Problem> problems_of(const std::string& text) {
  try {
    parse_evidence(text, "mine.csv");
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

TEST(Csv, ReadsQuotedCommasQuotesAndLineBreaks) {
  const CsvText csv("a,\"b,\"\"c\"\"\"\r\n\"two\nlines\",\n", "x.csv");
  ASSERT_TRUE(csv.problems().empty());
  ASSERT_EQ(csv.records().size(), 2u);
  EXPECT_EQ(csv.records()[0][1].text, "b,\"c\"");
  EXPECT_EQ(csv.records()[1][0].text, "two\nlines");
  EXPECT_EQ(csv.records()[1][1].text, "");
  EXPECT_EQ(csv.records()[1][0].line, 2);
  EXPECT_EQ(csv.records()[1][1].line, 3);
}

TEST(Csv, CountsColumnsInCharactersNotBytes) {
  const CsvText csv("°°,x\n", "x.csv");
  EXPECT_EQ(csv.records()[0][1].column, 4);
}

TEST(Csv, PassesOverAByteOrderMarkAndEmptyLines) {
  const CsvText csv("\xEF\xBB\xBF\na\n\r\n\nb", "x.csv");
  ASSERT_EQ(csv.records().size(), 2u);
  EXPECT_EQ(csv.records()[1][0].text, "b");
  EXPECT_EQ(csv.records()[1][0].line, 5);
}

TEST(Evidence, ReadsARowWithItsOptionsAndSetup) {
  const auto rows = parse_evidence(
      kHeader +
          "imac-pro-2017,cpu=xeon-w-2140b; gpu=radeon-pro-vega-56,cinebench-r15-nt,"
          "repeat=10;ambient_c=23,dip_end_temp_c,92,degC,\"a source, with comma\",high\n",
      "mine.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].options.at("gpu"), "radeon-pro-vega-56");
  EXPECT_EQ(rows[0].setup.at("ambient_c"), "23");
  EXPECT_EQ(rows[0].setup_text, "repeat=10;ambient_c=23");
  EXPECT_EQ(rows[0].value, 92);
  EXPECT_EQ(rows[0].scale(), Scale::degrees);
  EXPECT_EQ(rows[0].source, "a source, with comma");
  EXPECT_EQ(rows[0].place.line, 2);
}

TEST(Evidence, TakesColumnsInAnyOrder) {
  const auto rows = parse_evidence(
      "value,unit,metric,machine,options,workload,setup,source_url,confidence\n"
      "71,W,wall_power_w,imac-27-2019,,idle,,here,high\n",
      "mine.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].machine, "imac-27-2019");
  EXPECT_EQ(rows[0].value, 71);
}

TEST(Evidence, SuggestsTheColumnThatWasMeant) {
  const auto problems =
      problems_of("machine,options,worklaod,setup,metric,value,unit,source_url,confidence\n");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].what, "unknown column 'worklaod'");
  EXPECT_EQ(problems[0].help, "did you mean 'workload'?");
  EXPECT_EQ(problems[0].place.column, 17);
  EXPECT_EQ(problems[1].what, "column 'workload' is missing");
}

TEST(Evidence, ReportsEveryProblemWithItsPlace) {
  const auto problems = problems_of(kHeader +
                                    "m,,w,,score,\"1,682\",points,s,high\n"
                                    "m,,w,,score,nan,points,s,high\n"
                                    "m,,w,,score,inf,points,s,high\n"
                                    "m,,w,,time_s,5,GHz,s,high\n"
                                    "m,cpu,w,,score,5,points,s,high\n"
                                    "m,,w,a=1;a=2,score,5,points,s,high\n"
                                    "m,,w,,score,-5,points,s,high\n"
                                    "m,,w,,score,5,points,s\n"
                                    ",,w,,score,5,points,s,high\n");
  ASSERT_EQ(problems.size(), 9u);
  EXPECT_EQ(problems[0].what, "'1,682' is not a number");
  EXPECT_EQ(problems[0].place.line, 2);
  EXPECT_EQ(problems[0].place.column, 13);
  EXPECT_EQ(problems[0].place.width, 7);
  EXPECT_EQ(problems[1].what, "'nan' is not a finite number");
  EXPECT_EQ(problems[2].what, "'inf' is not a finite number");
  EXPECT_EQ(problems[3].what, "'time_s' is a reading in s, not in 'GHz'");
  EXPECT_EQ(problems[4].what, "'cpu' in 'options' is not key=value");
  EXPECT_EQ(problems[5].what, "'a' is given twice");
  EXPECT_EQ(problems[6].what, "'-5' is negative: only degC and dBA may be");
  EXPECT_EQ(problems[7].what, "8 fields, but the header has 9 columns");
  EXPECT_EQ(problems[8].what, "no machine is given");
  EXPECT_EQ(problems[8].place.line, 10);
}

TEST(Evidence, ReportsReadingsThatCannotBe) {
  const auto problems = problems_of(kHeader +
                                    "m,,w,,cpu_temp_c,-300,degC,s,high\n"
                                    "m,,w,,cpu_temp_c_max,94000,degC,s,high\n"
                                    "m,,w,,wall_power_w,1e-308,W,s,high\n"
                                    "m,,w,,wall_power_w,0,W,s,high\n"
                                    "m,,w,,noise_dba,1800,dBA,s,high\n"
                                    "m,,w,,clock_ghz,3600,GHz,s,high\n");
  ASSERT_EQ(problems.size(), 6u);
  EXPECT_EQ(problems[0].what, "-300 degC is below absolute zero");
  EXPECT_EQ(problems[0].place.line, 2);
  EXPECT_EQ(problems[0].place.column, 18);
  EXPECT_EQ(problems[0].place.width, 4);
  EXPECT_EQ(problems[1].what, "94000 degC is no plausible reading");
  EXPECT_EQ(problems[2].what, "1e-308 W is no plausible reading");
  EXPECT_EQ(problems[2].help, "a reading lies between 0.001 and 100000 W");
  EXPECT_EQ(problems[3].what, "0 W is no plausible reading");
  EXPECT_EQ(problems[4].what, "1800 dBA is no plausible reading");
  EXPECT_EQ(problems[5].what, "3600 GHz is no plausible reading");  // MHz were meant
}

TEST(Evidence, TakesWhatCanBe) {
  const auto rows = parse_evidence(kHeader +
                                       "m,,w,,cpu_temp_c,-5,degC,s,high\n"
                                       "m,,w,,fan_rpm,0,rpm,s,high\n"
                                       "m,,w,,noise_dba,-2,dBA,s,high\n"
                                       "m,,w,,latency_ns,85.2,ns,s,high\n"
                                       "m,,w,,dip_first_run,1,1,s,high\n",
                                   "mine.csv");
  EXPECT_EQ(rows.size(), 5u);
}

TEST(Evidence, AWrongUnitIsToldOnce) {
  const auto problems = problems_of(kHeader + "m,,w,,time_s,500000000000,ns,s,high\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'time_s' is a reading in s, not in 'ns'");
}

TEST(Evidence, ReportsWrongQuoting) {
  const auto stray = problems_of(kHeader + "m,,w,,score,5,points,a \"b\" c,high\n");
  ASSERT_EQ(stray.size(), 1u);
  EXPECT_EQ(stray[0].what, "a quote within a field that is not quoted");
  const auto trailing = problems_of(kHeader + "m,,w,,score,5,points,\"a\"b,high\n");
  ASSERT_EQ(trailing.size(), 1u);
  EXPECT_EQ(trailing[0].what, "text after the quote that closes a field");
  const auto open = problems_of(kHeader + "m,,w,,score,5,points,\"a,high\n");
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].what, "a quoted field that never ends");
  EXPECT_EQ(open[0].place.line, 2);
  EXPECT_EQ(open[0].place.column, 22);
}

TEST(Evidence, ShowsOnlyTheFirstOfVeryManyProblems) {
  std::string text = kHeader;
  for (int i = 0; i < 100; ++i) text += "m,,w,,score,x,points,s,high\n";
  const auto problems = problems_of(text);
  ASSERT_EQ(problems.size(), 41u);
  EXPECT_EQ(problems.back().what, "and 60 problems more");
}

TEST(Evidence, SaysWhenAFileIsEmpty) {
  const auto problems = problems_of("");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "the file holds no measurement: it is empty");
  EXPECT_EQ(problems[0].place.file, "mine.csv");
}

TEST(Evidence, KeepsRowsOfUnknownMachinesAndMetrics) {
  const auto rows =
      parse_evidence(kHeader + "toaster,,toast,,browning,3,shades,mine,high\n", "mine.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].scale(), Scale::ratio);
}

RC_GTEST_PROP(Evidence, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  for (const auto& text : {bytes, kHeader + bytes}) {
    try {
      for (const auto& row : parse_evidence(text, "any.csv")) RC_ASSERT(row.place.line > 1);
    } catch (const InputError& error) {
      RC_ASSERT(!error.problems().empty());
    }
  }
}

TEST(Metric, KnowsTheUnitInItsName) {
  EXPECT_EQ(unit_of_metric("cpu_temp_c_max"), "degC");
  EXPECT_EQ(unit_of_metric("run1_clock_ghz"), "GHz");
  EXPECT_EQ(unit_of_metric("fan_rpm_mean"), "rpm");
  EXPECT_EQ(unit_of_metric("bandwidth_gb_s"), "GB/s");
  EXPECT_EQ(unit_of_metric("latency_ns"), "ns");
  EXPECT_EQ(unit_of_metric("dip_first_run"), "");
  EXPECT_EQ(scale_of("°C"), Scale::degrees);
  EXPECT_EQ(scale_of("dB(A)"), Scale::decibels);
  EXPECT_EQ(scale_of("points"), Scale::ratio);
}

}  // namespace
}  // namespace headroom

#include "claims/expression.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "base/error.hpp"

namespace headroom {
namespace {

double value(const std::string& text, const std::map<std::string, double>& values) {
  return Expression(text).evaluate([&](const Expression::Use& use) {
    return values.at(use.function.empty() ? use.name : use.function + " " + use.name);
  });
}

std::string problem(const std::string& text) {
  try {
    const Expression expression(text);
  } catch (const InputError& error) {
    return std::string(error.what()) + " | " + error.problems().front().help;
  }
  return "no error";
}

TEST(Expression, WorksOutAFormulaOverFigures) {
  EXPECT_DOUBLE_EQ(value("100 * imac / pro", {{"imac", 30}, {"pro", 40}}), 75);
  EXPECT_EQ(value("abs(power / 370 - 1) < 0.1", {{"power", 400}}), 1);
  EXPECT_EQ(value("abs(power / 370 - 1) < 0.1", {{"power", 410}}), 0);
  EXPECT_EQ(value("lost > 10 || stops == 1", {{"lost", 3}, {"stops", 1}}), 1);
  EXPECT_DOUBLE_EQ(value("1e3 * a", {{"a", 2}}), 2000);
}

TEST(Expression, TakesASeriesWhole) {
  const Expression expression("sum(met) - greatest( price ) < met");
  ASSERT_EQ(expression.uses().size(), 3U);
  EXPECT_EQ(expression.uses()[0].function, "sum");
  EXPECT_EQ(expression.uses()[1].name, "price");
  EXPECT_EQ(expression.uses()[2].function, "");
  EXPECT_EQ(value("sum(met) + met", {{"sum met", 7}, {"met", 1}}), 8);
  EXPECT_EQ(value("exists(turn)", {{"exists turn", 1}}), 1);
}

TEST(Expression, PutsNumbersInWhereNamesStood) {
  const Expression expression("sum(a) > 2 * b");
  EXPECT_EQ(expression.put_in([](const auto& use) { return "<" + use.name + ">"; }),
            "<a> > 2 * <b>");
}

TEST(Expression, SaysWhatIsWrong) {
  EXPECT_NE(problem("a <"), "no error");
  EXPECT_NE(problem("(a"), "no error");
  EXPECT_NE(problem(""), "no error");
  EXPECT_NE(problem("a, b"), "no error");
  EXPECT_EQ(problem("gretest(a) > 1"),
            "no function is called 'gretest' | did you mean 'greatest'?");
  EXPECT_EQ(problem("a = 1"), "'a = 1' has a single '=' | equal is written ==");
  EXPECT_EQ(problem("a > 1 ? 2 : 3"),
            "'a > 1 ? 2 : 3' has a '?' | write two criteria, or && and ||");
  EXPECT_EQ(problem("a >= 1 && b <= 2 && c != 3 && d == 4"), "no error");
  EXPECT_EQ(problem("sum(a + b)"), "'sum' takes the name of a figure | write sum(NAME)");
}

TEST(Expression, HasNoValueWhereItDividesByZero) {
  const std::map<std::string, double> values = {{"a", 30}, {"zero", 0}};
  for (const char* none :
       {"a / zero", "a / 0 > 1", "0 / 0 > 1", "1 < a / zero", "1 / (a / zero) < 1",
        "a / 0 == a / 0", "a / 0 != 1", "max(1, a / 0) > 0", "min(a / 0, 1) > 0",
        "sign(a / 0) == 0", "(a / 0) ^ 0 == 1", "log(zero - 1) < 5", "log(zero) < 5",
        "sqrt(-a) >= 0", "zero ^ -1 > 0", "a > 1 && a / 0 > 1", "a < 1 || a / 0 > 1",
        "abs(a / 0 - 1) < 0.1"}) {
    EXPECT_FALSE(std::isfinite(value(none, values))) << none;
  }
}

TEST(Expression, IsSettledByTheSideThatHasAValue) {
  const std::map<std::string, double> values = {{"a", 30}, {"zero", 0}};
  EXPECT_EQ(value("zero == 0 || a / zero > 1", values), 1);
  EXPECT_EQ(value("a / zero > 1 || zero == 0", values), 1);
  EXPECT_EQ(value("zero != 0 && a / zero > 1", values), 0);
  EXPECT_EQ(value("a / zero > 1 && zero != 0", values), 0);
}

TEST(Expression, KeepsThePrecedenceOfArithmetic) {
  const std::map<std::string, double> values = {{"a", 2}};
  EXPECT_DOUBLE_EQ(value("1 + a * 3 - 8 / 4 / a", values), 6);
  EXPECT_DOUBLE_EQ(value("a ^ 3 ^ a", values), 512);
  EXPECT_DOUBLE_EQ(value("-a ^ 2", values), -4);
  EXPECT_DOUBLE_EQ(value("10 - -a", values), 12);
  EXPECT_DOUBLE_EQ(value("min(3, a, 5) + max(3, a, 5)", values), 7);
  EXPECT_EQ(value("1 == 2 && 1 == 1 || a + 1 >= 3", values), 1);
  EXPECT_EQ(value("a < 1 + 1 || a > 4 - 1", values), 0);
}

TEST(Expression, KeepsNamesApartFromFunctions) {
  EXPECT_TRUE(Expression::is_name("pro_noise_2"));
  for (const char* wrong : {"", "Pro", "2nd", "a-b", "sum", "abs", "exists"}) {
    EXPECT_FALSE(Expression::is_name(wrong)) << wrong;
  }
}

RC_GTEST_PROP(Expression, ComparesAsNumbersDo, (int a, int b)) {
  const std::map<std::string, double> values = {{"a", a}, {"b", b}};
  RC_ASSERT((value("a < b", values) != 0) == (a < b));
  RC_ASSERT((value("a >= b && a != b", values) != 0) == (a > b));
}

}  // namespace
}  // namespace headroom

#include "base/fields.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

TEST(Fields, RequireOnlyWhatHasNoDefault) {
  double needed = kRequired, given = 3;
  std::vector<double> empty_list, full_list{1};
  std::string empty_text, full_text = "x", optional_text;
  std::vector<std::string> names;
  bool flag = false;
  Fields f;
  f.number("needed", needed, "W", "");
  f.number("given", given, "W", "");
  f.numbers("empty_list", empty_list, "W", "");
  f.numbers("full_list", full_list, "W", "");
  f.text("empty_text", empty_text, "");
  f.text("full_text", full_text, "");
  f.text("optional_text", optional_text, "", {}, true);
  f.texts("names", names, "");
  f.flag("flag", flag, "");
  std::vector<std::string> required;
  for (const auto& row : f.rows()) {
    if (row.required) required.push_back(row.name);
  }
  EXPECT_EQ(required, (std::vector<std::string>{"needed", "empty_list", "empty_text"}));
}

TEST(Fields, HoldLimitsInHouseUnits) {
  double trip_k = kRequired, clock_hz = kRequired;
  std::vector<double> flows;
  Fields f;
  f.number("trip", trip_k, "degC", "", -50, 150);
  f.number("clock", clock_hz, "GHz", "", 0.5, 10);
  f.numbers("flows", flows, "m3/min", "", 0, 60);
  EXPECT_DOUBLE_EQ(f.rows()[0].low, 223.15);
  EXPECT_DOUBLE_EQ(f.rows()[0].high, 423.15);
  EXPECT_DOUBLE_EQ(f.rows()[1].low, 0.5e9);
  EXPECT_DOUBLE_EQ(f.rows()[1].high, 10e9);
  EXPECT_DOUBLE_EQ(f.rows()[2].high, 1);  // 60 m3/min
}

TEST(Fields, BindTheMemberItself) {
  struct Parameters {
    double power_w = kRequired;
    std::string mode = "fast";
    void declare(Fields& f) {
      f.number("power", power_w, "W", "drawn");
      f.text("mode", mode, "of working", {"fast", "slow"});
    }
  } parameters;
  Fields f;
  parameters.declare(f);
  ASSERT_EQ(f.rows().size(), 2u);
  EXPECT_EQ(std::get<double*>(f.rows()[0].target), &parameters.power_w);
  EXPECT_EQ(std::get<std::string*>(f.rows()[1].target), &parameters.mode);
  EXPECT_EQ(f.rows()[0].meaning, "drawn");
  EXPECT_EQ(f.rows()[1].choices, (std::vector<std::string>{"fast", "slow"}));
}

TEST(Fields, RefuseAUnitThatDoesNotExist) {
  double power_w = 0;
  Fields f;
  EXPECT_THROW(f.number("power", power_w, "Wat", ""), InputError);
}

}  // namespace
}  // namespace headroom

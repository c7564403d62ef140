#include "base/units.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

TEST(Units, ReadsPrefixesPowersAndOffsets) {
  EXPECT_DOUBLE_EQ(parse_quantity("2.3 GHz", parse_unit("Hz")), 2.3e9);
  EXPECT_DOUBLE_EQ(parse_quantity("45 degC", parse_unit("K")), 318.15);
  EXPECT_DOUBLE_EQ(parse_quantity("1.8 m3/min", parse_unit("m3/s")), 0.03);
  EXPECT_DOUBLE_EQ(parse_quantity("42 GiB/s", parse_unit("B/s")), 42.0 * 1073741824.0);
}

TEST(Units, RefusesTheWrongDimension) {
  EXPECT_THROW(parse_quantity("45 W", parse_unit("K")), InputError);
  EXPECT_THROW(parse_quantity("45", parse_unit("K")), InputError);
}

TEST(Units, ReadsBitsFaradsOhmsAndTransfers) {
  EXPECT_DOUBLE_EQ(parse_quantity("10 Gbit/s", parse_unit("B/s")), 1.25e9);
  EXPECT_DOUBLE_EQ(parse_quantity("2.3 nF", parse_unit("F")), 2.3e-9);
  EXPECT_NEAR(parse_quantity("1.6 mohm", parse_unit("V/A")), 1.6e-3, 1e-15);
  EXPECT_DOUBLE_EQ(parse_quantity("2666 MT/s", parse_unit("Hz")), 2.666e9);
}

TEST(Units, RefusesInfinityNanAndForeignKinds) {
  EXPECT_THROW(parse_quantity("inf W", parse_unit("W")), InputError);
  EXPECT_THROW(parse_quantity("nan W", parse_unit("W")), InputError);
  EXPECT_THROW(parse_quantity("3 Gflop", parse_unit("instr")), InputError);
}

TEST(Units, ReturnsToTheWrittenUnit) {
  EXPECT_DOUBLE_EQ(in_unit(318.15, parse_unit("degC")), 45);
  EXPECT_DOUBLE_EQ(in_unit(3.2e9, parse_unit("GHz")), 3.2);
}

TEST(Units, SuggestsAKnownUnit) {
  try {
    parse_unit("DegC");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems()[0].help, "did you mean 'degC'?");
  }
}

std::string help_for(std::string_view text, std::string_view unit) {
  try {
    parse_quantity(text, parse_unit(unit));
  } catch (const InputError& error) {
    return error.problems()[0].help;
  }
  return "no error";
}

TEST(Units, SuggestsTheUnitThatWasMeant) {
  EXPECT_EQ(help_for("30m", "s"), "did you mean \"30 min\"? m is the metre");
  EXPECT_EQ(help_for("2 hours", "s"), "did you mean \"2 h\"?");
  EXPECT_EQ(help_for("5 minutes", "s"), "did you mean \"5 min\"?");
  EXPECT_EQ(help_for("1.5G", "B"), "did you mean \"1.5 GB\"?");
  EXPECT_EQ(help_for("512 mb", "B"), "did you mean \"512 MB\"?");
  EXPECT_EQ(help_for("26 C", "degC"), "did you mean \"26 degC\"?");
  EXPECT_EQ(help_for("3 ghz", "Hz"), "did you mean \"3 GHz\"?");
}

TEST(Units, SuggestsNoUnitForAPlainNumber) {
  for (const char* text : {"5h", "5k", "many"}) {
    EXPECT_EQ(help_for(text, "1"), "write a number alone, such as 1.5") << text;
  }
}

TEST(Units, SuggestsNoUnitWhereNoneIsLikely) {
  EXPECT_EQ(help_for("5 rpm", "s"), "write a number and a unit, such as \"1.5 s\"");
  EXPECT_EQ(help_for("5", "W"), "write a number and a unit, such as \"1.5 W\"");
  EXPECT_EQ(help_for("5 %", "W"), "write a number and a unit, such as \"1.5 W\"");
}

}  // namespace
}  // namespace headroom

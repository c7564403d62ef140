#include "replay/calendar.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(PortCalendar, APortTakesOneOperationACycle) {
  PortCalendar calendar;
  EXPECT_EQ(calendar.take(5, 0b1, 1), 5);
  EXPECT_EQ(calendar.take(5, 0b1, 1), 6);
  EXPECT_EQ(calendar.take(4, 0b1, 1), 4);  // the cycle before is still free
  EXPECT_EQ(calendar.take(4, 0b1, 1), 7);
  EXPECT_EQ(calendar.take(5, 0b10, 1), 5);  // another port
}

TEST(PortCalendar, ABusyPortNeedsAllOfItsCyclesFree) {
  PortCalendar calendar;
  EXPECT_EQ(calendar.take(10, 0b1, 4), 10);  // 10 to 13
  EXPECT_EQ(calendar.take(8, 0b1, 2), 8);    // 8 and 9 fit before
  EXPECT_EQ(calendar.take(7, 0b1, 2), 14);   // 7 alone does not hold two
  EXPECT_EQ(calendar.take(7, 0b1, 1), 7);
}

TEST(PortCalendar, NoPortsMeansNoWaiting) {
  PortCalendar calendar;
  EXPECT_EQ(calendar.assign(0, 3), 0u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(calendar.take(9, 0, 1), 9);
}

TEST(PortCalendar, AssignsThePortThatFewestWaitFor) {
  PortCalendar calendar;
  EXPECT_EQ(calendar.assign(0b100, 0), 0b100u);  // no choice
  EXPECT_EQ(calendar.assign(0b110, 0), 0b10u);   // none waits, none was used: the first
  calendar.take(20, 0b10, 1);                    // renamed now, begins at 20
  calendar.take(21, 0b10, 1);
  EXPECT_EQ(calendar.assign(0b110, 10), 0b100u);
  calendar.take(15, 0b100, 1);
  EXPECT_EQ(calendar.assign(0b110, 10), 0b100u);  // one waits against two
  EXPECT_EQ(calendar.assign(0b110, 25), 0b100u);  // all have begun: the less used one
}

TEST(PortCalendar, SharesEqualPortsEvenly) {
  PortCalendar calendar;
  int first = 0;
  for (int i = 0; i < 100; ++i) {
    const auto port = calendar.assign(0b11, i);
    first += port == 0b1 ? 1 : 0;
    calendar.take(i, port, 1);
  }
  EXPECT_EQ(first, 50);
}

TEST(PortCalendar, InTurnWhoWaitsDoesNotCount) {
  PortCalendar calendar(true);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(calendar.assign(0b10, i / 6), 0b10u);
  // After eight for one port, which still wait there, 24 are spread over all four.
  int first = 0;
  for (int i = 8; i < 32; ++i) first += calendar.assign(0b1111, i / 6) == 0b10u ? 1 : 0;
  EXPECT_NEAR(first, 6, 1);
}

TEST(PortCalendar, InTurnWhatIsRenamedTogetherIsSpread) {
  PortCalendar calendar(true);
  for (int cycle = 0; cycle < 50; ++cycle) {
    EXPECT_EQ(calendar.assign(0b10, cycle), 0b10u);
    for (int i = 0; i < 3; ++i) EXPECT_NE(calendar.assign(0b1111, cycle), 0b10u);
  }
}

TEST(PortCalendar, ForgetsCyclesLongPast) {
  PortCalendar calendar;
  EXPECT_EQ(calendar.take(5, 0b1, 1), 5);
  EXPECT_EQ(calendar.take(5 + (1 << 13), 0b1, 1), 5 + (1 << 13));  // the same cell
}

}  // namespace
}  // namespace headroom

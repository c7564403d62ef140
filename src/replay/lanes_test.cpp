#include "replay/lanes.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(OrderedQueue, IsFreeUntilItIsFull) {
  OrderedQueue queue(2);
  EXPECT_EQ(queue.free_at(), 0);
  queue.enter(10);
  EXPECT_EQ(queue.free_at(), 0);
  queue.enter(30);
  EXPECT_EQ(queue.free_at(), 10);  // when the first of both leaves
  queue.enter(31);
  EXPECT_EQ(queue.free_at(), 30);
}

TEST(FreeQueue, IsFreeWhenAnyOfThoseInsideLeaves) {
  FreeQueue queue(2);
  queue.enter(0, 50);
  EXPECT_EQ(queue.free_at(), 0);
  queue.enter(0, 20);
  EXPECT_EQ(queue.free_at(), 20);  // the later one leaves earlier
  queue.enter(20, 40);
  EXPECT_EQ(queue.free_at(), 40);
  queue.enter(60, 70);  // all have left by then
  EXPECT_EQ(queue.free_at(), 0);
}

TEST(Lane, PassesItsWidthEachCycle) {
  Lane lane(4);
  for (const int expected : {0, 0, 0, 0, 1, 1, 1, 1, 2}) EXPECT_EQ(lane.pass(0, 1), expected);
  EXPECT_EQ(lane.pass(10, 1), 10);
  EXPECT_EQ(lane.pass(0, 6), 11);  // six more: three fit in cycle 10, three in 11
}

TEST(Lane, CountsPartsOfOperations) {
  Lane lane(6);  // decoding two a cycle: three slots of six each
  for (const int expected : {0, 0, 1, 1, 2, 2}) EXPECT_EQ(lane.pass(0, 3), expected);
}

TEST(Lane, EndsACycleEarly) {
  Lane lane(4);
  EXPECT_EQ(lane.pass(0, 1), 0);
  lane.end_cycle(1);
  EXPECT_EQ(lane.pass(0, 1), 1);
  lane.end_cycle(3);  // and two whole cycles more
  EXPECT_EQ(lane.pass(0, 1), 4);
}

}  // namespace
}  // namespace headroom

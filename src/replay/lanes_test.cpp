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

TEST(FetchLane, TakesItsWidthFromALineEachCycle) {
  FetchLane fetch(4);
  for (const int expected : {0, 0, 0, 0, 1}) EXPECT_EQ(fetch.take(1), expected);
  fetch.end_cycle(1);  // another line
  EXPECT_EQ(fetch.take(3), 2);
  EXPECT_EQ(fetch.take(2), 3);   // does not fit beside the three
  EXPECT_EQ(fetch.take(10), 6);  // two cycles full and a half
  fetch.skip_to(20);
  EXPECT_EQ(fetch.take(1), 20);
}

TEST(FetchLane, PartsOfCyclesAfterTakenBranchesAddUp) {
  FetchLane fetch(4);
  for (const int expected : {0, 1, 2, 3, 5, 6}) {
    EXPECT_EQ(fetch.take(3), expected);
    fetch.end_cycle(1.25);
  }
}

TEST(FetchLane, DecodesSoManyACycle) {
  FetchLane fetch(6);
  for (const int expected : {0, 0, 1, 1, 2}) EXPECT_EQ(fetch.decode(0.5), expected);
  fetch.end_cycle(1.5);  // what was left of the third cycle is lost, and half of one
  for (const int expected : {3, 4, 4, 5}) EXPECT_EQ(fetch.decode(0.5), expected);
}

}  // namespace
}  // namespace headroom

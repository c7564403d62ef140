#include "replay/store_queue.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr std::uint64_t kSite = 7;

DataAccess at(std::uint64_t address, unsigned bytes) {
  DataAccess access{};
  access.address = address;
  access.bytes = static_cast<std::uint8_t>(bytes);
  return access;
}

TEST(StoreQueue, FindsWhatWasStoredWholeOrInPieces) {
  StoreQueue queue(false);
  EXPECT_EQ(queue.find(at(0x1000, 8)).stores, 0);
  queue.add(at(0x1000, 8), kSite, 20, 10);
  const auto same = queue.find(at(0x1000, 8));
  EXPECT_EQ(same.stores, 1);
  EXPECT_TRUE(same.whole && same.same);
  EXPECT_EQ(same.ready, 20);
  EXPECT_EQ(same.site, kSite);
  const auto part = queue.find(at(0x1004, 4));
  EXPECT_TRUE(part.whole);
  EXPECT_FALSE(part.same);
  EXPECT_FALSE(queue.find(at(0x1004, 8)).whole);  // half of it is not there
  EXPECT_EQ(queue.find(at(0x1008, 8)).stores, 0);
  queue.add(at(0x1008, 8), kSite, 30, 10);
  const auto both = queue.find(at(0x1000, 16));
  EXPECT_EQ(both.stores, 2);
  EXPECT_FALSE(both.whole);
  EXPECT_EQ(both.ready, 30);
}

TEST(StoreQueue, ALoadTakesItsValueAtRenamingOnceItHasMetTheStore) {
  StoreQueue queue(false);
  const auto place = at(0x1000, 8);
  queue.add(place, kSite, 20, 10);
  const auto found = queue.find(place);
  EXPECT_FALSE(queue.renames(found, place, 99, false));
  EXPECT_TRUE(queue.renames(found, place, 99, false));
  const auto half = at(0x1000, 4);
  EXPECT_FALSE(queue.renames(queue.find(half), half, 99, false));
  EXPECT_TRUE(queue.renames(queue.find(half), half, 98, true));  // of the stack
  const auto byte = at(0x1000, 1);
  EXPECT_FALSE(queue.renames(queue.find(byte), byte, 97, true)) << "bytes wait";
  queue.add(place, kSite, 30, 10, true);
  EXPECT_FALSE(queue.renames(queue.find(place), place, 98, true)) << "and vectors";
}

TEST(StoreQueue, ALoadTakesOnlyWhatItsStoreStoredLast) {
  StoreQueue queue(false);
  const auto one = at(0x1000, 8), other = at(0x2000, 8);
  queue.add(one, kSite, 20, 10);
  EXPECT_FALSE(queue.renames(queue.find(one), one, 99, false)) << "not met before";
  EXPECT_TRUE(queue.renames(queue.find(one), one, 99, false));
  queue.add(other, kSite, 20, 10);
  EXPECT_FALSE(queue.renames(queue.find(one), one, 99, false));
  EXPECT_TRUE(queue.renames(queue.find(other), other, 99, false));
}

TEST(StoreQueue, StoresLeaveInOrderOneACycleOrInPairs) {
  StoreQueue one(false), pairs(true);
  EXPECT_EQ(one.leave(at(0x1000, 8), false, 5), 5);
  EXPECT_EQ(one.leave(at(0x1008, 8), false, 5), 6);
  EXPECT_EQ(one.leave(at(0x103c, 8), false, 5), 8);  // across a line's end
  EXPECT_EQ(pairs.leave(at(0x1000, 8), false, 5), 5);
  EXPECT_EQ(pairs.leave(at(0x1008, 8), false, 5), 5);
  EXPECT_EQ(pairs.leave(at(0x1010, 8), false, 5), 6);  // a third waits
  EXPECT_EQ(pairs.leave(at(0x1020, 8), false, 5), 7);  // the line's other half
  EXPECT_EQ(pairs.leave(at(0x1028, 8), true, 5), 8);   // a vector
  EXPECT_EQ(pairs.leave(at(0x1030, 8), false, 20), 20);
}

}  // namespace
}  // namespace headroom

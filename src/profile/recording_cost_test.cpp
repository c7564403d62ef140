#include "profile/recording_cost.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(RecordingCost, IsASmallShareOfShortRunsAndLittleOfLongOnes) {
  constexpr std::uint64_t kLong = 1'000'000'000'000;
  EXPECT_EQ(affordable_cost_ns(1'000'000'000, kLong), 150'000'000u);
  EXPECT_EQ(affordable_cost_ns(2'000'000'000, kLong), 300'000'000u);
  // 0.3 s and 2 % of eight: less than the 5 % that ten seconds allow.
  EXPECT_EQ(affordable_cost_ns(10'000'000'000, kLong), 460'000'000u);
  // Two threads side by side use two seconds in one.
  EXPECT_EQ(affordable_cost_ns(2'000'000'000, 1'000'000'000), 150'000'000u);
}

TEST(CopiedPages, AreFaultsThatBroughtNoMemory) {
  EXPECT_EQ(copied_pages(1000, 0, 5000, 1), 1000u);
  EXPECT_EQ(copied_pages(1000, 700, 5000, 1), 300u);
  EXPECT_EQ(copied_pages(1000, 1700, 5000, 1), 0u);  // the kernel may map several at once
  EXPECT_EQ(copied_pages(1000, 0, 200, 1), 200u);    // each is copied once
}

TEST(CopiedPages, CountFewFaultsForMemoryThatComesInHugePages) {
  EXPECT_EQ(copied_pages(1000, 5120, 5000, 512), 990u);
}

}  // namespace
}  // namespace headroom

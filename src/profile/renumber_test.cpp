#include "profile/renumber.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "profile/test_profile.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kLarge = std::uint64_t{1} << 21;

/// A profile whose one window uses these addresses, and nothing else.
Profile using_addresses(const std::vector<std::uint64_t>& addresses) {
  Profile profile;
  Window window;
  for (const auto address : addresses) window.accesses.push_back({address, 0, kLoads, 8, 0, 0});
  Snapshot snapshot;
  snapshot.windows.push_back(window);
  profile.snapshots.push_back(snapshot);
  return profile;
}

std::vector<std::uint64_t> renumbered(const std::vector<std::uint64_t>& addresses) {
  Profile profile = using_addresses(addresses);
  renumber_addresses(profile);
  std::vector<std::uint64_t> result;
  for (const auto& access : profile.snapshots[0].windows[0].accesses) {
    result.push_back(access.address);
  }
  return result;
}

// A stack, a heap of two large pages side by side, and the stack again.
TEST(Renumber, NumbersLargePagesInTheOrderOfTheirUse) {
  const std::uint64_t stack = 0x7ffc'1234'5678, heap = 0x5555'5570'0010;
  EXPECT_EQ(
      renumbered({stack, heap, heap + kLarge, stack + 8}),
      (std::vector<std::uint64_t>{1 * kLarge + stack % kLarge, 3 * kLarge + heap % kLarge,
                                  4 * kLarge + heap % kLarge, 1 * kLarge + stack % kLarge + 8}));
}

// The page below is used later, and still lies below.
TEST(Renumber, KeepsNeighboursWhicheverComesFirst) {
  EXPECT_EQ(renumbered({50 * kLarge, 49 * kLarge, 10 * kLarge}),
            (std::vector<std::uint64_t>{2 * kLarge, 1 * kLarge, 4 * kLarge}));
}

TEST(Renumber, TakesAnAccessAcrossAnEdgeAsUseOfBothPages) {
  const auto found = renumbered({9 * kLarge - 4, 7 * kLarge});
  EXPECT_EQ(found[0], 3 * kLarge - 4);  // pages 7, 8 and 9 are a run
  EXPECT_EQ(found[1], 1 * kLarge);
}

TEST(Renumber, EachProcessHasItsOwnNumbers) {
  Profile profile = using_addresses({5 * kLarge});
  profile.snapshots.push_back(using_addresses({6 * kLarge}).snapshots[0]);
  profile.snapshots[1].process = 7;
  renumber_addresses(profile);
  for (const auto& snapshot : profile.snapshots) {
    EXPECT_EQ(snapshot.windows[0].accesses[0].address, kLarge);
  }
}

// Which block follows another without a jump is all that replay asks of code.
TEST(Renumber, BlocksThatFollowEachOtherStillDoAndNoOthers) {
  Profile profile;
  const std::vector<std::uint8_t> code(4096, 0x90);
  const std::uint64_t addresses[] = {0x7fff'0000'0800, 0x40'1800, 0x40'2800, 0x40'5800};
  for (const auto address : addresses) {
    profile.blocks.push_back({address, 200, BlockEnd::kJump, code, {}});
  }
  renumber_addresses(profile);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(profile.blocks[i].address % 4096, addresses[i] % 4096);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(profile.blocks[i].address + 4096 == profile.blocks[k].address,
                addresses[i] + 4096 == addresses[k])
          << i << k;
    }
  }
}

RC_GTEST_PROP(Renumber, KeepsPlacesAndDistancesWithinALargePageAndIsTheSameTwice,
              (std::vector<std::uint64_t> addresses)) {
  const auto once = renumbered(addresses);
  RC_ASSERT(renumbered(once) == once);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    RC_ASSERT(once[i] % kLarge == addresses[i] % kLarge);
    for (std::size_t k = 0; k < i; ++k) {
      const auto apart = addresses[i] / kLarge - addresses[k] / kLarge;
      const auto now = once[i] / kLarge - once[k] / kLarge;
      RC_ASSERT((apart == 0) == (now == 0));
      RC_ASSERT((apart == 1) == (now == 1));
    }
  }
}

TEST(Renumber, ForgetsWhereMemoryLay) {
  const std::uint64_t moved = 0x1234'5000'0000;
  const auto here = renumbered({0x7f00'0000'1000, 0x5500'0000'2000, 0x7f00'0000'1040});
  EXPECT_EQ(here, renumbered({0x7f00'0000'1000 - moved, 0x5500'0000'2000 - moved,
                              0x7f00'0000'1040 - moved}));
}

}  // namespace
}  // namespace headroom

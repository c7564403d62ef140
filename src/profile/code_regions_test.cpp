#include "profile/code_regions.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace headroom {
namespace {

/// Three functions of two blocks each, 0x1000 bytes apart; all of them are met by as
/// many window instructions.
Profile three_functions() {
  Profile profile;
  Snapshot snapshot;
  Window window;
  for (std::uint64_t function = 0; function < 3; ++function) {
    for (std::uint64_t part = 0; part < 2; ++part) {
      CodeBlock block;
      block.address = 0x1000 * (function + 1) + 16 * part;
      block.instructions = 50;
      block.code.resize(16);
      for (int i = 0; i < 2000; ++i) {
        window.events.push_back({static_cast<std::uint32_t>(profile.blocks.size()), 0, 0, 0});
      }
      profile.blocks.push_back(std::move(block));
    }
  }
  snapshot.windows.push_back(std::move(window));
  profile.snapshots.push_back(std::move(snapshot));
  return profile;
}

/// So many ticks of 4 ms in each function.
std::vector<Tick> ticks_in(std::initializer_list<int> functions) {
  std::vector<Tick> ticks;
  std::uint64_t address = 0x1008;
  for (const int count : functions) {
    ticks.insert(ticks.end(), static_cast<std::size_t>(count), {address, 4'000'000, 0, 0});
    address += 0x1000;
  }
  return ticks;
}

TEST(CodeRegions, FollowFunctionsAndSumTheTimeInEach) {
  Profile profile = three_functions();
  find_regions(profile, ticks_in({20, 30, 50}));
  ASSERT_EQ(profile.region_s.size(), 3u);
  EXPECT_EQ(profile.ticks, 100u);
  for (std::size_t b = 0; b < 6; b += 2) {
    EXPECT_EQ(profile.blocks[b].region, profile.blocks[b + 1].region) << "one function";
  }
  EXPECT_NEAR(profile.region_s[profile.blocks[0].region], 0.08, 1e-9);
  EXPECT_NEAR(profile.region_s[profile.blocks[2].region], 0.12, 1e-9);
  EXPECT_NEAR(profile.region_s[profile.blocks[4].region], 0.20, 1e-9);
}

TEST(CodeRegions, NeedTicksAndInstructionsOnBothSidesOfACut) {
  Profile profile = three_functions();
  find_regions(profile, ticks_in({3, 30, 30}));
  EXPECT_EQ(profile.region_s.size(), 2u) << "three ticks say nothing";
  find_regions(profile, ticks_in({5, 4, 5}));
  EXPECT_TRUE(profile.region_s.empty());
  EXPECT_EQ(profile.ticks, 0u);
  find_regions(profile, {});
  EXPECT_TRUE(profile.region_s.empty());
  auto& events = profile.snapshots[0].windows[0].events;
  events.resize(2000 + 2000 + 10);  // hardly anything but the first function
  find_regions(profile, ticks_in({30, 30, 30}));
  EXPECT_TRUE(profile.region_s.empty());
}

TEST(CodeRegions, EveryTickIsInOneOfThem) {
  Profile profile = three_functions();
  auto ticks = ticks_in({20, 20, 20});
  ticks.push_back({5, 1'000'000, 0, 0});  // where no window was
  ticks.push_back({~0ull, 1'000'000, 0, 0});
  ticks.push_back({0x1800, 1'000'000, 0, 0});
  find_regions(profile, ticks);
  EXPECT_NEAR(std::accumulate(profile.region_s.begin(), profile.region_s.end(), 0.0), 0.24 + 0.003,
              1e-12);
}

TEST(CodeRegions, AreNoMoreThanAFileHolds) {
  Profile profile;
  Window window;
  std::vector<Tick> ticks;
  for (std::uint64_t i = 0; i < 300; ++i) {
    CodeBlock block;
    block.address = 0x1000 * i;
    block.instructions = 100;
    block.code.resize(16);
    profile.blocks.push_back(std::move(block));
    for (int k = 0; k < 2000; ++k)
      window.events.push_back({static_cast<std::uint32_t>(i), 0, 0, 0});
    ticks.insert(ticks.end(), 20, {0x1000 * i, 1000, 0, 0});
  }
  profile.snapshots.emplace_back().windows.push_back(std::move(window));
  find_regions(profile, ticks);
  EXPECT_LE(profile.region_s.size(), kRegionsMost);
  EXPECT_GT(profile.region_s.size(), 30u);
}

TEST(CodeRegions, OfNothingAreNone) {
  Profile profile;
  find_regions(profile, ticks_in({100, 100, 100}));
  EXPECT_TRUE(profile.region_s.empty());
}

}  // namespace
}  // namespace headroom

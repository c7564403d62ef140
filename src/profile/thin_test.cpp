#include "profile/thin.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "profile/profile_file.hpp"
#include "profile/test_profile.hpp"

namespace headroom {
namespace {

/// A profile of `snapshots` with ten windows each, of addresses that do not compress.
Profile large_profile(int snapshots) {
  Profile profile = small_profile();
  Snapshot snapshot = profile.snapshots[0];
  profile.snapshots.clear();
  const Window small = snapshot.windows[0];
  snapshot.windows.clear();
  std::uint64_t noise = 1;
  for (std::uint64_t w = 0; w < 10; ++w) {
    Window window{w, 2000, {}, {}};
    for (int i = 0; i < 1000; ++i) {
      window.events.push_back({0, 1, 0, 0});
      noise = noise * 6364136223846793005u + 1442695040888963407u;
      window.accesses.push_back({noise >> 20, 0, kLoads, 8, 0, 0});
    }
    snapshot.windows.push_back(window);
  }
  for (int i = 0; i < snapshots; ++i) profile.snapshots.push_back(snapshot);
  return profile;
}

double covered(const Profile& profile) {
  double sum = 0;
  for (const auto& snapshot : profile.snapshots) sum += snapshot.covered_s;
  return sum;
}

TEST(Thin, LeavesOutBlocksThatNoWindowRuns) {
  Profile profile = small_profile();
  profile.snapshots[0].windows[0].events = {{1, 0, 0, 0}};
  profile.snapshots[0].windows[0].accesses.clear();
  const CodeBlock kept = profile.blocks[1];
  drop_unused_blocks(profile);
  ASSERT_EQ(profile.blocks.size(), 1u);
  EXPECT_EQ(profile.blocks[0], kept);
  EXPECT_EQ(profile.snapshots[0].windows[0].events[0].block, 0u);
}

TEST(Thin, ChangesNothingThatIsSmallEnough) {
  Profile profile = large_profile(2);
  const auto before = [&] {
    Profile copy = profile;
    drop_unused_blocks(copy);
    return encode_profile(copy);
  }();
  thin_profile(profile, before.size());
  EXPECT_EQ(encode_profile(profile), before);
}

TEST(Thin, KeepsWindowsEvenlyOfEverySnapshot) {
  Profile profile = large_profile(6);
  const auto whole = encode_profile(profile).size();
  thin_profile(profile, whole / 2);
  EXPECT_LE(encode_profile(profile).size(), whole / 2);
  ASSERT_EQ(profile.snapshots.size(), 6u);
  for (const auto& snapshot : profile.snapshots) {
    const auto& windows = snapshot.windows;
    ASSERT_EQ(windows.size(), 4u);  // half of ten, less what is always there
    EXPECT_LE(windows[0].first_instruction, 2u);
    EXPECT_GE(windows[3].first_instruction, 7u);
    for (std::size_t i = 1; i < 4; ++i) {
      const auto step = windows[i].first_instruction - windows[i - 1].first_instruction;
      EXPECT_GE(step, 2u);
      EXPECT_LE(step, 4u);
    }
  }
}

TEST(Thin, KeepsWindowsThatTogetherHaveThePaceOfAll) {
  Profile profile = large_profile(3);
  // Half of the windows fast, a few very slow: 1.55 cycles an instruction.
  const double cycles[] = {50, 50, 600, 50, 50, 100, 50, 300, 50, 250};
  WindowPaces paces(3);
  for (auto& list : paces) {
    for (const double c : cycles) list.push_back({100, c});
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t w = 0; w < 10; ++w) profile.snapshots[i].windows[w].first_instruction = w;
  }
  thin_profile(profile, encode_profile(profile).size() / 2, paces);
  for (const auto& snapshot : profile.snapshots) {
    ASSERT_EQ(snapshot.windows.size(), 4u);
    double sum = 0;
    for (const auto& window : snapshot.windows) sum += cycles[window.first_instruction];
    EXPECT_NEAR(sum / 400, 1.55, 0.08);
    EXPECT_TRUE(std::ranges::is_sorted(snapshot.windows, {}, &Window::first_instruction));
  }
}

TEST(Thin, SnapshotsThatAreKeptStandForTheTimeOfThoseThatAreNot) {
  Profile profile = large_profile(64);
  const double before = covered(profile);
  thin_profile(profile, encode_profile(profile).size() / 20);
  EXPECT_LT(profile.snapshots.size(), 64u);
  EXPECT_GE(profile.snapshots.size(), 4u);
  EXPECT_NEAR(covered(profile), before, 1e-9);
}

TEST(Thin, EndsWhenNothingIsLeftToOmit) {
  Profile profile = large_profile(2);
  thin_profile(profile, 1);
  EXPECT_EQ(profile.snapshots.size(), 2u);
  EXPECT_EQ(profile.snapshots[0].windows.size(), 1u);
}

}  // namespace
}  // namespace headroom

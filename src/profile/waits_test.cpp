#include "profile/waits.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// A run of one thread, of which looks saw these rows.
struct Seen {
  double time_s, ran_s, ready_s;
  std::uint32_t running = 1, blocked = 0;
};

Profile run(const std::vector<Seen>& looks, std::uint32_t threads = 1) {
  Profile profile;
  for (const auto& look : looks) {
    TimelineRow row;
    row.time_s = look.time_s;
    row.user_s = look.ran_s;
    row.threads = threads;
    row.running = look.running;
    profile.timeline.push_back(row);
    ObservedRow more;
    more.ran_s = look.ran_s;
    more.ready_s = look.ready_s;
    more.blocked = look.blocked;
    profile.observed.rows.push_back(more);
  }
  profile.totals.wall_s = looks.back().time_s;
  profile.totals.user_s = looks.back().ran_s;
  return profile;
}

TEST(Waits, TellStandingInLineFromSleeping) {
  // One second each: at work, half of it in line, asleep half of the time.
  const Profile profile = run({{1, 1, 0}, {2, 1.5, 0.5}, {3, 2, 0.5}});
  const auto all = stretches(profile);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_DOUBLE_EQ(all[1].cpu_s, 0.5);
  EXPECT_DOUBLE_EQ(all[1].wanted(), 1);
  EXPECT_DOUBLE_EQ(all[1].asleep_s(), 0);
  EXPECT_DOUBLE_EQ(all[2].wanted(), 0.5);
  EXPECT_DOUBLE_EQ(all[2].asleep_s(), 0.5);
  const WaitShares shares = wait_shares(profile);
  EXPECT_NEAR(shares.asleep, 0.5 / 3, 1e-12);
  EXPECT_NEAR(shares.in_line, 0.5 / 3, 1e-12);
  EXPECT_EQ(shares.drive, 0);
}

TEST(Waits, AreForADriveAsOftenAsLooksFoundAThreadBlocked) {
  const Profile profile =
      run({{1, 0, 0, 0, 1}, {2, 0, 0, 0, 1}, {3, 0, 0, 0, 0}, {4, 0.1, 0, 0, 1}});
  EXPECT_NEAR(wait_shares(profile).drive, 0.75 * 3.9 / 4, 1e-12);
}

TEST(Waits, ThreadsThatNobodySawStoodInLineAsTheOthersDid) {
  Profile profile = run({{2, 0.5, 0.5}}, 2);
  profile.timeline[0].user_s = profile.totals.user_s = 1.02;  // half by others, and a tick
  const auto all = stretches(profile);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NEAR(all[0].cpu_s, 1, 1e-12);
  EXPECT_NEAR(all[0].wanted_s, 2, 1e-12);
}

TEST(Waits, OneThreadCannotWantMoreThanTheTimeThereIs) {
  const auto all = stretches(run({{1, 0.01, 0.2}, {2, 0.02, 3}}));
  EXPECT_DOUBLE_EQ(all[1].wanted(), 1);
}

TEST(Waits, AreNotKnownFromOlderProfiles) {
  Profile profile = run({{1, 0.5, 0.5}});
  EXPECT_TRUE(knows_lines(profile));
  profile.observed = {};
  EXPECT_FALSE(knows_lines(profile));
  EXPECT_DOUBLE_EQ(stretches(profile)[0].wanted_s, 0.5);
}

TEST(Waits, StretchesGoToTheEndOfTheRun) {
  Profile profile = run({{1, 1, 0}, {2, 1, 0}});
  profile.totals.wall_s = 5;
  profile.totals.user_s = 3;
  const auto all = stretches(profile);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].until_s, 5);
  EXPECT_DOUBLE_EQ(all[2].cpu_s, 2);
  EXPECT_FALSE(stretches(Profile{}).empty());
}

}  // namespace
}  // namespace headroom

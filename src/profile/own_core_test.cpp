#include "profile/own_core.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace headroom {
namespace {

/// So many looks of each kind, one after the other in turn, each after 4 ms.
std::vector<Tick> looks(int quick, int slow, int interrupted = 0, int none = 0) {
  std::vector<Tick> ticks;
  for (int i = 0; i < quick; ++i) ticks.push_back({0x1000, 4'000'000, 1600u + i % 100, 0});
  for (int i = 0; i < slow; ++i) ticks.push_back({0x1000, 4'000'000, 3000u + i % 100, 0});
  for (int i = 0; i < interrupted; ++i) ticks.push_back({0x1000, 4'000'000, 50'000, 0});
  for (int i = 0; i < none; ++i) ticks.push_back({0x1000, 4'000'000, 0, 0});
  return ticks;
}

Profile beside_others(double share, std::uint32_t count) {
  Profile profile;
  profile.host.cores = profile.host.logical_processors = 2;
  profile.host.features = {"avx2", "hypervisor"};
  profile.host.pace.core = "zen-4";
  profile.totals.user_s = 3;
  profile.totals.system_s = 1;
  profile.own_core = {share, count};
  return profile;
}

TEST(OwnCore, IsTheShareOfTimeWhoseLooksWereQuick) {
  EXPECT_EQ(own_core(looks(300, 0)).share, 1);
  const auto some = own_core(looks(300, 100, 20, 50));
  EXPECT_NEAR(some.share, 0.75, 1e-9) << "the interrupted and the missing say nothing";
  EXPECT_EQ(some.looks, 400u);
  EXPECT_EQ(own_core(looks(0, 300)).share, 1) << "never its own looks like always";
  EXPECT_EQ(own_core({}), OwnCore());
  EXPECT_EQ(own_core(looks(0, 0, 0, 100)), OwnCore());
}

TEST(OwnCore, CountsTimeAndNotLooks) {
  auto ticks = looks(100, 100);
  for (auto& tick : ticks) tick.cpu_ns = tick.look_ns < 2000 ? 1'000'000 : 3'000'000;
  EXPECT_NEAR(own_core(ticks).share, 0.25, 1e-9);
}

TEST(AloneShare, IsLessTheMoreOthersWorked) {
  EXPECT_EQ(alone_share(beside_others(1, 300)), 1);
  EXPECT_NEAR(alone_share(beside_others(0.5, 300)), 0.83, 1e-9);
  EXPECT_NEAR(alone_share(beside_others(0, 300)), 0.66, 1e-9);
  EXPECT_EQ(alone_share(beside_others(0.5, 5)), 1) << "too few looks";
  auto profile = beside_others(0.5, 300);
  profile.host.logical_processors = 4;  // its own threads may share cores
  EXPECT_EQ(alone_share(profile), 1);
  profile = beside_others(0.5, 300);
  profile.host.features = {"avx2"};  // a machine of one's own: its clock may have changed
  EXPECT_EQ(alone_share(profile), 1);
  profile = beside_others(0.5, 300);
  profile.host.pace.core = "";  // not measured
  EXPECT_EQ(alone_share(profile), 1);
}

TEST(AloneShare, IsToldWhereItMatters) {
  EXPECT_EQ(beside_others_text(beside_others(1, 300)), "");
  EXPECT_EQ(beside_others_text(beside_others(0.99, 300)), "");
  EXPECT_EQ(beside_others_text(beside_others(0.5, 300)),
            "others worked on its cores for 50 % of the time; alone, it would have taken about "
            "3.32 s of processor time");
}

}  // namespace
}  // namespace headroom

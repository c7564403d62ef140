#include "replay/character_study.hpp"

#include <gtest/gtest.h>

#include "compute/parts.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

/// A program of nothing but dependent additions, recorded on a W-2140B at 4 GHz.
std::shared_ptr<const ReplayedCode> additions() {
  auto profile = std::make_shared<Profile>();
  add_snapshot(*profile, TestWindow(kAddChain, 1), 1);
  add_snapshot(*profile, TestWindow(kAddChain, 1), 1);
  RecordingHost host{read_processor(Library(), "xeon-w-2140b"), 4e9};
  return std::make_shared<const ReplayedCode>(Library(), profile, host);
}

TEST(CharacterStudy, AChainOfAdditionsFollowsTheClockAlone) {
  const auto views =
      view_on(Library(), *additions(), {"xeon-w-2140b", "core-i9-9900k", "xeon-e5-1680v2"});
  ASSERT_EQ(views.size(), 3u);
  EXPECT_NEAR(views[0].relative, 4.2 / 4, 0.01);
  EXPECT_NEAR(views[1].relative, 5.0 / 4, 0.01);
  EXPECT_NEAR(views[2].relative, 3.9 / 4, 0.01);
  for (const auto& view : views) EXPECT_NEAR(view.mean.cycles, 1, 0.01) << view.name;
}

TEST(CharacterStudy, OnlyTheClockHelpsAChainOfAdditions) {
  const Processor processor = read_processor(Library(), "xeon-w-2140b");
  const auto found = improvements(*additions(), processor);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].what, "a clock 10 % higher");
  EXPECT_NEAR(found[0].gain, 0.1, 0.002);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_NEAR(found[i].gain, 0, 0.002);
}

}  // namespace
}  // namespace headroom

#include "replay/load_path.hpp"

#include <gtest/gtest.h>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;

/// A window of `count` loads, `stride` bytes apart.
Window loads(int count, std::uint64_t stride) {
  Window window;
  for (int i = 0; i < count; ++i) {
    const auto address = kPage * 1000 + static_cast<std::uint64_t>(i) * stride;
    window.accesses.push_back({address, 0, kLoads, 8, 100, 0});
  }
  return window;
}

/// All loads at once: when the last one has its data.
LoadPath::Cycle last_ready(const CoreSetup& core, const HitChances& chances, const Window& window) {
  LoadPath path(core, chances, window, 1);
  LoadPath::Cycle last = 0;
  std::uint64_t number = 0;
  for (const auto& access : window.accesses)
    last = std::max(last, path.access(access, ++number, 0).ready);
  return last;
}

TEST(LoadPath, AHitTakesTheFirstCachesLatency) {
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = all_hit();
  const Window window = loads(1, 0);
  LoadPath path(core, chances, window, 1);
  const auto answer = path.access(window.accesses[0], 1, 100);
  EXPECT_EQ(answer.ready, 104);
  EXPECT_EQ(answer.level, CacheLevel::kFirst);
  EXPECT_EQ(path.l1_misses, 0);
}

TEST(LoadPath, AMissTakesTheLatencyOfItsLevelAndTheLineIsThenAtHand) {
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = data_miss();
  const Window window = loads(1, 0);
  LoadPath path(core, chances, window, 1);
  const auto missed = path.access(window.accesses[0], 1, 1000);
  EXPECT_EQ(missed.ready, 1300);
  EXPECT_EQ(missed.level, CacheLevel::kMemory);
  EXPECT_EQ(path.access(window.accesses[0], 1, 1100).ready, 1300);  // still under way
  EXPECT_EQ(path.access(window.accesses[0], 1, 1400).ready, 1404);
  EXPECT_EQ(path.l3_misses, 1);
}

TEST(LoadPath, AStreamIsFetchedAhead) {
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = data_miss();
  for (const std::uint64_t stride : {std::uint64_t{64}, std::uint64_t{0} - 64}) {
    const Window window = loads(1000, stride);
    LoadPath path(core, chances, window, 1);
    LoadPath::Cycle now = 0;
    for (const auto& access : window.accesses) now = path.access(access, 1, now).ready + 20;
    EXPECT_GT(path.fetched_ahead, 980);
    EXPECT_EQ(path.l3_misses, 1000);
    EXPECT_LT(static_cast<double>(now) / 1000, 60);  // not 300 and 20 each
  }
}

TEST(LoadPath, AnInstructionsOwnStepsAreFetchedAheadAmongOthers) {
  // Eight instructions, each a stream of its own, all in the same page.
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = data_miss();
  LoadPath path(core, chances, Window{}, 1);
  LoadPath::Cycle now = 0;
  for (std::uint64_t step = 0; step < 8; ++step) {
    for (std::uint64_t site = 0; site < 8; ++site) {
      const DataAccess access{kPage * 1000 + 512 * site + 64 * step, 0, kLoads, 8, 100, 0};
      now = path.access(access, 8 * step + site, now, site).ready;
    }
  }
  EXPECT_GE(path.fetched_ahead, 8 * 5) << "all but the first three steps of each";
}

TEST(LoadPath, TwoNeighboursByChanceAreNoStream) {
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = data_miss();
  Window window;
  for (const std::uint64_t line : {11u, 500u, 12u, 900u, 1300u}) {
    window.accesses.push_back({kPage * 1000 + 64 * line, 0, kLoads, 8, 100, 0});
  }
  LoadPath path(core, chances, window, 1);
  std::uint64_t number = 0;
  for (const auto& access : window.accesses) {
    ++number;
    path.access(access, number, 0, number);
  }
  EXPECT_EQ(path.fetched_ahead, 0);
}

TEST(LoadPath, LoadsFarApartAreNotFetchedAhead) {
  const CoreSetup core = test_core("zen-4");
  const HitChances chances = data_miss();
  const Window window = loads(1000, 17 * kPage + 320);
  LoadPath path(core, chances, window, 1);
  LoadPath::Cycle now = 0;
  for (const auto& access : window.accesses) now = path.access(access, 1, now).ready;
  EXPECT_EQ(path.fetched_ahead, 0);
  EXPECT_EQ(now, 300'000);
}

TEST(LoadPath, MemoryDeliversALineEachSoManyCycles) {
  CoreSetup core = test_core("zen-4");
  core.fill_buffers = 1000;
  // The first needs 300 cycles, each of the others 15 more.
  EXPECT_EQ(last_ready(core, data_miss(), loads(101, 17 * kPage)), 300 + 100 * 15);
}

TEST(LoadPath, FillBuffersLimitWhatIsUnderWay) {
  CoreSetup core = test_core("zen-4");
  core.memory_line_cycles = 0.001;
  core.fill_buffers = 1;
  EXPECT_NEAR(static_cast<double>(last_ready(core, data_miss(), loads(50, 17 * kPage))), 50 * 300,
              0.02 * 50 * 300);  // buffers are told apart by eight cycles
  core.fill_buffers = 10;
  EXPECT_NEAR(static_cast<double>(last_ready(core, data_miss(), loads(50, 17 * kPage))), 5 * 300,
              0.02 * 5 * 300);
}

TEST(LoadPath, PagesTakeASecondBufferOrAWalk) {
  const CoreSetup core = test_core("skylake");  // 7 cycles, a walk 26, two walkers
  HitChances chances = all_hit();
  chances.pages_first.fill(0);
  EXPECT_EQ(last_ready(core, chances, loads(1, 0)), 5 + 7);
  chances.pages_second.fill(0);
  EXPECT_EQ(last_ready(core, chances, loads(1, 0)), 5 + 7 + 26);
  EXPECT_EQ(last_ready(core, chances, loads(2, kPage * 17)), 5 + 1 + 7 + 26);
  const auto third = static_cast<double>(last_ready(core, chances, loads(3, kPage * 17)));
  EXPECT_NEAR(third, 5 + 7 + 2 * 26, 8);  // walkers are told apart by eight cycles
}

TEST(LoadPath, LinesThatTheKernelHasJustFilledLieInTheSecondCache) {
  const CoreSetup core = test_core("zen-4");
  HitChances chances = data_miss();
  Window window = loads(1, 0);
  window.accesses[0].reuse = kFirstTouch;
  EXPECT_EQ(LoadPath(core, chances, window, 1).access(window.accesses[0], 1, 0).level,
            CacheLevel::kMemory);
  window.accesses[0].reuse = kFreshTouch;  // as the recorder saw
  EXPECT_EQ(LoadPath(core, chances, window, 1).access(window.accesses[0], 1, 0).level,
            CacheLevel::kSecond);
  window.accesses[0].reuse = kFirstTouch;
  chances.fresh = 1;  // as the run's page faults say
  EXPECT_EQ(LoadPath(core, chances, window, 1).access(window.accesses[0], 1, 0).level,
            CacheLevel::kSecond);
}

TEST(ChanceDraw, IsEvenAndTheSameEachTime) {
  double sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double draw = chance_draw(7, i);
    EXPECT_TRUE(draw >= 0 && draw < 1);
    sum += draw;
    squares += draw * draw;
  }
  EXPECT_NEAR(sum / 1e4, 0.5, 0.02);
  EXPECT_NEAR(squares / 1e4, 1.0 / 3, 0.02);
  EXPECT_EQ(chance_draw(7, 3), chance_draw(7, 3));
  EXPECT_NE(chance_draw(7, 3), chance_draw(8, 3));
}

}  // namespace
}  // namespace headroom

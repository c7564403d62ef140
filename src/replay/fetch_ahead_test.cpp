#include "replay/fetch_ahead.hpp"

#include <gtest/gtest.h>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kBase = 0x10000000;

DataAccess to_line(std::uint64_t line, std::uint8_t page_reuse = kFirstTouch) {
  return {kBase + 64 * line, 0, kLoads, 8, 100, page_reuse};
}

Pipeline::LoadStore zen() {
  return read_pipeline(Library(), "zen-4").memory;
}

/// How many of these lines, each asked for ten cycles after the one before and by an
/// instruction of its own, were asked for beforehand into the first cache, and the second.
struct Share {
  int first = 0, second = 0;
};
Share ahead_of(const std::vector<std::uint64_t>& lines, CacheLevel level) {
  const auto memory = zen();
  FetchAhead ahead(memory, Window{});
  Share share;
  FetchAhead::Cycle now = 0;
  std::uint64_t site = 0;
  for (const auto line : lines) {
    const auto asked = ahead.ask(to_line(line), now += 10, ++site, level);
    share.first += asked.first >= 0 ? 1 : 0;
    share.second += asked.second >= 0 ? 1 : 0;
  }
  return share;
}

TEST(FetchAhead, AStreamIsAskedForOnceItHasBegunAndEverFurtherAhead) {
  const auto memory = zen();
  FetchAhead ahead(memory, Window{});
  const auto starts = static_cast<std::uint64_t>(memory.stream_starts);
  for (std::uint64_t line = 0; line < 300; ++line) {
    const auto when = static_cast<FetchAhead::Cycle>(10 * line);
    const auto asked = ahead.ask(to_line(line), when, line, CacheLevel::kSecond);
    if (line <= starts) {
      EXPECT_LT(asked.first, 0) << line;
    } else {
      const auto lines = std::min(line - starts, static_cast<std::uint64_t>(memory.stream_lines));
      EXPECT_EQ(asked.first, when - static_cast<FetchAhead::Cycle>(10 * lines)) << line;
    }
  }
}

TEST(FetchAhead, AStreamMayRunBackwardsAndPassOverALine) {
  std::vector<std::uint64_t> back, by_two;
  for (std::uint64_t i = 0; i < 100; ++i) {
    back.push_back(1000 - i);
    by_two.push_back(2 * i);
  }
  EXPECT_GT(ahead_of(back, CacheLevel::kSecond).first, 90);
  // Two of three lines: those that pass over one have a single neighbour among three.
  std::vector<std::uint64_t> gaps;
  for (std::uint64_t i = 0; i < 100; ++i) gaps.push_back(3 * (i / 2) + (i & 1));
  EXPECT_GT(ahead_of(gaps, CacheLevel::kMemory).first, 80);
  // Where no line follows the one before, there is no stream, but blocks of four lines.
  EXPECT_EQ(ahead_of(by_two, CacheLevel::kSecond).first, 0);
  EXPECT_EQ(ahead_of(by_two, CacheLevel::kMemory).second, 50);
}

TEST(FetchAhead, TheOrderWithinAFewLinesDoesNotMatter) {
  std::vector<std::uint64_t> lines;
  for (std::uint64_t group = 0; group < 40; ++group) {
    for (const std::uint64_t i : {3u, 0u, 2u, 1u}) lines.push_back(4 * group + i);
  }
  EXPECT_GT(ahead_of(lines, CacheLevel::kSecond).first, 100);
}

TEST(FetchAhead, LinesInNoOrderAreNotAskedFor) {
  std::vector<std::uint64_t> lines;
  for (std::uint64_t i = 0; i < 1000; ++i) lines.push_back(i * 2'654'435'761 % 1'000'003);
  const Share share = ahead_of(lines, CacheLevel::kMemory);
  EXPECT_EQ(share.first, 0);
  EXPECT_LT(share.second, 10);
}

TEST(FetchAhead, StepsOfOneInstructionAreFollowedAsFarAsTheyReach) {
  const auto memory = zen();
  for (const std::uint64_t step : {5u, 100u, 200u}) {
    FetchAhead ahead(memory, Window{});
    int asked = 0;
    for (std::uint64_t i = 0; i < 50; ++i) {
      const auto when = static_cast<FetchAhead::Cycle>(10 * i);
      asked += ahead.ask(to_line(step * i), when, 7, CacheLevel::kThird).first >= 0 ? 1 : 0;
    }
    if (step * 64 <= memory.stride_b) {
      EXPECT_GT(asked, 40) << step;
    } else {
      EXPECT_EQ(asked, 0) << step;
    }
  }
}

TEST(FetchAhead, LinesOfABlockComeTogetherFromFarAway) {
  const std::vector<std::uint64_t> block{40, 42, 41, 43}, apart{43, 44};
  EXPECT_EQ(ahead_of(block, CacheLevel::kMemory).second, 3);
  EXPECT_EQ(ahead_of(block, CacheLevel::kSecond).second, 0);
  EXPECT_EQ(ahead_of(apart, CacheLevel::kMemory).second, 0);
}

TEST(FetchAhead, AStreamThatAWindowFoundUnderWayIsOneFromItsFirstLine) {
  const auto memory = zen();
  Window window;
  for (std::uint64_t i = 0; i < 40; ++i) {
    window.accesses.push_back({kBase + 8 * i, 0, kLoads, 8, 100, 0});
  }
  FetchAhead known(memory, window);
  for (std::size_t i = 0; i < 40; i += 8) {
    EXPECT_EQ(known.ask(window.accesses[i], 100, 1, CacheLevel::kMemory).first, 0) << i;
  }
  // Not where its page was last used long before the next line would be.
  FetchAhead fresh(memory, window);
  EXPECT_LT(fresh.ask(to_line(0, reuse_bucket(10'000)), 100, 1, CacheLevel::kMemory).first, 0);
  FetchAhead first(memory, window);
  EXPECT_LT(first.ask(to_line(0), 100, 1, CacheLevel::kMemory).first, 0);
}

}  // namespace
}  // namespace headroom

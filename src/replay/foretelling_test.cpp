#include "replay/foretelling.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

Pipeline::FrontEnd front_end() {
  Pipeline::FrontEnd front;
  front.taken_cycles = 1.5;
  front.return_cycles = 2;
  front.target_cycles = 3;
  front.far_target_cycles = 10;
  front.foretold_lines = 4;
  return front;
}

TEST(Foretelling, TargetsThatAreNotKnownAtOnceTakeLonger) {
  const auto front = front_end();
  const std::vector<DecodedBlock> blocks(6);
  Foretelling foretelling(front, blocks);
  foretelling.take(blocks[0], blocks[1], true, true, 0);
  EXPECT_DOUBLE_EQ(foretelling.at(), 1.5);
  foretelling.take(blocks[1], blocks[2], false, true, 0);
  EXPECT_DOUBLE_EQ(foretelling.at(), 6);
  // Of another, fetch must come to it, and the decoders find out.
  foretelling.take(blocks[2], blocks[3], false, false, 50);
  EXPECT_DOUBLE_EQ(foretelling.at(), 60);
}

TEST(Foretelling, ShortLoopsAreKnownWithoutAsking) {
  const auto front = front_end();
  const std::vector<DecodedBlock> blocks(2);
  Foretelling foretelling(front, blocks);
  foretelling.take(blocks[0], blocks[1], true, true, 0);
  foretelling.take(blocks[1], blocks[1], true, true, 0);
  foretelling.take(blocks[1], blocks[1], true, true, 0);
  EXPECT_DOUBLE_EQ(foretelling.at(), 3.5);
}

// Fetch takes a line every ten cycles: foretelling gets ahead of it, by four lines.
TEST(Foretelling, GetsAheadAsFarAsItsQueueGoes) {
  const auto front = front_end();
  const std::vector<DecodedBlock> blocks(1);
  Foretelling foretelling(front, blocks);
  for (std::int64_t line = 1; line <= 40; ++line) {
    foretelling.go_on();
    const auto before = static_cast<double>(std::max<std::int64_t>(0, 10 * (line - 4)));
    EXPECT_DOUBLE_EQ(foretelling.at(), line <= 4 ? static_cast<double>(line) : before) << line;
    foretelling.fetched(10 * line);
  }
}

TEST(Foretelling, ReturnsCostMore) {
  const auto front = front_end();
  std::vector<DecodedBlock> blocks(2);
  blocks[0].how = BlockEnd::kReturn;
  Foretelling foretelling(front, blocks);
  foretelling.take(blocks[0], blocks[1], true, true, 0);
  EXPECT_DOUBLE_EQ(foretelling.at(), 3.5);
}

}  // namespace
}  // namespace headroom

// How code comes to the core and its operations to their ports.

#include <gtest/gtest.h>

#include "replay/test_window.hpp"
#include "replay/window_replay.hpp"

namespace headroom {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(FrontEnd, CodeThatIsNotKeptDecodedComesAsFastAsTheDecoders) {
  const TestWindow nops({0x90}, 1);  // one byte each: the width of the decoders decides
  HitChances chances = all_hit();
  chances.decoded.fill(0);
  EXPECT_NEAR(nops.cpi(test_core("zen-4"), chances), 1.0 / 4, 0.01);
  // mov rax, 0x1122334455667788: ten bytes of 16 a cycle on Skylake
  const TestWindow wide({0x48, 0xb8, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11}, 1);
  EXPECT_NEAR(wide.cpi(test_core("skylake"), chances), 10.0 / 16, 0.02);
}

// Zen 4 does not look which port others wait for: measured, 15.0 cycles where eight
// multiplications come in a row, and 8.7 where they alternate with additions. Spread evenly,
// six of 24 additions go to the multiplier's port: 8 + 6 cycles.
TEST(FrontEnd, MultiplicationsInARowFillTheirPortWithOthers) {
  const Bytes multiply{0x48, 0x0f, 0xaf, 0xc0}, add{0x48, 0x83, 0xc1, 0x01};
  const auto loop = [&](int in_a_row, int rounds) {
    Bytes code;
    int multiplied = 0, added = 0;  // eight registers in turn
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < in_a_row; ++i) {
        code.insert(code.end(), multiply.begin(), multiply.end());
        code.back() = static_cast<std::uint8_t>(0xc0 + 9 * (multiplied++ % 8));
      }
      for (int i = 0; i < 3 * in_a_row; ++i) {
        code.insert(code.end(), add.begin(), add.end());
        code[code.size() - 2] = static_cast<std::uint8_t>(0xc0 + added++ % 8);
      }
    }
    const Bytes end{0xff, 0xcf, 0x75, 0x00};  // dec edi; jne
    code.insert(code.end(), end.begin(), end.end());
    return TestWindow(code, 34, 1, 400).cpi(test_core("zen-4"), all_hit()) * 34;
  };
  EXPECT_NEAR(loop(8, 1), 14, 0.3);
  EXPECT_NEAR(loop(1, 8), 8.7, 0.4);
}

TEST(FrontEnd, CodeFromFarAwayIsAccountedAsSuch) {
  const TestWindow nops({0x90}, 1, 64, 200);
  HitChances chances = all_hit();
  chances.code.fill(0);  // each block of 64 comes from the second cache, 14 cycles away
  // Foretold ahead, it is there in time, at the pace at which the nops are executed.
  const ReplayCounts ahead = nops.on(test_core("zen-4"), chances);
  EXPECT_NEAR(ahead.cycles / ahead.instructions, 1.0 / 6, 0.005);
  EXPECT_EQ(ahead.code, 0);
  // After a missed branch nothing is known ahead.
  Bytes block(62, 0x90);
  block.insert(block.end(), {0x75, 0x00});  // jne
  TestWindow lost(block, 63, 1, 200);
  for (auto& event : lost.window.events) event.missed = 7;
  const ReplayCounts at_hand = lost.on(test_core("zen-4"), all_hit());
  const ReplayCounts far = lost.on(test_core("zen-4"), chances);
  EXPECT_NEAR((far.cycles - at_hand.cycles) / far.instructions, 14.0 / 63, 0.01);
  EXPECT_NEAR(far.code / far.instructions, 14.0 / 63, 0.01);
}

}  // namespace
}  // namespace headroom

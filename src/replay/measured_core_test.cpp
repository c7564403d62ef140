// What was measured on a Zen 4 core by itself (scripts/measure-instructions and
// scripts/measure-lines), and what replay makes of the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Cycles of these instructions where nothing is waited for but each other.
double cycles_of(const Bytes& code, int instructions) {
  return instructions * TestWindow(code, instructions).cpi(test_core("zen-4"), all_hit());
}

TEST(MeasuredCore, FlagsGoIntoBytesWhereConditionalMovesGo) {
  // setl al, cl, dl, bl: two ports of four.
  EXPECT_NEAR(
      cycles_of({0x0f, 0x9c, 0xc0, 0x0f, 0x9c, 0xc1, 0x0f, 0x9c, 0xc2, 0x0f, 0x9c, 0xc3}, 4), 2,
      0.1);
}

TEST(MeasuredCore, AJumpThatIsPartOfAnOperationNeedsAPortOfItsOwn) {
  // Four times and, js; four times test, js: two ports for jumps.
  const Bytes ands{0x48, 0x21, 0xc0, 0x78, 0x00, 0x48, 0x21, 0xc9, 0x78, 0x00,
                   0x48, 0x21, 0xd2, 0x78, 0x00, 0x48, 0x21, 0xdb, 0x78, 0x00};
  Bytes tests = ands;
  for (std::size_t i = 1; i < tests.size(); i += 5) tests[i] = 0x85;
  EXPECT_NEAR(cycles_of(ands, 8), 2, 0.1);
  EXPECT_NEAR(cycles_of(tests, 8), 2, 0.1);
}

TEST(MeasuredCore, WhatLeavesVectorRegistersTakesAGeneralPort) {
  // Four times movq r, xmm0, and eight additions, of which a quarter meets them at one port.
  EXPECT_NEAR(
      cycles_of({0x66, 0x49, 0x0f, 0x7e, 0xc2, 0x66, 0x49, 0x0f, 0x7e, 0xc3, 0x66, 0x49, 0x0f,
                 0x7e, 0xc4, 0x66, 0x49, 0x0f, 0x7e, 0xc5, 0x48, 0x83, 0xc0, 0x01, 0x48, 0x83,
                 0xc3, 0x01, 0x48, 0x83, 0xc1, 0x01, 0x48, 0x83, 0xc2, 0x01, 0x48, 0x83, 0xc6,
                 0x01, 0x48, 0x83, 0xc7, 0x01, 0x49, 0x83, 0xc0, 0x01, 0x49, 0x83, 0xc1, 0x01},
                12),
      6, 0.5);
}

/// Cycles of a store and a load of the same eight bytes, over and over.
double store_and_load(const Bytes& code) {
  TestWindow test(code, 2, 1, 1);
  test.window.events.clear();
  for (std::size_t event = 0; event < 5000; ++event) {
    test.window.events.push_back({0, 0, 0, 0});
    test.use(event, 0, 0x1000, kStores);
    test.use(event, 1, 0x1000, kLoads);
  }
  return 2 * test.cpi(test_core("zen-4"), all_hit());
}

TEST(MeasuredCore, OnlyPlainLoadsTakeWhatWasStoredAtRenaming) {
  // mov [rdx], rax and mov rax, [rdx]: 1.0; add rax, [rdx]: 7.9; movsd of the stack: 9.0.
  EXPECT_NEAR(store_and_load({0x48, 0x89, 0x02, 0x48, 0x8b, 0x02}), 1.0, 0.1);
  EXPECT_NEAR(store_and_load({0x48, 0x89, 0x02, 0x48, 0x03, 0x02}), 7.9, 1.0);
  EXPECT_NEAR(store_and_load({0xf2, 0x0f, 0x11, 0x04, 0x24, 0xf2, 0x0f, 0x10, 0x04, 0x24}), 9.0,
              0.3);
}

/// The same of one instruction that changes eight bytes in memory: at one place, or at two
/// in turn.
double changes(int places) {
  TestWindow test({0x48, 0x83, 0x00, 0x01}, 1, 1, 1);  // add qword [rax], 1
  test.window.events.clear();
  for (std::size_t event = 0; event < 5000; ++event) {
    test.window.events.push_back({0, 0, 0, 0});
    const auto place = 0x1000 + 128 * (event % static_cast<std::size_t>(places));
    test.use(event, 0, place, kLoads | kStores);
  }
  return test.cpi(test_core("zen-4"), all_hit());
}

TEST(MeasuredCore, ALoadTakesAtRenamingOnlyWhatItsStoreStoredLast) {
  EXPECT_NEAR(changes(1), 1.0, 0.1);
  EXPECT_NEAR(changes(2), 3.0, 0.6);
}

/// A chain of loads through these lines, of which none is in the first cache.
double chain(const std::vector<std::uint32_t>& lines, double latency, bool memory) {
  TestWindow test(kLoadChain, 1, 1, 1);
  test.window.events.clear();
  std::vector<std::int64_t> used(1 << 20, -1);  // pages
  const auto count = static_cast<std::int64_t>(lines.size());
  for (std::int64_t i = 0; i < 2 * count; ++i) {
    const auto line = lines[static_cast<std::size_t>(i % count)];
    std::int64_t& last = used[line >> 6];
    if (i >= count) {
      const auto event = static_cast<std::size_t>(i - count);
      test.window.events.push_back({0, 0, 0, 0});
      test.use(event, 0, 0x10000000 + 64ull * line, kLoads, 100,
               reuse_bucket(static_cast<std::uint64_t>(i - last - 1)));
    }
    last = i;
  }
  CoreSetup core = test_core("zen-4");
  core.l2_line_cycles = 2;
  core.l3_line_cycles = 2.5;
  core.memory_line_cycles = 7;
  (memory ? core.memory_cycles : core.l2_cycles) = latency;
  HitChances chances = all_hit();
  chances.l1.fill(0);
  if (memory) chances.l2.fill(0);
  if (memory) chances.l3.fill(0);
  return test.cpi(core, chances);
}

std::vector<std::uint32_t> every(std::uint32_t step) {
  std::vector<std::uint32_t> lines;
  for (std::uint32_t i = 0; i < 6000; ++i) lines.push_back(step * i);
  return lines;
}

std::vector<std::uint32_t> in_steps(std::uint32_t most) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> lines;
  for (std::uint32_t line = 0; lines.size() < 6000; line += 1 + random() % most) {
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::uint32_t> in_runs(std::uint32_t length) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> starts(6144 / length), lines;
  for (std::uint32_t i = 0; i < starts.size(); ++i) starts[i] = i * length;
  std::shuffle(starts.begin(), starts.end(), random);
  for (const auto start : starts) {
    for (std::uint32_t i = 0; i < length; ++i) lines.push_back(start + i);
  }
  return lines;
}

TEST(MeasuredCore, LinesOfTheSecondCacheComeAsFastAsTheirOrderAllows) {
  // Measured: every line 4.2, steps of one or two 6.6, of one to three 11.6, of one to eight
  // 13, runs of 8 lines 10.4, of 16 7.8, of 64 5.1; in no order 14.
  EXPECT_NEAR(chain(in_steps(1), 14, false), 4.2, 0.3);
  EXPECT_NEAR(chain(in_steps(2), 14, false), 6.6, 1);
  EXPECT_NEAR(chain(in_steps(3), 14, false), 11.6, 1.5);
  EXPECT_NEAR(chain(in_steps(8), 14, false), 13, 1.2);
  EXPECT_NEAR(chain(in_runs(8), 14, false), 10.4, 1.5);
  EXPECT_NEAR(chain(in_runs(16), 14, false), 7.8, 1);
  EXPECT_NEAR(chain(in_runs(64), 14, false), 5.1, 0.6);
  EXPECT_NEAR(chain(in_runs(1), 14, false), 14, 0.5);
}

TEST(MeasuredCore, LinesOfMemoryComeAsFastAsTheirOrderAllows) {
  // Measured, with 515 cycles in no order: every line 8.6, every second 44, every third 48,
  // every two hundredth 49, of one to eight 420 to
  // 460, runs of four lines 166 to 193.
  EXPECT_NEAR(chain(in_steps(1), 515, true), 9.5, 2);
  EXPECT_NEAR(chain(every(2), 515, true), 43, 6);
  EXPECT_NEAR(chain(every(3), 515, true), 48, 10);
  EXPECT_NEAR(chain(every(200), 515, true), 49, 8);
  EXPECT_NEAR(chain(in_steps(8), 515, true), 440, 60);
  EXPECT_NEAR(chain(in_runs(4), 515, true), 175, 45);
  EXPECT_NEAR(chain(in_runs(1), 515, true), 515, 40);
}

}  // namespace
}  // namespace headroom

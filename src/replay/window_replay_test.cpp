#include "replay/window_replay.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "replay/load_path.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

using Bytes = std::vector<std::uint8_t>;
const Bytes kAdds{0x48, 0x83, 0xc0, 0x01, 0x48, 0x83, 0xc3, 0x01,   // add rax, 1; add rbx, 1
                  0x48, 0x83, 0xc1, 0x01, 0x48, 0x83, 0xc2, 0x01,   // rcx, rdx
                  0x48, 0x83, 0xc6, 0x01, 0x48, 0x83, 0xc7, 0x01,   // rsi, rdi
                  0x49, 0x83, 0xc0, 0x01, 0x49, 0x83, 0xc1, 0x01};  // r8, r9
/// xor edx, edx; mov eax, 1; div rcx: one division does not wait for the other.
const Bytes kDivisions{0x31, 0xd2, 0xb8, 0x01, 0x00, 0x00, 0x00, 0x48, 0xf7, 0xf1};

/// Each instruction of the window loads from a page of its own.
TestWindow loads_from_everywhere(const Bytes& code) {
  TestWindow test(code, 1);
  std::uint64_t number = 0;
  for (std::size_t event = 0; event < 100; ++event) {
    for (int i = 0; i < 50; ++i) test.use(event, i, ++number * 1'048'583 & ~7ull);
  }
  return test;
}

/// Loads, stores, arithmetic and mispredictions, spread by a fixed rule.
TestWindow mixture() {
  // mov rcx,[rdx]; add rax,rcx; imul rbx,rax; mov [rdi],rbx; mov r8,[rsi]; mulsd xmm1,xmm1;
  // cmp rdi,rsi; jne
  TestWindow test({0x48, 0x8b, 0x0a, 0x48, 0x01, 0xc8, 0x48, 0x0f, 0xaf, 0xd8, 0x48, 0x89, 0x1f,
                   0x4c, 0x8b, 0x06, 0xf2, 0x0f, 0x59, 0xc9, 0x48, 0x39, 0xf7, 0x75, 0x00},
                  8, 1, 3000);
  const auto place = [](std::uint64_t event) {
    return 0x90000000 + static_cast<std::uint64_t>(1e7 * chance_draw(11, event)) * 8;
  };
  for (std::size_t event = 0; event < 3000; ++event) {
    const auto bucket = [&](std::uint64_t salt) {
      return static_cast<std::uint8_t>(80 * chance_draw(salt, event));
    };
    test.use(event, 0, 0x10000000 + place(event), kLoads, bucket(1), bucket(2));
    test.use(event, 3, place(event), kStores, bucket(3), bucket(4));
    // What was stored twenty rounds ago may still be on its way, or may not.
    test.use(event, 4, place(event < 20 ? event : event - 20), kLoads, 40, 20);
    if (event % 23 == 7) test.window.events[event].missed = 7;
  }
  return test;
}

/// Chances that fall with the bucket, in the order of the levels.
HitChances some_hit(double scale) {
  HitChances chances = all_hit();
  for (unsigned bucket = 0; bucket < kReuseBuckets; ++bucket) {
    const double far = bucket / (80 * scale);
    auto chance = [&](double reach) {
      return static_cast<float>(std::clamp(1 - far / reach, 0.0, 1.0));
    };
    chances.l1[bucket] = chance(0.5);
    chances.l2[bucket] = chance(1);
    chances.l3[bucket] = chance(2);
    chances.pages_first[bucket] = chance(1);
    chances.pages_second[bucket] = chance(2);
  }
  return chances;
}

TEST(WindowReplay, ChainsTakeTheirLatency) {
  for (const char* pipeline : {"zen-4", "skylake", "ivy-bridge"}) {
    const CoreSetup core = test_core(pipeline);
    EXPECT_NEAR(TestWindow(kAddChain, 1).cpi(core, all_hit()), 1, 0.01) << pipeline;
    EXPECT_NEAR(TestWindow(kMultiplyChain, 1).cpi(core, all_hit()), 3, 0.03) << pipeline;
  }
  EXPECT_NEAR(TestWindow(kDivideChain, 1).cpi(test_core("zen-4"), all_hit()), 12, 0.1);
  EXPECT_NEAR(TestWindow(kDivideChain, 1).cpi(test_core("skylake"), all_hit()), 42, 0.4);
}

TEST(WindowReplay, IndependentAdditionsFillTheAdders) {
  const TestWindow adds(kAdds, 8, 20);
  EXPECT_NEAR(adds.cpi(test_core("zen-4"), all_hit()), 1.0 / 4, 0.01);
  EXPECT_NEAR(adds.cpi(test_core("skylake"), all_hit()), 1.0 / 4, 0.01);
  EXPECT_NEAR(adds.cpi(test_core("ivy-bridge"), all_hit()), 1.0 / 3, 0.01);
}

TEST(WindowReplay, AnIndependentDivisionTakesWhatTheDividerIsBusy) {
  const TestWindow divisions(kDivisions, 3);
  EXPECT_NEAR(divisions.cpi(test_core("zen-4"), all_hit()), 7.0 / 3, 0.05);
  EXPECT_NEAR(divisions.cpi(test_core("skylake"), all_hit()), 24.0 / 3, 0.1);
}

TEST(WindowReplay, AChainOfLoadsTakesTheCachesLatency) {
  const TestWindow chain = loads_from_everywhere(kLoadChain);
  EXPECT_NEAR(chain.cpi(test_core("zen-4"), all_hit()), 4, 0.04);
  EXPECT_NEAR(chain.cpi(test_core("skylake"), all_hit()), 5, 0.05);
  const ReplayCounts missed = chain.on(test_core("zen-4"), data_miss());
  EXPECT_NEAR(missed.cycles / missed.instructions, 300, 1);
  EXPECT_GT(missed.memory, 0.95 * missed.cycles);
  EXPECT_EQ(missed.l3_misses, missed.instructions);
}

TEST(WindowReplay, LoadsFromTheMiddleCachesTakeTheirLatency) {
  const TestWindow chain = loads_from_everywhere(kLoadChain);
  HitChances chances = all_hit();
  chances.l1.fill(0);
  const ReplayCounts second = chain.on(test_core("zen-4"), chances);
  EXPECT_NEAR(second.cycles / second.instructions, 14, 0.2);
  EXPECT_NEAR(second.l2 / second.instructions, 14 - 4, 0.2);  // beyond the first cache's
  chances.l2.fill(0);
  const ReplayCounts third = chain.on(test_core("zen-4"), chances);
  EXPECT_NEAR(third.cycles / third.instructions, 60, 1);
  EXPECT_NEAR(third.l3 / third.instructions, 60 - 4, 1);
}

TEST(WindowReplay, IndependentMissesShareTheirLatency) {
  const TestWindow loads = loads_from_everywhere(kLoad);
  CoreSetup core = test_core("zen-4");
  EXPECT_NEAR(loads.cpi(core, data_miss()), 300.0 / 10, 1);  // ten fill buffers
  core.fill_buffers = 100;
  EXPECT_NEAR(loads.cpi(core, data_miss()), 15, 0.5);  // a line each 15 cycles
  core.window = 8;
  core.memory_line_cycles = 1;
  EXPECT_NEAR(loads.cpi(core, data_miss()), 300.0 / 8, 2);  // eight in the window
}

TEST(WindowReplay, AMispredictedBranchCostsItsPenalty) {
  // Nine additions in a row and a jump that belongs to the last.
  Bytes code;
  for (int i = 0; i < 9; ++i) code.insert(code.end(), kAddChain.begin(), kAddChain.end());
  code.insert(code.end(), {0x74, 0x00});
  TestWindow test(code, 10, 1, 1000);
  const CoreSetup core = test_core("zen-4");
  const ReplayCounts predicted = test.on(core, all_hit());
  EXPECT_EQ(predicted.mispredicts, 0);
  for (auto& event : test.window.events) event.missed = 4;  // by the large predictor alone
  const ReplayCounts missed = test.on(core, all_hit());
  EXPECT_NEAR(missed.mispredicts, missed.instructions / 10, 1);
  EXPECT_NEAR((missed.cycles - predicted.cycles) / missed.mispredicts, 16, 2);
  EXPECT_GT(missed.branch, 0.5 * missed.cycles);
  // Skylake's predictor is taken for the medium one, which did not miss.
  EXPECT_EQ(test.on(test_core("skylake"), all_hit()).mispredicts, 0);
}

TEST(WindowReplay, AStoreHandsItsValueToTheLoadBehindIt) {
  auto through = [](const Bytes& code, std::uint64_t address) {
    TestWindow test(code, 2);
    for (std::size_t event = 0; event < 100; ++event) {
      test.window.events[event].block = 0;  // a loop
      for (int i = 0; i < 100; ++i) test.use(event, i, address, i % 2 == 0 ? kStores : kLoads);
    }
    return test;
  };
  // mov [rbx], rax; mov rax, [rbx]: 5 cycles for both on Skylake, 7 on Zen 4
  const TestWindow other = through({0x48, 0x89, 0x03, 0x48, 0x8b, 0x03}, 0x1000);
  EXPECT_NEAR(other.cpi(test_core("skylake"), all_hit()), 5.0 / 2, 0.6);
  EXPECT_LT(other.cpi(test_core("zen-4"), all_hit()), 1.1);  // the same pair again and again
  CoreSetup waits = test_core("zen-4");
  waits.pipeline.memory.renames_memory = false;
  EXPECT_NEAR(other.cpi(waits, all_hit()), 7.0 / 2, 0.6);
  // mov [rsp], rax; mov rax, [rsp]: Zen 4 does that at renaming
  const TestWindow stack = through({0x48, 0x89, 0x04, 0x24, 0x48, 0x8b, 0x04, 0x24}, 0x1000);
  EXPECT_NEAR(stack.cpi(test_core("skylake"), all_hit()), 5.0 / 2, 0.6);
  EXPECT_LT(stack.cpi(test_core("zen-4"), all_hit()), 1.1);
}

/// `adds` additions and a jump, each block on `step` bytes from the one before, the
/// first at `offset` in a line; the core is wide enough not to hold them back.
double cycles_a_block(int adds, std::uint64_t step, std::uint64_t offset) {
  Bytes code;
  for (int i = 0; i < adds; ++i) code.insert(code.end(), {0x0f, 0x1f, 0x40, 0x00});  // a nop of 4 B
  code.insert(code.end(), {0xeb, 0x00});
  TestWindow test(code, adds + 1, 1, 1000);
  for (std::size_t i = 0; i < test.profile.blocks.size(); ++i) {
    test.profile.blocks[i].address = 0x400000 + offset + step * i;
  }
  CoreSetup core = test_core("zen-4");
  core.width = 100;
  core.pipeline.back.retire_width = 100;
  return test.cpi(core, all_hit()) * (adds + 1);
}

TEST(WindowReplay, ACycleFetchesFromOneLineOfCodeOnly) {
  // As measured: 1.25 cycles from one taken jump to the next, if all between is one line
  // of 64 B and nine operations at most; two cycles for ten, or for two lines.
  EXPECT_NEAR(cycles_a_block(6, 128, 0), 1.25, 0.02);
  EXPECT_NEAR(cycles_a_block(6, 128, 36), 1.25, 0.02);
  EXPECT_NEAR(cycles_a_block(6, 128, 44), 2.25, 0.02);
  EXPECT_NEAR(cycles_a_block(8, 128, 0), 1.25, 0.02);
  EXPECT_NEAR(cycles_a_block(9, 128, 0), 2, 0.02);
  EXPECT_NEAR(cycles_a_block(14, 128, 0), 2, 0.02);
}

TEST(WindowReplay, StraightCodeOfLongInstructionsIsFetchedLineByLine) {
  // Nops of 8 B: eight to a line of 64 B, and no more than those in a cycle.
  CoreSetup core = test_core("zen-4");
  core.width = 100;
  core.pipeline.back.retire_width = 100;
  const TestWindow nops({0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}, 1, 64);
  EXPECT_NEAR(nops.cpi(core, all_hit()), 1.0 / 8, 0.002);
  core.pipeline.front.op_line_b = 32;
  EXPECT_NEAR(nops.cpi(core, all_hit()), 1.0 / 4, 0.002);
}

TEST(WindowReplay, AnAddressThatTakesAMultipleIsLater) {
  // mov rax, [rdx + rax * 8], and * 1
  const TestWindow scaled = loads_from_everywhere({0x48, 0x8b, 0x04, 0xc2});
  const TestWindow plain = loads_from_everywhere({0x48, 0x8b, 0x04, 0x02});
  EXPECT_NEAR(scaled.cpi(test_core("zen-4"), all_hit()), 5, 0.05);
  EXPECT_NEAR(plain.cpi(test_core("zen-4"), all_hit()), 4, 0.05);
  EXPECT_NEAR(scaled.cpi(test_core("skylake"), all_hit()), 5, 0.05);
}

TEST(WindowReplay, APartOfARegisterStaysWithTheRest) {
  // mov al, bl; add rax, rcx: the sum needs what was in rax before
  const TestWindow merges({0x88, 0xd8, 0x48, 0x01, 0xc8}, 2);
  EXPECT_NEAR(merges.cpi(test_core("zen-4"), all_hit()), 1, 0.01);
  // mov eax, ebx; add rax, rcx: it does not
  const TestWindow whole({0x89, 0xd8, 0x48, 0x01, 0xc8}, 2);
  EXPECT_LT(whole.cpi(test_core("zen-4"), all_hit()), 0.3);
}

/// Cycles a store, or load, that stands at `step` bytes from the one before.
double cycles_an_access(const Bytes& code, std::uint64_t from, std::uint64_t step, unsigned kind,
                        const CoreSetup& core) {
  TestWindow test(code, 1);
  std::uint64_t number = 0;
  for (std::size_t event = 0; event < test.window.events.size(); ++event) {
    for (int i = 0; i < 50; ++i) test.use(event, i, from + step * (number++ % 512), kind);
  }
  return test.cpi(core, all_hit());
}

TEST(WindowReplay, StoresToOneLineLeaveInPairsWhereTheCoreDoesThat) {
  const Bytes store{0x48, 0x89, 0x02};  // mov [rdx], rax
  const CoreSetup zen = test_core("zen-4");
  EXPECT_NEAR(cycles_an_access(store, 0x10000, 8, kStores, zen), 0.5, 0.01);
  EXPECT_NEAR(cycles_an_access(store, 0x10000, 64, kStores, zen), 1, 0.01);
  EXPECT_NEAR(cycles_an_access(store, 0x1003c, 64, kStores, zen), 2, 0.01);  // across lines
  EXPECT_NEAR(cycles_an_access(store, 0x10000, 8, kStores, test_core("skylake")), 1, 0.01);
}

TEST(WindowReplay, ALoadAcrossALinesEndTakesTwoPorts) {
  const CoreSetup zen = test_core("zen-4");  // three ports for loads
  EXPECT_NEAR(cycles_an_access(kLoad, 0x10000, 64, kLoads, zen), 1.0 / 3, 0.01);
  EXPECT_NEAR(cycles_an_access(kLoad, 0x1003c, 64, kLoads, zen), 2.0 / 3, 0.02);
}

TEST(WindowReplay, MovesCostNoTimeWhereRenamingDoesThem) {
  // add rax, 1; mov rbx, rax; mov rax, rbx
  const TestWindow moves({0x48, 0x83, 0xc0, 0x01, 0x48, 0x89, 0xc3, 0x48, 0x89, 0xd8}, 3);
  CoreSetup core = test_core("skylake");
  EXPECT_NEAR(moves.cpi(core, all_hit()), 1.0 / 3, 0.01);
  core.pipeline.back.move_elimination = false;
  EXPECT_NEAR(moves.cpi(core, all_hit()), 1, 0.01);
}

TEST(WindowReplay, RenamingIsAsWideAsTheCore) {
  const TestWindow nops({0x90}, 1);
  CoreSetup core = test_core("zen-4");
  EXPECT_NEAR(nops.cpi(core, all_hit()), 1.0 / 6, 0.002);
  core.width = 3;
  EXPECT_NEAR(nops.cpi(core, all_hit()), 1.0 / 3, 0.003);
}

TEST(WindowReplay, CyclesAreAllAccountedFor) {
  const TestWindow test = mixture();
  for (const char* pipeline : {"zen-4", "skylake", "ivy-bridge"}) {
    const ReplayCounts c = test.on(test_core(pipeline), some_hit(1));
    EXPECT_EQ(c.instructions, 8 * 3000 - 500) << "all but those that fill the pipeline";
    EXPECT_DOUBLE_EQ(c.base + c.branch + c.code + c.pages + c.l2 + c.l3 + c.memory, c.cycles);
    for (const double part : {c.base, c.branch, c.code, c.pages, c.l2, c.l3, c.memory}) {
      EXPECT_GE(part, 0);
    }
    EXPECT_GT(c.memory, 0.1 * c.cycles);
    EXPECT_GE(c.l1_misses, c.l2_misses);
    EXPECT_GE(c.l2_misses, c.l3_misses);
  }
}

TEST(WindowReplay, GivesTheSameBitsTwiceAndOthersForAnotherSeed) {
  const TestWindow test = mixture();
  const ReplayCounts first = test.on(test_core("zen-4"), some_hit(1));
  const ReplayCounts second = test.on(test_core("zen-4"), some_hit(1));
  const ReplayCounts other = test.on(test_core("zen-4"), some_hit(1), 2);
  EXPECT_EQ(first.cycles, second.cycles);
  EXPECT_EQ(first.memory, second.memory);
  EXPECT_EQ(first.l2_misses, second.l2_misses);
  EXPECT_NE(first.cycles, other.cycles);
  EXPECT_NEAR(first.cycles, other.cycles, 0.1 * first.cycles);
}

TEST(WindowReplay, LargerCachesNeverMissMoreAndAreNeverSlower) {
  const TestWindow test = mixture();
  const CoreSetup core = test_core("zen-4");
  ReplayCounts before = test.on(core, some_hit(0.25));
  for (const double scale : {0.5, 0.8, 1.0, 1.5, 3.0}) {
    const ReplayCounts larger = test.on(core, some_hit(scale));
    EXPECT_LE(larger.cycles, before.cycles) << scale;
    EXPECT_LE(larger.l1_misses, before.l1_misses) << scale;
    EXPECT_LE(larger.l3_misses, before.l3_misses) << scale;
    before = larger;
  }
}

TEST(WindowReplay, ABetterCoreIsNeverSlower) {
  const TestWindow test = mixture();
  const CoreSetup core = test_core("skylake");
  const double cycles = test.on(core, some_hit(1)).cycles;
  const std::vector<std::function<void(CoreSetup&)>> changes{
      [](CoreSetup& c) { c.width += 2; },
      [](CoreSetup& c) { c.window *= 2; },
      [](CoreSetup& c) { c.fill_buffers *= 2; },
      [](CoreSetup& c) { c.mispredict_cycles -= 4; },
      [](CoreSetup& c) { c.memory_cycles *= 0.8; },
      [](CoreSetup& c) { c.memory_line_cycles *= 0.5; },
      [](CoreSetup& c) { c.l2_cycles -= 2; },
      [](CoreSetup& c) { c.pipeline.back.scheduler *= 2; },
      [](CoreSetup& c) { c.pipeline.pages.walk_cycles *= 0.5; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CoreSetup better = core;
    changes[i](better);
    EXPECT_LE(test.on(better, some_hit(1)).cycles, 1.001 * cycles) << "change " << i;
  }
}

TEST(WindowReplay, TranslationIsAccountedAsSuch) {
  const TestWindow chain = loads_from_everywhere(kLoadChain);
  HitChances chances = all_hit();
  chances.pages_first.fill(0);  // 7 cycles in the second buffer, beside 5 of the load
  const ReplayCounts counts = chain.on(test_core("skylake"), chances);
  EXPECT_NEAR(counts.cycles / counts.instructions, 12, 0.1);
  EXPECT_NEAR(counts.pages / counts.instructions, 7, 0.1);
}

/// Cycles from one jump through a table to the next, in an interpreter's loop whose
/// operations take turns or are all the same.
double cycles_a_jump(bool take_turns, const CoreSetup& core) {
  TestWindow test({0x90}, 1, 1, 0);  // nops, so that fetch alone decides
  for (const std::uint64_t address : {0x400000u, 0x400100u, 0x400200u}) {
    CodeBlock block;
    block.address = address;
    block.instructions = 2;
    block.code = {0x90, 0x90};
    block.end = address == 0x400000u ? BlockEnd::kIndirectJump : BlockEnd::kJump;
    test.profile.blocks.push_back(block);
  }
  constexpr std::uint32_t kJumps = 2000;
  for (std::uint32_t i = 0; i < kJumps; ++i) {
    test.window.events.push_back({0, 0, 0, 0});
    test.window.events.push_back({take_turns ? 1 + i % 2 : 1, 0, 0, 0});
  }
  test.window.instructions = 4 * kJumps;
  return 4 * test.cpi(core, all_hit());
}

TEST(WindowReplay, JumpsThatTakeTurnsAmongPlacesComeOneAfterTheOther) {
  CoreSetup core = test_core("zen-4");
  EXPECT_NEAR(cycles_a_jump(true, core), 5, 0.1);  // measured: 4.2 to 5.4
  EXPECT_LT(cycles_a_jump(false, core), 3.5);      // measured: 2.1
  core.pipeline.front.varied_every = 0;
  EXPECT_LT(cycles_a_jump(true, core), 3.5);
}

TEST(WindowReplay, CpuidStandsAloneAndTakesAsLongAsTheMachineSays) {
  // Every block of 51 instructions holds one.
  std::vector<std::uint8_t> code = {0x0f, 0xa2};
  for (int i = 0; i < 50; ++i) code.insert(code.end(), {0x48, 0x83, 0xc0, 0x01});
  const TestWindow test(code, 51, 1);
  CoreSetup core = test_core("zen-4");
  auto& unit = core.pipeline.units[static_cast<std::size_t>(OperationKind::kIdentify)][0];
  unit.latency = 1000;
  const double quick = test.cpi(core, all_hit());
  unit.latency = 5000;
  EXPECT_NEAR(test.cpi(core, all_hit()) - quick, 4000.0 / 51, 1);
  EXPECT_NEAR(quick * 51, 1000 + 50, 20);  // and a chain of fifty additions
}

/// Cycles of a block of one instruction among 24 additions that do not wait for it.
double among_additions(const std::vector<std::uint8_t>& instruction, int instructions) {
  std::vector<std::uint8_t> code;
  for (int i = 0; i < 24; ++i) {
    // add r8, 1 to add r15, 1
    code.insert(code.end(), {0x49, 0x83, static_cast<std::uint8_t>(0xc0 + i % 8), 0x01});
    if (i % 3 == 2) code.insert(code.end(), instruction.begin(), instruction.end());
  }
  const int count = 24 + 8 * instructions;
  return TestWindow(code, count, 2).cpi(test_core("zen-4"), all_hit()) * count;
}

TEST(WindowReplay, AComparisonWithItsJumpIsExecutedWhereJumpsAre) {
  // Measured on the real core: 8 such pairs and 25 additions in 6.7 cycles, but 8.2 where
  // the comparison leaves a result.
  EXPECT_NEAR(among_additions({0x48, 0x39, 0xd8, 0x74, 0x00}, 2), 32 / 5.0, 0.2);  // cmp; je
  EXPECT_NEAR(among_additions({0x48, 0x29, 0xd8, 0x74, 0x00}, 2), 32 / 4.0, 0.3);  // sub; je
}

TEST(WindowReplay, AnAddressOfThreeTermsTakesTwoPlaces) {
  // Measured: 10.7 cycles for 8 of them and 25 additions, 8.2 for those of two terms.
  EXPECT_NEAR(among_additions({0x48, 0x8d, 0x44, 0x0b, 0x08}, 1), 40 / 4.0, 0.3);
  EXPECT_NEAR(among_additions({0x48, 0x8d, 0x04, 0x0b}, 1), 32 / 4.0, 0.3);
}

TEST(WindowReplay, OneLockedOperationWaitsForTheOneBefore) {
  // lock add [rbx], eax: measured 7.1 cycles each, also where addresses differ.
  const TestWindow test({0xf0, 0x01, 0x03}, 1);
  EXPECT_NEAR(test.cpi(test_core("zen-4"), all_hit()), 7.5, 0.3);
}

TEST(WindowReplay, AStringInstructionTakesAWhileToBegin) {
  const auto cycles = [](int lines) {
    TestWindow test({0xf3, 0xa4}, 1, 1, 2000);  // rep movsb
    for (std::size_t event = 0; event < 2000; ++event) {
      for (int line = 0; line < lines; ++line) {
        for (const unsigned kind : {kLoads, kStores}) {
          test.use(event, 0, 0x10000 + 64 * static_cast<std::uint64_t>(line), kind | kRepeats);
          if (line > 0) test.window.accesses.back().bytes = 64;
        }
      }
    }
    return test.cpi(test_core("zen-4"), all_hit());
  };
  EXPECT_NEAR(cycles(1), 14, 2);  // measured: 14 cycles for 64 bytes
  EXPECT_NEAR(cycles(4), 34, 4);  // measured: 34 for 256
}

TEST(WindowReplay, ARepeatedStoreGoesOnInTheSameInstruction) {
  TestWindow test({0xf3, 0xaa}, 1, 1, 1);  // rep stosb
  test.window.events.assign(4000, {0, 0, 0, 0});
  for (std::size_t event = 0; event < 4000; ++event) {
    test.use(event, 0, 0x100000 + 64 * event, kStores | kRepeats);
  }
  const ReplayCounts counts = test.on(test_core("zen-4"), all_hit());
  EXPECT_NEAR(counts.cycles / counts.instructions, 1, 0.02);  // a store a cycle leaves
}

TEST(ReplayCounts, AddAndScaleMemberByMember) {
  ReplayCounts a, b;
  a.cycles = 3;
  a.memory = 2;
  b.cycles = 4;
  b.fetched_ahead = 5;
  a += b;
  a *= 2;
  EXPECT_EQ(a.cycles, 14);
  EXPECT_EQ(a.memory, 4);
  EXPECT_EQ(a.fetched_ahead, 10);
  EXPECT_EQ(a.base, 0);
}

/// Cycles of a store and a load of what it stored, one after the other.
double stored_and_loaded(unsigned stored_b, unsigned loaded_b, std::uint64_t load_at) {
  // mov [rdx], rax; mov rax, [rdx]: each waits for the one before.
  TestWindow test({0x48, 0x89, 0x02, 0x48, 0x8b, 0x02}, 2);
  for (std::size_t event = 0; event < test.window.events.size(); ++event) {
    for (int i = 0; i < 100; i += 2) {
      test.use(event, i, 0x1000, kStores);
      test.window.accesses.back().bytes = static_cast<std::uint8_t>(stored_b);
      test.use(event, i + 1, load_at, kLoads);
      test.window.accesses.back().bytes = static_cast<std::uint8_t>(loaded_b);
    }
  }
  return 2 * test.cpi(test_core("skylake"), all_hit());
}

TEST(WindowReplay, AStoreIsForwardedWholeOrNotAtAll) {
  const double whole = stored_and_loaded(8, 8, 0x1000), part = stored_and_loaded(8, 4, 0x1004);
  EXPECT_NEAR(part, whole, 0.2) << "a part of what was stored is forwarded as well";
  // More than was stored has to wait until the store is in the cache.
  EXPECT_GT(stored_and_loaded(4, 8, 0x1000), whole + 4);
  // Beside it: nothing to wait for but the chain through the register.
  EXPECT_LT(stored_and_loaded(4, 4, 0x1008), whole);
}

}  // namespace
}  // namespace headroom

#include "replay/hit_chances.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "replay/test_window.hpp"

namespace headroom {
namespace {

/// Reuse times of a loop over `lines` lines, each touched once a round: all equal.
Snapshot loop_over(std::uint64_t lines) {
  Snapshot snapshot;
  snapshot.instructions = 100'000'000;
  snapshot.data_reuse[reuse_bucket(lines)] = 1'000'000;
  snapshot.page_reuse[0] = 1'000'000;
  snapshot.code_reuse[0] = 1'000'000;
  return snapshot;
}

TEST(HitChance, IsCertainAtNoDistanceAndNoneFarAway) {
  EXPECT_DOUBLE_EQ(hit_chance(0, 512, 8), 1);
  EXPECT_EQ(hit_chance(1e9, 512, 8), 0);
  EXPECT_EQ(hit_chance(std::numeric_limits<double>::infinity(), 512, 8), 0);
  EXPECT_EQ(hit_chance(0, 4, 8), 0) << "a cache of less than one set holds nothing";
}

TEST(HitChance, IsThePoissonSumOverASet) {
  // Direct-mapped, 100 lines at a distance of 100: no other fell on the line, e^-1.
  EXPECT_NEAR(hit_chance(100, 100, 1), std::exp(-1.0), 1e-12);
  // Two ways, 50 sets, distance 100: none or one of 2 expected, e^-2 (1 + 2).
  EXPECT_NEAR(hit_chance(100, 100, 2), 3 * std::exp(-2.0), 1e-12);
  // Fully associative: nearly a step at its size.
  EXPECT_GT(hit_chance(64 * 0.5, 64, 64), 0.999);
  EXPECT_LT(hit_chance(64 * 1.6, 64, 64), 0.001);
}

TEST(HitChance, ByPageIsABinomialSum) {
  // Eight ways, 64 sets. All of each page in use: eight pages fit, a ninth does not.
  EXPECT_GT(hit_chance_by_page(64 * 7, 512, 8, 1), 0.99);
  EXPECT_LT(hit_chance_by_page(64 * 9, 512, 8, 1), 0.01);
  // Half of each: 10 pages at a distance of 320 lines, fewer than two of ten fair coins:
  // (1 + 10) / 1024 with two ways.
  EXPECT_NEAR(hit_chance_by_page(320, 128, 2, 0.5), 11.0 / 1024, 1e-9);
  // Hardly any of each: lines fall by chance.
  EXPECT_DOUBLE_EQ(hit_chance_by_page(400, 512, 8, 0.02), hit_chance(400, 512, 8));
  EXPECT_NEAR(hit_chance_by_page(400, 512, 8, 0.06), hit_chance(400, 512, 8), 0.03);
}

TEST(HitChance, ByPageNeverRisesWithDistance) {
  for (const double density : {0.1, 0.3, 0.7, 0.95, 1.0}) {
    double before = 1;
    for (double distance = 1; distance < 4000; distance *= 1.1) {
      const double now = hit_chance_by_page(distance, 512, 8, density);
      EXPECT_LE(now, before + 1e-9) << density << " " << distance;
      EXPECT_GE(now, 0);
      before = now;
    }
  }
}

TEST(PageDensity, IsTheShareOfAPageAroundALineInUse) {
  Snapshot snapshot;
  Window window;
  for (unsigned line = 0; line < 32; ++line) {  // half of one page, twice
    for (int i = 0; i < 2; ++i)
      window.accesses.push_back({0x10000 + 64 * line, 0, kLoads, 8, 0, 0});
  }
  snapshot.windows.push_back(window);
  EXPECT_DOUBLE_EQ(page_density(snapshot), 0.5);
  EXPECT_EQ(page_density(Snapshot{}), 0);
}

TEST(HitChance, NeverFallsWithSizeNorRisesWithDistance) {
  for (double distance = 1; distance < 1e7; distance *= 3) {
    double before = 0;
    for (double lines = 8; lines < 1e7; lines *= 2) {
      const double now = hit_chance(distance, lines, 8);
      EXPECT_GE(now, before - 1e-12);
      EXPECT_LE(hit_chance(2 * distance, lines, 8), now + 1e-12);
      before = now;
    }
  }
}

TEST(HitChances, ALoopHitsInTheFirstCacheThatHoldsIt) {
  const CoreSetup core = test_core("zen-4");  // 512, 16384 and 131072 lines
  auto at = [&](std::uint64_t lines) {
    const HitChances c = hit_chances(loop_over(lines), core, RunMemory{});
    const auto bucket = reuse_bucket(lines);
    return std::array{c.l1[bucket], c.l2[bucket], c.l3[bucket]};
  };
  EXPECT_GT(at(128)[0], 0.95f);
  EXPECT_LT(at(4096)[0], 0.01f);
  EXPECT_GT(at(4096)[1], 0.95f);
  EXPECT_LT(at(65536)[1], 0.05f);
  EXPECT_GT(at(65536)[2], 0.95f);
  EXPECT_LT(at(1'000'000)[2], 0.01f);
}

TEST(HitChances, WhatOthersBringPushesLinesOutWithTime) {
  // A loop over 1024 lines, in a third cache of 2000 lines: it stays there alone. Others
  // bring a line in four cycles; at ten cycles an access, a round lets in 2560.
  Snapshot snapshot;
  snapshot.instructions = 60'000'000;
  const auto reuse = reuse_bucket(1024);
  snapshot.data_reuse[reuse] = 1'000'000;
  CoreSetup core;
  core.l1_lines = core.l2_lines = 64;
  core.l3_lines = 2000;
  RunMemory memory;
  memory.data = snapshot.data_reuse;
  EXPECT_GT(hit_chances(snapshot, core, memory, 10).l3[reuse], 0.95);
  core.l3_others_per_cycle = 0.25;
  // (1024 + 2560) / 2000 turns over; of a quick round, (1024 + 102) / 2000.
  EXPECT_NEAR(hit_chances(snapshot, core, memory, 10).l3[reuse], 2.792 * std::exp(-1.792), 0.03);
  EXPECT_NEAR(hit_chances(snapshot, core, memory, 0.4).l3[reuse], 1.563 * std::exp(-0.563), 0.03);
  EXPECT_EQ(hit_chances(snapshot, core, memory, 10).l3[kFirstTouch], 0);
}

TEST(HitChances, NothingIsFurtherAwayThanTheProgramIsLarge) {
  const CoreSetup core = test_core("zen-4");
  RunMemory memory;
  const auto bucket = reuse_bucket(1'000'000);
  EXPECT_LT(hit_chances(loop_over(1'000'000), core, memory).l3[bucket], 0.01f);
  memory.footprint_lines = 50'000;  // 3.2 MB in all
  EXPECT_GT(hit_chances(loop_over(1'000'000), core, memory).l3[bucket], 0.99f);
}

TEST(HitChances, OfLinesNotSeenBeforeUsualReuseTimesDecide) {
  HitChances chances;
  chances.accesses_per_instruction = 0.5;
  Window window;
  window.first_instruction = 1'000'000;  // 500,000 accesses were seen
  const auto near = reuse_bucket(1'000), far = reuse_bucket(2'000'000);
  chances.l3[far] = 0.5;
  chances.l3[kFirstTouch] = 0.1F;
  chances.l2[near] = chances.l3[near] = 1;
  EXPECT_NEAR(chances.unseen_in(window).l3, 0.1, 1e-6);  // none known: as the first touches
  chances.usual[near] = 1000;                            // would have been seen
  EXPECT_NEAR(chances.unseen_in(window).l3, 0.1, 1e-6);
  chances.usual[far] = 30;
  chances.usual[kFirstTouch] = 10;
  EXPECT_NEAR(chances.unseen_in(window).l3, (30 * 0.5 + 10 * 0.1) / 40, 1e-6);
  EXPECT_EQ(chances.unseen_in(window).l2, 0);
}

TEST(RunMemory, FreshLinesAreThoseThatFaultsAndReadsExplain) {
  Profile profile;
  profile.totals.user_s = 1;
  profile.totals.resident_most_b = 64'000;
  Snapshot snapshot;
  Window window;
  window.instructions = 600;
  window.accesses.push_back({0x1000, 0, kLoads, 8, kFirstTouch, kFirstTouch});
  window.accesses.push_back({0x1000, 0, kLoads, 8, 0, 0});
  snapshot.windows.push_back(window);
  profile.snapshots.push_back(snapshot);
  // One new line in 600 instructions: ten million in a second of six billion.
  profile.totals.faults_minor = 50'000;  // 64 lines each: 3.2 million
  profile.totals.read_b = 64 * 1'800'000;
  const RunMemory memory = run_memory(profile);
  EXPECT_NEAR(memory.fresh, 0.5, 1e-9);
  EXPECT_EQ(memory.footprint_lines, 1000);
  EXPECT_NEAR(memory.accesses_per_instruction, 2.0 / 600, 1e-12);
  profile.totals.faults_minor = 5'000'000;
  EXPECT_EQ(run_memory(profile).fresh, 1);
}

DecodedBlock block_at(std::uint64_t address, std::uint32_t bytes, std::size_t operations) {
  DecodedBlock block;
  block.address = address;
  block.bytes = bytes;
  block.end = address + bytes;
  block.operations.resize(operations);
  return block;
}

TEST(CodeLayout, AnEntryHoldsSomeOperationsOfALine) {
  Pipeline::FrontEnd front;
  front.op_line_b = 64;
  front.entry_operations = 9;
  EXPECT_EQ(code_layout({}, front).entries_per_line, 1);
  EXPECT_EQ(code_layout({block_at(0x1000, 64, 16)}, front).entries_per_line, 2);
  EXPECT_EQ(code_layout({block_at(0x1000, 64, 64)}, front).entries_per_line, 8);
  // Of two lines little is executed; one block lies in both of the last two.
  EXPECT_EQ(code_layout({block_at(0x1000, 12, 3), block_at(0x2020, 12, 3)}, front).entries_per_line,
            1);
  EXPECT_EQ(code_layout({block_at(0x1020, 64, 16)}, front).entries_per_line, 1);
  // Of 64 bytes both halves take entries of their own.
  front.op_line_b = 32;
  front.entry_operations = 6;
  EXPECT_EQ(code_layout({block_at(0x1000, 64, 16)}, front).entries_per_line, 4);
  EXPECT_EQ(code_layout({block_at(0x1000, 16, 4)}, front).entries_per_line, 1);
}

TEST(HitChances, OfCodeNotSeenBeforeUsualReuseTimesDecide) {
  HitChances chances;
  chances.code_lines_per_instruction = 0.1;
  const std::uint8_t near = reuse_bucket(100), far = reuse_bucket(100'000);
  Window early;
  early.first_instruction = 100'000;  // 10,000 lines ago the snapshot began
  // Nothing tells: it is in the second cache.
  EXPECT_EQ(chances.unseen_code_in(early).first, 0);
  EXPECT_EQ(chances.unseen_code_in(early).second, 1);
  chances.code_l2[near] = 1;
  chances.code_l2[far] = 0.5;
  chances.far_targets[far] = 1;
  chances.usual_code[near] = 1000;  // would have been seen
  chances.usual_code[far] = 30;
  chances.usual_code[kFirstTouch] = 10;
  EXPECT_FLOAT_EQ(chances.unseen_code_in(early).second, 0.5F * 30 / 40);
  EXPECT_FLOAT_EQ(chances.unseen_code_in(early).far_target, 0.75F);
}

TEST(RunMemory, WhereAllSnapshotsAreShortTheLongestTell) {
  Profile profile;
  Snapshot snapshot;
  for (const std::uint64_t at : {100'000u, 3'000'000u, 4'000'000u}) {
    Window window;
    window.first_instruction = at;
    window.instructions = 10'000;
    window.events.push_back({0, 1, 0, static_cast<std::uint8_t>(at == 100'000 ? 5 : 7)});
    window.accesses.push_back({0x1000, 0, 1, 8, static_cast<std::uint8_t>(at == 100'000 ? 5 : 9)});
    snapshot.windows.push_back(window);
  }
  profile.snapshots.push_back(snapshot);
  const RunMemory memory = run_memory(profile);
  EXPECT_EQ(memory.usual[5], 0);
  EXPECT_EQ(memory.usual[9], 2);
  EXPECT_EQ(memory.usual_code[5], 0);
  EXPECT_EQ(memory.usual_code[7], 2);
}

TEST(CodeLayout, LinesLieInPages) {
  Pipeline::FrontEnd front;
  front.op_line_b = 32;
  front.entry_operations = 6;
  EXPECT_EQ(code_layout({block_at(0x1000, 64, 16)}, front).lines_per_page, 1);
  EXPECT_EQ(code_layout({block_at(0x1ff0, 32, 8)}, front).lines_per_page, 1);
  const auto three = {block_at(0x1000, 64, 16), block_at(0x1100, 64, 16), block_at(0x5000, 4, 1)};
  EXPECT_EQ(code_layout(three, front).lines_per_page, 1.5);
}

TEST(CodeLayout, CodeEnteredAtTwoPlacesIsKeptOnce) {
  Pipeline::FrontEnd front;
  front.op_line_b = 64;
  front.entry_operations = 9;
  EXPECT_EQ(
      code_layout({block_at(0x1000, 64, 16), block_at(0x1020, 32, 8)}, front).entries_per_line, 2);
}

// Code and data lie in the second cache together.
TEST(HitChances, MuchDataPushesCodeOutOfTheSecondCache) {
  Snapshot snapshot;
  snapshot.instructions = 100'000'000;
  const std::uint8_t far = reuse_bucket(12'000);
  snapshot.code_reuse[far] = 1'000'000;
  snapshot.data_reuse[reuse_bucket(4)] = 4'000'000;
  const RunMemory memory;
  const CoreSetup core = test_core("zen-4");
  const double alone = hit_chances(snapshot, core, memory).code_l2[far];
  EXPECT_GT(alone, 0.5);
  snapshot.data_reuse[reuse_bucket(1'000'000)] = 2'000'000;
  EXPECT_LT(hit_chances(snapshot, core, memory).code_l2[far], 0.1 * alone);
}

}  // namespace
}  // namespace headroom

#include "replay/core_setup.hpp"

#include <gtest/gtest.h>

#include "compute/parts.hpp"

namespace headroom {
namespace {

/// An eight-core Skylake-SP with round numbers.
Processor processor() {
  Processor p;
  p.cores = 8;
  p.threads_per_core = 2;
  p.l3_b = 8 << 20;
  auto& m = p.microarchitecture;
  m.core.width = 4;
  m.core.window = 224;
  m.core.mispredict_cycles = 16;
  m.core.fill_buffers = 12;
  m.core.prefetch_lines = 20;
  m.core.vectors = "avx512";
  m.caches.l1_b = 32 << 10;
  m.caches.l2_b = 1 << 20;
  m.caches.l2_cycles = 14;
  m.caches.l2_b_per_cycle = 32;
  m.caches.l3_b_per_cycle = 8;
  m.caches.l3_core_cycles = 30;
  m.caches.l3_uncore_cycles = 30;
  m.caches.l3_holds_l2 = false;
  m.caches.memory_s = 60e-9;
  m.uncore.clock_hz = 2e9;
  return p;
}

const Pipeline::Unit& unit(const CoreSetup& core, OperationKind kind, std::uint8_t width) {
  return core.pipeline.units[static_cast<std::size_t>(kind)][width];
}

TEST(CoreSetup, LatenciesAreInCyclesOfTheCore) {
  const CoreSetup core = core_setup(processor(), read_pipeline(Library(), "skylake"), 4e9);
  EXPECT_EQ(core.l1_lines, 512);
  EXPECT_EQ(core.l2_lines, 16384);
  EXPECT_EQ(core.l3_lines, (8 + 1) * 16384);  // the second cache's lines are not in the third
  EXPECT_DOUBLE_EQ(core.l3_cycles, 30 + 30 * 2);
  EXPECT_DOUBLE_EQ(core.memory_cycles, 90 + 240);
  EXPECT_EQ(core.l2_line_cycles, 2);
  EXPECT_EQ(core.l3_line_cycles, 8);
  EXPECT_DOUBLE_EQ(core.memory_line_cycles, 330.0 / 20);
}

TEST(CoreSetup, ARingThatFollowsTheCoresHasTheirClock) {
  Processor p = processor();
  p.microarchitecture.uncore.clock_hz = 0;
  p.microarchitecture.caches.l3_holds_l2 = true;
  const CoreSetup core = core_setup(p, read_pipeline(Library(), "skylake"), 4e9);
  EXPECT_DOUBLE_EQ(core.l3_cycles, 60);
  EXPECT_EQ(core.l3_lines, 8 * 16384);
}

TEST(CoreSetup, MemoryUnderLoadIsFurtherAway) {
  const CoreSetup core = core_setup(processor(), read_pipeline(Library(), "skylake"), 4e9, 1, 1, 2);
  EXPECT_DOUBLE_EQ(core.memory_cycles, 90 + 480);
}

TEST(CoreSetup, ThreadsShareWhatIsShared) {
  const Pipeline pipeline = read_pipeline(Library(), "skylake");
  const CoreSetup core = core_setup(processor(), pipeline, 4e9, 3, 2);
  EXPECT_EQ(core.window, 112);
  EXPECT_EQ(core.fill_buffers, 6);
  EXPECT_EQ(core.l1_lines, 256);
  EXPECT_EQ(core.l3_lines, 3 * 16384);
  EXPECT_DOUBLE_EQ(core.memory_line_cycles, 330.0 / 10);
  EXPECT_EQ(core.pipeline.back.loads, 36);
  EXPECT_EQ(core.pipeline.front.op_entries, pipeline.front.op_entries / 2);
  EXPECT_EQ(core.pipeline.front.code_cache_b, 16384);
  EXPECT_EQ(core.pipeline.front.target_lines, pipeline.front.target_lines / 2);
  EXPECT_EQ(core.pipeline.front.queue, pipeline.front.queue);  // each thread has its own
  EXPECT_EQ(core.width, 4);
}

TEST(CoreSetup, AVirtualMachinePaysForPageWalksAndCpuid) {
  const Pipeline pipeline = read_pipeline(Library(), "skylake");
  Processor p = processor();
  EXPECT_EQ(core_setup(p, pipeline, 4e9).pipeline.pages.walk_cycles, pipeline.pages.walk_cycles);
  EXPECT_EQ(core_setup(p, pipeline, 4e9).l3_others_per_cycle, 0);
  p.walk_s = 40e-9;
  p.cpuid_s = 5e-6;
  p.l3_others_b_per_s = 16e9;
  const CoreSetup core = core_setup(p, pipeline, 4e9);
  EXPECT_DOUBLE_EQ(core.pipeline.pages.walk_cycles, 160 - pipeline.pages.second_cycles);
  EXPECT_DOUBLE_EQ(unit(core, OperationKind::kIdentify, 0).latency, 20'000);
  EXPECT_DOUBLE_EQ(core.l3_others_per_cycle, 16.0 / 64 / 4);
  // Of a third of the cache, others take a third of what they take in all.
  EXPECT_DOUBLE_EQ(core_setup(p, pipeline, 4e9, 3).l3_others_per_cycle, 16.0 / 64 / 4 / 3);
}

TEST(CoreSetup, VectorsWiderThanTheCoresTakeTwoOperations) {
  const Pipeline pipeline = read_pipeline(Library(), "skylake");
  Processor p = processor();
  auto operations = [&](OperationKind kind, std::uint8_t width) {
    return unit(core_setup(p, pipeline, 4e9), kind, width).operations;
  };
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 3), 1);
  p.microarchitecture.core.vectors = "avx2";
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 2), 1);
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 3), 2);
  p.microarchitecture.core.vectors = "avx";  // 256 bits, but not of integers
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 2), 1);
  EXPECT_EQ(operations(OperationKind::kVectorInteger, 2), 2);
  EXPECT_EQ(operations(OperationKind::kVectorInteger, 3), 4);
  p.microarchitecture.core.vectors = "sse";
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 1), 1);
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 2), 2);
  EXPECT_EQ(operations(OperationKind::kFloatAdd, 3), 4);
  EXPECT_EQ(unit(core_setup(p, pipeline, 4e9), OperationKind::kFloatAdd, 2).each, 2);
  EXPECT_EQ(operations(OperationKind::kInteger, 0), 1);
}

}  // namespace
}  // namespace headroom

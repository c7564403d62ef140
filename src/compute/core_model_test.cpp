#include "compute/core_model.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <cmath>

#include <tuple>
#include <utility>

namespace headroom {
namespace {

constexpr double kKiB = 1024, kMiB = 1048576;

/// Skylake-SP's caches and core, as an i9-7900X with the cores asked for.
Processor skylake(int cores) {
  Processor p;
  p.cores = cores;
  p.threads_per_core = 2;
  p.base_hz = 3.3e9;
  p.l3_b = cores * 1.375 * kMiB;
  p.turbo_cores = {2, 4, 8};
  p.turbo_hz = {4.2e9, 4.0e9, 3.9e9};
  auto& m = p.microarchitecture;
  m.core.width = 4;
  m.core.window = 224;
  m.core.mispredict_cycles = 16.5;
  m.core.fill_buffers = 12;
  m.core.prefetch_lines = 19;
  m.core.vectors = "avx512";
  m.caches.l1_b = 32 * kKiB;
  m.caches.l2_b = 1024 * kKiB;
  m.caches.l2_cycles = 14;
  m.caches.l2_b_per_cycle = 46.2;
  m.caches.l3_b_per_cycle = 10.2;
  m.caches.l3_core_cycles = 30;
  m.caches.l3_uncore_cycles = 32.6;
  m.caches.l3_holds_l2 = false;
  m.caches.memory_s = 62.2e-9;
  m.uncore.clock_hz = 2.4e9;
  m.silicon.idle_activity = 0.1;
  return p;
}

Processor ivy_bridge() {
  auto p = skylake(4);
  p.microarchitecture.core.vectors = "avx";
  p.microarchitecture.core.fused_multiply_add = false;
  return p;
}

/// Four channels of DDR4-2666, with the latency unloaded at any use.
MemorySystem unloaded_memory() {
  MemorySystem memory;
  memory.capacity_b = 32e9;
  memory.modules = 4;
  memory.rate_hz = 2666e6;
  memory.channels = 4;
  memory.load_exponent = 0;
  return memory;
}

/// Code that lives in registers and the first cache.
Character pure(double parallelism) {
  Character c;
  c.parallelism = parallelism;
  c.mispredicts = 0;
  return c;
}

/// Code of which every cache misses the same.
Character missing(double per_1000) {
  Character c = pure(1e6);
  c.cache_sizes_b = {32 * kKiB};
  c.misses = {per_1000};
  c.memory_parallelism = 1;
  c.prefetched = 0;
  c.written_back = 0;
  c.shared = 0;
  return c;
}

Character stream() {
  Character c = missing(100);  // one line in ten instructions
  c.prefetched = 1;
  return c;
}

ComputeRate rate(const Processor& p, const Character& c, int threads, double hz,
                 const MemorySystem& memory = unloaded_memory()) {
  return CoreModel(p, memory).rate(c, threads, hz);
}

TEST(PairedIpc, FillsWhatOneThreadLeavesEmpty) {
  EXPECT_DOUBLE_EQ(paired_ipc(1, 4), 1.75);  // by hand: 4 (1 - (3/4)^2)
  EXPECT_DOUBLE_EQ(paired_ipc(0.25, 4), 4);  // one alone fills all
  EXPECT_DOUBLE_EQ(paired_ipc(0.1, 4), 4);
  EXPECT_NEAR(paired_ipc(1000, 4), 0.002, 1e-6);  // both wait, and are in nobody's way
}

TEST(CoreModel, WidthLimitsCodeThatDependsOnNothing) {
  EXPECT_NEAR(rate(skylake(8), pure(1e6), 1, 3e9).instr_per_s, 12e9, 1);  // 4 a cycle
}

TEST(CoreModel, DependencesLimitCodeThatWaitsForItself) {
  EXPECT_NEAR(rate(skylake(8), pure(0.2), 1, 3e9).instr_per_s, 0.6e9, 1e5);  // 5 cycles each
}

TEST(CoreModel, WidthAndDependencesTakeTurns) {
  // Both alone allow 4 a cycle: together 4 / 2^(1/3) = 3.175.
  EXPECT_NEAR(rate(skylake(8), pure(4), 1, 1e9).instr_per_s, 3.1748e9, 1e5);
}

TEST(CoreModel, ALargerWindowFindsItsSquareRootMore) {
  auto p = skylake(8);
  p.microarchitecture.core.width = 1e6;
  EXPECT_NEAR(rate(p, pure(3), 1, 1e9).instr_per_s, 3e9, 1);
  p.microarchitecture.core.window = 4 * 224;
  EXPECT_NEAR(rate(p, pure(3), 1, 1e9).instr_per_s, 6e9, 1);
}

TEST(CoreModel, AMispredictedBranchCostsItsRefill) {
  auto p = skylake(8);
  auto c = pure(1e6);
  c.mispredicts = 10;
  // 1/4 + 10/1000 x 16.5 = 0.415 cycles an instruction.
  const auto result = rate(p, c, 1, 1e9);
  EXPECT_NEAR(result.stack.base, 0.25, 1e-9);
  EXPECT_NEAR(result.stack.branch, 0.165, 1e-9);
  EXPECT_NEAR(result.instr_per_s, 1e9 / 0.415, 1);
  p.microarchitecture.core.predictor = 1.2;
  EXPECT_NEAR(rate(p, c, 1, 1e9).stack.branch, 0.198, 1e-9);
}

TEST(CoreModel, EachCacheCostsItsOwnLatency) {
  // 40 misses of the first cache, 10 of the second, 2 of all: 8 cores, one thread.
  auto c = pure(1e6);
  c.cache_sizes_b = {32 * kKiB, 1024 * kKiB, 12 * kMiB};
  c.misses = {40, 10, 2};
  c.memory_parallelism = 2;
  c.prefetched = 0.5;
  const double hz = 3e9, l3_s = 30 / hz + 32.6 / 2.4e9;
  const auto stack = rate(skylake(8), c, 1, hz).stack;
  EXPECT_NEAR(stack.l2, 0.030 * 0.5 * 14 / 2, 1e-9);
  EXPECT_NEAR(stack.l3, 0.008 * 0.5 * l3_s * hz / 2, 1e-6);  // 11 + 1 MiB
  EXPECT_NEAR(stack.memory, 0.002 * 0.5 * (l3_s + 62.2e-9) * hz / 2, 1e-6);
}

TEST(CoreModel, AnInclusiveThirdCacheAddsNoRoom) {
  auto p = skylake(8);
  auto c = missing(1);
  c.cache_sizes_b = {12 * kMiB, 48 * kMiB};  // exponent -1
  c.misses = {8, 2};
  const double victim = rate(p, c, 1, 3e9).stack.memory;
  p.microarchitecture.caches.l3_holds_l2 = true;
  EXPECT_NEAR(rate(p, c, 1, 3e9).stack.memory / victim, 12.0 / 11, 1e-6);
}

TEST(CoreModel, ChasesPointersAtTheLatencyOfMemory) {
  // 84.9 ns were measured on an i9-7900X at 3.31 GHz (InstLatx64).
  const auto result = rate(skylake(10), missing(1000), 1, 3.31e9);
  EXPECT_NEAR(result.stack.memory / 3.31e9, 84.85e-9, 0.05e-9);
  EXPECT_NEAR(1 / result.instr_per_s, 84.85e-9 + 0.25 / 3.31e9, 0.05e-9);
}

TEST(CoreModel, MemoryBoundCodeDoesNotSpeedUpWithTheClock) {
  const auto p = skylake(8);
  auto time_s = [&](double hz) { return 1 / rate(p, missing(1000), 1, hz).instr_per_s; };
  EXPECT_LT(time_s(2e9) / time_s(4e9), 1.1);
  // What remains at any clock: 32.6 cycles of the mesh and the memory itself.
  EXPECT_NEAR(time_s(1e14), 32.6 / 2.4e9 + 62.2e-9, 1e-12);
  EXPECT_NEAR(rate(p, pure(2), 1, 4e9).instr_per_s / rate(p, pure(2), 1, 2e9).instr_per_s, 2, 1e-9);
}

TEST(CoreModel, MissesUnderWayTogetherShareTheirLatencyUpToTheFillBuffers) {
  const auto p = skylake(8);
  auto c = missing(10);
  const double one = rate(p, c, 1, 3e9).stack.memory;
  c.memory_parallelism = 5;
  EXPECT_NEAR(rate(p, c, 1, 3e9).stack.memory, one / 5, 1e-9);
  c.memory_parallelism = 60;
  EXPECT_NEAR(rate(p, c, 1, 3e9).stack.memory, one / 12, 1e-9);
}

TEST(CoreModel, OneThreadStreamsTheLinesUnderWayInEachLatency) {
  // 19 lines of 64 B in 84.9 ns: 14.3 GB/s, as kerncraft measured on Skylake-SP.
  const auto result = rate(skylake(10), stream(), 1, 3.31e9);
  EXPECT_NEAR(result.traffic_b_per_s, 14.33e9, 0.02e9);
}

TEST(CoreModel, ManyThreadsSaturateTheChannels) {
  const auto p = skylake(18);
  const auto memory = unloaded_memory();
  // 4 channels x 2666 MT/s x 8 B x 0.91
  const auto result = rate(p, stream(), 18, 3.3e9, memory);
  EXPECT_NEAR(result.traffic_b_per_s, 77.63e9, 0.01e9);
  EXPECT_NEAR(result.instr_per_s, 77.63e9 / 6.4, 0.01e9);  // 64 B in ten instructions
  EXPECT_NEAR(rate(p, stream(), 36, 3.3e9, memory).instr_per_s, result.instr_per_s, 1);
  // The stack says where the time went: all of it, per thread.
  EXPECT_NEAR(18 * 3.3e9 / result.stack.total(), result.instr_per_s, 1e3);
}

TEST(CoreModel, WritesShareTheChannels) {
  auto c = stream();
  c.written_back = 1;
  const auto result = rate(skylake(18), c, 18, 3.3e9);
  EXPECT_NEAR(result.traffic_b_per_s, 77.63e9, 0.01e9);
  EXPECT_NEAR(result.instr_per_s, 77.63e9 / 12.8, 0.01e9);
}

TEST(CoreModel, UseOfTheChannelsLengthensTheLatency) {
  auto memory = unloaded_memory();
  const double quick = rate(skylake(18), stream(), 2, 3.3e9, memory).traffic_b_per_s;
  memory.load_exponent = 0.35;
  const double traffic = rate(skylake(18), stream(), 2, 3.3e9, memory).traffic_b_per_s;
  EXPECT_LT(traffic, quick);
  // The two agree: the latency at that use allows just that traffic.
  const double factor = memory.latency_factor(traffic / memory.bandwidth_b_per_s());
  const double latency_s = 30 / 3.3e9 + 32.6 / 2.4e9 + 62.2e-9 * factor;
  EXPECT_NEAR(traffic, 2 * 19 * 64 / latency_s, 1e-4 * traffic);
}

TEST(CoreModel, ThreadsOfOneCoreFillEachOthersIdleSlots) {
  // Alone: (4^-3 + 2^-3)^(-1/3) = 1.923. Two halve the window: each (4^-3 + 1.414^-3)^(-1/3)
  // = 1.394 of 4 slots, so 4 (1 - (1 - 0.3485)^2) = 2.302.
  const auto p = skylake(1);
  EXPECT_NEAR(rate(p, pure(2), 1, 1e9).instr_per_s, 1.9230e9, 1e5);
  EXPECT_NEAR(rate(p, pure(2), 2, 1e9).instr_per_s, 2.3021e9, 1e5);
}

TEST(CoreModel, FillsEveryCoreBeforeAnyTakesTwo) {
  const auto p = skylake(8);
  for (const auto& [threads, one, two] :
       {std::tuple{1, 1, 0}, {8, 8, 0}, {11, 5, 3}, {16, 0, 8}, {40, 0, 8}}) {
    const auto result = rate(p, pure(2), threads, 1e9);
    EXPECT_EQ(result.cores_one, one) << threads;
    EXPECT_EQ(result.cores_two, two) << threads;
  }
  EXPECT_NEAR(rate(p, pure(2), 11, 1e9).instr_per_s, 5 * 1.9230e9 + 3 * 2.3021e9, 1e6);
  EXPECT_DOUBLE_EQ(rate(p, pure(2), 40, 1e9).instr_per_s, rate(p, pure(2), 16, 1e9).instr_per_s);
}

TEST(CoreModel, ThreadsCrowdTheThirdCacheByWhatTheyDoNotShare) {
  const auto p = skylake(8);  // 11 + 1 MiB
  auto c = missing(1);
  c.cache_sizes_b = {1 * kMiB, 4 * kMiB};  // exponent -1: 12 MiB miss 12
  c.misses = {144, 36};
  const double alone = rate(p, c, 1, 3e9).traffic_b_per_s / rate(p, c, 1, 3e9).instr_per_s;
  EXPECT_NEAR(alone, 0.012 * 64, 1e-9);
  c.shared = 0.5;  // five threads: room for three working sets
  auto bytes = [&] {
    const auto result = rate(p, c, 5, 3e9);
    return result.traffic_b_per_s / result.instr_per_s;
  };
  EXPECT_NEAR(bytes() / alone, 3, 1e-9);
  c.shared = 1;
  EXPECT_NEAR(bytes() / alone, 1, 1e-9);
}

// Vectors.

Character vectors(const char* level, double share, double fused) {
  auto c = pure(2);
  c.vector_level = level;
  c.vector_share = share;
  c.fused_share = fused;
  return c;
}

TEST(Vectors, NarrowerOnesNeedMoreInstructions) {
  const auto memory = unloaded_memory();
  auto p = skylake(4);
  const auto wide = vectors("avx512", 0.5, 1);
  EXPECT_DOUBLE_EQ(CoreModel(p, memory).instruction_factor(wide), 1);
  p.microarchitecture.core.vectors = "avx2";
  EXPECT_DOUBLE_EQ(CoreModel(p, memory).instruction_factor(wide), 1.5);  // 0.5 + 0.5 x 2
  p.microarchitecture.core.vectors = "sse";
  EXPECT_DOUBLE_EQ(CoreModel(p, memory).instruction_factor(wide), 2.5);
  // Narrow code gains nothing from wide units.
  p.microarchitecture.core.vectors = "avx512";
  EXPECT_DOUBLE_EQ(CoreModel(p, memory).instruction_factor(vectors("sse", 1, 0)), 1);
  EXPECT_DOUBLE_EQ(CoreModel(p, memory).instruction_factor(pure(2)), 1);
}

TEST(Vectors, IvyBridgeNeitherFusesNorHasWideIntegers) {
  const auto memory = unloaded_memory();
  const auto p = ivy_bridge();
  const CoreModel cores(p, memory);
  // Multiply and add apart: twice; half of AVX2's instructions split in two: 1.5 times.
  EXPECT_DOUBLE_EQ(cores.instruction_factor(vectors("avx", 1, 1)), 2);
  EXPECT_DOUBLE_EQ(cores.instruction_factor(vectors("avx2", 1, 0)), 1.5);
  EXPECT_DOUBLE_EQ(cores.instruction_factor(vectors("avx2", 0.4, 0.5)), 0.6 + 0.4 * 1.5 * 1.5);
}

TEST(Vectors, MoreInstructionsTakeMoreTime) {
  auto p = skylake(4);
  const auto c = vectors("avx512", 0.5, 0);
  const double full = rate(p, c, 1, 3e9).instr_per_s;
  p.microarchitecture.core.vectors = "avx2";
  EXPECT_NEAR(rate(p, c, 1, 3e9).instr_per_s, full / 1.5, 1);
}

TEST(Vectors, HeavyOnesTakeALicence) {
  const auto memory = unloaded_memory();
  auto p = skylake(4);
  const CoreModel cores(p, memory);
  EXPECT_EQ(cores.licence(vectors("avx512", 0.24, 0)), VectorLevel::scalar);
  EXPECT_EQ(cores.licence(vectors("avx512", 0.25, 0)), VectorLevel::avx512);
  EXPECT_EQ(cores.licence(vectors("avx2", 0.8, 0)), VectorLevel::avx2);
  EXPECT_EQ(cores.licence(vectors("sse", 1, 0)), VectorLevel::sse);
  p.microarchitecture.core.vectors = "avx2";  // runs the same code in its own width
  EXPECT_EQ(cores.licence(vectors("avx512", 0.8, 0)), VectorLevel::avx2);
}

TEST(Turbo, ChangesAtTheBordersOfItsGroups) {
  const auto p = skylake(8);
  for (const auto& [awake, ghz] :
       {std::pair{0, 4.2}, {1, 4.2}, {2, 4.2}, {3, 4.0}, {4, 4.0}, {5, 3.9}, {8, 3.9}, {9, 3.9}}) {
    EXPECT_DOUBLE_EQ(turbo_limit_hz(p, awake, VectorLevel::scalar), ghz * 1e9) << awake;
  }
}

TEST(TurboMean, CountsCoresThatTheSystemWakes) {
  Processor p;
  p.cores = 4;
  p.turbo_cores = {1, 2, 4};
  p.turbo_hz = {4e9, 3.8e9, 3.2e9};
  EXPECT_DOUBLE_EQ(turbo_mean_hz(p, 1, VectorLevel::scalar), 4e9);
  p.background_cores = 1;
  // Poisson of mean 1: none 0.3679, one 0.3679, more 0.2642.
  const double e = std::exp(-1.0);
  EXPECT_NEAR(turbo_mean_hz(p, 1, VectorLevel::scalar), e * 4e9 + e * 3.8e9 + (1 - 2 * e) * 3.2e9,
              1);
  EXPECT_DOUBLE_EQ(turbo_mean_hz(p, 4, VectorLevel::scalar), 3.2e9) << "no core is left to wake";
}

TEST(Turbo, OfTheW2104IsThatOfItsLicences) {
  // 3.2, 2.8 and 2.4 GHz, measured (Downs 2020); it has no turbo.
  Processor p = skylake(4);
  p.base_hz = 3.2e9;
  p.turbo_cores = {};
  p.turbo_hz = {};
  p.licence_avx2 = 0.875;
  p.licence_avx512 = 0.75;
  EXPECT_DOUBLE_EQ(turbo_limit_hz(p, 4, VectorLevel::scalar), 3.2e9);
  EXPECT_DOUBLE_EQ(turbo_limit_hz(p, 4, VectorLevel::sse), 3.2e9);
  EXPECT_DOUBLE_EQ(turbo_limit_hz(p, 4, VectorLevel::avx), 3.2e9);
  EXPECT_DOUBLE_EQ(turbo_limit_hz(p, 4, VectorLevel::avx2), 2.8e9);
  EXPECT_DOUBLE_EQ(turbo_limit_hz(p, 4, VectorLevel::avx512), 2.4e9);
}

// Switching.

TEST(Activity, GoesWithIssueFromTheClockTreeUp) {
  const auto p = skylake(8);
  auto c = pure(1e6);
  // 0.47 of the width is activity 1 by definition; full width 0.1 + 0.9 / 0.47.
  EXPECT_NEAR(rate(p, c, 1, 3e9).activity_one, 0.1 + 0.9 / 0.47, 1e-6);
  c.switching = 0.5;
  EXPECT_NEAR(rate(p, c, 1, 3e9).activity_one, 0.1 + 0.45 / 0.47, 1e-6);
  EXPECT_NEAR(rate(p, missing(1000), 1, 3e9).activity_one, 0.1, 0.01);  // waits nearly always
}

TEST(Activity, OfHalfAsWideAVectorGrowsHalfAsMuch) {
  auto p = skylake(8);
  auto c = vectors("avx512", 1, 0);
  c.parallelism = 1e6;
  c.switching = 3;
  EXPECT_NEAR(rate(p, c, 1, 3e9).activity_one, 0.1 + 0.9 / 0.47 * 3, 1e-5);
  p.microarchitecture.core.vectors = "avx2";
  EXPECT_NEAR(rate(p, c, 1, 3e9).activity_one, 0.1 + 0.9 / 0.47 * 2, 1e-5);
}

// Properties, over code of any kind.

Character any_code() {
  auto tenths = [](int low, int high) { return *rc::gen::inRange(low, high) / 10.0; };
  Character c;
  c.parallelism = tenths(5, 100);
  c.mispredicts = tenths(0, 150);
  double size = 32 * kKiB, miss = tenths(0, 500);
  for (int i = 0; i < 4; ++i) {
    c.cache_sizes_b.push_back(size);
    c.misses.push_back(miss);
    size *= 8;
    miss *= tenths(1, 10);
  }
  c.memory_parallelism = tenths(10, 80);
  c.prefetched = tenths(0, 8);  // up to 0.7, where a hit further out still costs more
  c.written_back = tenths(0, 10);
  c.shared = tenths(0, 11);
  return c;
}

RC_GTEST_PROP(CoreModelProperty, DoublingACacheNeverSlows, ()) {
  const auto c = any_code();
  const int threads = *rc::gen::inRange(1, 17);
  const auto p = skylake(8);
  const double before = rate(p, c, threads, 3.5e9).instr_per_s;
  for (int level = 1; level <= 3; ++level) {
    auto larger = p;
    auto& caches = larger.microarchitecture.caches;
    (level == 1 ? caches.l1_b : level == 2 ? caches.l2_b : larger.l3_b) *= 2;
    RC_ASSERT(rate(larger, c, threads, 3.5e9).instr_per_s >= before * (1 - 1e-9));
  }
}

RC_GTEST_PROP(CoreModelProperty, MoreThreadsOnTheSameDataNeverDoLess, ()) {
  auto c = any_code();
  c.shared = 1;
  const auto p = skylake(8);
  double before = 0;
  for (int threads = 1; threads <= 16; ++threads) {
    const double now = rate(p, c, threads, 3.5e9).instr_per_s;
    RC_ASSERT(now >= before * (1 - 1e-9));
    before = now;
  }
}

RC_GTEST_PROP(CoreModelProperty, AFasterClockNeverSlowsAndNeverGainsMoreThanItself, ()) {
  const auto c = any_code();
  const int threads = *rc::gen::inRange(1, 17);
  const auto p = skylake(8);
  auto memory = unloaded_memory();
  memory.load_exponent = 0.35;
  const double slow_hz = *rc::gen::inRange(8, 40) * 1e8;
  const double fast_hz = slow_hz + *rc::gen::inRange(1, 20) * 1e8;
  const double slow = rate(p, c, threads, slow_hz, memory).instr_per_s;
  const double fast = rate(p, c, threads, fast_hz, memory).instr_per_s;
  RC_ASSERT(fast >= slow * (1 - 1e-9));
  RC_ASSERT(fast <= slow * fast_hz / slow_hz * (1 + 1e-9));
}

RC_GTEST_PROP(CoreModelProperty, TrafficNeverExceedsTheChannels, ()) {
  const auto c = any_code();
  auto memory = unloaded_memory();
  memory.load_exponent = *rc::gen::inRange(0, 20) / 10.0;
  memory.channels = *rc::gen::inRange(1, 7);
  const auto result = rate(skylake(18), c, *rc::gen::inRange(1, 40), 4e9, memory);
  RC_ASSERT(result.traffic_b_per_s <= memory.bandwidth_b_per_s() * (1 + 1e-9));
  RC_ASSERT(result.instr_per_s > 0);
}

}  // namespace
}  // namespace headroom

#include "power/operating_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace headroom {
namespace {

/// Eight cores with round numbers: 1 W a core and 100 MHz at 1 V and activity 1,
/// 2 W of leakage a core, a package of 10 W and 1 W a core, 4 W asleep.
Processor round_numbers() {
  Processor p;
  p.cores = 8;
  p.threads_per_core = 2;
  p.base_hz = 3e9;
  p.l3_b = 8e6;
  p.turbo_cores = {8};
  p.turbo_hz = {4e9};
  auto& m = p.microarchitecture;
  m.core.width = 4;
  m.core.window = 224;
  m.core.mispredict_cycles = 16;
  m.core.fill_buffers = 10;
  m.core.prefetch_lines = 20;
  m.caches.l1_b = 32768;
  m.caches.l2_b = 262144;
  m.caches.l2_cycles = 12;
  m.caches.l2_b_per_cycle = 32;
  m.caches.l3_b_per_cycle = 14;
  m.caches.l3_core_cycles = 40;
  m.caches.l3_uncore_cycles = 0;
  m.caches.memory_s = 50e-9;
  m.uncore.power_w = 10;
  m.uncore.power_per_core_w = 1;
  m.uncore.idle_power_w = 4;
  m.uncore.energy_per_byte_j = 1e-10;
  m.silicon.voltage_low_v = 1;
  m.silicon.clock_low_hz = 1e9;
  m.silicon.voltage_high_v = 1;
  m.silicon.clock_high_hz = 4e9;
  m.silicon.voltage_floor_v = 0.5;
  m.silicon.capacitance_f = 1e-8;
  m.silicon.idle_activity = 0.1;
  m.silicon.leakage_w = 2;
  m.silicon.leakage_voltage_v = 1;
  m.silicon.leakage_exponent = 1;
  m.silicon.gated_share = 0.1;
  return p;
}

/// What a core asleep leaks: 0.1 x 2 W, at half the voltage.
constexpr double kAsleepW = 0.1;

MemorySystem plain_memory() {
  MemorySystem memory;
  memory.capacity_b = 32e9;
  memory.modules = 4;
  memory.rate_hz = 2500e6;
  memory.channels = 4;
  memory.efficiency = 1;  // 80 GB/s
  memory.load_exponent = 0;
  return memory;
}

/// One instruction a cycle, without misses, on any core.
Character one_a_cycle() {
  Character c;
  c.parallelism = 1e6;
  c.mispredicts = 46.875;  // 1/4 + 3/4 cycles
  return c;
}

struct Machine {
  Processor processor = round_numbers();
  MemorySystem memory = plain_memory();
  OperatingTable table(const OperatingTable::Load& load) const {
    return OperatingTable(processor, CoreModel(processor, memory), load);
  }
};

/// Switching of a core at one instruction a cycle: kDenseIssue of the width is 1.
constexpr double kActivity = 0.1 + 0.9 * 1 / (0.47 * 4);

TEST(OperatingTable, OfAnIdleProcessorIsAsleep) {
  const OperatingTable table(round_numbers());
  EXPECT_TRUE(table.asleep());
  for (const double ceiling_hz : {0.8e9, 2.05e9, 4e9}) {
    const auto point = table.at(ceiling_hz);
    EXPECT_EQ(point.work_per_s, 0);
    EXPECT_EQ(point.awake, 0);
    EXPECT_EQ(point.dynamic_w, 0);
    EXPECT_DOUBLE_EQ(point.uncore_w, 4);
    EXPECT_DOUBLE_EQ(table.leakage_w(3, ceiling_hz), kAsleepW);
  }
}

TEST(OperatingTable, ReachesFromTheLowestClockToTheHighest) {
  auto p = round_numbers();
  const OperatingTable table(p);
  EXPECT_DOUBLE_EQ(table.lowest_hz(), 0.8e9);
  EXPECT_DOUBLE_EQ(table.highest_hz(), 4e9);
  EXPECT_EQ(table.cores(), 8);
  p.turbo_hz = {4.05e9};  // the row above holds it
  EXPECT_DOUBLE_EQ(OperatingTable(p).highest_hz(), 4.1e9);
}

TEST(OperatingTable, AddsUpThePowerOfFourLoadedCores) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 4});
  EXPECT_FALSE(table.asleep());
  const auto point = table.at(3e9);
  EXPECT_NEAR(point.work_per_s, 12e9, 1);
  EXPECT_NEAR(point.clock_hz, 3e9, 1);
  EXPECT_NEAR(point.dynamic_w, 4 * kActivity * 30, 1e-9);
  EXPECT_NEAR(table.dynamic_w(3, 3e9), kActivity * 30, 1e-9);
  EXPECT_EQ(table.dynamic_w(4, 3e9), 0);
  EXPECT_NEAR(table.leakage_w(3, 3e9), 2, 1e-12);
  EXPECT_NEAR(table.leakage_w(4, 3e9), kAsleepW, 1e-12);
  EXPECT_NEAR(point.uncore_w, 18, 1e-12);
  EXPECT_DOUBLE_EQ(point.awake, 1);
}

/// A light state, one at the lowest voltage, and one that cuts the core off.
std::vector<Microarchitecture::IdleState> three_states() {
  return {{"C1", 2e-6, 2e-6, false, false},
          {"C1E", 10e-6, 20e-6, true, false},
          {"C6", 100e-6, 600e-6, true, true}};
}

TEST(OperatingTable, LongerWaitsReachDeeperIdleStates) {
  Machine machine;
  machine.processor.microarchitecture.idle_states = three_states();
  const auto c = one_a_cycle();
  auto half_busy = [&](double wait_s) {
    return machine.table({.character = &c, .threads = 1, .busy = 0.5, .wait_s = wait_s});
  };
  // Half of the time at 3 GHz, where a clocked core leaks 2 W; 18 W of uncore awake, 4 W asleep.
  const auto c0 = half_busy(1e-6), c1 = half_busy(5e-6), c1e = half_busy(300e-6), c6 = half_busy(1);
  EXPECT_NEAR(c0.leakage_w(0, 3e9), 2, 1e-12);
  EXPECT_NEAR(c1.leakage_w(0, 3e9), 2, 1e-12) << "the clock stops, the voltage stays";
  EXPECT_NEAR(c1e.leakage_w(0, 3e9), 0.5 * 2 + 0.5 * 1, 1e-12) << "half the voltage";
  EXPECT_NEAR(c6.leakage_w(0, 3e9), 0.5 * 2 + 0.5 * kAsleepW, 1e-12);
  EXPECT_NEAR(c1e.at(3e9).uncore_w, 18, 1e-12) << "one core awake keeps the package awake";
  EXPECT_NEAR(c6.at(3e9).uncore_w, 0.5 * 18 + 0.5 * 4, 1e-12);
}

TEST(OperatingTable, WorkThatComesDuePaysForEachWaking) {
  Machine machine;
  machine.processor.microarchitecture.idle_states = three_states();
  const auto c = one_a_cycle();
  // 3 Minstr every 4 ms at 3 GHz: 1 ms of work, 3 ms of waiting, 0.1 ms to come out of C6.
  const auto table =
      machine.table({.character = &c, .threads = 1, .due_per_s = 0.75e9, .period_s = 4e-3});
  EXPECT_NEAR(table.at(3e9).work_per_s, 0.75e9, 1);
  EXPECT_NEAR(table.at(3e9).awake, 1.1 / 4, 1e-9);
}

TEST(OperatingTable, LeakageGrowsWithEachCoresOwnWarmth) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 2});
  std::vector<double> growth(8, 1.0);
  EXPECT_NEAR(table.leakage_total_w(3e9, growth), 2 * 2 + 6 * kAsleepW, 1e-12);
  growth[0] = 3;
  growth[7] = 2;
  EXPECT_NEAR(table.leakage_total_w(3e9, growth), 3 * 2 + 2 + 5 * kAsleepW + 2 * kAsleepW, 1e-12);
}

TEST(OperatingTable, TrafficCostsEnergyInThePackage) {
  const Machine machine;
  Character c = one_a_cycle();
  c.cache_sizes_b = {32768};
  c.misses = {100};
  c.prefetched = 1;
  c.written_back = 0;
  const auto point = machine.table({.character = &c, .threads = 8}).at(4e9);
  EXPECT_NEAR(point.traffic_b_per_s, 80e9, 1e3);  // saturated
  EXPECT_NEAR(point.uncore_w, 18 + 8, 1e-6);      // 0.1 nJ a byte
  EXPECT_NEAR(point.work_per_s, 80e9 / 6.4, 1e3);
}

TEST(OperatingTable, ASerialShareFollowsAmdahl) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8, .serial = 0.5});
  const auto point = table.at(3e9);
  // 1 / (0.5 + 0.5 / 8) = 1.778 times one thread.
  EXPECT_NEAR(point.work_per_s, 3e9 / 0.5625, 1);
  // One core for 8/9 of the time, eight for 1/9.
  EXPECT_NEAR(table.dynamic_w(0, 3e9), kActivity * 30, 1e-9);
  EXPECT_NEAR(table.dynamic_w(7, 3e9), kActivity * 30 / 9, 1e-9);
  EXPECT_NEAR(table.leakage_w(7, 3e9), 2.0 / 9 + kAsleepW * 8 / 9, 1e-9);
}

TEST(OperatingTable, TheSerialShareRunsAtTheClockOfOneCore) {
  Machine machine;
  machine.processor.turbo_cores = {1, 8};
  machine.processor.turbo_hz = {4e9, 2e9};
  const auto c = one_a_cycle();
  const auto point = machine.table({.character = &c, .threads = 8, .serial = 0.2}).at(4e9);
  const double alone_s = 0.2 / 4e9, together_s = 0.8 / 16e9;  // equally long
  EXPECT_NEAR(point.work_per_s, 1 / (alone_s + together_s), 1);
  // Mean clock over the time that cores are awake: one at 4 GHz, eight at 2 GHz.
  EXPECT_NEAR(point.clock_hz, (1 * 4e9 + 8 * 2e9) / 9, 1);
}

TEST(OperatingTable, ASingleThreadHasNoSerialShare) {
  const Machine machine;
  const auto c = one_a_cycle();
  EXPECT_DOUBLE_EQ(machine.table({.character = &c, .threads = 1, .serial = 0.5}).at(3e9).work_per_s,
                   machine.table({.character = &c, .threads = 1}).at(3e9).work_per_s);
}

TEST(OperatingTable, WaitingForEachOtherSlowsAndSavesPower) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8, .sync = 0.1});
  const auto point = table.at(3e9);
  EXPECT_NEAR(point.work_per_s, 24e9 / 1.7, 1);  // 1 + 0.1 x 7
  EXPECT_NEAR(table.dynamic_w(0, 3e9), (0.1 + (kActivity - 0.1) / 1.7) * 30, 1e-9);
  EXPECT_NEAR(table.leakage_w(0, 3e9), 2, 1e-12);  // awake all the same
}

TEST(OperatingTable, CrosstalkSlowsWithTheSquareOfTheThreads) {
  const Machine machine;
  const auto c = one_a_cycle();
  // Gunther: N / (1 + a (N - 1) + b N (N - 1)), here 1 + 0.02 x 7 + 0.005 x 56 = 1.42.
  const auto eight =
      machine.table({.character = &c, .threads = 8, .sync = 0.02, .crosstalk = 0.005});
  EXPECT_NEAR(eight.at(3e9).work_per_s, 24e9 / 1.42, 1);
  const auto one = machine.table({.character = &c, .threads = 1, .crosstalk = 0.005});
  EXPECT_NEAR(one.at(3e9).work_per_s, 3e9, 1);
}

TEST(OperatingTable, PartTimeWorkScalesAllButTheSleepers) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8, .busy = 0.25});
  const auto point = table.at(3e9);
  EXPECT_NEAR(point.work_per_s, 6e9, 1);
  EXPECT_NEAR(point.awake, 0.25, 1e-12);
  EXPECT_NEAR(point.dynamic_w, 0.25 * 8 * kActivity * 30, 1e-9);
  EXPECT_NEAR(point.uncore_w, 0.25 * 18 + 0.75 * 4, 1e-9);
  EXPECT_NEAR(table.leakage_w(0, 3e9), 0.25 * 2 + 0.75 * kAsleepW, 1e-12);
  EXPECT_NEAR(point.clock_hz, 3e9, 1);  // while awake
}

TEST(OperatingTable, WorkThatIsDueLeavesTheRestOfTheTimeToSleep) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8, .due_per_s = 12e9});
  EXPECT_NEAR(table.at(3e9).awake, 0.5, 1e-9);
  EXPECT_NEAR(table.at(3e9).work_per_s, 12e9, 1);
  EXPECT_NEAR(table.at(1.5e9).awake, 1, 1e-9);
  EXPECT_NEAR(table.at(1e9).awake, 1, 1e-9);  // and comes late
  EXPECT_NEAR(table.at(1e9).work_per_s, 8e9, 1);
}

TEST(OperatingTable, AlternatesBetweenTwoMultipliers) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8});
  const auto low = table.at(2.5e9), high = table.at(2.6e9), between = table.at(2.525e9);
  EXPECT_NEAR(between.work_per_s, 0.75 * low.work_per_s + 0.25 * high.work_per_s, 1);
  EXPECT_NEAR(between.dynamic_w, 0.75 * low.dynamic_w + 0.25 * high.dynamic_w, 1e-9);
  EXPECT_NEAR(table.dynamic_w(2, 2.525e9),
              0.75 * table.dynamic_w(2, 2.5e9) + 0.25 * table.dynamic_w(2, 2.6e9), 1e-9);
  double sum_w = 0;
  for (int core = 0; core < 8; ++core) sum_w += table.dynamic_w(core, 2.525e9);
  EXPECT_NEAR(sum_w, between.dynamic_w, 1e-9);
}

TEST(OperatingTable, HoldsItsEndsBeyondThem) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto table = machine.table({.character = &c, .threads = 8});
  EXPECT_DOUBLE_EQ(table.at(0).work_per_s, table.at(0.8e9).work_per_s);
  EXPECT_DOUBLE_EQ(table.at(1e12).work_per_s, table.at(4e9).work_per_s);
  EXPECT_DOUBLE_EQ(table.dynamic_w(0, 1e12), table.dynamic_w(0, 4e9));
}

TEST(OperatingTable, ALicenceHoldsTheClockBelowItsCeiling) {
  Machine machine;
  machine.processor.microarchitecture.core.vectors = "avx512";
  machine.processor.licence_avx512 = 0.75;
  auto c = one_a_cycle();
  c.vector_share = 0.5;
  c.vector_level = "avx512";
  const auto table = machine.table({.character = &c, .threads = 8});
  EXPECT_NEAR(table.at(4e9).clock_hz, 3e9, 1);
  EXPECT_NEAR(table.at(2e9).clock_hz, 2e9, 1);
}

TEST(Together, LoadsThatFitEachGetTheirTime) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto a = machine.table({.character = &c, .threads = 8, .busy = 0.25});
  const auto b = machine.table({.character = &c, .threads = 4, .busy = 0.5});
  const auto both = OperatingTable::together({{&a}, {&b}});
  const auto point = both.at(3e9);
  EXPECT_NEAR(point.work_per_s, 6e9 + 6e9, 1);
  EXPECT_NEAR(point.awake, 0.75, 1e-12);
  EXPECT_NEAR(point.dynamic_w, a.at(3e9).dynamic_w + b.at(3e9).dynamic_w, 1e-9);
  EXPECT_NEAR(both.dynamic_w(0, 3e9), 0.75 * kActivity * 30, 1e-9);
  EXPECT_NEAR(both.dynamic_w(7, 3e9), 0.25 * kActivity * 30, 1e-9);
  EXPECT_NEAR(point.uncore_w, 4 + 0.75 * 14, 1e-9);
  EXPECT_NEAR(point.clock_hz, 3e9, 1);
}

TEST(Together, LoadsThatDoNotFitShareTheTime) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto a = machine.table({.character = &c, .threads = 8});
  const auto b = machine.table({.character = &c, .threads = 8});
  const auto both = OperatingTable::together({{&a}, {&b}});
  EXPECT_NEAR(both.at(3e9).work_per_s, 24e9, 1);  // no more than one of them alone
  EXPECT_NEAR(both.at(3e9).awake, 1, 1e-12);
  EXPECT_NEAR(both.at(3e9).dynamic_w, a.at(3e9).dynamic_w, 1e-9);
  EXPECT_NEAR(both.at(3e9).uncore_w, 18, 1e-9);
  EXPECT_NEAR(both.leakage_w(0, 3e9), 2, 1e-9);
}

TEST(Together, OneLoadIsItself) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto a = machine.table({.character = &c, .threads = 5, .busy = 0.3});
  const auto same = OperatingTable::together({{&a}});
  for (const double ceiling_hz : {0.8e9, 2.33e9, 4e9}) {
    EXPECT_NEAR(same.at(ceiling_hz).work_per_s, a.at(ceiling_hz).work_per_s, 1);
    EXPECT_NEAR(same.at(ceiling_hz).uncore_w, a.at(ceiling_hz).uncore_w, 1e-9);
    EXPECT_NEAR(same.leakage_w(0, ceiling_hz), a.leakage_w(0, ceiling_hz), 1e-9);
  }
}

TEST(Together, HalvesOfALoadMakeTheWhole) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto whole = machine.table({.character = &c, .threads = 8, .busy = 0.6});
  const auto half = machine.table({.character = &c, .threads = 8, .busy = 0.3});
  const auto both = OperatingTable::together({{&half}, {&half}});
  EXPECT_NEAR(both.at(3e9).work_per_s, whole.at(3e9).work_per_s, 1);
  EXPECT_NEAR(both.at(3e9).dynamic_w, whole.at(3e9).dynamic_w, 1e-9);
  EXPECT_NEAR(both.at(3e9).uncore_w, whole.at(3e9).uncore_w, 1e-9);
}

TEST(Together, HalvesOfALoadLeakAsTheWhole) {
  const Machine machine;
  const auto c = one_a_cycle();
  const auto whole = machine.table({.character = &c, .threads = 8, .busy = 0.6});
  const auto half = machine.table({.character = &c, .threads = 8, .busy = 0.3});
  const auto both = OperatingTable::together({{&half}, {&half}});
  EXPECT_NEAR(both.leakage_w(0, 3e9), whole.leakage_w(0, 3e9), 1e-9);  // 0.6 x 2 + 0.4 asleep
}

RC_GTEST_PROP(OperatingTableProperty, AHigherCeilingNeverDoesLessNorDrawsLess, ()) {
  Machine machine;
  machine.processor.microarchitecture.silicon.voltage_low_v = 0.7;
  machine.processor.microarchitecture.silicon.voltage_high_v = 1.2;
  Character c = one_a_cycle();
  c.parallelism = *rc::gen::inRange(1, 8);
  c.cache_sizes_b = {32768, 1048576, 33554432};
  c.misses = {30, 8, 1.0 * *rc::gen::inRange(0, 8)};
  const OperatingTable::Load load{.character = &c,
                                  .threads = *rc::gen::inRange(1, 17),
                                  .serial = *rc::gen::inRange(0, 11) / 10.0,
                                  .sync = *rc::gen::inRange(0, 11) / 100.0,
                                  .busy = *rc::gen::inRange(1, 11) / 10.0};
  const auto table = machine.table(load);
  const std::vector<double> growth(8, 1.0);
  auto before = table.at(0);
  double leakage_before_w = 0;
  for (double hz = 0.8e9; hz <= 4.1e9; hz += 0.037e9) {
    const auto now = table.at(hz);
    RC_ASSERT(now.work_per_s >= before.work_per_s * (1 - 1e-12));
    RC_ASSERT(now.dynamic_w >= before.dynamic_w * (1 - 1e-12));
    RC_ASSERT(now.uncore_w >= before.uncore_w * (1 - 1e-12));
    RC_ASSERT(table.leakage_total_w(hz, growth) >= leakage_before_w * (1 - 1e-12));
    RC_ASSERT(now.awake > 0 && now.awake <= 1);
    before = now;
    leakage_before_w = table.leakage_total_w(hz, growth);
  }
}

}  // namespace
}  // namespace headroom

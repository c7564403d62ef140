#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

RunOptions lasting(double for_s) {
  RunOptions options;
  options.for_s = for_s;
  return options;
}

TEST(Determinism, EqualArgumentsGiveEqualBits) {
  const Machine tested = machine(kBestImacPro);
  const Workload load = workload("cpu-gpu-stress");
  const auto first = run(tested, load, {}, lasting(120));
  const auto second = run(tested, load, {}, lasting(120));
  EXPECT_EQ(first.trace.hash(), second.trace.hash());
  EXPECT_EQ(first.summary.energy_j, second.summary.energy_j);
  EXPECT_EQ(first.summary.steps, second.summary.steps);
}

TEST(Determinism, AMachineAssembledAnewGivesTheSameBits) {
  const Workload load = workload("cinebench-r15-nt");
  EXPECT_EQ(run(machine("imac-27-2019"), load, {}, lasting(60)).trace.hash(),
            run(machine("imac-27-2019"), load, {}, lasting(60)).trace.hash());
}

TEST(Determinism, TwoThreadsThatShareMachineAndWorkloadGiveTheBitsOfOne) {
  const Machine tested = machine(kBestImacPro);
  const Workload load = workload("cpu-gpu-stress");
  const auto alone = run(tested, load, {}, lasting(60)).trace.hash();
  std::vector<std::uint64_t> hashes(4, 0);
  {
    std::vector<std::jthread> threads;
    for (auto& hash : hashes) {
      threads.emplace_back([&] { hash = run(tested, load, {}, lasting(60)).trace.hash(); });
    }
  }
  for (const auto hash : hashes) EXPECT_EQ(hash, alone);
}

TEST(Determinism, RecordingChangesNothingButTheTrace) {
  const Machine tested = machine("imac-pro-2017");
  const Workload load = workload("prime95-small");
  auto options = lasting(60);
  const auto kept = run(tested, load, {}, options);
  options.record = false;
  const auto bare = run(tested, load, {}, options);
  EXPECT_EQ(bare.trace.bins(), 0U);
  EXPECT_EQ(bare.summary.energy_j, kept.summary.energy_j);
  EXPECT_EQ(bare.summary.cpu_highest_k, kept.summary.cpu_highest_k);
  EXPECT_EQ(bare.summary.steps, kept.summary.steps);
}

// Firmware's fan loop ends a step at every whole second, so that the shorter
// run's last step is a step of the longer run, too.
class SplitRun : public testing::TestWithParam<const char*> {};

TEST_P(SplitRun, OfTwiceTheLengthBeginsWithTheShorterOneBitForBit) {
  const Machine tested = machine(kBestImacPro);
  const Workload load = workload(GetParam());
  const auto half = run(tested, load, {}, lasting(90));
  const auto whole = run(tested, load, {}, lasting(180));
  ASSERT_EQ(half.trace.bin_s(), whole.trace.bin_s());
  ASSERT_LT(half.trace.bins(), whole.trace.bins());
  for (std::size_t channel = 0; channel < half.trace.channels().size(); ++channel) {
    for (std::size_t bin = 0; bin < half.trace.bins(); ++bin) {
      ASSERT_EQ(half.trace.mean(channel, bin), whole.trace.mean(channel, bin))
          << half.trace.channels()[channel].name << " at " << half.trace.start_s(bin) << " s";
      ASSERT_EQ(half.trace.high(channel, bin), whole.trace.high(channel, bin));
      ASSERT_EQ(half.trace.low(channel, bin), whole.trace.low(channel, bin));
    }
  }
  for (std::size_t i = 0; i < half.trace.events.size(); ++i) {
    EXPECT_EQ(half.trace.events[i].what, whole.trace.events[i].what);
    EXPECT_EQ(half.trace.events[i].time_s, whole.trace.events[i].time_s);
  }
}

INSTANTIATE_TEST_SUITE_P(Loads, SplitRun,
                         testing::Values("cpu-gpu-stress", "prime95-small", "cinebench-r15-nt"));

/// How far two runs lie apart: of the clock, the relative difference of means
/// over the whole run; of temperatures, the greatest difference of the means of
/// a node, and of the bins of a node.
struct Distance {
  double clock = 0, mean_k = 0, bin_k = 0;
};

Distance apart(const Trace& a, const Trace& b) {
  const double end_s = std::min(a.end_s(), b.end_s());
  Distance d;
  const double clock = mean_of(a, "cpu.clock", 0, end_s);
  d.clock = std::abs(clock / mean_of(b, "cpu.clock", 0, end_s) - 1);
  for (const auto& channel : a.channels()) {
    if (!channel.name.starts_with("temperature.")) continue;
    d.mean_k = std::max(d.mean_k, std::abs(mean_of(a, channel.name, 0, end_s) -
                                           mean_of(b, channel.name, 0, end_s)));
    const auto i = a.find(channel.name);
    for (std::size_t bin = 0; bin < std::min(a.bins(), b.bins()); ++bin) {
      d.bin_k = std::max(d.bin_k, std::abs(a.mean(i, bin) - b.mean(i, bin)));
    }
  }
  return d;
}

struct Stepped {
  const char* configuration;
  const char* load;
  double repeat;
  double for_s;
  double fan_rpm;  ///< -1: the firmware decides
  double bin_s = 1;

  Trace at(const Machine& tested, double scale) const {
    RunOptions options;
    options.for_s = for_s;
    options.repeat = repeat;
    options.fan_rpm = fan_rpm;
    options.step_scale = scale;
    options.bin_s = bin_s;
    return run(tested, workload(load), {}, options).trace;
  }
};

std::ostream& operator<<(std::ostream& out, const Stepped& s) {
  return out << s.configuration << " " << s.load;
}

// A clamp that acts a tick earlier or later shifts every later one: bin by bin
// two such runs differ by what a dip is deep, while their means stay together.
class HalvedSteps : public testing::TestWithParam<Stepped> {};

TEST_P(HalvedSteps, GiveTheSameMeans) {
  const Machine tested = machine(GetParam().configuration);
  const auto d = apart(GetParam().at(tested, 1), GetParam().at(tested, 0.5));
  // With the firmware's fans the loop reads, once a second, the very temperature
  // that the clamp saws up and down: the phase of the saw moves the fans a little.
  const bool free_fans = GetParam().fan_rpm < 0;
  EXPECT_LT(d.clock, free_fans ? 1e-2 : 1e-3);
  EXPECT_LT(d.mean_k, free_fans ? 0.5 : 0.05);
}

INSTANTIATE_TEST_SUITE_P(
    Loads, HalvedSteps,
    testing::Values(Stepped{"imac-pro-2017", "prime95-small", 0, 600, 1800},
                    Stepped{"imac-pro-2017", "prime95-small", 0, 600, -1},
                    Stepped{kBestImacPro, "cpu-gpu-stress", 0, 600, 1500},
                    Stepped{kBestImacPro, "cpu-gpu-stress", 0, 600, -1},
                    Stepped{"imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48",
                            "prime95-small", 0, 600, -1},
                    Stepped{"imac-pro-2017", "cinebench-r15-nt", 3, 0, -1},
                    Stepped{"imac-pro-2017", "compile", 0, 300, -1}));

// At a held fan speed and without clamps nothing hides the method. Power is
// constant over a step, with leakage at the temperature of its middle; the
// moment at which a power limit begins to act is the worst of it, so bins are
// wide enough to hold all of that.
class SmoothRun : public testing::TestWithParam<Stepped> {};

TEST_P(SmoothRun, ConvergesAsStepsAreHalved) {
  const Machine tested = unclamped(machine(GetParam().configuration));
  const Trace exact = GetParam().at(tested, 1.0 / 64);
  const auto whole = apart(GetParam().at(tested, 1), exact);
  const auto quarter = apart(GetParam().at(tested, 0.25), exact);
  EXPECT_LT(whole.bin_k, 0.05);
  EXPECT_LT(whole.clock, 1e-4);
  constexpr double kFloorK = 1e-3;
  EXPECT_LT(quarter.bin_k, 0.6 * whole.bin_k + kFloorK);
  std::printf("[ steps    ] %s %s: %.2e %.2e %.2e K\n", GetParam().configuration, GetParam().load,
              whole.bin_k, apart(GetParam().at(tested, 0.5), exact).bin_k, quarter.bin_k);
}

INSTANTIATE_TEST_SUITE_P(Loads, SmoothRun,
                         testing::Values(Stepped{"imac-pro-2017", "prime95-small", 0, 300, 1800, 5},
                                         Stepped{kBestImacPro, "cpu-gpu-stress", 0, 300, 1500, 5},
                                         Stepped{"imac-27-2019", "linpack-avx512", 0, 300, 2000, 5},
                                         Stepped{"mac-pro-2013", "cpu-gpu-stress", 0, 300, 1500,
                                                 5}));

}  // namespace
}  // namespace headroom

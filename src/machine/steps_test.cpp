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

struct Converging {
  const char* configuration;
  const char* load;
  double repeat;
  double for_s;
};

std::ostream& operator<<(std::ostream& out, const Converging& c) {
  return out << c.configuration << " " << c.load;
}

class HalvedSteps : public testing::TestWithParam<Converging> {};

/// How far the run with steps scaled by `scale` lies from the one with the
/// finest steps: whole-run means and, of slow parts, the worst bin.
struct Distance {
  double clock, cpu_k, slow_k;
};

TEST_P(HalvedSteps, GiveTheSameTemperaturesAndClocks) {
  const auto& p = GetParam();
  const Machine tested = machine(p.configuration);
  const Workload load = workload(p.load);
  auto at = [&](double scale) {
    RunOptions options;
    options.for_s = p.for_s;
    options.repeat = p.repeat;
    options.step_scale = scale;
    options.bin_s = 1;
    return run(tested, load, {}, options).trace;
  };
  auto apart = [&](const Trace& a, const Trace& b) {
    const double end_s = std::min(a.end_s(), b.end_s());
    auto mean = [&](const Trace& t, const char* channel) {
      return mean_of(t, channel, 0, end_s);
    };
    Distance d{};
    d.clock = std::abs(mean(a, "cpu.clock") / mean(b, "cpu.clock") - 1);
    for (const auto& channel : a.channels()) {
      if (!channel.name.starts_with("temperature.")) continue;
      const double off =
          std::abs(mean(a, channel.name.c_str()) - mean(b, channel.name.c_str()));
      d.cpu_k = std::max(d.cpu_k, off);
      if (channel.name.starts_with("temperature.cpu.")) continue;
      const auto i = a.find(channel.name);
      for (std::size_t bin = 0; bin < std::min(a.bins(), b.bins()); ++bin) {
        d.slow_k = std::max(d.slow_k, std::abs(a.mean(i, bin) - b.mean(i, bin)));
      }
    }
    return d;
  };
  const Trace whole = at(1), half = at(0.5), quarter = at(0.25);
  const Distance first = apart(whole, half), second = apart(half, quarter);
  RecordProperty("clock", std::to_string(first.clock));
  std::printf("[ steps    ] %s %s: clock %.2e %.2e, temperature %.2e %.2e K, slow %.2e %.2e K\n",
              p.configuration, p.load, first.clock, second.clock, first.cpu_k, second.cpu_k,
              first.slow_k, second.slow_k);
  EXPECT_LT(first.clock, 1e-3);
  EXPECT_LT(first.cpu_k, 0.05);
  EXPECT_LT(first.slow_k, 0.05);
}

INSTANTIATE_TEST_SUITE_P(
    Loads, HalvedSteps,
    testing::Values(Converging{"imac-pro-2017", "prime95-small", 0, 600},
                    Converging{"imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48",
                               "prime95-small", 0, 600},
                    Converging{kBestImacPro, "cpu-gpu-stress", 0, 600},
                    Converging{"imac-pro-2017", "cinebench-r15-nt", 3, 0},
                    Converging{"imac-pro-2017", "compile", 0, 300}));

}  // namespace
}  // namespace headroom

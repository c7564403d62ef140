#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "machine/test_machines.hpp"
#include "machine/thermal_model.hpp"

namespace headroom {
namespace {

using namespace test;

// What is compared here is how hot silicon gets at a held fan speed and without
// clamps: with them, every hot machine ends at its clamp's temperature.

constexpr double kRoundingK = 0.01;

const Machine& unclamped_machine(const std::string& configuration) {
  static std::map<std::string, Machine> known;
  const auto it = known.find(configuration);
  if (it != known.end()) return it->second;
  return known.emplace(configuration, unclamped(machine(configuration))).first->second;
}

const Machine& clamped_machine(const std::string& configuration) {
  static std::map<std::string, Machine> known;
  const auto it = known.find(configuration);
  if (it != known.end()) return it->second;
  return known.emplace(configuration, machine(configuration)).first->second;
}

const std::vector<std::string> kMachines = {"imac-pro-2017",
                                            "imac-pro-2017:cpu=xeon-w-2150b",
                                            "imac-pro-2017:cpu=xeon-w-2170b",
                                            kBestImacPro,
                                            "imac-27-2017",
                                            "imac-27-2019",
                                            "imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48",
                                            "imac-27-2020",
                                            "mac-pro-2013",
                                            "mac-pro-2019"};
const std::vector<std::string> kLoads = {"prime95-small", "cpu-gpu-stress", "cinebench-r15-nt",
                                         "linpack-avx512", "furmark"};

struct Silicon {
  double cpu_k, gpu_k;
};

Silicon hottest(const Machine& machine, const std::string& load, const Surroundings& place,
                double rpm) {
  RunOptions options;
  options.for_s = 400;
  options.fan_rpm = rpm;
  options.bin_s = 10;
  const auto result = run(machine, workload(load), place, options);
  return {result.summary.cpu_highest_k, result.summary.gpu_highest_k};
}

RC_GTEST_PROP(MoreAir, NeverMakesSiliconHotter, ()) {
  const auto name = *rc::gen::elementOf(kMachines);
  const auto load = *rc::gen::elementOf(kLoads);
  const Machine& tested = unclamped_machine(name);
  const double low_rpm = tested.fan.speed_min_rpm, high_rpm = tested.fan.speed_max_rpm;
  const double slow = *rc::gen::inRange(0, 90) * 0.01;
  const double fast = slow + *rc::gen::inRange(5, 101 - static_cast<int>(slow * 100)) * 0.01;
  auto rpm = [&](double share) { return low_rpm + share * (high_rpm - low_rpm); };
  const auto at_slow = hottest(tested, load, {}, rpm(slow));
  const auto at_fast = hottest(tested, load, {}, rpm(fast));
  RC_LOG() << name << " " << load << " " << rpm(slow) << " and " << rpm(fast) << " rpm: "
           << at_slow.cpu_k << " and " << at_fast.cpu_k << " K, graphics " << at_slow.gpu_k
           << " and " << at_fast.gpu_k << " K";
  RC_ASSERT(at_fast.cpu_k <= at_slow.cpu_k + kRoundingK);
  RC_ASSERT(at_fast.gpu_k <= at_slow.gpu_k + kRoundingK);
}

RC_GTEST_PROP(WorsePlace, NeverMakesSiliconCooler, ()) {
  const auto name = *rc::gen::elementOf(kMachines);
  const auto load = *rc::gen::elementOf(kLoads);
  const Machine& tested = unclamped_machine(name);
  const auto what = *rc::gen::element<std::string>("dust", "altitude", "paste", "wall", "room");
  const int first = *rc::gen::inRange(0, 90);
  const int second = first + *rc::gen::inRange(5, 101 - first);
  auto place = [&](int percent) {
    Surroundings s;
    const double share = 0.01 * percent;
    if (what == "dust") s.dust = share;
    if (what == "altitude") s.altitude_m = -400 + 5400 * share;
    if (what == "paste") s.paste = 0.2 + 9.8 * share;
    if (what == "wall") s.wall = share;
    if (what == "room") s.room_k = 253.15 + 70 * share;
    return s;
  };
  const double rpm = tested.fan.speed_min_rpm +
                     *rc::gen::inRange(0, 101) * 0.01 *
                         (tested.fan.speed_max_rpm - tested.fan.speed_min_rpm);
  const auto better = hottest(tested, load, place(first), rpm);
  const auto worse = hottest(tested, load, place(second), rpm);
  RC_LOG() << name << " " << load << " at " << rpm << " rpm, " << what << " " << first << " % and "
           << second << " %: " << better.cpu_k << " and " << worse.cpu_k << " K, graphics "
           << better.gpu_k << " and " << worse.gpu_k << " K";
  RC_ASSERT(worse.cpu_k >= better.cpu_k - kRoundingK);
  RC_ASSERT(worse.gpu_k >= better.gpu_k - kRoundingK);
}

// With clamps and the firmware's fans. Clamps act in steps and at moments, so
// that a run in a hotter room may end in a luckier phase: a tenth of a percent.
RC_GTEST_PROP(HotterRoom, NeverGetsMoreWorkDone, ()) {
  constexpr double kPhase = 1e-3;
  const auto name = *rc::gen::elementOf(kMachines);
  const auto load = *rc::gen::elementOf(kLoads);
  const Machine& tested = clamped_machine(name);
  const int cool_c = *rc::gen::inRange(0, 40);
  const int warm_c = cool_c + *rc::gen::inRange(1, 11);
  auto done = [&](int room_c) {
    Surroundings place;
    place.room_k = 273.15 + room_c;
    RunOptions options;
    options.for_s = 600;
    options.bin_s = 10;
    const auto result = run(tested, workload(load), place, options);
    return std::pair(work_done(result), flop_done(result));
  };
  const auto [cool_work, cool_flop] = done(cool_c);
  const auto [warm_work, warm_flop] = done(warm_c);
  RC_LOG() << name << " " << load << " at " << cool_c << " and " << warm_c << " degC: work "
           << (cool_work > 0 ? 100 * (warm_work / cool_work - 1) : 0) << " %, graphics "
           << (cool_flop > 0 ? 100 * (warm_flop / cool_flop - 1) : 0) << " % more";
  RC_ASSERT(warm_work <= cool_work * (1 + kPhase));
  RC_ASSERT(warm_flop <= cool_flop * (1 + kPhase));
}

TEST(Die, CoresNextToALoadedOneAreWarmerThanThoseFarAway) {
  const Machine tested = machine("imac-pro-2017:cpu=xeon-w-2191b");
  ASSERT_EQ(tested.cpu.cores, 18);
  RunOptions options;
  options.threads = 1;
  options.for_s = 120;
  options.fan_rpm = tested.fan.speed_max_rpm;
  const auto result = run(tested, workload("prime95-small"), {}, options);
  const auto& die = tested.cpu.die;
  const int columns = static_cast<int>(die.columns);
  std::vector<double> degc;
  for (std::size_t i = 0; i < die.core_tiles.size(); ++i) {
    degc.push_back(last_of(result.trace, "temperature.cpu.core" + std::to_string(i)));
  }
  const auto loaded = static_cast<std::size_t>(std::ranges::max_element(degc) - degc.begin());
  auto distance = [&](std::size_t core) {
    const int a = static_cast<int>(die.core_tiles[core]);
    const int b = static_cast<int>(die.core_tiles[loaded]);
    return std::abs(a % columns - b % columns) + std::abs(a / columns - b / columns);
  };
  double coolest_next = 1e9, hottest_far = -1e9, hottest_other = -1e9;
  for (std::size_t i = 0; i < degc.size(); ++i) {
    if (distance(i) == 1) coolest_next = std::min(coolest_next, degc[i]);
    if (distance(i) >= 4) hottest_far = std::max(hottest_far, degc[i]);
    if (i != loaded) hottest_other = std::max(hottest_other, degc[i]);
  }
  EXPECT_GT(degc[loaded], hottest_other + 1);
  EXPECT_GT(coolest_next, hottest_far + 0.1);
}

}  // namespace
}  // namespace headroom

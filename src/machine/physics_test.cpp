#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "cooling/air.hpp"
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
  RC_LOG() << name << " " << load << " " << rpm(slow) << " and " << rpm(fast)
           << " rpm: " << at_slow.cpu_k << " and " << at_fast.cpu_k << " K, graphics "
           << at_slow.gpu_k << " and " << at_fast.gpu_k << " K";
  // The faster fans' own heat warms all the air: silicon at rest may feel that.
  const auto heat_k = [&](double speed_rpm) {
    ThermalModel thermal(tested, {});
    const auto& flow = thermal.at(thermal.level(speed_rpm));
    return thermal.air_path().fan().electric_power_w(speed_rpm, thermal.air().density_kg_per_m3) /
           capacity_rate_w_per_k(flow.flow_m3_per_s, thermal.air());
  };
  const double own_k = std::max(0.0, heat_k(rpm(fast)) - heat_k(rpm(slow)));
  RC_ASSERT(at_fast.cpu_k <= at_slow.cpu_k + own_k + kRoundingK);
  RC_ASSERT(at_fast.gpu_k <= at_slow.gpu_k + own_k + kRoundingK);
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
  const double rpm =
      tested.fan.speed_min_rpm +
      *rc::gen::inRange(0, 101) * 0.01 * (tested.fan.speed_max_rpm - tested.fan.speed_min_rpm);
  const auto better = hottest(tested, load, place(first), rpm);
  const auto worse = hottest(tested, load, place(second), rpm);
  RC_LOG() << name << " " << load << " at " << rpm << " rpm, " << what << " " << first << " % and "
           << second << " %: " << better.cpu_k << " and " << worse.cpu_k << " K, graphics "
           << better.gpu_k << " and " << worse.gpu_k << " K";
  RC_ASSERT(worse.cpu_k >= better.cpu_k - kRoundingK);
  RC_ASSERT(worse.gpu_k >= better.gpu_k - kRoundingK);
}

// With clamps, at a held fan speed: firmware that lets its fans sleep until a
// sink is warm may well do better in a warmer room. Clamps act in steps and at
// moments, so that a run in a hotter room may end in a luckier phase.
RC_GTEST_PROP(HotterRoomSlow, NeverGetsMoreWorkDone, ()) {
  constexpr double kPhase = 1e-3;
  const auto name = *rc::gen::elementOf(kMachines);
  const auto load = *rc::gen::elementOf(kLoads);
  const Machine& tested = clamped_machine(name);
  const double rpm =
      tested.fan.speed_min_rpm +
      *rc::gen::inRange(0, 101) * 0.01 * (tested.fan.speed_max_rpm - tested.fan.speed_min_rpm);
  const int cool_c = *rc::gen::inRange(0, 40);
  const int warm_c = cool_c + *rc::gen::inRange(1, 11);
  auto done = [&](int room_c) {
    Surroundings place;
    place.room_k = 273.15 + room_c;
    RunOptions options;
    options.for_s = 600;
    options.fan_rpm = rpm;
    options.bin_s = 10;
    const auto result = run(tested, workload(load), place, options);
    return std::pair(work_done(result), flop_done(result));
  };
  const auto [cool_work, cool_flop] = done(cool_c);
  const auto [warm_work, warm_flop] = done(warm_c);
  RC_LOG() << name << " " << load << " at " << rpm << " rpm, " << cool_c << " and " << warm_c
           << " degC: work " << (cool_work > 0 ? 100 * (warm_work / cool_work - 1) : 0)
           << " %, graphics " << (cool_flop > 0 ? 100 * (warm_flop / cool_flop - 1) : 0)
           << " % more";
  RC_ASSERT(warm_work <= cool_work * (1 + kPhase));
  RC_ASSERT(warm_flop <= cool_flop * (1 + kPhase));
}

/// Cores by how far they lie from one, in steps from tile to tile.
struct Around {
  double coolest_next = 1e9, hottest_far = -1e9, hottest_other = -1e9;

  Around(const Processor& cpu, std::size_t centre, const std::vector<double>& temperature) {
    const int columns = static_cast<int>(cpu.die.columns);
    const int b = static_cast<int>(cpu.die.core_tiles[centre]);
    for (std::size_t i = 0; i < temperature.size(); ++i) {
      const int a = static_cast<int>(cpu.die.core_tiles[i]);
      const int steps = std::abs(a % columns - b % columns) + std::abs(a / columns - b / columns);
      if (steps == 1) coolest_next = std::min(coolest_next, temperature[i]);
      if (steps >= 4) hottest_far = std::max(hottest_far, temperature[i]);
      if (steps > 0) hottest_other = std::max(hottest_other, temperature[i]);
    }
  }
};

TEST(Die, HeatOfOneCoreWarmsItsNeighboursMoreThanThoseFarAway) {
  const Machine tested = machine("imac-pro-2017:cpu=xeon-w-2191b");
  ThermalModel thermal(tested, {});
  const auto& system = thermal.at(thermal.level(tested.fan.speed_max_rpm)).system;
  for (const std::size_t heated : {0U, 8U, 17U}) {
    auto u = thermal.network().no_inputs();
    u[static_cast<std::size_t>(thermal.cores()[heated])] = 10;
    std::vector<double> drive(static_cast<std::size_t>(system.drive_size()));
    std::vector<double> z(static_cast<std::size_t>(system.modes()));
    std::vector<double> node_k(static_cast<std::size_t>(thermal.network().nodes()));
    system.drive(u, drive);
    system.steady(drive, z);
    system.outputs(z, drive, node_k);
    std::vector<double> cores_k;
    for (const int core : thermal.cores())
      cores_k.push_back(node_k[static_cast<std::size_t>(core)]);
    const Around around(tested.cpu, heated, cores_k);
    EXPECT_GT(cores_k[heated], around.hottest_other + 5) << heated;
    EXPECT_GT(around.coolest_next, around.hottest_far + 0.1) << heated;
  }
}

TEST(Die, CoresNextToALoadedOneAreWarmerThanThoseFarAway) {
  const Machine tested = machine("imac-pro-2017:cpu=xeon-w-2191b");
  ASSERT_EQ(tested.cpu.cores, 18);
  RunOptions options;
  options.threads = 1;
  options.for_s = 120;
  options.fan_rpm = tested.fan.speed_max_rpm;
  const auto result = run(tested, workload("prime95-small"), {}, options);
  std::vector<double> degc;
  for (std::size_t i = 0; i < 18; ++i) {
    degc.push_back(last_of(result.trace, "temperature.cpu.core" + std::to_string(i)));
  }
  const auto loaded = static_cast<std::size_t>(std::ranges::max_element(degc) - degc.begin());
  const Around around(tested.cpu, loaded, degc);
  EXPECT_GT(degc[loaded], around.hottest_other + 1);
  EXPECT_GT(around.coolest_next, around.hottest_far + 0.1);
}

}  // namespace
}  // namespace headroom

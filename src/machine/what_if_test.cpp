#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

/// "imac-pro-2017" with changes "a.b=3" and swaps "gpu=x", as a command line has them.
Configuration asked(const std::string& machine, const std::vector<std::string>& changes,
                    const std::vector<std::string>& swaps = {}) {
  Configuration configuration = Configuration::parse(machine);
  for (const auto& change : changes) configuration.set(change);
  for (const auto& swap : swaps) configuration.swap(swap);
  return configuration;
}

Machine with(const std::string& machine, const std::vector<std::string>& changes,
             const std::vector<std::string>& swaps = {}) {
  return assemble(library(), asked(machine, changes, swaps));
}

std::string error_of(const std::string& machine, const std::vector<std::string>& changes,
                     const std::vector<std::string>& swaps = {}) {
  return input_error([&] { with(machine, changes, swaps); });
}

const Provenance& row(const Machine& machine, const std::string& path) {
  const auto it = std::ranges::find(machine.provenance, path, &Provenance::path);
  EXPECT_NE(it, machine.provenance.end()) << path;
  static const Provenance kNone;
  return it == machine.provenance.end() ? kNone : *it;
}

RunResult run_20_s(const Machine& machine) {
  RunOptions options;
  options.for_s = 20;
  return run(machine, workload("cpu-gpu-stress"), {}, options);
}

void expect_same_run(const RunResult& a, const RunResult& b, const std::string& what) {
  EXPECT_EQ(a.trace.hash(), b.trace.hash()) << what;
  EXPECT_EQ(a.summary.energy_j, b.summary.energy_j) << what;
  EXPECT_EQ(a.summary.cpu_highest_k, b.summary.cpu_highest_k) << what;
  EXPECT_EQ(a.summary.wall_mean_w, b.summary.wall_mean_w) << what;
  EXPECT_EQ(a.summary.steps, b.summary.steps) << what;
}

/// Sets every number of a machine in `as` way, one by one and all at once, which
/// must change nothing.
void expect_no_change(const std::function<std::string(const Provenance&)>& as) {
  const Machine plain = machine("imac-pro-2017");
  const auto expected = run_20_s(plain);
  std::vector<std::string> all;
  for (const auto& number : plain.provenance) {
    all.push_back(number.path + "=" + as(number));
    const Machine changed = with("imac-pro-2017", {all.back()});
    EXPECT_TRUE(row(changed, number.path).source.starts_with("set: ")) << all.back();
    EXPECT_EQ(changed.price_usd(), plain.price_usd()) << all.back();
    expect_same_run(run_20_s(changed), expected, all.back());
  }
  EXPECT_GT(all.size(), 200u);
  expect_same_run(run_20_s(with("imac-pro-2017", all)), expected, "all at once");
}

TEST(WhatIf, SettingANumberToWhatItIsChangesNoBit) {
  expect_no_change([](const Provenance& number) { return number.written; });
}

TEST(WhatIf, AddingNoPercentChangesNoBit) {
  expect_no_change([](const Provenance&) { return "+0%"; });
}

TEST(WhatIf, EveryKindOfPathReachesItsPart) {
  const Machine plain = machine("imac-pro-2017");
  const Machine changed = with(
      "imac-pro-2017",
      {"cpu.pl1=150 W", "cpu.turbo=-10%", "gpu.boost=-10%", "microarchitecture.core.window=*2",
       "cpu.microarchitecture.silicon.leakage=+10%", "memory.rate=2400 MT/s", "storage.read=x2",
       "thermal.node.sink_left.capacity=300", "thermal.exchange.2.conductance=+50%",
       "firmware.throttle.thermal_clamp.trip=90", "firmware.fans.rule.heat_sink.gain=20",
       "on_sale.base_price=3999", "firmware.throttle.thermal clamp.release=88 degC"});
  EXPECT_EQ(changed.cpu.pl1_w, 150);
  EXPECT_DOUBLE_EQ(changed.cpu.turbo_hz.at(0), 0.9 * plain.cpu.turbo_hz.at(0));
  EXPECT_EQ(changed.cpu.microarchitecture.core.window, 2 * plain.cpu.microarchitecture.core.window);
  EXPECT_DOUBLE_EQ(changed.cpu.microarchitecture.silicon.leakage_w,
                   1.1 * plain.cpu.microarchitecture.silicon.leakage_w);
  EXPECT_DOUBLE_EQ(changed.gpus.at(0).boost_hz, 0.9 * plain.gpus.at(0).boost_hz);
  EXPECT_EQ(changed.memory.rate_hz, 2400e6);
  EXPECT_EQ(changed.drive.read_b_per_s, 2 * plain.drive.read_b_per_s);
  EXPECT_EQ(changed.thermal.nodes.at(3).capacity_j_per_k, 300);
  EXPECT_EQ(changed.thermal.exchanges.at(2).conductance_w_per_k,
            1.5 * plain.thermal.exchanges.at(2).conductance_w_per_k);
  EXPECT_DOUBLE_EQ(changed.throttles.at(0).trip_k, 363.15);
  EXPECT_DOUBLE_EQ(changed.throttles.at(0).release_k, 361.15);
  EXPECT_EQ(changed.fan_control.rules.at(0).gain_rpm_per_k, 20);
  EXPECT_EQ(changed.price_usd(), 3999);
  EXPECT_EQ(changed.configuration.changes.size(), 13u);  // they survive completion
}

TEST(WhatIf, MemoryMeansTheChosenOption) {
  const Machine changed = with("imac-pro-2017:memory=64gb", {"memory.capacity=96 GB"});
  EXPECT_EQ(changed.memory.capacity_b, 96e9);
  EXPECT_TRUE(row(changed, "options.memory.64gb.capacity").source.starts_with("set: "));
  EXPECT_EQ(row(changed, "options.memory.32gb.capacity").written, "32 GB");
}

TEST(WhatIf, FasterFansAreFasterInTheFirmwareToo) {
  const Machine changed =
      with("imac-pro-2017", {"cooling.fan.rpm_max=3200", "cooling.fan.rpm_min=900"});
  EXPECT_EQ(changed.fan.speed_max_rpm, 3200);
  EXPECT_EQ(changed.fan.speed_min_rpm, 900);
  EXPECT_EQ(changed.fan_control.normal_rpm, 3200);
  EXPECT_EQ(changed.fan_control.idle_rpm, 900);
  EXPECT_EQ(changed.fan_control.emergency_rpm, 3200) << "an emergency never slows the fans";
  EXPECT_EQ(changed.fan.speed_emergency_rpm, 3200);
  const Machine slower = with("imac-pro-2017", {"cooling.fan.rpm_max=-20%"});
  EXPECT_EQ(slower.fan.speed_max_rpm, 2000);
  EXPECT_EQ(slower.fan_control.normal_rpm, 2000);
  EXPECT_EQ(slower.fan_control.emergency_rpm, 2900);
}

TEST(WhatIf, AgedPasteIsThatOfTheSurroundings) {
  const auto aged = run_20_s(with("imac-pro-2017", {"paste.resistance=+80%"}));
  Surroundings surroundings;
  surroundings.paste = 1.8;
  RunOptions options;
  options.for_s = 20;
  const auto same =
      run(machine("imac-pro-2017"), workload("cpu-gpu-stress"), surroundings, options);
  EXPECT_DOUBLE_EQ(aged.summary.cpu_highest_k, same.summary.cpu_highest_k);
  EXPECT_DOUBLE_EQ(aged.summary.gpu_highest_k, same.summary.gpu_highest_k);
  EXPECT_GT(aged.summary.gpu_highest_k, run_20_s(machine("imac-pro-2017")).summary.gpu_highest_k);
}

TEST(WhatIf, AWrongPathNamesTheNearestOfAnyFile) {
  EXPECT_EQ(error_of("imac-pro-2017", {"cooling.fna.speed_max=1"}),
            "--set cooling.fna.speed_max=1: there is no number 'cooling.fna.speed_max'; did you "
            "mean 'cooling.fan.speed_max'?\n");
  EXPECT_NE(error_of("imac-pro-2017", {"cup.pl1=1"}).find("did you mean 'cpu.pl1'?"),
            std::string::npos);
  EXPECT_NE(error_of("imac-pro-2017", {"memory.price=1"}).find("options.memory.32gb.price"),
            std::string::npos);
}

TEST(WhatIf, AWrongValueNamesTheCommandLine) {
  EXPECT_EQ(error_of("imac-pro-2017", {"cpu.cores=9999"})
                .find("--set cpu.cores=9999: 'cores' is 9999: must lie between"),
            0u);
  EXPECT_NE(error_of("imac-pro-2017", {"cpu.pl1=300"}).find("as changed by --set cpu.pl1=300"),
            std::string::npos);
  EXPECT_EQ(error_of("imac-pro-2017", {"firmware.fans.normal=500"}),
            "--set firmware.fans.normal=500: the normal speed is below the idle speed; \n");
}

TEST(Swap, PutsInAPartThatWasNeverSoldSo) {
  const Machine swapped = with("imac-pro-2017", {}, {"gpu=radeon-pro-580"});
  ASSERT_EQ(swapped.gpus.size(), 1u);
  EXPECT_EQ(swapped.gpus[0].id, "radeon-pro-580");
  EXPECT_EQ(swapped.configuration.options.at("gpu"), "radeon-pro-vega-56");
  EXPECT_EQ(swapped.configuration.swapped("gpu"), "radeon-pro-580");
  EXPECT_EQ(swapped.price_usd(), machine("imac-pro-2017").price_usd());
  EXPECT_EQ(swapped.notes, std::vector<std::string>{"radeon-pro-580 was never sold in "
                                                    "imac-pro-2017: its price is not counted"});
  EXPECT_EQ(not_finite(run_20_s(swapped)), "");
}

TEST(Swap, SaysWhereAPartWasSoldAfterAll) {
  const Machine swapped = with("imac-pro-2017", {}, {"cpu=xeon-w-2191b"});
  EXPECT_EQ(swapped.cpu.cores, 18);
  ASSERT_FALSE(swapped.notes.empty());
  EXPECT_EQ(swapped.notes[0],
            "xeon-w-2191b was sold in imac-pro-2017, but its price is not counted: "
            "imac-pro-2017:cpu=xeon-w-2191b counts it");
}

TEST(Swap, ReplacesEveryGraphicsProcessor) {
  const Machine swapped = with("mac-pro-2013", {}, {"gpu=radeon-pro-580"});
  ASSERT_EQ(swapped.gpus.size(), 2u);
  EXPECT_EQ(swapped.gpus[1].id, "radeon-pro-580");
}

TEST(Swap, AMachinesOwnCoolingChangesNoBit) {
  for (const auto& id : library().ids("machines")) {
    expect_same_run(run_20_s(with(id, {}, {"cooling=" + id, "supply=" + id, "board=" + id})),
                    run_20_s(machine(id)), id);
  }
}

TEST(Swap, CoolingBringsWhatBelongsToIt) {
  const Machine own = machine("imac-pro-2017");
  const Machine donor = machine("imac-27-2017");
  const Machine swapped =
      with("imac-pro-2017", {"cooling.fan.speed_max=2800"}, {"cooling=imac-27-2017"});
  EXPECT_EQ(swapped.fan.count, donor.fan.count);
  EXPECT_EQ(swapped.fan.speed_max_rpm, 2800) << "changes act on the donor's numbers";
  EXPECT_EQ(swapped.fins.size(), donor.fins.size());
  EXPECT_EQ(swapped.fan_control.normal_rpm, donor.fan_control.normal_rpm);
  EXPECT_EQ(swapped.thermal.nodes.size(), donor.thermal.nodes.size());
  EXPECT_EQ(swapped.enclosure.area_m2, donor.enclosure.area_m2);
  // The clamps and what lies under the processor's lid stay.
  EXPECT_EQ(swapped.throttles.size(), own.throttles.size());
  EXPECT_EQ(swapped.throttles.at(0).trip_k, own.throttles.at(0).trip_k);
  EXPECT_EQ(swapped.thermal.cpu_die.interface_k_m2_per_w, own.thermal.cpu_die.interface_k_m2_per_w);
  EXPECT_EQ(swapped.board.idle_w, own.board.idle_w);
  EXPECT_EQ(row(swapped, "cooling.fan.speed_max").source,
            "set: on the command line; the catalogue says 2700 rpm");
  for (const auto& number : swapped.provenance) {
    EXPECT_EQ(std::ranges::count(swapped.provenance, number.path, &Provenance::path),
              std::ranges::count(own.provenance, number.path, &Provenance::path) > 1 ? 2 : 1)
        << number.path;
  }
  EXPECT_EQ(swapped.notes.at(0).find("the cooling comes from imac-27-2017"), 0u);
}

TEST(Swap, TwoBlowersLetThroughMoreWorkThanOne) {
  RunOptions options;
  options.for_s = 1800;
  const auto load = workload("cpu-gpu-stress");
  const auto own = run(machine("imac-pro-2017"), load, {}, options);
  const auto poorer = run(with("imac-pro-2017", {}, {"cooling=imac-27-2017"}), load, {}, options);
  EXPECT_GT(work_done(own), work_done(poorer));
}

TEST(Swap, SupplyAndBoardComeAlone) {
  const Machine donor = machine("mac-pro-2019");
  const Machine swapped = with("imac-pro-2017", {}, {"supply=mac-pro-2019", "port=mac-pro-2019"});
  EXPECT_EQ(swapped.supply.rated_w, donor.supply.rated_w);
  EXPECT_EQ(swapped.fan.count, machine("imac-pro-2017").fan.count);
}

TEST(Swap, RefusesWhatDoesNotFit) {
  EXPECT_EQ(
      error_of("mac-pro-2013", {}, {"cooling=imac-27-2017"}),
      "mac-pro-2013 has 2 graphics processors, but the cooling of imac-27-2017 has places for "
      "1; take the cooling of another machine\n");
  EXPECT_EQ(error_of("imac-pro-2017", {}, {"gpu=radeon-pro-vega-65"}),
            "no graphics is called 'radeon-pro-vega-65'; did you mean 'radeon-pro-vega-64'?\n");
  EXPECT_EQ(error_of("imac-pro-2017", {}, {"cooling=imac-pro-2018"}),
            "no machine is called 'imac-pro-2018'; did you mean 'imac-pro-2017'?\n");
  Configuration configuration{"imac-pro-2017", {}};
  configuration.swaps["coling"] = "imac-27-2017";  // not by way of swap()
  EXPECT_EQ(input_error([&] { assemble(library(), configuration); }).find("'coling' cannot be"),
            0u);
}

TEST(Swap, RefusesARuleWhoseSensorIsNotInThatCooling) {
  TemporaryFolder folder;
  const std::string text = library().text("machines/imac-pro-2017.toml");
  const auto file =
      folder.write("own.toml", changed(text, "[[firmware.throttle]]", "sensor", "\"sink_left\""));
  with(file, {}, {"cooling=imac-27-2017"});
  const auto error = error_of(file, {}, {"cooling=mac-pro-2019"});
  EXPECT_EQ(error.find("--swap cooling=mac-pro-2019: the rule 'thermal clamp' of own reads the "
                       "sensor 'sink_left', which is not in that cooling"),
            0u)
      << error;
}

TEST(WhatIf, AWorkloadsNumbersChangeByTheirPaths) {
  const auto plain = workload("fcp-4k-edit");
  const auto changed = read_rested_workload(
      library(), "fcp-4k-edit",
      {{"phase.edit.processor.busy", "0.5"}, {"workload.phase.edit.for", "+50%"}});
  EXPECT_EQ(changed.phases.at(0).processor.busy, 0.5);
  EXPECT_EQ(changed.phases.at(0).for_s, 1.5 * plain.phases.at(0).for_s);
  EXPECT_EQ(changed.provenance.size(), plain.provenance.size());
  EXPECT_EQ(input_error([] {
              read_rested_workload(library(), "fcp-4k-edit", {{"phase.edit.procesor.busy", "1"}});
            }),
            "--set phase.edit.procesor.busy=1: there is no number 'phase.edit.procesor.busy'; did "
            "you mean 'phase.edit.processor.busy'?\n");
}

}  // namespace
}  // namespace headroom

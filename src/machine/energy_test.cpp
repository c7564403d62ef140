#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "cooling/air.hpp"
#include "machine/phases.hpp"
#include "machine/test_machines.hpp"
#include "machine/thermal_model.hpp"

namespace headroom {
namespace {

using namespace test;

constexpr double kLedger = 1e-6;  // of the energy drawn from the wall

TEST(EnergyBalance, ClosesThroughClampsAndFanRamps) {
  Surroundings hot;
  hot.room_k = 311.15;
  RunOptions options;
  options.for_s = 600;
  const auto result = run(machine(kBestImacPro), workload("cpu-gpu-stress"), hot, options);
  EXPECT_LT(result.summary.ledger.residual(), kLedger);
  const auto fan = result.trace.find("fan.speed");
  EXPECT_GT(result.summary.fan_highest_rpm, result.trace.low_between(fan, 0, 1) + 100);
  EXPECT_TRUE(result.summary.first_heat_loss_s.has_value()) << "the test means to cover clamps";
}

TEST(EnergyBalance, ClosesWithTheFansAtAStandstillUntilTheMachineTrips) {
  RunOptions options;
  options.for_s = 1200;
  options.fan_rpm = 0;
  const auto result = run(machine(kBestImacPro), workload("cpu-gpu-stress"), {}, options);
  EXPECT_LT(result.summary.ledger.residual(), kLedger);
}

TEST(EnergyBalance, TheWallGivesWhatTheLedgerCounts) {
  RunOptions options;
  options.for_s = 120;
  const auto result = run(machine("imac-pro-2017"), workload("compile"), {}, options);
  const auto& s = result.summary;
  EXPECT_NEAR(s.ledger.from_wall_j / s.length_s, mean_of(result.trace, "wall.power", 0, s.length_s),
              1e-3 * s.wall_mean_w);
  EXPECT_DOUBLE_EQ(s.energy_j, s.ledger.from_wall_j);
}

class EnergyBalanceSlow : public testing::TestWithParam<const char*> {};

TEST_P(EnergyBalanceSlow, ClosesOverAnHourOfEveryKindOfLoad) {
  const Machine hot = machine(GetParam());
  for (const char* id : {"cpu-gpu-stress", "prime95-small", "cinebench-r15-nt", "idle",
                         "linpack-avx512", "fcp-4k-edit", "max-power"}) {
    for (const double fan_rpm : {-1.0, hot.fan.speed_min_rpm}) {
      RunOptions options;
      options.for_s = 3600;
      options.fan_rpm = fan_rpm;
      Surroundings warm;
      warm.room_k += 8;
      warm.dust = 0.5;
      try {
        const auto result = run(hot, workload(id), warm, options);
        EXPECT_LT(result.summary.ledger.residual(), kLedger) << id << " at " << fan_rpm << " rpm";
        EXPECT_EQ(not_finite(result), "") << id;
      } catch (const InputError&) {  // this machine cannot run it
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, EnergyBalanceSlow,
                         testing::Values(kBestImacPro, "imac-pro-2017", "imac-27-2017",
                                         "imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48",
                                         "imac-27-2020", "mac-pro-2013",
                                         "mac-pro-2019:gpu=radeon-pro-vega-ii-duo"));

/// What a run rests at, worked out anew: powers from the tables at the final
/// temperatures, the network's numbers from the machine's, and a direct linear
/// solve instead of modes and steps.
class Rest {
 public:
  Rest(const Machine& machine, const Workload& workload, const Surroundings& surroundings,
       const RunOptions& options, const RunResult& result)
      : machine_(machine),
        workload_(workload),
        surroundings_(surroundings),
        options_(options),
        trace_(result.trace),
        thermal_(machine, surroundings) {}

  std::vector<double> node_k() {
    const auto& network = thermal_.network();
    auto u = network.no_inputs();
    u[static_cast<std::size_t>(network.room_input())] = surroundings_.room_k;
    put_powers(u);
    return network.steady_state(values(), u);
  }
  double final_k(int node) const {
    return last_of(trace_, "temperature." + thermal_.network().node_name(node)) + 273.15;
  }
  const ThermalNetwork& network() const { return thermal_.network(); }

 private:
  ThermalNetwork::Values values() const {
    const auto& plan = machine_.thermal;
    const auto& path = thermal_.air_path();
    // Airflow is resolved in steps of 1.5 % of speed: take the speed of the step.
    const double rpm = std::exp((thermal_.level(options_.fan_rpm) - 1) * 0.015);
    const auto operating = path.solve(rpm, thermal_.air());
    auto values = network().values();
    for (std::size_t s = 0; s < plan.stations.size(); ++s) {
      values.flow_w_per_k[s] = thermal_.air().density_kg_per_m3 * operating.flow_m3_per_s *
                               plan.stations[s].flow_share *
                               thermal_.air().specific_heat_j_per_kg_k;
    }
    for (std::size_t e = 0; e < plan.exchanges.size(); ++e) {
      const auto& exchange = plan.exchanges[e];
      values.exchange_w_per_k[e] =
          exchange.conductance_w_per_k *
          std::pow(operating.flow_m3_per_s / exchange.flow_m3_per_s, exchange.exponent);
      for (std::size_t f = 0; f < plan.fin_names.size(); ++f) {
        if (exchange.fins != plan.fin_names[f]) continue;
        values.exchange_w_per_k[e] = path.stacks()[f].conductance_w_per_k(
            path.stack_flow_m3_per_s(f, operating, thermal_.air()), thermal_.air());
      }
    }
    return values;
  }

  void give(std::vector<double>& u, std::string_view consumer, double watts) const {
    for (const auto& sink : thermal_.sinks(consumer)) {
      u[static_cast<std::size_t>(sink.input)] += sink.share * watts;
    }
  }

  void put_powers(std::vector<double>& u) const {
    Phases phases(machine_, workload_, options_);
    phases.restart();
    auto node = [&](int i) -> double& { return u[static_cast<std::size_t>(i)]; };
    const auto& board = machine_.board;

    const auto& table = phases.processor();
    const double ceiling_hz = last_of(trace_, "cpu.ceiling") * 1e9;
    const auto point = table.at(ceiling_hz);
    const auto& silicon = machine_.cpu.microarchitecture.silicon;
    double cpu_w = point.uncore_w;
    for (std::size_t i = 0; i < thermal_.cores().size(); ++i) {
      const int core = thermal_.cores()[i];
      const double hotter_k = final_k(core) - silicon.leakage_temperature_k;
      const double watts = table.dynamic_w(static_cast<int>(i), ceiling_hz) +
                           table.leakage_w(static_cast<int>(i), ceiling_hz) *
                               std::exp(silicon.leakage_slope_per_k * hotter_k);
      node(core) += watts;
      cpu_w += watts;
    }
    const auto& uncore = machine_.cpu.microarchitecture.uncore;
    const double sliced_w = uncore.power_per_core_w * machine_.cpu.cores;
    const double slices_w = point.uncore_w * sliced_w / (sliced_w + uncore.power_w);
    for (const int core : thermal_.cores()) node(core) += slices_w / machine_.cpu.cores;
    node(thermal_.uncore()) += point.uncore_w - slices_w;
    const double current_a = (cpu_w - point.uncore_w) / point.voltage_v;
    const double cpu_regulator_w = cpu_w / (1 - board.cpu_regulator_loss) - cpu_w +
                                   current_a * current_a * machine_.cpu.loadline_ohm;

    double gpu_w = 0, gpu_regulator_w = 0;
    for (std::size_t i = 0; i < machine_.gpus.size(); ++i) {
      const auto& card = machine_.gpus[i];
      const double hotter_k = final_k(thermal_.gpu(0)) - card.leakage_temperature_k;
      const auto drawn =
          phases.graphics().under_cap(1e12, std::exp(card.leakage_slope_per_k * hotter_k));
      node(thermal_.gpu(i)) += drawn.dynamic_w + drawn.leakage_w;
      node(thermal_.gpu_memory(i)) += drawn.memory_w;
      gpu_w += drawn.package_w();
      gpu_regulator_w += card.board_overhead_w * drawn.package_w() / card.package_cap_w;
    }
    gpu_regulator_w += gpu_w / (1 - board.gpu_regulator_loss) - gpu_w;

    const double board_w = board.idle_w + board.active_w * std::max(0.2, point.awake);
    const double display_w = board.display_dark_w + board.display_bright_w * workload_.display;
    const double memory_w = machine_.memory.power_w(point.traffic_b_per_s);
    const double fan_w = thermal_.air_path().fan().electric_power_w(
        options_.fan_rpm, thermal_.air().density_kg_per_m3);
    const double output_w = cpu_w + cpu_regulator_w + gpu_w + gpu_regulator_w + board_w +
                            display_w + memory_w + fan_w + machine_.drive.idle_w +
                            machine_.port.idle_w;
    give(u, "cpu.regulator", cpu_regulator_w);
    give(u, "gpu.regulator", gpu_regulator_w);
    give(u, "board", board_w);
    give(u, "display", display_w);
    give(u, "memory", memory_w);
    give(u, "fan", fan_w);
    give(u, "storage", machine_.drive.idle_w);
    give(u, "network", machine_.port.idle_w);
    give(u, "supply", machine_.supply.loss_w(output_w));

    // The network holds a linear enclosure; what it really loses beyond that.
    const double outside_k = final_k(thermal_.outside());
    const double loss_w =
        thermal_.enclosure().heat_w(outside_k, surroundings_.room_k, thermal_.air());
    node(thermal_.outside()) -=
        loss_w - thermal_.enclosure_w_per_k() * (outside_k - surroundings_.room_k);
  }

  const Machine& machine_;
  const Workload& workload_;
  const Surroundings& surroundings_;
  const RunOptions& options_;
  const Trace& trace_;
  ThermalModel thermal_;
};

struct Held {
  const char* machine;
  const char* workload;
};

std::ostream& operator<<(std::ostream& out, const Held& h) {
  return out << h.machine << " " << h.workload;
}

class SteadyState : public testing::TestWithParam<Held> {};

TEST_P(SteadyState, OfAHeldFanAndAConstantLoadIsThatOfADirectSolve) {
  const Machine steady = unclamped(machine(GetParam().machine));
  const Workload load = workload(GetParam().workload);
  RunOptions options;
  options.for_s = 6 * 3600;  // over ten times the slowest part's time constant
  options.fan_rpm = steady.fan.speed_max_rpm;
  const Surroundings surroundings;
  const auto result = run(steady, load, surroundings, options);
  ASSERT_FALSE(result.summary.shut_down);
  Rest rest(steady, load, surroundings, options, result);
  const auto node_k = rest.node_k();
  for (int i = 0; i < rest.network().nodes(); ++i) {
    EXPECT_NEAR(rest.final_k(i), node_k[static_cast<std::size_t>(i)], 0.02)
        << rest.network().node_name(i);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, SteadyState,
                         testing::Values(Held{"imac-pro-2017", "prime95-small"},
                                         Held{kBestImacPro, "cpu-gpu-stress"},
                                         Held{"imac-27-2019", "cpu-gpu-stress"},
                                         Held{"mac-pro-2013", "cpu-gpu-stress"}));

}  // namespace
}  // namespace headroom

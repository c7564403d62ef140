#include "claims/cooling_capacity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "machine/thermal_model.hpp"

namespace headroom {
namespace {

constexpr double kMostW = 20000;     // of chips' heat that is tried
constexpr double kAccuracyW = 0.01;  // of the capacity found
constexpr double kBalancedK = 1e-6;  // of the enclosure's own law
constexpr int kRounds = 200;

/// The machine at rest under a steady heat of its chips.
class Bench {
 public:
  Bench(const Machine& machine, const Surroundings& surroundings, double processor,
        const std::vector<double>& graphics)
      : machine_(machine),
        room_k_(surroundings.room_k),
        thermal_(machine, surroundings),
        flow_(thermal_.at(thermal_.level(machine.fan_control.normal_rpm))) {
    const double all = std::accumulate(graphics.begin(), graphics.end(), processor);
    processor_ = processor / all;
    for (const double share : graphics) graphics_.push_back(share / all);
  }

  const ThermalModel::Flow& flow() const { return flow_; }
  double wall_w() const { return wall_w_; }

  /// The rule that is nearest to acting, and by how many kelvin it is over.
  double excess_k(double chips_w, std::string& rule) {
    settle(chips_w);
    double worst_k = -1e9;
    for (const auto& throttle : machine_.throttles) {
      const double over_k = sensor_k(throttle.sensor) - throttle.trip_k;
      if (over_k <= worst_k) continue;
      worst_k = over_k;
      rule = throttle.name;
    }
    return worst_k;
  }

 private:
  void settle(double chips_w) {
    const auto& network = thermal_.network();
    const auto& system = flow_.system;
    std::vector<double> z(static_cast<std::size_t>(system.modes()));
    std::vector<double> drive(static_cast<std::size_t>(system.drive_size()));
    node_k_.assign(static_cast<std::size_t>(network.nodes()), room_k_);
    const auto heat = inputs(chips_w);
    for (int round = 0; round < kRounds; ++round) {
      auto u = heat;
      double before_k = room_k_;
      if (thermal_.outside() >= 0) {
        before_k = node_k_[static_cast<std::size_t>(thermal_.outside())];
        const double beyond_w = thermal_.enclosure().heat_w(before_k, room_k_, thermal_.air()) -
                                thermal_.enclosure_w_per_k() * (before_k - room_k_);
        u[static_cast<std::size_t>(network.node_power_input(thermal_.outside()))] -= beyond_w;
      }
      system.drive(u, drive);
      system.steady(drive, z);
      system.outputs(z, drive, node_k_);
      if (thermal_.outside() < 0) return;
      const double after_k = node_k_[static_cast<std::size_t>(thermal_.outside())];
      if (std::abs(after_k - before_k) < kBalancedK) return;
    }
    throw ModelError(machine_.id + ": its enclosure finds no balance");
  }

  std::vector<double> inputs(double chips_w) {
    const auto& network = thermal_.network();
    const auto& board = machine_.board;
    auto u = network.no_inputs();
    u[static_cast<std::size_t>(network.room_input())] = room_k_;
    double output_w = chips_w;
    auto put = [&](std::string_view consumer, double watts) {
      for (const auto& sink : thermal_.sinks(consumer)) {
        u[static_cast<std::size_t>(sink.input)] += watts * sink.share;
      }
    };
    auto consume = [&](std::string_view consumer, double watts) {
      put(consumer, watts);
      output_w += watts;
    };
    auto node = [&](int i) -> double& {
      return u[static_cast<std::size_t>(network.node_power_input(i))];
    };
    const double cpu_w = chips_w * processor_;
    for (const int core : thermal_.cores()) {
      node(core) += cpu_w / static_cast<double>(thermal_.cores().size());
    }
    double gpu_regulator_w = 0;
    for (std::size_t i = 0; i < graphics_.size(); ++i) {
      const double gpu_w = chips_w * graphics_[i];
      const auto& card = machine_.gpus[i];
      node(thermal_.gpu(i)) += gpu_w;
      gpu_regulator_w += gpu_w * board.gpu_regulator_loss / (1 - board.gpu_regulator_loss) +
                         card.board_overhead_w * std::min(1.0, gpu_w / card.package_cap_w);
    }
    consume("cpu.regulator", cpu_w * board.cpu_regulator_loss / (1 - board.cpu_regulator_loss));
    if (!machine_.gpus.empty()) consume("gpu.regulator", gpu_regulator_w);
    consume("board", board.idle_w + board.active_w);
    consume("display", board.display_dark_w + board.display_bright_w);
    consume("memory", machine_.memory.power_w(0));
    consume("storage", machine_.drive.idle_w);
    consume("network", machine_.port.idle_w);
    consume("fan", thermal_.air_path().fan().electric_power_w(flow_.rpm,
                                                              thermal_.air().density_kg_per_m3));
    const double lost_w = machine_.supply.loss_w(output_w);
    put("supply", lost_w);
    wall_w_ = output_w + lost_w;
    return u;
  }

  double sensor_k(const std::string& sensor) const {
    auto at = [&](int node) { return node_k_[static_cast<std::size_t>(node)]; };
    double hottest_k = 0;
    if (sensor == "cpu") {
      for (const int core : thermal_.cores()) hottest_k = std::max(hottest_k, at(core));
    } else if (sensor == "gpu" || sensor == "gpu.memory") {
      for (std::size_t i = 0; i < machine_.gpus.size(); ++i) {
        hottest_k =
            std::max(hottest_k, at(sensor == "gpu" ? thermal_.gpu(i) : thermal_.gpu_memory(i)));
      }
    } else if (const int node = thermal_.node(sensor); node >= 0) {
      hottest_k = at(node);
    }
    return hottest_k;
  }

  const Machine& machine_;
  double room_k_;
  ThermalModel thermal_;
  const ThermalModel::Flow& flow_;
  double processor_ = 0;
  std::vector<double> graphics_;
  std::vector<double> node_k_;
  double wall_w_ = 0;
};

}  // namespace

CoolingCapacity cooling_capacity(const Machine& machine, const Surroundings& surroundings,
                                 double processor, const std::vector<double>& graphics) {
  if (graphics.size() > machine.gpus.size()) {
    throw InputError(fmt::format("{} has {} graphics processors, not {}", machine.id,
                                 machine.gpus.size(), graphics.size()),
                     "give as many shares");
  }
  if (!(std::accumulate(graphics.begin(), graphics.end(), processor) > 0)) {
    throw InputError("the shares of the heat are all zero", "give processor or graphics a share");
  }
  Bench bench(machine, surroundings, processor, graphics);
  CoolingCapacity found;
  found.supply_rated_w = machine.supply.rated_w;
  found.flow_m3_per_s = bench.flow().flow_m3_per_s;
  double low_w = 0, high_w = 50;
  if (bench.excess_k(0, found.limit) >= 0) {
    throw ModelError(fmt::format("{} is at its limit without any heat of its chips", machine.id));
  }
  while (bench.excess_k(high_w, found.limit) < 0 && high_w < kMostW) low_w = high_w, high_w *= 2;
  while (high_w - low_w > kAccuracyW) {
    const double middle_w = 0.5 * (low_w + high_w);
    (bench.excess_k(middle_w, found.limit) < 0 ? low_w : high_w) = middle_w;
  }
  bench.excess_k(high_w, found.limit);
  found.chips_w = 0.5 * (low_w + high_w);
  found.wall_w = bench.wall_w();
  return found;
}

double greatest_airflow_m3_per_s(const Machine& machine, const Surroundings& surroundings) {
  const ThermalModel thermal(machine, surroundings);
  return thermal.air_path().solve(machine.fan_control.normal_rpm, thermal.air()).flow_m3_per_s;
}

}  // namespace headroom

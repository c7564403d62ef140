#include "machine/thermal_model.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "machine/run.hpp"

namespace headroom {
namespace {

constexpr double kSiliconThicknessM = 0.775e-3;
constexpr double kSiliconWPerMK = 120;
constexpr double kSiliconJPerM3K = 1.63e6;
constexpr double kStackAreaM2 = 92e-6;  // of an HBM2 stack
constexpr double kStackCapacityJPerK = 0.11;
constexpr double kLevelStep = 0.015;         // of fan speed, between two airflow levels
constexpr double kEnclosureReferenceK = 10;  // above the room, where its conductance is taken
constexpr double kDustLayerM = 0.15e-3;      // on each fin at dust 1: assumed
constexpr double kGrilleDust = 1.5;          // more loss of the grilles at dust 1: assumed
constexpr double kWallLoss = 3;              // more loss coefficient against a wall: assumed

Obstruction obstruction_of(const Surroundings& s) {
  return {s.dust * kDustLayerM, 1 + kGrilleDust * s.dust, kWallLoss * s.wall};
}

}  // namespace

ThermalModel::ThermalModel(const Machine& machine, const Surroundings& surroundings)
    : machine_(&machine),
      paste_(surroundings.paste),
      air_path_(machine.air_path, machine.fins, machine.fan, obstruction_of(surroundings)),
      air_(air_at(surroundings.room_k, surroundings.altitude_m)),
      enclosure_(machine.enclosure) {
  const auto& plan = machine.thermal;
  for (const auto& node : plan.nodes) network_.add_node(node.name, node.capacity_j_per_k);
  for (const auto& link : plan.links) {
    const double factor = link.paste ? paste_ : 1;
    network_.add_link(find(link.from), link.to == "room" ? ThermalNetwork::kRoom : find(link.to),
                      1 / (link.resistance_k_per_w * factor));
  }
  add_cpu_die(machine);
  for (std::size_t i = 0; i < machine.gpus.size(); ++i) add_gpu_die(machine, i);
  if (!plan.outside.empty()) {
    outside_ = find(plan.outside);
    enclosure_w_per_k_ = enclosure_.conductance_w_per_k(surroundings.room_k + kEnclosureReferenceK,
                                                        surroundings.room_k, air_);
    network_.add_link(outside_, ThermalNetwork::kRoom, enclosure_w_per_k_);
  }
  for (const auto& station : plan.stations) network_.add_station(station.name, 0);
  auto station_of = [&](std::string_view name) {
    for (int s = 0; s < network_.stations(); ++s) {
      if (network_.station_name(s) == name) return s;
    }
    return -1;
  };
  for (const auto& station : plan.stations) {
    for (std::size_t i = 0; i < station.from.size(); ++i) {
      network_.feed(station_of(station.name), station_of(station.from[i]), station.shares[i]);
    }
  }
  for (const auto& exchange : plan.exchanges) {
    network_.add_exchange(find(exchange.node), station_of(exchange.station), 0, exchange.share);
  }
  for (const auto& heat : plan.heats) {
    const int at = find(heat.node);
    const int input =
        at >= 0 ? network_.node_power_input(at) : network_.air_power_input(station_of(heat.node));
    sinks_[heat.consumer].push_back({input, heat.share});
  }
  for (auto& [consumer, list] : sinks_) {  // whatever was written, all of it goes somewhere
    double sum = 0;
    for (const auto& sink : list) sum += sink.share;
    for (auto& sink : list) sink.share /= sum > 0 ? sum : 1;
  }
}

int ThermalModel::find(std::string_view name) const {
  for (int i = 0; i < network_.nodes(); ++i) {
    if (network_.node_name(i) == name) return i;
  }
  return -1;
}

int ThermalModel::node(std::string_view name) const {
  return find(name);
}

const std::vector<ThermalModel::Sink>& ThermalModel::sinks(std::string_view consumer) const {
  const auto it = sinks_.find(consumer);
  if (it == sinks_.end()) {
    throw InputError(
        fmt::format("{}: the power of '{}' becomes heat nowhere", machine_->id, consumer),
        fmt::format("add [[thermal.heat]] with consumer = \"{}\"", consumer));
  }
  return it->second;
}

void ThermalModel::add_cpu_die(const Machine& machine) {
  const auto& die = machine.cpu.die;
  const auto& plan = machine.thermal.cpu_die;
  const int columns = static_cast<int>(die.columns);
  const int rows = static_cast<int>(die.rows);
  const double width_m = die.width_m / columns;
  const double height_m = die.height_m / rows;
  const double tile_m2 = width_m * height_m;
  const double tile_j_per_k = tile_m2 * kSiliconThicknessM * kSiliconJPerM3K;
  const int base = find(plan.base);
  const double to_base_w_per_k =
      tile_m2 / (plan.interface_k_m2_per_w + kSiliconThicknessM / kSiliconWPerMK);

  std::vector<int> owner(static_cast<std::size_t>(columns * rows), -1);
  for (std::size_t i = 0; i < die.core_tiles.size(); ++i) {
    const int node = network_.add_node(fmt::format("cpu.core{}", i), tile_j_per_k);
    cores_.push_back(node);
    owner[static_cast<std::size_t>(die.core_tiles[i])] = node;
    network_.add_link(node, base, to_base_w_per_k);
  }
  const int others = columns * rows - static_cast<int>(cores_.size());
  // A die whose every tile is a core keeps a strip of half a tile for the rest.
  const double other_tiles = others > 0 ? others : 0.5;
  uncore_ = network_.add_node("cpu.uncore", other_tiles * tile_j_per_k);
  network_.add_link(uncore_, base, other_tiles * to_base_w_per_k);
  for (auto& node : owner) {
    if (node < 0) node = uncore_;
  }
  std::map<std::pair<int, int>, double> sides;
  auto meet = [&](int a, int b, double length_m, double distance_m) {
    if (a == b) return;
    sides[std::minmax(a, b)] += kSiliconWPerMK * kSiliconThicknessM * length_m / distance_m;
  };
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int here = owner[static_cast<std::size_t>(row * columns + column)];
      if (column + 1 < columns) {
        meet(here, owner[static_cast<std::size_t>(row * columns + column + 1)], height_m, width_m);
      }
      if (row + 1 < rows) {
        meet(here, owner[static_cast<std::size_t>((row + 1) * columns + column)], width_m,
             height_m);
      }
    }
  }
  if (others == 0) meet(cores_.front(), uncore_, height_m, width_m);
  for (const auto& [pair, conductance] : sides) {
    network_.add_link(pair.first, pair.second, conductance);
  }
}

void ThermalModel::add_gpu_die(const Machine& machine, std::size_t i) {
  const auto& graphics = machine.gpus[i];
  const auto& plan = machine.thermal.gpu_dies[i];
  const std::string prefix = i == 0 ? "gpu" : fmt::format("gpu{}", i + 1);
  const double area_m2 = graphics.die.area_m2;
  const double layer = plan.interface_k_m2_per_w * paste_ + kSiliconThicknessM / kSiliconWPerMK;
  const int base = find(plan.base);
  const int die =
      network_.add_node(prefix + ".die", area_m2 * kSiliconThicknessM * kSiliconJPerM3K);
  network_.add_link(die, base, area_m2 / layer);
  gpus_.push_back(die);
  int memory;
  if (graphics.memory_stacks > 0) {
    const double stacks = graphics.memory_stacks;
    memory = network_.add_node(prefix + ".memory", stacks * kStackCapacityJPerK);
    network_.add_link(memory, base, stacks * kStackAreaM2 / (layer * plan.memory_interface_factor));
  } else {
    memory = network_.add_node(prefix + ".memory", plan.memory_capacity_j_per_k);
    network_.add_link(memory, plan.memory_base.empty() ? base : find(plan.memory_base),
                      1 / plan.memory_resistance_k_per_w);
  }
  gpu_memories_.push_back(memory);
}

int ThermalModel::level(double rpm) const {
  if (rpm < Fan::kStandstillRpm) return 0;
  return 1 + static_cast<int>(std::lround(std::log(rpm) / kLevelStep));
}

const ThermalModel::Flow& ThermalModel::at(int level) {
  auto& slot = flows_[level];
  if (slot) return *slot;
  const double rpm = level == 0 ? 0 : std::exp((level - 1) * kLevelStep);
  const auto operating = air_path_.solve(rpm, air_);
  const double flow = operating.flow_m3_per_s;
  auto values = network_.values();
  const auto& plan = machine_->thermal;
  for (std::size_t s = 0; s < plan.stations.size(); ++s) {
    values.flow_w_per_k[s] = capacity_rate_w_per_k(flow * plan.stations[s].flow_share, air_);
  }
  for (std::size_t e = 0; e < plan.exchanges.size(); ++e) {
    const auto& exchange = plan.exchanges[e];
    if (exchange.fins.empty()) {
      values.exchange_w_per_k[e] =
          exchange.conductance_w_per_k * std::pow(flow / exchange.flow_m3_per_s, exchange.exponent);
    } else {
      const auto it = std::ranges::find(plan.fin_names, exchange.fins);
      const auto stack = static_cast<std::size_t>(it - plan.fin_names.begin());
      values.exchange_w_per_k[e] = air_path_.stacks()[stack].conductance_w_per_k(
          air_path_.stack_flow_m3_per_s(stack, operating, air_), air_);
    }
  }
  double reynolds = 0;
  for (std::size_t i = 0; i < air_path_.stacks().size(); ++i) {
    reynolds = std::max(reynolds, air_path_.stacks()[i].reynolds(
                                      air_path_.stack_flow_m3_per_s(i, operating, air_), air_));
  }
  slot = std::make_unique<Flow>(
      Flow{network_.make(values), rpm, flow, operating.pressure_pa, reynolds});
  return *slot;
}

}  // namespace headroom

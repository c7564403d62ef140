#include <algorithm>
#include <cmath>

#include "machine/simulation.hpp"

namespace headroom {
namespace {

constexpr int kWarmRounds = 60;

}  // namespace

void Simulation::settle_growth(double dt_s) {
  const auto& silicon = machine_.cpu.microarchitecture.silicon;
  // Temperatures in the middle of the step to come, as they move now.
  auto middle_k = [&](int node) {
    const auto i = static_cast<std::size_t>(node);
    return node_k_[i] + std::clamp(0.5 * dt_s * slope_k_per_s_[i], -2.0, 2.0);
  };
  for (std::size_t i = 0; i < growth_.size(); ++i) {
    growth_[i] =
        std::exp(silicon.leakage_slope_per_k *
                 (std::min(middle_k(thermal_.cores()[i]), 500.0) - silicon.leakage_temperature_k));
  }
  for (std::size_t i = 0; i < gpu_growth_.size(); ++i) {
    const auto& graphics = machine_.gpus[i];
    gpu_growth_[i] =
        std::exp(graphics.leakage_slope_per_k *
                 (std::min(middle_k(thermal_.gpu(i)), 500.0) - graphics.leakage_temperature_k));
  }
}

double Simulation::power_ceiling_hz(double from_hz, double allowed_w) const {
  const auto& table = phases_.processor();
  auto fits = [&](double hz) {
    const auto point = table.at(hz);
    const double cores_w = point.dynamic_w + table.leakage_total_w(hz, growth_);
    return point.uncore_w + cores_w <= allowed_w &&
           cores_w / point.voltage_v <= machine_.cpu.icc_max_a;
  };
  if (fits(from_hz)) return from_hz;
  double low = table.lowest_hz(), high = from_hz;
  while (high - low > 1e5) {  // 0.1 MHz: the mean clock of alternating multipliers
    const double middle = 0.5 * (low + high);
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

void Simulation::decide(Now& now) {
  double thermal_hz = Throttle::kOpen, gpu_thermal_hz = Throttle::kOpen;
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    auto& ceiling = throttles_[i].parameters().limits == "gpu" ? gpu_thermal_hz : thermal_hz;
    ceiling = std::min(ceiling, throttle_states_[i].ceiling_hz);
  }
  const auto& table = phases_.processor();
  const double top_hz = std::clamp(licence_.limit_hz(), table.lowest_hz(), table.highest_hz());
  const double allowed_w = limit_.allowed_w(average_w_);
  now.cool_hz = power_ceiling_hz(top_hz, allowed_w);
  now.power_limited = now.cool_hz < top_hz;
  now.ceiling_hz = std::clamp(thermal_hz, table.lowest_hz(), now.cool_hz);
  now.cpu = table.at(now.ceiling_hz);
  // In a transition of some 10 us less is done; that less is drawn is left out.
  now.pace = licence_.pace();
  now.cpu.work_per_s *= now.pace;
  now.cpu.traffic_b_per_s *= now.pace;
  now.cpu_w = now.cpu.uncore_w + now.cpu.dynamic_w + table.leakage_total_w(now.ceiling_hz, growth_);

  const int cards = gpus();
  now.gpu = {};
  if (!machine_.gpus.empty()) {
    now.gpu = phases_.graphics().under_cap(gpu_thermal_hz, gpu_growth_[0]);
  }
  const double gpu_w = now.gpu.package_w() * cards;
  const auto& board = machine_.board;
  const bool working = !table.asleep() || (!machine_.gpus.empty() && phases_.graphics().busy());
  now.board_w = board.idle_w + (working ? board.active_w * std::max(now.cpu.awake, 0.2) : 0);
  now.display_w = board.display_dark_w + board.display_bright_w * workload_.display;
  now.memory_w = machine_.memory.power_w(now.cpu.traffic_b_per_s);
  now.storage_w =
      machine_.drive.idle_w + (phases_.storage_b_per_s() > 0 ? machine_.drive.active_w : 0);
  now.network_w =
      machine_.port.idle_w + (phases_.network_b_per_s() > 0 ? machine_.port.active_w : 0);
  now.fan_w =
      thermal_.air_path().fan().electric_power_w(fan_rpm_, thermal_.air().density_kg_per_m3);
  const double current_a = (now.cpu_w - now.cpu.uncore_w) / now.cpu.voltage_v;
  now.cpu_regulator_w = now.cpu_w * board.cpu_regulator_loss / (1 - board.cpu_regulator_loss) +
                        current_a * current_a * machine_.cpu.loadline_ohm;
  now.gpu_regulator_w = gpu_w * board.gpu_regulator_loss / (1 - board.gpu_regulator_loss);
  for (int i = 0; i < cards; ++i) {
    const auto& g = machine_.gpus[static_cast<std::size_t>(i)];
    now.gpu_regulator_w +=
        g.board_overhead_w * std::min(1.0, now.gpu.package_w() / g.package_cap_w);
  }
  const double output_w = now.cpu_w + gpu_w + now.board_w + now.display_w + now.memory_w +
                          now.storage_w + now.network_w + now.fan_w + now.cpu_regulator_w +
                          now.gpu_regulator_w;
  now.supply_w = machine_.supply.loss_w(output_w);
  now.wall_w = output_w + now.supply_w;
}

void Simulation::put_heat(const Now& now) {
  const auto& network = thermal_.network();
  const double room_k = surroundings_.room_k;
  std::fill(u_.begin(), u_.end() - 1, 0.0);
  auto node = [&](int i) -> double& {
    return u_[static_cast<std::size_t>(network.node_power_input(i))];
  };
  const auto& table = phases_.processor();
  const auto& cores = thermal_.cores();
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const int core = static_cast<int>(i);
    node(cores[i]) +=
        table.dynamic_w(core, now.ceiling_hz) + table.leakage_w(core, now.ceiling_hz) * growth_[i];
  }
  // Mesh and cache slice lie in each core's tile, the rest in the other tiles.
  const auto& uncore = machine_.cpu.microarchitecture.uncore;
  const double sliced_w = uncore.power_per_core_w * machine_.cpu.cores;
  const double all_w = sliced_w + uncore.power_w;
  const double slices_w = all_w > 0 ? now.cpu.uncore_w * sliced_w / all_w : 0;
  for (const int core : cores) node(core) += slices_w / machine_.cpu.cores;
  node(thermal_.uncore()) += now.cpu.uncore_w - slices_w;
  for (int i = 0; i < gpus(); ++i) {
    const auto card = static_cast<std::size_t>(i);
    node(thermal_.gpu(card)) += now.gpu.dynamic_w + now.gpu.leakage_w;
    node(thermal_.gpu_memory(card)) += now.gpu.memory_w;
  }
  auto spread = [&](const std::vector<ThermalModel::Sink>* sinks, double watts) {
    for (const auto& sink : *sinks) {
      u_[static_cast<std::size_t>(sink.input)] += watts * sink.share;
    }
  };
  spread(sinks_.cpu_regulator, now.cpu_regulator_w);
  if (!machine_.gpus.empty()) spread(sinks_.gpu_regulator, now.gpu_regulator_w);
  spread(sinks_.memory, now.memory_w);
  spread(sinks_.storage, now.storage_w);
  spread(sinks_.network, now.network_w);
  spread(sinks_.board, now.board_w);
  spread(sinks_.display, now.display_w);
  spread(sinks_.supply, now.supply_w);
  spread(sinks_.fan, now.fan_w);
  enclosure_extra_w_ = 0;
  if (thermal_.outside() >= 0) {
    const double outside_k = node_k_[static_cast<std::size_t>(thermal_.outside())];
    enclosure_extra_w_ = thermal_.enclosure().heat_w(outside_k, room_k, thermal_.air()) -
                         thermal_.enclosure_w_per_k() * (outside_k - room_k);
    node(thermal_.outside()) -= enclosure_extra_w_;
  }
}

void Simulation::start_warm() {
  // The machine has stood switched on, at rest, for as long as it takes. A fan
  // that is held is taken in hand only when the run begins.
  level_ = thermal_.level(fan_rpm_);
  const auto* system = &thermal_.at(level_).system;
  const auto& network = thermal_.network();
  z_.assign(static_cast<std::size_t>(system->modes()), 0.0);
  z_integral_ = z_;
  drive_.assign(static_cast<std::size_t>(system->drive_size()), 0.0);
  Now now;
  const auto cold = node_k_;
  for (int round = 0; round < kWarmRounds; ++round) {
    settle_growth(0);
    decide(now);
    put_heat(now);
    system->drive(u_, drive_);
    try {
      system->steady(drive_, z_);
    } catch (const ModelError&) {  // nothing carries its heat away: it starts at the room's
      node_k_ = cold;
      break;
    }
    const auto before = node_k_;
    system->outputs(z_, drive_, node_k_);
    double moved_k = 0;
    for (std::size_t i = 0; i < node_k_.size(); ++i) {
      if (!(node_k_[i] < 400)) node_k_[i] = 400;
      moved_k = std::max(moved_k, std::abs(node_k_[i] - before[i]));
    }
    if (moved_k < 1e-9) break;
  }
  system->project(node_k_, z_);
  system->outputs(z_, drive_, node_k_);
  average_w_ = now.cpu_w;
  stored_at_start_j_ = network.stored_j(node_k_);
}

}  // namespace headroom

#include "machine/phases.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace headroom {
namespace {
constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kDone = 1e-9;  // share of a demand below which it counts as met
constexpr auto kNone = static_cast<std::size_t>(-1);
}  // namespace

int thread_count(const Phase& phase, const Processor& processor, int override_threads) {
  const int most = static_cast<int>(processor.cores * processor.threads_per_core);
  const int asked = phase.processor.threads == "all" ? most
                    : phase.processor.threads == "cores"
                        ? static_cast<int>(processor.cores)
                        : std::atoi(phase.processor.threads.c_str());
  // A phase of so many threads stays one: only what takes all it gets takes more.
  const bool takes_all = phase.processor.threads == "all" || phase.processor.threads == "cores";
  if (override_threads > 0) {
    return std::clamp(takes_all ? override_threads : std::min(asked, override_threads), 1, most);
  }
  return std::clamp(asked, 1, most);
}

Phases::Phases(const Machine& machine, const Workload& workload, const RunOptions& options)
    : machine_(&machine),
      workload_(&workload),
      options_(&options),
      cores_(machine.cpu, machine.memory),
      phase_table_(workload.phases.size(), kNone),
      idle_(std::make_unique<OperatingTable>(machine.cpu)) {
  std::map<std::string_view, std::size_t> by_name;
  for (std::size_t i = 0; i < workload.phases.size(); ++i) {
    by_name.emplace(workload.phases[i].name, i);
  }
  for (const auto& phase : workload.phases) {
    auto& waits = after_.emplace_back();
    for (const auto& name : phase.after) {
      if (const auto it = by_name.find(name); it != by_name.end()) waits.push_back(it->second);
    }
  }
  stop();
}

void Phases::restart() {
  started_.assign(workload_->phases.size(), false);
  ended_.assign(workload_->phases.size(), false);
  active_.clear();
  work_instr = flop = graphics_b = storage_b = 0;
  start_ready();
}

void Phases::stop() {
  active_.clear();
  ended_.assign(workload_->phases.size(), true);
  started_ = ended_;
  gather();
}

bool Phases::done() const {
  return active_.empty() && std::ranges::all_of(ended_, [](bool ended) { return ended; });
}

void Phases::start_ready() {
  const auto& phases = workload_->phases;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (started_[i]) continue;
    const bool ready =
        std::ranges::all_of(after_[i], [&](std::size_t k) { return static_cast<bool>(ended_[k]); });
    if (!ready) continue;
    started_[i] = true;
    const auto& p = phases[i];
    double read_b = p.storage.read_b, write_b = p.storage.write_b;
    if (options_->bytes > 0) {
      if (read_b > 0) read_b = options_->bytes;
      if (write_b > 0) write_b = options_->bytes;
    }
    active_.push_back(
        {i,
         p.endless || p.endless_processor || p.processor.period_s > 0 ? 0 : p.processor.work_instr,
         p.graphics.work_flop > 0 || p.graphics.traffic_b > 0 ? 1.0 : 0.0, read_b, write_b,
         p.network_b, p.for_s});
    if (p.endless) active_.back().seconds = kNever;
  }
  gather();
}

std::size_t Phases::table_of(std::size_t index) {
  auto& number = phase_table_[index];
  if (number != kNone) return number;
  const auto& phase = workload_->phases[index];
  OperatingTable::Load load;
  load.character = &workload_->character_of(phase);
  load.threads = thread_count(phase, machine_->cpu, options_->threads);
  load.serial = phase.processor.serial;
  load.sync = phase.processor.sync;
  load.crosstalk = phase.processor.crosstalk;
  load.busy = phase.processor.busy;
  load.wait_s = phase.processor.wait_s;
  if (phase.processor.period_s > 0) {
    load.due_per_s = phase.processor.work_instr / phase.processor.period_s;
    load.period_s = phase.processor.period_s;
  }
  for (number = 0; number < tables_.size(); ++number) {
    if (tables_[number].first == load) return number;
  }
  tables_.emplace_back(load, std::make_unique<OperatingTable>(machine_->cpu, cores_, load));
  return number;
}

bool Phases::on_processor(const Left& left) const {
  return left.instr > 0 || (left.seconds > 0 && workload_->phases[left.phase].demands_processor());
}

void Phases::gather() {
  std::vector<std::size_t> on_processor_now, on_graphics;
  storage_users_ = network_users_ = 0;
  storage_b_per_s_ = network_b_per_s_ = 0;
  for (const auto& left : active_) {
    const auto& phase = workload_->phases[left.phase];
    if (on_processor(left)) on_processor_now.push_back(left.phase);
    if (left.flop_share > 0 || (left.seconds > 0 && phase.demands_graphics())) {
      on_graphics.push_back(left.phase);
    }
    if (left.read_b > 0 || left.write_b > 0) {
      ++storage_users_;
      storage_b_per_s_ =
          left.read_b > 0 ? machine_->drive.read_b_per_s : machine_->drive.write_b_per_s;
    }
    if (left.network_b > 0) ++network_users_;
  }
  if (network_users_ > 0) {
    Port port = machine_->port;
    if (options_->link_b_per_s > 0) {
      port.link_b_per_s = std::min(options_->link_b_per_s, port.fastest_b_per_s);
    }
    network_b_per_s_ = port.payload_b_per_s();
  }
  gather_processor(on_processor_now);
  gather_graphics(on_graphics);
}

void Phases::gather_processor(const std::vector<std::size_t>& phases) {
  licence_ = VectorLevel::scalar;
  cores_awake_ = 0;
  std::map<std::size_t, int> counts;
  for (const auto phase : phases) ++counts[table_of(phase)];
  for (const auto& [number, count] : counts) {
    const auto& load = tables_[number].first;
    licence_ = std::max(licence_, cores_.licence(*load.character));
    cores_awake_ =
        std::max(cores_awake_, std::min(load.threads, static_cast<int>(machine_->cpu.cores)));
  }
  if (counts.empty()) {
    processor_ = idle_.get();
  } else if (phases.size() == 1) {
    processor_ = tables_[counts.begin()->first].second.get();
  } else {
    auto& mixture = mixtures_[{counts.begin(), counts.end()}];
    if (!mixture) {
      std::vector<OperatingTable::Part> parts;
      for (const auto& [number, count] : counts) {
        parts.push_back({tables_[number].second.get(), count});
      }
      mixture = std::make_unique<OperatingTable>(OperatingTable::together(parts));
    }
    processor_ = mixture.get();
  }
}

void Phases::gather_graphics(const std::vector<std::size_t>& phases) {
  graphics_users_ = static_cast<int>(phases.size());
  auto& table = graphics_tables_[phases];
  if (!table && !machine_->gpus.empty()) {
    GraphicsLoad load;
    for (const auto index : phases) {  // loads take turns: what they ask adds up
      const auto part = GraphicsLoad::of(workload_->phases[index], options_->os);
      const double users = static_cast<double>(phases.size());
      load.flop += part.flop;
      load.bytes += part.bytes;
      load.efficiency =
          index == phases[0] ? part.efficiency : std::min(load.efficiency, part.efficiency);
      load.bandwidth_efficiency = part.bandwidth_efficiency;
      load.activity += part.activity / users;
      load.busy = std::min(1.0, load.busy + part.busy);
    }
    table = std::make_unique<GraphicsTable>(machine_->gpus.front(), load);
  }
  graphics_ = table.get();
}

double Phases::share(double ceiling_hz) const {
  if (active_.size() < 2) return 1;
  double wanted = 0;
  for (const auto& other : active_) {
    if (on_processor(other)) {
      wanted += tables_[phase_table_[other.phase]].second->at(ceiling_hz).awake;
    }
  }
  return wanted > 1 ? 1 / wanted : 1;
}

double Phases::work_per_s(const Left& left, const Speed& speed) const {
  return tables_[phase_table_[left.phase]].second->at(speed.ceiling_hz).work_per_s * speed.pace;
}

double Phases::time_to_change_s(const Speed& speed) const {
  double soonest_s = kNever;
  const double part = share(speed.ceiling_hz);
  for (const auto& left : active_) {
    const auto& phase = workload_->phases[left.phase];
    if (left.instr > 0) {
      soonest_s = std::min(soonest_s, left.instr / (work_per_s(left, speed) * part));
    }
    if (left.flop_share > 0) {
      const auto& point = speed.graphics;
      const double total =
          phase.graphics.work_flop > 0 ? phase.graphics.work_flop : phase.graphics.traffic_b;
      const double rate = phase.graphics.work_flop > 0 ? point.flop_per_s : point.bytes_per_s;
      const double gpus =
          options_->gpus > 0 ? options_->gpus : static_cast<double>(machine_->gpus.size());
      if (rate > 0) {
        soonest_s = std::min(soonest_s, left.flop_share * total * graphics_users_ / (rate * gpus));
      }
    }
    if (left.read_b > 0) {
      soonest_s = std::min(soonest_s, left.read_b * storage_users_ / machine_->drive.read_b_per_s);
    } else if (left.write_b > 0) {
      soonest_s =
          std::min(soonest_s, left.write_b * storage_users_ / machine_->drive.write_b_per_s);
    }
    if (left.network_b > 0) {
      soonest_s = std::min(soonest_s, left.network_b * network_users_ / network_b_per_s_);
    }
    if (left.seconds > 0) soonest_s = std::min(soonest_s, left.seconds);
  }
  return soonest_s;
}

bool Phases::advance(double dt_s, const Speed& speed, int gpus) {
  bool changed = false;
  auto take = [&](double& left, double amount, double whole) {
    if (left <= 0) return;
    left -= amount;
    if (left <= kDone * whole) {
      left = 0;
      changed = true;
    }
  };
  // Rates are those of the set that ran, whatever ends within this step.
  const double part = share(speed.ceiling_hz);
  rates_.assign(active_.size(), 0.0);
  for (std::size_t i = 0; i < active_.size(); ++i) {
    if (on_processor(active_[i])) rates_[i] = work_per_s(active_[i], speed) * part;
  }
  const int storage_users = std::max(1, storage_users_),
            network_users = std::max(1, network_users_);
  const auto& point = speed.graphics;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    Left& left = active_[i];
    const auto& phase = workload_->phases[left.phase];
    const double done_instr = rates_[i] * dt_s;
    work_instr += done_instr;
    if (phase.processor.period_s > 0 && on_processor(left)) {
      due_instr += phase.processor.work_instr / phase.processor.period_s * dt_s;
      due_done_instr += done_instr;
    }
    take(left.instr, done_instr, phase.processor.work_instr);
    if (left.flop_share > 0) {
      const bool by_flop = phase.graphics.work_flop > 0;
      const double total = by_flop ? phase.graphics.work_flop : phase.graphics.traffic_b;
      const double rate = (by_flop ? point.flop_per_s : point.bytes_per_s) * gpus;
      take(left.flop_share, rate * dt_s / (graphics_users_ * total), 1);
    }
    if (left.read_b > 0) {
      const double amount = machine_->drive.read_b_per_s / storage_users * dt_s;
      storage_b += std::min(amount, left.read_b);
      take(left.read_b, amount, phase.storage.read_b);
    } else if (left.write_b > 0) {
      const double amount = machine_->drive.write_b_per_s / storage_users * dt_s;
      storage_b += std::min(amount, left.write_b);
      take(left.write_b, amount, phase.storage.write_b);
    }
    take(left.network_b, network_b_per_s_ / network_users * dt_s, phase.network_b);
    if (std::isfinite(left.seconds)) take(left.seconds, dt_s, phase.for_s);
  }
  flop += point.flop_per_s * gpus * dt_s;
  graphics_b += point.bytes_per_s * gpus * dt_s;
  if (!changed) return false;
  std::erase_if(active_, [&](const Left& left) {
    const auto& phase = workload_->phases[left.phase];
    // A phase with a length of its own ends by the clock; others by their demands.
    const bool over = phase.for_s > 0
                          ? left.seconds <= 0
                          : left.seconds <= 0 && left.instr <= 0 && left.flop_share <= 0 &&
                                left.read_b <= 0 && left.write_b <= 0 && left.network_b <= 0;
    if (over) ended_[left.phase] = true;
    return over;
  });
  start_ready();
  return true;
}

std::string Phases::names() const {
  std::string text;
  for (const auto& left : active_) {
    text += (text.empty() ? "" : ", ") + workload_->phases[left.phase].name;
  }
  return text;
}

}  // namespace headroom

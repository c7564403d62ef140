#include "advice/assessor.hpp"

#include <fmt/core.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace headroom {

Assessor::Assessor(const Library& library, const std::vector<Task>& tasks,
                   const Circumstances& circumstances)
    : library_(library), tasks_(tasks), circumstances_(circumstances) {
  uses_drive_ = std::ranges::any_of(tasks, [](const Task& task) {
    return std::ranges::any_of(task.workload.phases, [](const Phase& phase) {
      return phase.storage.read_b > 0 || phase.storage.write_b > 0;
    });
  });
}

std::string Assessor::likeness(const Machine& machine) const {
  const auto& options = machine.configuration.options;
  auto option = [&](const char* slot) {
    const auto it = options.find(slot);
    return it == options.end() ? std::string() : it->second;
  };
  const auto& m = machine.memory;
  const auto& d = machine.drive;
  std::string key =
      fmt::format("{} {} {} {} | {} {} {} {} {} {} | {} {} {}", machine.id, option("cpu"),
                  option("gpu"), machine.configuration.changes_text(), m.modules, m.channels,
                  m.rate_hz, m.efficiency, m.idle_w_per_module, m.energy_per_byte_j, d.idle_w,
                  uses_drive_ ? d.active_w : 0, machine.port.fastest_b_per_s);
  if (uses_drive_) {
    key += fmt::format(" {} {} {}", d.read_b_per_s, d.write_b_per_s, d.read_latency_s);
  }
  for (const auto& task : tasks_) {  // how much memory there is counts where it is too little
    double needed_b = 0;
    for (const auto& phase : task.workload.phases) needed_b = std::max(needed_b, phase.memory_b);
    if (needed_b > m.capacity_b) key += fmt::format(" | {}", m.capacity_b);
  }
  return key;
}

std::vector<Contender> Assessor::assemble_all(
    const std::vector<Configuration>& configurations) const {
  // Files are read once for each machine, processor and graphics; the rest is refitted.
  std::map<std::string, std::pair<std::size_t, std::shared_ptr<const Machine>>> firsts;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < configurations.size(); ++i) {
    const auto& c = configurations[i];
    Configuration alike = c;
    alike.options.erase("memory");
    alike.options.erase("storage");
    const bool changed = !c.changes.empty() || !c.swaps.empty();
    keys.push_back(changed ? fmt::format("{} {}", i, c.text()) : alike.text());
    firsts.emplace(keys.back(), std::pair(i, nullptr));
  }
  std::vector<std::pair<std::size_t, std::shared_ptr<const Machine>>*> to_read;
  for (auto& [key, first] : firsts) to_read.push_back(&first);
  tbb::parallel_for(std::size_t{0}, to_read.size(), [&](std::size_t i) {
    const auto& configuration = configurations[to_read[i]->first];
    to_read[i]->second = std::make_shared<const Machine>(assemble(library_, configuration));
  });
  std::vector<Contender> contenders(configurations.size());
  tbb::parallel_for(std::size_t{0}, configurations.size(), [&](std::size_t i) {
    const auto& [first, machine] = firsts.at(keys[i]);
    auto own = first == i ? machine
                          : std::make_shared<const Machine>(
                                refitted(*machine, machine->offer.complete(configurations[i])));
    auto label = label_of(*own);
    contenders[i] = {std::move(own), std::move(label)};
  });
  return contenders;
}

std::vector<Standing> Assessor::assess(std::vector<Contender> contenders, const Progress& progress,
                                       bool (*stop)()) {
  std::vector<Standing> standings(contenders.size());
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    standings[i].contender = std::move(contenders[i]);
    standings[i].price_usd = standings[i].contender.machine->price_usd(circumstances_.day);
  }
  struct Job {
    const Machine* machine;
    std::size_t task;
    Outcome* outcome;
  };
  std::vector<Job> jobs;
  std::vector<std::string> keys(standings.size());
  for (std::size_t i = 0; i < standings.size(); ++i) {
    keys[i] = likeness(*standings[i].contender.machine);
    const auto [it, added] = known_.emplace(keys[i], std::vector<Outcome>());
    if (!added) continue;
    it->second.resize(tasks_.size());
    for (std::size_t t = 0; t < tasks_.size(); ++t) {
      jobs.push_back({standings[i].contender.machine.get(), t, &it->second[t]});
    }
  }
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::size_t done = 0;
  tbb::parallel_for(std::size_t{0}, jobs.size(), [&](std::size_t j) {
    const auto& job = jobs[j];
    if (stopped || (stop != nullptr && stop())) {
      stopped = true;
      job.outcome->possible = false;
      job.outcome->reason = kStopped;
      return;
    }
    *job.outcome = outcome_of(*job.machine, tasks_[job.task].workload, circumstances_.surroundings,
                              circumstances_.for_s, stop);
    if (job.outcome->reason == kStopped) stopped = true;
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress("runs", done, jobs.size());
  });
  runs_ += jobs.size();
  stopped_ = stopped_ || stopped;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    standings[i].outcomes = known_.at(keys[i]);
  }
  return standings;
}

}  // namespace headroom

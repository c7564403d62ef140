#include "cli/studies.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::size_t kMostProcessors = 10;

/// Processors that differ in what replay reads, or in name.
std::vector<Processor> processors_of(const std::vector<const Machine*>& machines) {
  std::vector<Processor> list;
  for (const auto* machine : machines) {
    const auto& cpu = machine->cpu;
    const bool known = std::ranges::any_of(list, [&](const Processor& other) {
      return other.id == cpu.id && other.name == cpu.name && other.l3_b == cpu.l3_b &&
             other.turbo_hz == cpu.turbo_hz &&
             other.microarchitecture.id == cpu.microarchitecture.id;
    });
    if (!known && list.size() < kMostProcessors) list.push_back(cpu);
  }
  return list;
}

std::vector<const Workload*> workloads_of(const std::vector<Task>& tasks) {
  std::vector<const Workload*> workloads;
  for (const auto& task : tasks) workloads.push_back(&task.workload);
  return workloads;
}

}  // namespace

std::vector<ProgramStudy> studies_of(const std::vector<const Workload*>& workloads,
                                     const std::vector<const Machine*>& machines) {
  std::vector<ProgramStudy> studies;
  for (const auto* workload : workloads) {
    if (recorded_code(*workload) == nullptr) continue;
    studies.push_back(study_program(*workload, processors_of(machines)));
  }
  return studies;
}

std::vector<ProgramStudy> studies_of(const Comparison& comparison) {
  std::vector<const Machine*> machines;
  for (const auto& s : comparison.standings) {
    if (s.possible) machines.push_back(s.contender.machine.get());
  }
  return studies_of(workloads_of(comparison.tasks), machines);
}

std::vector<ProgramStudy> studies_of(const Advice& advice) {
  std::vector<const Machine*> machines;
  const auto add = [&](const Choice& choice) {
    machines.push_back(choice.standing.contender.machine.get());
  };
  for (const int first : {advice.recommended, advice.within_10, advice.within_25}) {
    if (first >= 0) add(advice.choices[static_cast<std::size_t>(first)]);
  }
  for (const auto& choice : advice.choices) add(choice);
  return studies_of(workloads_of(advice.wish.tasks), machines);
}

std::vector<ProgramStudy> studies_of(const Library& library, const Timeline& timeline) {
  const auto workloads = workloads_of(timeline.tasks);
  const bool recorded = std::ranges::any_of(
      workloads, [](const Workload* workload) { return recorded_code(*workload) != nullptr; });
  if (!recorded) return {};
  std::vector<Machine> machines;
  for (const auto& lane : timeline.lanes) {
    for (const auto* list : {&lane.per_dollar, &lane.per_watt}) {
      for (const auto& offering : *list) {
        machines.push_back(assemble(library, Configuration::parse(offering.configuration)));
      }
    }
  }
  std::vector<const Machine*> all;
  for (const auto& machine : machines) all.push_back(&machine);
  return studies_of(workloads, all);
}

}  // namespace headroom

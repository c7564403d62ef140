#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/program_report.hpp"
#include "report/text.hpp"

namespace headroom {

std::string interval(const Uncertainty& doubt, double value, int decimals) {
  if (!doubt.stated() || !measured(value)) return {};
  return fmt::format("{:.{}f}..{:.{}f}", doubt.low(value), decimals, doubt.high(value), decimals);
}

std::string time_interval(const Uncertainty& doubt, double seconds) {
  if (!doubt.stated() || !measured(seconds)) return {};
  return duration(doubt.low(seconds)) + ".." + duration(doubt.high(seconds));
}

std::string doubt_note(const Workload& workload) {
  if (!workload.uncertainty.stated()) return {};
  return fmt::format("{}: times are expected {}", workload.id, workload.uncertainty.text());
}

std::vector<std::string> doubt_notes(const std::vector<Task>& tasks) {
  std::vector<std::string> notes;
  for (const auto& task : tasks) {
    if (auto note = doubt_note(task.workload); !note.empty()) notes.push_back(std::move(note));
  }
  return notes;
}

Uncertainty speed_doubt(const std::vector<Task>& tasks) {
  if (tasks.size() == 1) return tasks.front().workload.uncertainty;
  double logarithms = 0, weights = 0;
  for (const auto& task : tasks) {
    logarithms += task.weight * std::log(1 + task.workload.uncertainty.share());
    weights += task.weight;
  }
  const double share = weights > 0 ? std::exp(logarithms / weights) - 1 : 0;
  if (share <= 0) return {};
  return {{{"the recorded programs among the tasks are", share}}};
}

std::string at_work(const std::vector<Task>& tasks) {
  int most = 0;
  for (const auto& task : tasks) {
    const bool computes = std::ranges::any_of(
        task.workload.phases, [](const Phase& phase) { return phase.demands_processor(); });
    const int threads = threads_most(task.workload);
    if (computes && threads <= 0) return "every core";
    most = std::max(most, threads);
  }
  if (most == 0) return "every core";
  return most == 1 ? "one thread" : fmt::format("{} threads", most);
}

}  // namespace headroom

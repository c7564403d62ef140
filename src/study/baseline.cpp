#include "study/baseline.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

namespace headroom {
namespace {

constexpr std::size_t kSlopes = 4;
constexpr double kRidge = 0.1;
constexpr std::array<double, kSlopes> kRuleOfThumb = {1, 1, 0.3, 1};

/// The logarithms that the slopes multiply: cores, clock and threads a core of
/// many threads; clock of one.
std::array<double, kSlopes> terms(const BaselineRow& row) {
  // In GHz, so that intercepts stay small; a constant factor changes nothing else.
  const double clock = std::log(row.sheet.turbo_hz * 1e-9);
  if (row.single_thread) return {0, 0, 0, clock};
  return {std::log(row.sheet.cores), clock, std::log(row.sheet.threads_per_core), 0};
}

double log_score(const BaselineRow& row) {
  return row.less_is_better ? -std::log(row.value) : std::log(row.value);
}

}  // namespace

Baseline::Baseline(const std::vector<std::optional<BaselineRow>>& rows,
                   const std::vector<bool>& left_out) {
  std::vector<const BaselineRow*> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i] || left_out[i]) continue;
    seen.push_back(&*rows[i]);
    intercepts_.emplace(rows[i]->workload, 0);
  }
  if (seen.empty()) return;
  std::map<std::string, Eigen::Index> column;
  for (const auto& [workload, value] : intercepts_) {
    column.emplace(workload, static_cast<Eigen::Index>(kSlopes + column.size()));
  }
  const auto size = static_cast<Eigen::Index>(kSlopes + intercepts_.size());
  // Normal equations of what the rule of thumb leaves to explain.
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(size);
  for (const auto* row : seen) {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(size);
    double left = log_score(*row);
    const auto logs = terms(*row);
    for (std::size_t s = 0; s < kSlopes; ++s) {
      x[static_cast<Eigen::Index>(s)] = logs[s];
      left -= kRuleOfThumb[s] * logs[s];
    }
    x[column.at(row->workload)] = 1;
    A += x * x.transpose();
    b += left * x;
  }
  for (std::size_t s = 0; s < kSlopes; ++s) {
    A(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(s)) += kRidge;
  }
  const Eigen::VectorXd found = A.ldlt().solve(b);
  slopes_ = {kRuleOfThumb[0] + found[0], kRuleOfThumb[1] + found[1], kRuleOfThumb[2] + found[2],
             kRuleOfThumb[3] + found[3]};
  for (auto& [workload, value] : intercepts_) value = found[column.at(workload)];
}

std::optional<double> Baseline::predict(const BaselineRow& row) const {
  const auto intercept = intercepts_.find(row.workload);
  if (intercept == intercepts_.end()) return std::nullopt;
  const auto logs = terms(row);
  const double score = intercept->second + slopes_.cores * logs[0] + slopes_.clock * logs[1] +
                       slopes_.threads_per_core * logs[2] + slopes_.clock_single * logs[3];
  return std::exp(row.less_is_better ? -score : score);
}

std::vector<std::optional<BaselineRow>> baseline_rows(const Library& library,
                                                      const std::vector<EvidenceRow>& rows,
                                                      const TwinParts& parts) {
  std::vector<std::optional<BaselineRow>> found(rows.size());
  std::map<std::string, Workload> workloads;
  std::map<std::string, SpecSheet> sheets;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const EvidenceRow& row = rows[i];
    const bool time = row.metric == "time_s";
    if ((!time && row.metric != "score" && row.metric != "gflops") || row.value <= 0) continue;
    try {
      if (!workloads.contains(row.workload)) {
        workloads.emplace(row.workload, parts.read_workload(library, row.workload));
      }
      const Workload& workload = workloads.at(row.workload);
      const auto& phases = workload.phases;
      const auto of_processor = [](const Phase& p) { return p.demands_processor(); };
      if (!std::ranges::any_of(phases, of_processor) ||
          std::ranges::any_of(phases, [](const Phase& p) { return p.demands_graphics(); })) {
        continue;
      }
      const std::string key = row.machine + '\n' + row.options_text;
      if (!sheets.contains(key)) {
        const Machine machine = parts.assemble(library, {row.machine, row.options});
        const auto& turbo = machine.cpu.turbo_hz;
        sheets[key] = {machine.cpu.cores, machine.cpu.threads_per_core,
                       turbo.empty() ? machine.cpu.base_hz : *std::ranges::max_element(turbo)};
      }
      const auto threads = row.setup.find("threads");
      const bool single = threads != row.setup.end()
                              ? threads->second == "1"
                              : std::ranges::all_of(phases, [&](const Phase& p) {
                                  return !of_processor(p) || p.processor.threads == "1";
                                });
      found[i] = BaselineRow{sheets.at(key), row.workload, single, time, row.value};
    } catch (const InputError&) {
      // A machine or workload that the catalogue lacks has no spec sheet here.
    }
  }
  return found;
}

std::vector<std::optional<double>> baseline_plain(
    const std::vector<std::optional<BaselineRow>>& rows) {
  const Baseline baseline(rows, std::vector<bool>(rows.size()));
  std::vector<std::optional<double>> predictions(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i]) predictions[i] = baseline.predict(*rows[i]);
  }
  return predictions;
}

std::vector<std::optional<double>> baseline_cross(
    const std::vector<std::optional<BaselineRow>>& rows,
    const std::vector<std::vector<std::size_t>>& folds) {
  std::vector<std::optional<double>> predictions(rows.size());
  for (const auto& fold : folds) {
    std::vector<bool> left_out(rows.size());
    for (const std::size_t row : fold) left_out[row] = true;
    const Baseline baseline(rows, left_out);
    for (const std::size_t row : fold) {
      if (rows[row]) predictions[row] = baseline.predict(*rows[row]);
    }
  }
  return predictions;
}

}  // namespace headroom

#include "study/predict.hpp"

#include <fmt/core.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "study/setup.hpp"

namespace headroom {
namespace {

/// The first problem with its help, on one line.
std::string one_line(const InputError& error) {
  const Problem& first = error.problems().front();
  std::string text = error.what();
  if (!first.help.empty()) text += "; " + first.help;
  return text;
}

/// Calls `work`; what goes wrong in it becomes the reason.
template <class Work>
std::string reason_of(Work work) {
  try {
    work();
    return {};
  } catch (const InputError& error) {
    return one_line(error);
  } catch (const ModelError& error) {
    return error.what();
  } catch (const std::exception& error) {
    // A row must not take the others with it; it still says that this is our mistake.
    return fmt::format("a mistake in this program: {}", error.what());
  }
}

/// Rows with one run: the same machine, options, workload and setup.
struct Group {
  std::vector<std::size_t> rows;
  /// The catalogue files the run reads, "machines/imac-pro-2017/" and so on;
  /// empty as long as the machine could not be put together.
  std::mutex mutex;
  std::set<std::string, std::less<>> files;
};

/// The readings of one run for the rows of its group.
struct Readings {
  std::once_flag done;
  std::map<std::size_t, Prediction> of_row;
};

}  // namespace

struct Twin::Impl {
  Library library;
  std::vector<EvidenceRow> rows;
  TwinParts parts;
  std::vector<std::size_t> group_of;
  std::vector<std::unique_ptr<Group>> groups;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Readings>> cache;
  std::atomic<std::size_t> runs = 0;

  Impl(const Library& of, std::vector<EvidenceRow> evidence, TwinParts functions)
      : library(of), rows(std::move(evidence)), parts(std::move(functions)) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::string key = rows[i].machine + '\n' + rows[i].workload;
      for (const auto& [name, value] : rows[i].options) key += '\n' + name + '=' + value;
      key += '\n';
      for (const auto& [name, value] : rows[i].setup) key += '\n' + name + '=' + value;
      const auto [it, added] = seen.emplace(key, groups.size());
      if (added) groups.push_back(std::make_unique<Group>());
      groups[it->second]->rows.push_back(i);
      group_of.push_back(it->second);
    }
  }

  Library with(const FittedTable& fitted) const {
    Library trial = library;
    trial.set_fitted(fitted);
    return trial;
  }

  /// Which files a group's run reads. Until the machine can be put together,
  /// for which it may lack fitted numbers, it counts as depending on all.
  std::set<std::string, std::less<>> files_of(Group& group, const FittedTable& fitted) const {
    const std::lock_guard lock(group.mutex);
    if (!group.files.empty()) return group.files;
    const EvidenceRow& row = rows[group.rows.front()];
    (void)reason_of([&] {
      const Machine machine = parts.assemble(with(fitted), {row.machine, row.options});
      group.files = {"machines/" + Library::id_of(row.machine) + "/",
                     "workloads/" + Library::id_of(row.workload) + "/",
                     "processors/" + machine.cpu.id + "/",
                     "microarchitectures/" + machine.cpu.microarchitecture.id + "/"};
      for (const auto& graphics : machine.gpus) group.files.insert("graphics/" + graphics.id + "/");
    });
    return group.files;
  }

  static bool depends(const std::set<std::string, std::less<>>& files, std::string_view key) {
    if (files.empty()) return true;
    const auto first = key.find('/');
    const auto second = first == key.npos ? key.npos : key.find('/', first + 1);
    if (second == key.npos) return true;
    static const std::set<std::string_view> kTraced = {"machines", "workloads", "processors",
                                                       "microarchitectures", "graphics"};
    if (!kTraced.contains(key.substr(0, first))) return true;
    return files.contains(key.substr(0, second + 1));
  }

  std::map<std::size_t, Prediction> run_group(const Group& group, const FittedTable& fitted) {
    const EvidenceRow& first = rows[group.rows.front()];
    std::map<std::size_t, Prediction> readings;
    std::string reason = reason_of([&] {
      const RowSetup setup = read_setup(first.setup);
      if (!setup.reason.empty()) throw ModelError(setup.reason);
      const Library trial = with(fitted);
      Workload workload = parts.read_workload(trial, first.workload);
      const auto systems = known_systems(workload);
      if (std::ranges::find(systems, setup.options.os) == systems.end()) {
        throw ModelError("no operating system is called '" + setup.options.os + "'");
      }
      const Machine machine = parts.assemble(trial, {first.machine, first.options});
      if (setup.display) workload.display = *setup.display;
      ++runs;
      RunOptions options = setup.options;
      options.record = !std::ranges::all_of(group.rows, [&](std::size_t index) {
        return workload.has_result && rows[index].metric == workload.result.metric;
      });
      const RunResult result = parts.run(machine, workload, setup.surroundings, options);
      for (const std::size_t index : group.rows) {
        Prediction& reading = readings[index];
        reading.reason = reason_of([&] {
          std::string why;
          reading.value = parts.read_metric(workload, result, rows[index].metric, setup.at_s, why);
          if (reading.value && !std::isfinite(*reading.value)) {
            reading.value.reset();
            why = "the run gives no finite number for it";
          }
          if (!reading.value) {
            throw ModelError(why.empty() ? "the run has no such reading" : why);
          }
        });
      }
    });
    if (!reason.empty()) {
      for (const std::size_t index : group.rows) readings[index] = {std::nullopt, reason};
    }
    return readings;
  }

  Prediction predict(const FittedTable& fitted, std::size_t row) {
    const std::size_t index = group_of.at(row);
    Group& group = *groups[index];
    const auto files = files_of(group, fitted);
    std::string key = std::to_string(index);
    for (const auto& [name, entry] : fitted.entries()) {
      if (depends(files, name)) key += '\n' + name + '=' + entry.value;
    }
    std::shared_ptr<Readings> readings;
    {
      const std::lock_guard lock(mutex);
      auto& slot = cache[key];
      if (!slot) slot = std::make_shared<Readings>();
      readings = slot;
    }
    std::call_once(readings->done, [&] { readings->of_row = run_group(group, fitted); });
    return readings->of_row.at(row);
  }
};

Twin::Twin(const Library& library, std::vector<EvidenceRow> rows, TwinParts parts)
    : impl_(std::make_unique<Impl>(library, std::move(rows), std::move(parts))) {}
Twin::~Twin() = default;

const std::vector<EvidenceRow>& Twin::rows() const {
  return impl_->rows;
}

Prediction Twin::predict(const FittedTable& fitted, std::size_t row) const {
  return impl_->predict(fitted, row);
}

std::vector<Prediction> Twin::predict_all(const Progress& progress) const {
  return predict_all(impl_->library.fitted(), progress);
}

std::vector<Prediction> Twin::predict_all(const FittedTable& fitted,
                                          const Progress& progress) const {
  std::vector<Prediction> predictions(impl_->rows.size());
  std::mutex mutex;
  std::size_t done = 0;
  tbb::parallel_for(std::size_t{0}, impl_->groups.size(), [&](std::size_t g) {
    const auto& group = impl_->groups[g]->rows;
    for (const std::size_t row : group) predictions[row] = impl_->predict(fitted, row);
    const std::lock_guard lock(mutex);
    done += group.size();
    if (progress) progress("rows", done, predictions.size());
  });
  return predictions;
}

Predictor Twin::predictor() const {
  return [this](const FittedTable& fitted, std::size_t row) { return predict(fitted, row); };
}

std::size_t Twin::runs() const {
  return impl_->runs;
}

}  // namespace headroom

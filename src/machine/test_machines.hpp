#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "catalog/embedded.hpp"
#include "machine/run.hpp"
#include "replay/rested_workload.hpp"

namespace headroom::test {

/// The built-in catalogue, read once.
inline const Library& library() {
  static const Library kLibrary;
  return kLibrary;
}

inline Machine machine(const std::string& configuration) {
  return assemble(library(), Configuration::parse(configuration));
}

inline Workload workload(const std::string& id) {
  return read_rested_workload(library(), id);
}

inline constexpr const char* kBestImacPro = "imac-pro-2017:cpu=xeon-w-2191b,gpu=radeon-pro-vega-64";

/// The same machine with neither clamps nor firmware that would hide how hot it
/// gets: what is left are power and current limits.
inline Machine unclamped(Machine machine) {
  machine.throttles.clear();
  machine.cpu.tj_max_k = 1000;
  for (auto& gpu : machine.gpus) gpu.shutdown_k = 1000;
  return machine;
}

inline double work_done(const RunResult& result) {
  double sum = 0;
  for (const auto& repeat : result.summary.repeats) sum += repeat.work_instr;
  return sum;
}

inline double flop_done(const RunResult& result) {
  double sum = 0;
  for (const auto& repeat : result.summary.repeats) sum += repeat.graphics_flop;
  return sum;
}

inline double mean_of(const Trace& trace, std::string_view channel, double from_s, double to_s) {
  return trace.mean_between(trace.find(channel), from_s, to_s);
}

inline double last_of(const Trace& trace, std::string_view channel) {
  return trace.mean(trace.find(channel), trace.bins() - 1);
}

/// `text` with the value of `key` in the first table headed `header` replaced,
/// or, without a key, with the whole table taken out. Empty if there is no such
/// place: what a test meant to change was not there.
inline std::string changed(const std::string& text, std::string_view header, std::string_view key,
                           std::string_view value = {}) {
  const auto table = text.find("\n" + std::string(header) + "\n");
  if (table == text.npos) return {};
  const auto body = text.find('\n', table + 1) + 1;
  const auto next = text.find("\n[", body);
  const auto end = next == text.npos ? text.size() : next + 1;
  if (key.empty()) return text.substr(0, table + 1) + text.substr(end);
  const std::string wanted = "\n" + std::string(key) + " = ";
  const auto line = text.find(wanted, body - 1);
  if (line == text.npos || line >= end) return {};
  std::string result = text.substr(0, line) + wanted;
  result += value;
  return result + text.substr(text.find('\n', line + 1));
}

/// A folder that goes away with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> made{0};
    path_ = std::filesystem::temp_directory_path() /
            ("headroom-test-" + std::to_string(getpid()) + "-" + std::to_string(made++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }
  /// Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

/// The first number of a result that is not finite, by name; empty if all are.
/// Results of a workload that has none, or that was not finished, are NaN on
/// purpose and not looked at.
inline std::string not_finite(const RunResult& result) {
  const Summary& s = result.summary;
  const std::pair<const char*, double> numbers[] = {
      {"length", s.length_s},
      {"first clock", s.clock_first_hz},
      {"sustained clock", s.clock_sustained_hz},
      {"graphics clock", s.graphics_clock_sustained_hz},
      {"highest processor temperature", s.cpu_highest_k},
      {"highest graphics temperature", s.gpu_highest_k},
      {"sustained processor temperature", s.cpu_sustained_k},
      {"sustained graphics temperature", s.gpu_sustained_k},
      {"mean wall power", s.wall_mean_w},
      {"sustained wall power", s.wall_sustained_w},
      {"highest wall power", s.wall_highest_w},
      {"sustained noise", s.noise_sustained_dba},
      {"highest noise", s.noise_highest_dba},
      {"sustained fan speed", s.fan_sustained_rpm},
      {"highest fan speed", s.fan_highest_rpm},
      {"energy", s.energy_j},
      {"loss to heat", s.losses.to_heat},
      {"loss to power", s.losses.to_power},
      {"graphics loss to heat", s.losses.graphics_to_heat},
      {"graphics loss to power", s.losses.graphics_to_power},
      {"missed deadlines", s.missed_deadlines},
      {"stored energy", s.ledger.stored_j},
      {"carried off energy", s.ledger.carried_off_j}};
  for (const auto& [name, value] : numbers) {
    if (!std::isfinite(value)) return name;
  }
  for (const auto& repeat : s.repeats) {
    for (const double value : {repeat.start_s, repeat.end_s, repeat.work_instr,
                               repeat.graphics_flop, repeat.storage_b, repeat.clock_hz}) {
      if (!std::isfinite(value)) return "a number of a repeat";
    }
  }
  const Trace& trace = result.trace;
  for (std::size_t channel = 0; channel < trace.channels().size(); ++channel) {
    for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
      if (!std::isfinite(trace.mean(channel, bin)) || !std::isfinite(trace.low(channel, bin)) ||
          !std::isfinite(trace.high(channel, bin))) {
        return "channel " + trace.channels()[channel].name;
      }
    }
  }
  return {};
}

/// A result that may be odd but is one: finite numbers, energy that adds up.
inline void expect_sane(const RunResult& result) {
  EXPECT_EQ(not_finite(result), "");
  EXPECT_LT(result.summary.ledger.residual(), 1e-6);
  if (result.summary.shut_down) {
    EXPECT_NE(result.summary.shutdown_reason.find("thermal trip at"), std::string::npos);
  }
}

/// The message when `work` throws InputError; fails if it does not.
template <class Work>
std::string input_error(Work work) {
  try {
    work();
  } catch (const InputError& error) {
    std::string all;
    for (const auto& problem : error.problems()) all += problem.what + "; " + problem.help + "\n";
    return all;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "not an InputError: " << error.what();
    return {};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace headroom::test

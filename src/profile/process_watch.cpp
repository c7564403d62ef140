#include "profile/process_watch.hpp"

#include <dirent.h>
#include <fmt/core.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

#include "profile/kernel_file.hpp"

namespace headroom {
namespace {

constexpr std::size_t kRowsMost = 400;
constexpr std::size_t kThreadsMost = 4096;

double seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double ticks_s(const std::string& ticks) {
  static const double kTicks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return std::strtod(ticks.c_str(), nullptr) / kTicks;
}

/// What /proc/.../stat says, from the field after the name in brackets.
struct Stat {
  std::string name;
  std::vector<std::string> fields;  ///< [0] is the state

  explicit Stat(const std::string& path) {
    const std::string text = read_kernel_file(path);
    const auto open = text.find('('), close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return;
    name = text.substr(open + 1, close - open - 1);
    std::istringstream rest(text.substr(close + 1));
    for (std::string field; rest >> field;) fields.push_back(field);
  }
  bool good() const { return fields.size() > 30; }
};

std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> found;
  DIR* open = opendir(folder.c_str());
  if (open == nullptr) return found;
  while (const dirent* entry = readdir(open)) {
    const pid_t number = std::atoi(entry->d_name);
    if (number > 0) found.push_back(number);
  }
  closedir(open);
  return found;
}

template <class Use>
void for_each_line(const std::string& path, Use use) {
  std::istringstream in(read_kernel_file(path));
  std::string key;
  for (std::uint64_t value = 0; in >> key >> value;) use(key, value);
}

}  // namespace

void ProcessWatch::read_io(pid_t process, RunTotals& totals) {
  for_each_line(fmt::format("/proc/{}/io", process),
                [&](const std::string& key, std::uint64_t value) {
                  if (key == "rchar:") totals.read_b = value;
                  if (key == "wchar:") totals.written_b = value;
                  if (key == "read_bytes:") totals.storage_read_b = value;
                  if (key == "write_bytes:") totals.storage_written_b = value;
                });
}

void ProcessWatch::look_at_thread(pid_t process, pid_t thread, TimelineRow& row) {
  const Stat stat(fmt::format("/proc/{}/task/{}/stat", process, thread));
  if (!stat.good()) return;
  ++row.threads;
  if (stat.fields[0] == "R") ++row.running;
  const bool known = threads_.contains({process, thread});
  if (!known && threads_.size() >= kThreadsMost) return;
  ThreadTime& time = threads_[{process, thread}];
  if (!known) time = {process, thread, {}, 0, row.time_s, 0};
  time.name = stat.name;
  time.last_seen_s = row.time_s;
  std::istringstream schedule(
      read_kernel_file(fmt::format("/proc/{}/task/{}/schedstat", process, thread)));
  if (double ran_ns = 0; schedule >> ran_ns) {
    time.cpu_s = ran_ns * 1e-9;
  } else {
    time.cpu_s = ticks_s(stat.fields[11]) + ticks_s(stat.fields[12]);
  }
}

void ProcessWatch::look_at(pid_t process, TimelineRow& row) {
  const std::string folder = fmt::format("/proc/{}/", process);
  const Stat stat(folder + "stat");
  if (!stat.good() || stat.name == kSnapshotName) return;
  ++row.processes;
  // Its own time, and that of children that have ended and been waited for.
  row.user_s += ticks_s(stat.fields[11]) + ticks_s(stat.fields[13]);
  row.system_s += ticks_s(stat.fields[12]) + ticks_s(stat.fields[14]);
  std::istringstream memory(read_kernel_file(folder + "statm"));
  std::uint64_t size = 0, resident = 0;
  if (memory >> size >> resident) {
    row.resident_b += resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  for_each_line(folder + "io", [&](const std::string& key, std::uint64_t value) {
    if (key == "rchar:") row.read_b += value;
    if (key == "wchar:") row.written_b += value;
  });
  for (const pid_t thread : numbers_in(folder + "task")) {
    look_at_thread(process, thread, row);
    std::istringstream children(
        read_kernel_file(fmt::format("{}task/{}/children", folder, thread)));
    for (pid_t child = 0; children >> child;) look_at(child, row);
  }
}

void ProcessWatch::thin_out() {
  std::vector<TimelineRow> kept;
  for (std::size_t i = 0; i < rows_.size(); i += 2) kept.push_back(rows_[i]);
  rows_ = std::move(kept);
  interval_s_ *= 2;
}

void ProcessWatch::look(double now_s, bool even_if_early) {
  if (now_s < next_s_ && !even_if_early) return;
  const double before = seconds_now();
  TimelineRow row;
  row.time_s = now_s;
  look_at(root_, row);
  if (row.processes > 0) rows_.push_back(row);
  if (rows_.size() > kRowsMost) thin_out();
  next_s_ = now_s + std::max(interval_s_, 50 * (seconds_now() - before));
}

std::vector<ThreadTime> ProcessWatch::threads(std::size_t most) const {
  std::vector<ThreadTime> sorted;
  for (const auto& [key, time] : threads_) sorted.push_back(time);
  std::sort(sorted.begin(), sorted.end(),
            [](const ThreadTime& a, const ThreadTime& b) { return a.cpu_s > b.cpu_s; });
  if (sorted.size() > most) sorted.resize(most);
  return sorted;
}

}  // namespace headroom

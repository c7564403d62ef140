#include "host/facts.hpp"

#include <fmt/core.h>
#include <sched.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "profile/host.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;
constexpr int kMostCpus = 4096;

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// The number that a text begins with.
std::optional<double> leading_number(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> number_in(const std::string& path) {
  return leading_number(first_line(path));
}

/// What /proc/cpuinfo says of the first processor under a key.
std::string cpuinfo(const std::string& root, std::string_view wanted) {
  std::ifstream in(root + "/proc/cpuinfo");
  for (std::string line; std::getline(in, line) && !line.empty();) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto key_end = line.find_last_not_of(" \t:", colon);
    if (key_end == std::string::npos || line.substr(0, key_end + 1) != wanted) continue;
    const auto value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return {};
}

std::vector<int> usable_cpus(const std::string& root) {
  if (root.empty()) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
      std::vector<int> cpus;
      for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) cpus.push_back(cpu);
      }
      if (!cpus.empty()) return cpus;
    }
  }
  auto cpus = cpu_list(first_line(root + "/sys/devices/system/cpu/online"));
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

/// Sorts the processors into cores by their siblings.
void read_topology(HostFacts& facts, const std::string& root) {
  const std::vector<int> usable = usable_cpus(root);
  std::vector<std::vector<int>> cores;
  std::set<int> seen;
  for (const int cpu : usable) {
    if (seen.contains(cpu)) continue;
    std::vector<int> threads = {cpu};
    const std::string siblings = first_line(
        fmt::format("{}/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", root, cpu));
    for (const int other : cpu_list(siblings)) {
      if (other != cpu && std::ranges::find(usable, other) != usable.end()) {
        threads.push_back(other);
      }
    }
    seen.insert(threads.begin(), threads.end());
    cores.push_back(std::move(threads));
  }
  facts.cores = static_cast<int>(cores.size());
  for (std::size_t thread = 0;; ++thread) {
    bool any = false;
    for (const auto& core : cores) {
      if (thread >= core.size()) continue;
      facts.cpus.push_back(core[thread]);
      any = true;
    }
    if (!any) break;
    facts.threads_per_core = static_cast<int>(thread) + 1;
  }
}

/// "AMD EPYC 7763 @ 2.45GHz" names it; Linux may know it better.
double base_clock_hz(const std::string& root, const std::string& name) {
  if (const auto khz = number_in(root + "/sys/devices/system/cpu/cpu0/cpufreq/base_frequency")) {
    return *khz * 1e3;
  }
  const auto at = name.find("@ ");
  if (at == std::string::npos || name.find("GHz", at) == std::string::npos) return 0;
  return leading_number(name.substr(at + 2)).value_or(0) * 1e9;
}

double memory_b(const std::string& root, double physical_b) {
  double bytes = physical_b;
  std::ifstream in(root + "/proc/meminfo");
  for (std::string line; bytes <= 0 && std::getline(in, line);) {
    if (!line.starts_with("MemTotal:")) continue;
    const auto digits = line.find_first_of("0123456789");
    if (digits != std::string::npos) {
      bytes = leading_number(line.substr(digits)).value_or(0) * 1024;
    }
  }
  const auto limit_b = number_in(root + "/sys/fs/cgroup/memory.max");
  return limit_b && *limit_b > 0 ? std::min(bytes, *limit_b) : bytes;
}

double quota_cpus(const std::string& root) {
  std::istringstream words(first_line(root + "/sys/fs/cgroup/cpu.max"));
  std::string quota, period;
  words >> quota >> period;
  const auto q = leading_number(quota), p = leading_number(period);
  return q && p && *p > 0 ? *q / *p : 0;  // "max 100000" where there is no limit
}

double fastest_port_b_per_s(const std::string& root) {
  double fastest = 0;
  std::error_code status;
  for (const auto& entry : fs::directory_iterator(root + "/sys/class/net", status)) {
    const auto mbit = number_in(entry.path().string() + "/speed");
    if (mbit) fastest = std::max(fastest, *mbit * 1e6 / 8);
  }
  return fastest;
}

}  // namespace

std::vector<int> cpu_list(const std::string& text) {
  std::vector<int> cpus;
  std::istringstream in(text);
  for (std::string range; std::getline(in, range, ',');) {
    const auto low = leading_number(range);
    const auto dash = range.find('-');
    const auto high = dash == std::string::npos ? low : leading_number(range.substr(dash + 1));
    if (!low || !high || *low < 0 || *high >= kMostCpus) continue;
    for (int cpu = static_cast<int>(*low); cpu <= static_cast<int>(*high); ++cpu) {
      cpus.push_back(cpu);
    }
  }
  return cpus;
}

double HostFacts::cache_b(unsigned level) const {
  for (const auto& cache : description.caches) {
    if (cache.level == level && cache.kind != "Instruction") {
      return static_cast<double>(cache.size_b);
    }
  }
  return 0;
}

int HostFacts::cache_count(unsigned level) const {
  for (const auto& cache : description.caches) {
    if (cache.level != level || cache.kind == "Instruction") continue;
    const auto shared = std::max<std::size_t>(1, cache.shared_by);
    return static_cast<int>((cpus.size() + shared - 1) / shared);
  }
  return 0;
}

bool HostFacts::has(const std::string& feature) const {
  return std::ranges::find(description.features, feature) != description.features.end();
}

HostFacts read_facts(const std::string& root) {
  HostFacts facts;
  facts.description = describe_host(root);
  facts.vendor = cpuinfo(root, "vendor_id");
  const auto number = [&](std::string_view key) {
    return static_cast<int>(std::clamp(leading_number(cpuinfo(root, key)).value_or(0), 0.0, 1e6));
  };
  facts.family = number("cpu family");
  facts.model = number("model");
  facts.stepping = number("stepping");
  facts.virtual_machine = facts.has("hypervisor");
  read_topology(facts, root);
  facts.quota_cpus = quota_cpus(root);
  facts.base_hz = base_clock_hz(root, facts.description.processor);
  facts.memory_b = memory_b(root, static_cast<double>(facts.description.memory_b));
  facts.network_b_per_s = fastest_port_b_per_s(root);
  struct statvfs drive {};
  if (root.empty() && statvfs("/", &drive) == 0) {
    facts.drive_b = static_cast<double>(drive.f_blocks) * static_cast<double>(drive.f_frsize);
  }
  return facts;
}

}  // namespace headroom

#include "profile/host.hpp"

#include <fmt/core.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace headroom {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::uint64_t leading_number(const std::string& text) {
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// "32768K" or "1M" in bytes.
std::uint64_t size_of(const std::string& text) {
  const std::uint64_t value = leading_number(text);
  if (text.ends_with('K')) return value << 10;
  if (text.ends_with('M')) return value << 20;
  if (text.ends_with('G')) return value << 30;
  return value;
}

/// How many processors a list such as "0-3,8" names.
std::uint32_t listed(const std::string& text) {
  std::uint32_t count = 0;
  std::istringstream in(text);
  for (std::string range; std::getline(in, range, ',');) {
    const auto dash = range.find('-');
    const auto low = leading_number(range);
    const auto high = dash == std::string::npos ? low : leading_number(range.substr(dash + 1));
    if (high >= low) count += static_cast<std::uint32_t>(high - low + 1);
  }
  return count;
}

void read_processor(HostDescription& host, const std::string& root) {
  std::ifstream in(root + "/proc/cpuinfo");
  std::set<std::pair<std::string, std::string>> cores;
  std::string package;
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon + 2 > line.size()) continue;
    std::string key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    const std::string value = line.substr(colon + 2 > line.size() ? colon + 1 : colon + 2);
    if (key == "processor") ++host.logical_processors;
    if (key == "model name" && host.processor.empty()) host.processor = value;
    if (key == "physical id") package = value;
    if (key == "core id") cores.insert({package, value});
    if (key == "flags" && host.features.empty()) {
      std::istringstream words(value);
      for (std::string word; words >> word;) host.features.push_back(word);
    }
  }
  host.cores = cores.empty() ? host.logical_processors : static_cast<std::uint32_t>(cores.size());
}

}  // namespace

HostDescription describe_host(const std::string& root) {
  HostDescription host;
  read_processor(host, root);
  utsname system{};
  if (root.empty() && uname(&system) == 0)
    host.kernel = fmt::format("{} {}", system.sysname, system.release);
  struct sysinfo memory {};
  if (root.empty() && sysinfo(&memory) == 0)
    host.memory_b = std::uint64_t{memory.totalram} * memory.mem_unit;
  for (int i = 0; i < 8; ++i) {
    const std::string folder =
        fmt::format("{}/sys/devices/system/cpu/cpu0/cache/index{}/", root, i);
    HostDescription::Cache cache;
    cache.kind = first_line(folder + "type");
    if (cache.kind.empty()) break;
    cache.level = static_cast<std::uint32_t>(leading_number(first_line(folder + "level")));
    cache.size_b = size_of(first_line(folder + "size"));
    cache.ways =
        static_cast<std::uint32_t>(leading_number(first_line(folder + "ways_of_associativity")));
    cache.line_b =
        static_cast<std::uint32_t>(leading_number(first_line(folder + "coherency_line_size")));
    cache.shared_by = listed(first_line(folder + "shared_cpu_list"));
    host.caches.push_back(cache);
  }
  return host;
}

}  // namespace headroom

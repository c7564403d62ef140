#include "cli/kinds.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "catalog/configuration.hpp"

namespace headroom {
namespace {

struct Kind {
  std::string_view folder;
  std::string_view words;                     ///< "a machine"
  std::array<std::string_view, 4> telltales;  ///< top keys that only such a file has
};
constexpr Kind kKinds[] = {
    {"workloads", "a workload", {"phase", "characters", "result", "gap"}},
    {"machines", "a machine", {"on_sale", "options", "thermal", "cooling"}},
    {"processors", "a processor", {"turbo", "turbo_cores", "tj_max", "icc_max"}},
    {"graphics", "a graphics processor", {"compute_units", "boost", "package_cap", "state_clocks"}},
    {"microarchitectures", "a microarchitecture", {"uncore", "silicon", "caches", "core"}},
    {"pipelines", "a pipeline", {"front_end", "back_end", "pages", "operations"}},
    {"systems", "an operating system", {"background"}},
    {"recordings", "a recording", {"package", "command", "recorded"}},
};

std::string words_for(std::string_view folder) {
  return std::string(std::ranges::find(kKinds, folder, &Kind::folder)->words);
}

}  // namespace

std::string kind_of(const Library& library, const std::string& id) {
  if (id.ends_with(".toml")) {
    Document document = library.open("machines", id);
    const auto keys = document.root().keys();
    for (const auto& kind : kKinds) {
      const bool told = std::ranges::any_of(keys, [&](const std::string& key) {
        return std::ranges::find(kind.telltales, key) != kind.telltales.end();
      });
      if (told) return std::string(kind.folder);
    }
    return {};
  }
  for (const auto& kind : kKinds) {
    if (library.contains(kind.folder, id)) return std::string(kind.folder);
  }
  if (id.starts_with(kRecordingFolder)) return "recordings";
  return {};
}

void check_run_operands(const Library& library, const std::vector<std::string>& operands) {
  std::vector<std::string> kinds;
  std::string machines, workloads;  // as they should stand in the command
  for (const auto& operand : operands) {
    kinds.push_back(kind_of(library, Configuration::machine_of(operand)));
    if (kinds.back() == "recordings") kinds.back() = "workloads";  // it runs as one
    if (kinds.back() == "machines") machines += " " + operand;
    if (kinds.back() == "workloads") workloads += " " + operand;
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const bool last = i + 1 == operands.size();
    const std::string_view wanted = last ? "workloads" : "machines";
    if (kinds[i].empty() || kinds[i] == wanted) continue;
    std::string help = "'headroom show " + operands[i] + "' shows it";
    if (kinds[i] == "workloads") {
      help = std::ranges::count(kinds, "workloads") == 1 && !machines.empty()
                 ? fmt::format("the workload comes last: headroom run{}{}", machines, workloads)
                 : fmt::format("run it on a machine: headroom run imac-pro-2017 {}", operands[i]);
    } else if (kinds[i] == "machines") {
      help = std::ranges::count(kinds, "workloads") == 1
                 ? fmt::format("the workload comes last: headroom run{}{}", machines, workloads)
                 : fmt::format(
                       "the workload comes last: headroom run{} WORKLOAD; 'headroom list "
                       "workloads' lists them",
                       machines);
    } else if (kinds[i] == "processors" || kinds[i] == "graphics") {
      help = fmt::format("it can be part of a machine: headroom run MACHINE:{}={} WORKLOAD",
                         kinds[i] == "graphics" ? "gpu" : "cpu", operands[i]);
    }
    throw InputError(
        fmt::format("'{}' is {}, not {}", operands[i], words_for(kinds[i]), words_for(wanted)),
        help);
  }
}

}  // namespace headroom

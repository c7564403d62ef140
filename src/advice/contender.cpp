#include "advice/contender.hpp"

#include <algorithm>
#include <string_view>

#include "base/printable.hpp"

namespace headroom {
namespace {

/// "Intel Xeon W-2191B" without its maker, who is known.
std::string without_maker(std::string name) {
  for (const std::string_view maker : {"Intel ", "AMD "}) {
    if (name.starts_with(maker)) name.erase(0, maker.size());
  }
  return name;
}

}  // namespace

std::string option_name(const Machine& machine, const std::string& slot) {
  if (slot == "cpu") return without_maker(machine.cpu.name);
  if (slot == "gpu" && !machine.gpus.empty()) {
    const auto count = machine.gpus.size();
    const auto name = without_maker(machine.gpus.front().name);
    return count > 1 ? std::to_string(count) + " x " + name : name;
  }
  const auto it = machine.configuration.options.find(slot);
  if (it == machine.configuration.options.end()) return {};
  const auto* option = machine.offer.find(slot, it->second);
  return option != nullptr ? option->name : it->second;
}

std::string label_of(const Machine& machine) {
  std::string label = machine.name;
  for (const auto& slot : machine.offer.slots()) {
    const auto it = machine.configuration.options.find(slot);
    const auto* base = machine.offer.base(slot);
    const bool chosen =
        it != machine.configuration.options.end() && (base == nullptr || it->second != base->id);
    if (chosen || machine.configuration.swaps.contains(slot)) {
      label += ", " + option_name(machine, slot);
    }
  }
  const auto& swaps = machine.configuration.swaps;
  if (const auto it = swaps.find("cooling"); it != swaps.end()) {
    label += ", cooled as " + it->second;
  }
  for (const auto& change : machine.configuration.changes) {
    label += ", " + change.path + "=" + change.value;
  }
  return printable(label);
}

std::vector<Contender> contenders_of(const Library& library,
                                     const std::vector<Configuration>& configurations) {
  std::vector<Contender> contenders;
  auto add = [&](const Configuration& configuration) {
    auto machine = std::make_shared<const Machine>(assemble(library, configuration));
    const auto label = label_of(*machine);
    const bool twice =
        std::ranges::any_of(contenders, [&](const auto& c) { return c.label == label; });
    if (!twice) contenders.push_back({std::move(machine), label});
  };
  for (const auto& configuration : configurations) {
    if (!configuration.changes.empty() || !configuration.swaps.empty()) {
      Configuration sold = configuration;
      sold.changes.clear();
      sold.swaps.clear();
      add(sold);
    }
    add(configuration);
  }
  return contenders;
}

}  // namespace headroom

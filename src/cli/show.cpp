#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "catalog/configuration.hpp"
#include "cli/common.hpp"
#include "compute/parts.hpp"
#include "machine/machine.hpp"
#include "workload/workload.hpp"

namespace headroom {
namespace {

void print_numbers(const std::vector<Provenance>& rows) {
  std::size_t path_width = 0, value_width = 0;
  for (const auto& row : rows) {
    path_width = std::max(path_width, row.path.size());
    value_width = std::max(value_width, row.written.size());
  }
  value_width = std::min<std::size_t>(value_width, 24);
  for (const auto& row : rows) {
    fmt::print("  {:<{}}  {:<{}}  {}\n", row.path, path_width, row.written, value_width,
               row.source);
  }
}

void print_json(const std::string& id, const std::string& name,
                const std::vector<Provenance>& rows) {
  nlohmann::ordered_json json = {{"id", id}, {"name", name}};
  auto& numbers = json["numbers"] = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    numbers.push_back({{"path", row.path},
                       {"value", row.written},
                       {"meaning", row.meaning},
                       {"source", row.source}});
  }
  fmt::print("{}\n", json.dump(2));
}

void print_options(const Offer& offer) {
  for (const auto& slot : offer.slots()) {
    fmt::print("\n{}\n", slot);
    for (const auto& option : offer.options) {
      if (option.slot != slot) continue;
      std::string dates;
      if (option.from > offer.from) dates += fmt::format(", from {}", option.from);
      if (option.to < offer.to) dates += fmt::format(", until {}", option.to);
      if (option.user_fitted) dates += ", fitted by owners, never sold so";
      fmt::print("  {:<24} {:>+7.0f} USD{}{}\n", option.id, option.prices.front().usd, dates,
                 option.base ? "  (base)" : "");
      for (std::size_t i = 1; i < option.prices.size(); ++i) {
        fmt::print("  {:<24} {:>+7.0f} USD from {}\n", "", option.prices[i].usd,
                   option.prices[i].from);
      }
      for (const auto& needed : option.only_with)
        fmt::print("  {:<24}   only with {}\n", "", needed);
    }
  }
}

int show_machine(const Library& library, const std::string& text, bool json) {
  const Machine machine = assemble(library, Configuration::parse(text));
  if (json) {
    print_json(machine.configuration.text(), machine.name, machine.provenance);
    return 0;
  }
  fmt::print("{}\n{}\n\n", machine.name, machine.summary);
  fmt::print("configuration  {}\n", machine.configuration.text());
  fmt::print("price          {:.0f} USD on {}\n", machine.price_usd(),
             machine.offer.first_day(machine.configuration));
  fmt::print("on sale        {} to {}\n", machine.offer.from, machine.offer.to);
  print_options(machine.offer);
  fmt::print("\nevery number and its source\n");
  print_numbers(machine.provenance);
  return 0;
}

void print_workload_json(const Workload& workload) {
  nlohmann::ordered_json json = {{"id", workload.id},
                                 {"name", workload.name},
                                 {"basis", workload.basis},
                                 {"repeat", workload.repeat},
                                 {"gap_s", workload.gap_s}};
  for (const auto& phase : workload.phases) {
    json["phases"].push_back({{"name", phase.name},
                              {"after", phase.after},
                              {"for_s", phase.for_s},
                              {"endless", phase.endless},
                              {"work_instr", phase.processor.work_instr},
                              {"threads", phase.processor.threads},
                              {"serial", phase.processor.serial},
                              {"sync", phase.processor.sync},
                              {"graphics_flop", phase.graphics.work_flop},
                              {"graphics_traffic_b", phase.graphics.traffic_b},
                              {"read_b", phase.storage.read_b},
                              {"write_b", phase.storage.write_b}});
  }
  for (const auto& [name, c] : workload.characters) {
    json["characters"][name] = {
        {"parallelism", c.parallelism},     {"mispredicts", c.mispredicts},
        {"cache_sizes_b", c.cache_sizes_b}, {"misses", c.misses},
        {"miss_scale", c.miss_scale},       {"vector_share", c.vector_share},
        {"vector_level", c.vector_level}};
  }
  fmt::print("{}\n", json.dump(2));
}

int show_workload(const Library& library, const std::string& id, bool json) {
  const Workload workload = read_workload(library, id);
  if (json) {
    print_workload_json(workload);
    return 0;
  }
  fmt::print("{}\n{}\n\nbasis: {}\n", workload.name, workload.summary, workload.basis);
  for (const auto& phase : workload.phases) {
    fmt::print("\nphase {}\n", phase.name);
    for (const auto& before : phase.after) fmt::print("  after {}\n", before);
    if (phase.for_s > 0) fmt::print("  lasts {:g} s\n", phase.for_s);
    if (phase.endless) fmt::print("  lasts until the run ends\n");
    const auto& p = phase.processor;
    if (phase.demands_processor()) {
      fmt::print("  processor: {} threads like '{}'", p.threads, p.character);
      if (p.work_instr > 0) fmt::print(", {:g} Ginstr", p.work_instr * 1e-9);
      if (p.period_s > 0) fmt::print(" every {:g} ms", p.period_s * 1e3);
      if (p.busy < 1) fmt::print(", busy {:g} %", p.busy * 100);
      fmt::print("\n");
    }
    if (phase.demands_graphics()) {
      fmt::print("  graphics: {:g} Gflop, {:g} GB, busy {:g} %\n", phase.graphics.work_flop * 1e-9,
                 phase.graphics.traffic_b * 1e-9, phase.graphics.busy * 100);
    }
    if (phase.storage.read_b + phase.storage.write_b > 0) {
      fmt::print("  drive: reads {:g} GB, writes {:g} GB\n", phase.storage.read_b * 1e-9,
                 phase.storage.write_b * 1e-9);
    }
  }
  for (const auto& [name, c] : workload.characters) {
    fmt::print("\ncharacter {}: {:g} instructions a cycle by dependences, {:g} mispredicts and",
               name, c.parallelism, c.mispredicts);
    for (std::size_t i = 0; i < c.misses.size(); ++i) {
      fmt::print("{} {:g} misses at {:g} KiB", i == 0 ? "" : ",", c.misses[i],
                 c.cache_sizes_b[i] / 1024);
    }
    fmt::print(" per 1000 instructions\n");
  }
  return 0;
}

int show_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& id = arguments.operands[0];
  const bool json = arguments.flag("json");
  std::vector<Provenance> numbers;
  std::string name;
  if (library.contains("processors", id)) {
    const Processor p = read_processor(library, id, &numbers);
    name = p.name;
  } else if (library.contains("graphics", id)) {
    name = read_graphics(library, id, &numbers).name;
  } else if (library.contains("microarchitectures", id)) {
    name = read_microarchitecture(library, id, &numbers).name;
  } else if (library.contains("workloads", id)) {
    return show_workload(library, id, json);
  } else {
    const std::string machine = id.substr(0, id.find(':'));
    if (library.contains("machines", machine) || machine.ends_with(".toml")) {
      return show_machine(library, id, json);
    }
    std::vector<std::string> known;
    for (const auto& kind : library.kinds()) {
      for (auto& other : library.ids(kind)) known.push_back(std::move(other));
    }
    throw InputError(fmt::format("nothing in the catalogue is called '{}'", id),
                     suggest(id, known));
  }
  if (json) {
    print_json(id, name, numbers);
    return 0;
  }
  fmt::print("{}\n\n", name);
  print_numbers(numbers);
  return 0;
}

}  // namespace

extern const Command kShowCommand;
const Command kShowCommand{
    .name = "show",
    .summary = "show a machine, part or workload: every number and its source",
    .operands = "ID",
    .least = 1,
    .most = 1,
    .options = {{"json", "", "print as JSON", ""}, catalog_option()},
    .examples =
        "  headroom show xeon-w-2191b\n  headroom show imac-pro-2017:gpu=radeon-pro-vega-64\n"
        "  headroom show cinebench-r15-nt\n",
    .run = show_command,
};

}  // namespace headroom

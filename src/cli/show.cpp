#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalog/configuration.hpp"
#include "cli/command_line.hpp"
#include "cli/common.hpp"
#include "cli/kinds.hpp"
#include "cli/own_workload.hpp"
#include "cli/show_recorded.hpp"
#include "cli/terminal.hpp"
#include "compute/parts.hpp"
#include "machine/machine.hpp"
#include "replay/pipeline.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {

extern const Command kShowCommand;

namespace {

void print(const nlohmann::ordered_json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_numbers(const std::vector<Provenance>& rows) {
  std::size_t path_width = 0, value_width = 0;
  for (const auto& row : rows) {
    path_width = std::max(path_width, row.path.size());
    value_width = std::max(value_width, row.written.size());
  }
  value_width = std::min<std::size_t>(value_width, 24);
  for (const auto& row : rows) {
    say("  {:<{}}  {:<{}}  {}\n", row.path, path_width, row.written, value_width, row.source);
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
  print(json);
}

/// An option's name for people: its own, or that of the part that it is.
std::string name_of(const Library& library, const Option& option) {
  if (option.name != option.id) return option.name;
  if (option.slot == "cpu" && library.contains("processors", option.id)) {
    return read_processor(library, option.id).name;
  }
  if (option.slot == "gpu" && library.contains("graphics", option.id)) {
    return read_graphics(library, option.id).name;
  }
  return {};  // the id says it all
}

void print_options(const Library& library, const Offer& offer) {
  std::size_t width = 0;
  for (const auto& option : offer.options) width = std::max(width, option.id.size());
  for (const auto& slot : offer.slots()) {
    say("\n{}\n", slot);
    for (const auto& option : offer.options) {
      if (option.slot != slot) continue;
      std::string dates;
      if (option.from > offer.from) dates += fmt::format(", from {}", option.from);
      if (option.to < offer.to) dates += fmt::format(", until {}", option.to);
      if (option.user_fitted) dates += ", fitted by owners, never sold so";
      const std::string name = name_of(library, option);
      say("  {:<{}} {:>+7.0f} USD{}{}{}\n", option.id, width, option.prices.front().usd,
          name.empty() ? "" : "  " + name, dates, option.base ? "  (base)" : "");
      for (std::size_t i = 1; i < option.prices.size(); ++i) {
        say("  {:<{}} {:>+7.0f} USD from {}\n", "", width, option.prices[i].usd,
            option.prices[i].from);
      }
      for (const auto& needed : option.only_with)
        say("  {:<{}}   only with {}\n", "", width, needed);
    }
  }
}

int show_machine(const Library& library, const std::string& text, const Arguments& arguments) {
  const bool json = arguments.flag("json");
  const Machine machine = assemble(library, with_changes(Configuration::parse(text), arguments));
  if (json) {
    print_json(machine.configuration.text(), machine.name, machine.provenance);
    return 0;
  }
  say("{}\n{}\n\n", machine.name, machine.summary);
  say("configuration  {}\n", machine.configuration.text());
  if (const auto asked = machine.configuration.changes_text(); !asked.empty()) {
    say("changed        {}\n", asked);
  }
  for (const auto& note : machine.notes) say("note           {}\n", note);
  if (machine.price_known()) {
    say("price          {:.0f} USD on {}\n", machine.price_usd(),
        machine.offer.first_day(machine.configuration));
  } else {
    say("price          not known\n");
  }
  say("on sale        {} to {}\n", machine.offer.from, machine.offer.to);
  const auto with_parts = library.with_parts_of(machine.configuration.machine);
  print_options(with_parts ? *with_parts : library, machine.offer);
  say("\nevery number and its source\n");
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
    json["characters"][name] = {{"recording", c.recording},
                                {"parallelism", c.parallelism},
                                {"mispredicts", c.mispredicts},
                                {"cache_sizes_b", c.cache_sizes_b},
                                {"misses", c.misses},
                                {"miss_scale", c.miss_scale},
                                {"vector_share", c.vector_share},
                                {"vector_level", c.vector_level}};
  }
  print(json);
}

int show_workload(const Library& library, const std::string& id, const Arguments& arguments) {
  const bool json = arguments.flag("json");
  const Workload workload = read_rested_workload(library, id, all_changes(arguments));
  if (json) {
    print_workload_json(workload);
    return 0;
  }
  say("{}\n{}\n\nbasis: {}\n", workload.name, workload.summary, workload.basis);
  for (const auto& phase : workload.phases) {
    say("\nphase {}\n", phase.name);
    for (const auto& before : phase.after) say("  after {}\n", before);
    if (phase.for_s > 0) say("  lasts {:g} s\n", phase.for_s);
    if (phase.endless) say("  lasts until the run ends\n");
    const auto& p = phase.processor;
    if (phase.demands_processor()) {
      say("  processor: {} threads like '{}'", p.threads, p.character);
      if (p.work_instr > 0) say(", {:g} Ginstr", p.work_instr * 1e-9);
      if (p.period_s > 0) say(" every {:g} ms", p.period_s * 1e3);
      if (p.busy < 1) say(", busy {:g} %", p.busy * 100);
      say("\n");
    }
    if (phase.demands_graphics()) {
      say("  graphics: {:g} Gflop, {:g} GB, busy {:g} %\n", phase.graphics.work_flop * 1e-9,
          phase.graphics.traffic_b * 1e-9, phase.graphics.busy * 100);
    }
    if (phase.storage.read_b + phase.storage.write_b > 0) {
      say("  drive: reads {:g} GB, writes {:g} GB\n", phase.storage.read_b * 1e-9,
          phase.storage.write_b * 1e-9);
    }
  }
  for (const auto& [name, c] : workload.characters) {
    say("\ncharacter {}: ", name);
    if (!c.recording.empty()) {
      say("rests on the recording {}; where that was made, ", printable(c.recording));
    }
    say("{:.3g} instructions a cycle by dependences, {:.3g} mispredicts and", c.parallelism,
        c.mispredicts);
    for (std::size_t i = 0; i < c.misses.size(); ++i) {
      say("{} {:.3g} misses at {:g} KiB", i == 0 ? "" : ",", c.misses[i],
          c.cache_sizes_b[i] / 1024);
    }
    say(" per 1000 instructions\n");
  }
  say("\nevery number and its source\n");
  print_numbers(workload.provenance);
  return 0;
}

[[noreturn]] void refuse(const Library& library, const std::string& id) {
  if (id.ends_with(".toml")) {
    throw InputError(fmt::format("cannot tell what '{}' describes", id),
                     "a machine has [on_sale] and [options], a workload [[phase]]");
  }
  std::vector<std::string> known;
  for (const auto& kind : library.kinds()) {
    for (auto& other : library.ids(kind)) known.push_back(std::move(other));
  }
  throw InputError(fmt::format("nothing in the catalogue is called '{}'", id), suggest(id, known));
}

/// What is asked for: "zen-4", or in full "pipelines/zen-4" where kinds share a name.
struct Asked {
  std::string kind;  ///< "" where nothing is called so
  std::string id;
};

Asked asked_for(const Library& library, const std::string& text) {
  const auto slash = text.find('/');
  const std::string kind = slash == text.npos ? "" : text.substr(0, slash);
  const auto kinds = library.kinds();
  if (text.ends_with(".toml") || std::ranges::find(kinds, kind) == kinds.end()) {
    // Only a machine takes options: "imac-pro-2017:cpu=...".
    return {kind_of(library, Configuration::machine_of(text)), text};
  }
  const std::string id = text.substr(slash + 1), name = Configuration::machine_of(id);
  if (library.contains(kind, name)) return {kind, id};
  throw InputError(fmt::format("none of the {} is called '{}'", kind, name),
                   suggest(name, library.ids(kind)));
}

/// Names of the same id among other kinds, so that nobody looks for them in vain.
void tell_others(const Library& library, const Asked& asked) {
  for (const auto& kind : library.kinds()) {
    if (kind == asked.kind || !library.contains(kind, asked.id)) continue;
    tell("note: there is another {0}: headroom show {1}/{0}\n", printable(asked.id), kind);
  }
}

int show_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& text = arguments.operands[0];
  const bool json = arguments.flag("json");
  if (is_recorded(library, text)) {
    return show_recorded(arguments, text, command_line(kShowCommand, arguments));
  }
  if (!arguments.get("report").empty()) {
    throw InputError(
        fmt::format("--report: there are pages of recordings only, and '{}' is none", text),
        "headroom run, compare and advise write pages of machines");
  }
  const auto [kind, id] = asked_for(library, text);
  if (kind == "machines") return show_machine(library, id, arguments);
  if (!arguments.get("swap").empty()) {
    throw InputError(fmt::format("'{}' is no machine: nothing can be swapped in it", id));
  }
  if (text == id && !json) tell_others(library, {kind, id});
  if (kind == "workloads") return show_workload(library, id, arguments);
  ChangeSet changes(all_changes(arguments));
  std::vector<Provenance> numbers;
  std::string name;
  if (kind == "processors") {
    name = read_processor(library, id, &numbers, &changes).name;
  } else if (kind == "graphics") {
    name = read_graphics(library, id, &numbers, &changes).name;
  } else if (kind == "microarchitectures") {
    name = read_microarchitecture(library, id, &numbers, &changes).name;
  } else if (kind == "pipelines") {
    name = read_pipeline(library, id, &numbers, &changes).name;
  } else if (kind == "systems") {
    name = read_system(library, id, &numbers, &changes).name;
  } else {
    refuse(library, id);
  }
  changes.check();
  if (json) {
    print_json(id, name, numbers);
    return 0;
  }
  say("{}\n\n", name);
  print_numbers(numbers);
  return 0;
}

}  // namespace

const Command kShowCommand{
    .name = "show",
    .summary = "show a machine, part, workload or recorded profile, with every number's source",
    .operands = "ID",
    .least = 1,
    .most = 1,
    .options =
        [] {
          std::vector<CommandOption> options = {
              {"json", "", "print as JSON", ""},
              {"report", "FILE", "write an HTML page; of recordings only", ""},
              host_option(),
              catalog_option()};
          for (auto& option : change_options()) options.push_back(std::move(option));
          return options;
        }(),
    .examples =
        "  headroom show xeon-w-2191b\n  headroom show imac-pro-2017:gpu=radeon-pro-vega-64\n"
        "  headroom show cinebench-r15-nt\n  headroom show pipelines/zen-4\n"
        "  headroom show build.hprof --report build.html\n",
    .run = show_command,
};

}  // namespace headroom

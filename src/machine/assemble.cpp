#include <fmt/core.h>

#include <algorithm>

#include "compute/parts.hpp"
#include "machine/machine.hpp"
#include "machine/machine_files.hpp"

namespace headroom {

void Board::declare(Fields& f) {
  f.number("idle", idle_w, "W", "chipset, T2, ports and sensors at rest", 0, 500);
  f.number("active", active_w, "W", "more when processor or graphics work", 0, 500);
  f.number("display_dark", display_dark_w, "W", "display with its light at the least", 0, 500);
  f.number("display_bright", display_bright_w, "W", "more at full brightness", 0, 500);
  f.number("cpu_regulator_loss", cpu_regulator_loss, "1", "lost share before the processor", 0,
           0.9);
  f.number("gpu_regulator_loss", gpu_regulator_loss, "1", "lost share before the graphics", 0, 0.9);
}

namespace {

/// The operating system that the machine's file names.
std::string read_system_name(Section& root, const Library& library) {
  std::string name = root.text("system", "macos");
  if (!library.contains("systems", name) && !name.ends_with(".toml")) {
    root.report(fmt::format("no operating system is called '{}'", name), "system",
                suggest(name, library.ids("systems")));
  }
  return name;
}

/// Reads every option's own numbers, so that none passes unchecked.
template <class Part>
std::map<std::string, Part> read_part_options(Section& root, std::string_view slot) {
  std::map<std::string, Part> parts;
  for (auto& [id, section] : root.child("options", false).named(slot)) {
    parts.emplace(id, section.template get<Part>());
  }
  return parts;
}

/// The chosen one of a slot's parts.
template <class Part>
Part chosen_part(const std::map<std::string, Part>& parts, const Configuration& chosen,
                 const std::string& slot) {
  const auto option = chosen.options.find(slot);
  const auto part = option == chosen.options.end() ? parts.end() : parts.find(option->second);
  return part == parts.end() ? Part{} : part->second;
}

void fit_memory_and_drive(Machine& machine) {
  machine.memory = chosen_part(machine.memories, machine.configuration, "memory");
  machine.drive = chosen_part(machine.drives, machine.configuration, "storage");
  auto& memory = machine.memory;
  if (memory.channels <= 0) {
    memory.channels = std::min(machine.cpu.memory_channels, std::max(1.0, memory.modules));
  }
  memory.rate_hz = std::min(memory.rate_hz, machine.cpu.memory_rate_hz);
}

void check_fans(Section section, const FanControlParameters& control, const FanParameters& fan) {
  if (control.normal_rpm < control.idle_rpm) {
    section.report("the normal speed is below the idle speed", "normal");
  }
  const double top_rpm = std::max(fan.speed_max_rpm, fan.speed_emergency_rpm);
  if (control.emergency_rpm > top_rpm) {
    section.report(fmt::format("the fan cannot turn faster than {:g} rpm", top_rpm), "emergency");
  }
}

/// What the user should know of the parts that were put in, and what cannot go
/// together.
void check_swaps(Machine& machine) {
  const auto& configuration = machine.configuration;
  for (const auto& [part, id] : configuration.swaps) {
    if (swap_part(part).kind == "machines") {
      machine.notes.push_back(
          fmt::format("the {} comes from {}: {}", part, id, swap_part(part).meaning));
    } else if (machine.offer.find(part, id) != nullptr) {
      machine.notes.push_back(
          fmt::format("{0} was sold in {1}, but its price is not counted: {1}:{2}={0} counts it",
                      id, machine.id, part));
    } else {
      machine.notes.push_back(
          fmt::format("{} was never sold in {}: its price is not counted", id, machine.id));
    }
    if (part == "cpu") {
      machine.notes.push_back(fmt::format(
          "what lies under the lid of {} is taken to be as in {}: thermal.cpu_die.interface", id,
          machine.id));
    }
  }
  const auto donor = configuration.swapped("cooling");
  if (donor.empty()) return;
  std::vector<std::string> nodes = {"cpu", "gpu", "gpu.memory"};
  for (const auto& node : machine.thermal.nodes) nodes.push_back(node.name);
  for (const auto& rule : machine.throttles) {
    const bool silicon = rule.sensor.starts_with("cpu.") || rule.sensor.starts_with("gpu");
    if (silicon || std::ranges::find(nodes, rule.sensor) != nodes.end()) continue;
    throw InputError(
        fmt::format("--swap cooling={}: the rule '{}' of {} reads the sensor '{}', which is not in "
                    "that cooling",
                    donor, rule.name, machine.id, rule.sensor),
        "the clamps stay with the machine; " + suggest(rule.sensor, nodes));
  }
}

/// Every chip protects itself at its own limit, whatever the firmware does.
void add_protection(Machine& machine) {
  constexpr double kReleaseBelowK = 1;
  ThrottleParameters cpu;
  cpu.name = "processor protection";
  cpu.sensor = "cpu";
  cpu.trip_k = machine.cpu.tj_max_k;
  cpu.release_k = cpu.trip_k - kReleaseBelowK;
  cpu.step_hz = cpu.step_back_hz = 100e6;
  cpu.floor_hz = 800e6;
  cpu.period_s = 0.02;
  machine.throttles.push_back(cpu);
  if (machine.gpus.empty()) return;
  const auto& graphics = machine.gpus.front();
  ThrottleParameters gpu = cpu;
  gpu.name = "graphics protection";
  gpu.sensor = "gpu";
  gpu.limits = "gpu";
  gpu.trip_k = graphics.temperature_limit_k;
  gpu.release_k = gpu.trip_k - kReleaseBelowK;
  gpu.step_hz = gpu.step_back_hz = 20e6;
  gpu.floor_hz = graphics.idle_hz;
  gpu.period_s = 0.1;
  machine.throttles.push_back(gpu);
  gpu.name = "graphics memory protection";
  gpu.sensor = "gpu.memory";
  gpu.trip_k = graphics.memory_limit_k;
  gpu.release_k = gpu.trip_k - kReleaseBelowK;
  machine.throttles.push_back(gpu);
}

}  // namespace

Machine assemble(const Library& library, const Configuration& configuration) {
  ChangeSet changes(configuration.changes);
  MachineFiles files(library, configuration, changes);
  Machine machine;
  machine.offer = read_offer(files.own());
  machine.features = read_features(files.own());
  Section root = files.own().root();
  machine.id = Library::id_of(configuration.machine);
  machine.name = machine.offer.name;
  machine.summary = machine.offer.summary;
  machine.system = read_system_name(root, files.library());

  // What is wrong with the file is told before what is wrong with the choice.
  Configuration full = configuration;
  try {
    full = machine.offer.complete(configuration);
  } catch (const InputError&) {
    read_part_options<MemorySystem>(root, "memory");
    read_part_options<Drive>(root, "storage");
    throw;
  }
  machine.configuration = full;
  for (const std::string slot : {"memory", "storage"}) {
    const auto it = full.options.find(slot);
    if (it != full.options.end()) {
      changes.redirect(slot + ".", fmt::format("options.{}.{}.", slot, it->second));
    }
  }
  machine.memories = read_part_options<MemorySystem>(root, "memory");
  machine.drives = read_part_options<Drive>(root, "storage");

  if (auto part = files.root("port").child("port")) machine.port = part.get<Port>();
  if (auto part = files.root("board").child("board")) machine.board = part.get<Board>();
  if (auto part = files.root("supply").child("supply")) {
    machine.supply = part.get<SupplyParameters>();
  }
  Section cooling_root = files.root("cooling");
  if (auto part = cooling_root.child("enclosure")) {
    machine.enclosure = part.get<EnclosureParameters>();
  }
  std::vector<std::string> fin_names;
  if (auto cooling = cooling_root.child("cooling")) {
    if (auto part = cooling.child("fan")) machine.fan = part.get<FanParameters>();
    if (auto part = cooling.child("path")) machine.air_path = part.get<AirPathParameters>();
    for (auto& [name, part] : cooling.named("fins")) {
      fin_names.push_back(name);
      machine.fins.push_back(part.get<FinStackParameters>());
    }
    if (machine.fins.empty()) {
      cooling.report("the machine has no fins to cool anything", {}, "add [cooling.fins.NAME]");
    }
  }
  double power_limit = 1;
  if (auto firmware = root.child("firmware")) {
    Fields fields;
    fields.number("power_limit", power_limit, "1",
                  "sustained power the processor is allowed, relative to its maker's figure", 0.2,
                  5);
    firmware.read(fields);
    for (auto& part : firmware.list("throttle")) {
      machine.throttles.push_back(part.get<ThrottleParameters>());
      if (machine.throttles.back().release_k > machine.throttles.back().trip_k) {
        part.report("the rule lets go above the temperature at which it acts", "release");
      }
    }
  }
  const bool donated = !full.swapped("cooling").empty();
  if (auto part = cooling_root.child("firmware", donated).child("fans")) {
    machine.fan_control = part.get<FanControlParameters>();
    for (auto& rule : part.list("rule")) {
      machine.fan_control.rules.push_back(rule.get<FanRule>());
    }
    check_fans(part, machine.fan_control, machine.fan);
  }
  if (auto part = cooling_root.child("thermal")) {
    machine.thermal = ThermalPlan::read(part, fin_names);
  }
  if (donated) {
    if (auto part = root.child("thermal").child(MachineFiles::kUnderLid)) {
      machine.thermal.cpu_die.interface_k_m2_per_w =
          part.get<ThermalPlan::Die>().interface_k_m2_per_w;
    }
  }
  files.check();
  machine.provenance = files.provenance();
  check_swaps(machine);

  auto option = [&](const char* slot) {
    const auto it = full.options.find(slot);
    return it == full.options.end() ? std::string() : it->second;
  };
  auto chosen = [&](const char* slot) {
    const auto swapped = full.swapped(slot);
    return swapped.empty() ? option(slot) : swapped;
  };
  if (chosen("cpu").empty()) {
    throw InputError(fmt::format("{} names no processor", machine.id), "add [options.cpu.ID]");
  }
  machine.cpu = read_processor(files.library(), chosen("cpu"), &machine.provenance, &changes);
  machine.cpu.background_cores =
      read_system(files.library(), machine.system, &machine.provenance, &changes).awake_cores;
  machine.cpu.pl1_w *= power_limit;
  machine.cpu.pl2_w = std::max(machine.cpu.pl2_w, machine.cpu.pl1_w);
  if (const auto id = chosen("gpu"); !id.empty()) {
    const Graphics graphics = read_graphics(files.library(), id, &machine.provenance, &changes);
    const Option* sold = machine.offer.find("gpu", option("gpu"));
    const auto count = static_cast<std::size_t>(sold != nullptr ? sold->count : 1);
    machine.gpus.assign(count, graphics);
    if (machine.thermal.gpu_dies.size() < count) {
      const auto donor = full.swapped("cooling");
      throw InputError(
          fmt::format("{} has {} graphics processors, but {} has places for {}", machine.id, count,
                      donor.empty() ? "its thermal network" : "the cooling of " + donor,
                      machine.thermal.gpu_dies.size()),
          donor.empty() ? "add [[thermal.gpu_die]]" : "take the cooling of another machine");
    }
  }
  changes.check();
  add_protection(machine);
  fit_memory_and_drive(machine);
  return machine;
}

Machine refitted(const Machine& machine, const Configuration& complete) {
  Machine other = machine;
  other.configuration = complete;
  fit_memory_and_drive(other);
  return other;
}

Configured configured_of(const Machine& machine) {
  Configured configured;
  configured.memory_b = machine.memory.capacity_b;
  configured.ecc = machine.memory.ecc;
  configured.storage_b = machine.drive.capacity_b;
  configured.gpus = static_cast<double>(machine.gpus.size());
  if (!machine.gpus.empty()) configured.graphics_memory_b = machine.gpus.front().memory_b;
  configured.ethernet_b_per_s = machine.port.fastest_b_per_s;
  return configured;
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>

#include "compute/parts.hpp"
#include "machine/machine.hpp"

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

/// Reads every option's own numbers, so that none passes unchecked, and keeps
/// those of the chosen one.
template <class Part>
Part read_part_options(Section& root, const Configuration& chosen, std::string_view slot) {
  Part result;
  for (auto& [id, section] : root.child("options", false).named(slot)) {
    Part part = section.template get<Part>();
    const auto it = chosen.options.find(std::string(slot));
    if (it != chosen.options.end() && it->second == id) result = part;
  }
  return result;
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
  Document document = library.open("machines", configuration.machine);
  Machine machine;
  machine.offer = read_offer(document);
  Section root = document.root();
  machine.id = Library::id_of(configuration.machine);
  machine.name = machine.offer.name;
  machine.summary = machine.offer.summary;

  // What is wrong with the file is told before what is wrong with the choice.
  Configuration full = configuration;
  try {
    full = machine.offer.complete(configuration);
  } catch (const InputError&) {
    read_part_options<MemorySystem>(root, full, "memory");
    read_part_options<Drive>(root, full, "storage");
    throw;
  }
  machine.configuration = full;
  machine.memory = read_part_options<MemorySystem>(root, full, "memory");
  machine.drive = read_part_options<Drive>(root, full, "storage");

  if (auto part = root.child("port")) machine.port = part.get<Port>();
  if (auto part = root.child("board")) machine.board = part.get<Board>();
  if (auto part = root.child("supply")) machine.supply = part.get<SupplyParameters>();
  if (auto part = root.child("enclosure")) machine.enclosure = part.get<EnclosureParameters>();
  std::vector<std::string> fin_names;
  if (auto cooling = root.child("cooling")) {
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
    if (auto part = firmware.child("fans")) {
      machine.fan_control = part.get<FanControlParameters>();
      for (auto& rule : part.list("rule")) {
        machine.fan_control.rules.push_back(rule.get<FanRule>());
      }
      check_fans(part, machine.fan_control, machine.fan);
    }
  }
  if (auto part = root.child("thermal")) machine.thermal = ThermalPlan::read(part, fin_names);
  document.check();

  for (const auto& row : document.provenance()) machine.provenance.push_back(row);
  auto chosen = [&](const char* slot) {
    const auto it = full.options.find(slot);
    return it == full.options.end() ? std::string() : it->second;
  };
  if (chosen("cpu").empty()) {
    throw InputError(fmt::format("{} names no processor", machine.id), "add [options.cpu.ID]");
  }
  machine.cpu = read_processor(library, chosen("cpu"), &machine.provenance);
  machine.cpu.pl1_w *= power_limit;
  machine.cpu.pl2_w = std::max(machine.cpu.pl2_w, machine.cpu.pl1_w);
  if (const auto id = chosen("gpu"); !id.empty()) {
    const Graphics graphics = read_graphics(library, id, &machine.provenance);
    const auto count = static_cast<std::size_t>(machine.offer.find("gpu", id)->count);
    machine.gpus.assign(count, graphics);
    if (machine.thermal.gpu_dies.size() < count) {
      throw InputError(fmt::format("{} has {} graphics processors, but its thermal network has "
                                   "places for {}",
                                   machine.id, count, machine.thermal.gpu_dies.size()),
                       "add [[thermal.gpu_die]]");
    }
  }
  add_protection(machine);
  auto& memory = machine.memory;
  if (memory.channels <= 0) {
    memory.channels = std::min(machine.cpu.memory_channels, std::max(1.0, memory.modules));
  }
  memory.rate_hz = std::min(memory.rate_hz, machine.cpu.memory_rate_hz);
  return machine;
}

}  // namespace headroom

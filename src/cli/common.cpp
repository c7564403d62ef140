#include "cli/common.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace headroom {

namespace {

/// "--room-floor" for the field room_floor.
std::string option_name(const Fields::Row& row) {
  std::string name = row.name;
  std::ranges::replace(name, '_', '-');
  return name;
}

}  // namespace

std::vector<std::string> Arguments::all(const std::string& name) const {
  std::vector<std::string> values;
  std::istringstream lines(get(name));
  for (std::string line; std::getline(lines, line);) values.push_back(line);
  return values;
}

CommandOption catalog_option() {
  return {"catalog", "FOLDER", "read this catalogue instead of the built-in one", ""};
}

Library open_library(const Arguments& arguments) {
  return Library(arguments.get("catalog"));
}

std::vector<CommandOption> change_options() {
  std::string parts;
  for (const auto& part : swap_parts()) {
    parts += fmt::format("{}{}", parts.empty() ? "" : ", ", part.name);
  }
  CommandOption set = {"set", "PATH=VALUE",
                       "another number than the catalogue's, by its path in 'headroom show': "
                       "cooling.fan.rpm_max=3200, paste.resistance=+30%; may be repeated",
                       ""};
  CommandOption swap = {
      "swap", "PART=ID",
      "a part from elsewhere, such as cooling=imac-27-2017; " + parts + "; may be repeated", ""};
  set.repeats = swap.repeats = true;
  return {set, swap};
}

namespace {

bool is_of_workload(const Change& change) {
  constexpr std::string_view kSections[] = {"workload.", "phase.", "characters."};
  return std::ranges::any_of(kSections,
                             [&](auto section) { return change.path.starts_with(section); });
}

}  // namespace

std::vector<Change> all_changes(const Arguments& arguments) {
  std::vector<Change> changes;
  for (const auto& text : arguments.all("set")) changes.push_back(Change::parse(text));
  return changes;
}

Configuration with_changes(Configuration configuration, const Arguments& arguments) {
  for (auto& change : all_changes(arguments)) {
    if (!is_of_workload(change)) configuration.changes.push_back(std::move(change));
  }
  for (const auto& text : arguments.all("swap")) configuration.swap(text);
  return configuration;
}

void check_changes(const Library& library, const Machine& machine, const Workload& workload,
                   const Surroundings& surroundings) {
  if (machine.configuration.changes.empty()) return;
  auto failure = [&](const Machine& which) -> std::optional<InputError> {
    RunOptions options;
    options.for_s = 1e-3;
    try {
      (void)run(which, workload, surroundings, options);
    } catch (const InputError& error) {
      return error;
    } catch (const ModelError& error) {
      return InputError(error.what());
    }
    return std::nullopt;
  };
  const auto changed = failure(machine);
  if (!changed) return;
  Configuration unchanged = machine.configuration;
  unchanged.changes.clear();
  if (failure(assemble(library, unchanged))) return;  // told where the run itself fails
  std::string typed;
  for (const auto& change : machine.configuration.changes) {
    typed += (typed.empty() ? "" : " ") + change.text();
  }
  const auto& help = changed->problems().front().help;
  throw InputError(fmt::format("{}: {}", typed, changed->what()),
                   help.empty() ? "without it, the machine runs" : help);
}

std::vector<Change> workload_changes(const Arguments& arguments) {
  auto changes = all_changes(arguments);
  std::erase_if(changes, [](const auto& change) { return !is_of_workload(change); });
  return changes;
}

double read_quantity(const std::string& name, const std::string& text, const std::string& unit,
                     double low, double high) {
  const Unit expected = parse_unit(unit);
  double value = 0;
  try {
    const bool bare = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
    value = parse_quantity(bare && unit != "1" ? text + " " + unit : text, expected);
  } catch (const InputError& error) {
    throw InputError(fmt::format("--{}: {}", name, error.what()), error.problems().front().help);
  }
  const double written = in_unit(value, expected);
  if (!(written >= low && written <= high)) {
    throw InputError(fmt::format("--{}: {} is out of range", name, text),
                     fmt::format("from {:g} to {:g}{}", low, high, unit == "1" ? "" : " " + unit));
  }
  return value;
}

std::vector<CommandOption> surroundings_options() {
  Surroundings defaults;
  Fields fields;
  defaults.declare(fields);
  std::vector<CommandOption> options;
  for (const auto& row : fields.rows()) {
    const double value = in_unit(*std::get<double*>(row.target), row.unit);
    options.push_back(
        {option_name(row), row.unit.symbol == "1" ? "NUMBER" : "VALUE", row.meaning,
         fmt::format("{:g}{}", value, row.unit.symbol == "1" ? "" : " " + row.unit.symbol)});
  }
  return options;
}

Surroundings read_surroundings(const Arguments& arguments) {
  Surroundings surroundings;
  Fields fields;
  surroundings.declare(fields);
  for (const auto& row : fields.rows()) {
    *std::get<double*>(row.target) =
        read_quantity(option_name(row), arguments.get(option_name(row)), row.unit.symbol,
                      in_unit(row.low, row.unit), in_unit(row.high, row.unit));
  }
  return surroundings;
}

}  // namespace headroom

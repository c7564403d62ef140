#include "cli/common.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace headroom {

namespace {

/// "--room-floor" for the field room_floor.
std::string option_name(const Fields::Row& row) {
  std::string name = row.name;
  std::ranges::replace(name, '_', '-');
  return name;
}

}  // namespace

CommandOption catalog_option() {
  return {"catalog", "FOLDER", "read this catalogue instead of the built-in one", ""};
}

Library open_library(const Arguments& arguments) {
  return Library(arguments.get("catalog"));
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

#pragma once

#include <string>

#include "catalog/library.hpp"
#include "cli/command.hpp"
#include "machine/run.hpp"

namespace headroom {

/// The option every command has that reads the catalogue.
CommandOption catalog_option();
Library open_library(const Arguments& arguments);

/// Options that describe surroundings, made from Surroundings::declare().
std::vector<CommandOption> surroundings_options();
Surroundings read_surroundings(const Arguments& arguments);

/// A quantity of the command line: "1h", "26 degC" or, in the option's own unit,
/// a bare "26". `name` names the option in messages. Throws InputError when it is
/// no such quantity or outside the limits, which are in that unit.
double read_quantity(const std::string& name, const std::string& text, const std::string& unit,
                     double low, double high);

}  // namespace headroom

#pragma once

#include <string>

#include "catalog/configuration.hpp"
#include "catalog/library.hpp"
#include "cli/command.hpp"
#include "machine/run.hpp"

namespace headroom {

/// The option every command has that reads the catalogue.
CommandOption catalog_option();
Library open_library(const Arguments& arguments);

/// --set PATH=VALUE and --swap PART=ID, each as often as wanted.
std::vector<CommandOption> change_options();
/// Every --set, whatever it is of. Throws InputError.
std::vector<Change> all_changes(const Arguments& arguments);
/// The configuration with what --set and --swap ask of the machine. Changes of a
/// workload's numbers are left to workload_changes(). Throws InputError.
Configuration with_changes(Configuration configuration, const Arguments& arguments);
/// Starts the workload on a machine with changes, for a millisecond. Throws
/// InputError, naming the changes, when only the machine without them can start:
/// their values fit their fields, but not together.
void check_changes(const Library& library, const Machine& machine, const Workload& workload,
                   const Surroundings& surroundings);
/// The changes that begin with "workload.", "phase." or "characters.".
std::vector<Change> workload_changes(const Arguments& arguments);

/// Options that describe surroundings, made from Surroundings::declare().
std::vector<CommandOption> surroundings_options();
Surroundings read_surroundings(const Arguments& arguments);

/// A quantity of the command line: "1h", "26 degC" or, in the option's own unit,
/// a bare "26". `name` names the option in messages. Throws InputError when it is
/// no such quantity or outside the limits, which are in that unit.
double read_quantity(const std::string& name, const std::string& text, const std::string& unit,
                     double low, double high);

}  // namespace headroom

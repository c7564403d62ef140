#pragma once

#include <map>
#include <string>
#include <vector>

namespace headroom {

/// One option of a command. `--help`, the manual and the shell completions are
/// made from this row.
struct CommandOption {
  std::string name;      ///< without dashes
  std::string argument;  ///< "" for a flag
  std::string meaning;
  std::string fallback;                   ///< "" for none
  std::vector<std::string> choices = {};  ///< with these, the name alone means the first
  bool repeats = false;                   ///< may be given several times: Arguments::all()
  std::string letter = {};                ///< its short form, such as "o"
};

/// What the user typed for a command.
struct Arguments {
  std::vector<std::string> operands;
  std::map<std::string, std::string> options;  ///< given or fallback; a flag is "1" or ""
  std::vector<std::string> program = {};       ///< what follows "--", untouched

  const std::string& get(const std::string& name) const { return options.at(name); }
  bool flag(const std::string& name) const { return !options.at(name).empty(); }
  /// Every value of an option that repeats, in order; they stand a line each.
  std::vector<std::string> all(const std::string& name) const;
};

/// A subcommand as data: one file each, gathered in commands.cpp.
struct Command {
  std::string name;
  std::string summary;
  std::string operands;             ///< as shown in its usage: "CONFIG WORKLOAD"
  std::size_t least = 0, most = 0;  ///< how many operands
  std::vector<CommandOption> options;
  std::string examples;  ///< lines for its help
  int (*run)(const Arguments& arguments);
  bool runs_program = false;  ///< "--" begins a command of the user's
};

/// Every command, in the order in which help lists them.
const std::vector<const Command*>& commands();

/// Runs the program. Exit status: 0 done, 1 the answer is no, 2 wrong use or
/// input, 3 the model cannot answer, 70 a mistake of ours.
int run_program(int argc, char** argv);

}  // namespace headroom

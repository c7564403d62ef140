#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <list>
#include <memory>
#include <system_error>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/terminal.hpp"

namespace headroom {

extern const Command kRunCommand, kCompareCommand, kAdviseCommand, kTimelineCommand, kShowCommand,
    kListCommand, kValidateCommand, kFitCommand, kProfileCommand, kHostCommand, kClaimsCommand;

const std::vector<const Command*>& commands() {
  static const std::vector<const Command*> kCommands = {
      &kRunCommand,     &kCompareCommand, &kAdviseCommand,   &kTimelineCommand,
      &kShowCommand,    &kListCommand,    &kValidateCommand, &kFitCommand,
      &kProfileCommand, &kHostCommand,    &kClaimsCommand};
  return kCommands;
}

namespace {

constexpr const char* kWelcome =
    R"(headroom, a digital twin of the iMac Pro (2017) and the machines it is weighed against

  headroom run imac-pro-2017 cinebench-r15-nt --repeat 10
  headroom run imac-pro-2017:cpu=xeon-w-2191b cpu-gpu-stress --for 1h --report report.html
  headroom list machines
  headroom show imac-pro-2017
  headroom validate evidence/measurements.csv

'headroom COMMAND --help' says more of each command: run, show, list, validate, fit.
)";

/// Help as a person reads it: what, an example, the options.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string) const override {
    for (const auto* command : commands()) {
      if (command->name != app->get_name()) continue;
      return fmt::format("\nExamples:\n{}\nUsage: headroom {} {} [options]\n", command->examples,
                         command->name, command->operands);
    }
    return "\nUsage: headroom COMMAND ...\n";
  }
  std::string make_positionals(const CLI::App*) const override { return {}; }
};

int guarded(const Command& command, const Arguments& arguments) {
  try {
    return command.run(arguments);
  } catch (const InputError& error) {
    print_problems(error);
    return 2;
  } catch (const ModelError& error) {
    tell("error: {}\n", printable(error.what()));
    return 3;
  } catch (const std::system_error& error) {  // what fmt throws when a stream is full or closed
    tell("error: {}\n", error.what());
    return 2;
  } catch (const std::bad_alloc&) {
    tell("error: out of memory\n");
    return 3;
  } catch (const std::exception& error) {
    tell("mistake in headroom, please report it: {}\n", printable(error.what()));
    return 70;
  }
}

/// How often an option stands among the arguments.
int times_given(const std::string& name, int argc, char** argv) {
  int times = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    times += word == name || word.starts_with(name + "=") ? 1 : 0;
  }
  return times;
}

/// What CLI11 says, with the nearest name where one was mistyped.
int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const CLI::App* used = app.get_subcommands().empty() ? &app : app.get_subcommands().front();
  std::vector<std::string> names;
  if (used == &app) {
    for (const auto* command : commands()) names.push_back(command->name);
  } else {
    for (const auto* option : used->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  std::string help = fmt::format("'{} --help' shows what it takes",
                                 used == &app ? "headroom" : "headroom " + used->get_name());
  std::string what = error.what();
  const bool lacking = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr ||
                       dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (used != &app && lacking) {
    const std::string said = error.what();
    const auto dashes = said.find("--");
    what = fmt::format("'headroom {}' lacks an argument", used->get_name());
    if (dashes != std::string::npos) {
      const auto name = said.substr(dashes, said.find_first_of(": ", dashes) - dashes);
      const bool twice = times_given(name, argc, argv) > 1;
      what = fmt::format(
          fmt::runtime(twice ? "'{}' is given more than once" : "'{}' lacks its value"), name);
      if (twice) help = "which one is meant?";
    }
    for (const auto* command : commands()) {
      if (command->name == used->get_name() && dashes == std::string::npos) {
        help = fmt::format("headroom {} {}", command->name, command->operands);
      }
    }
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::string name = word.substr(0, word.find('='));
    const bool candidate = used == &app ? i == 1 : name.starts_with("--");
    if (!candidate || std::find(names.begin(), names.end(), name) != names.end()) continue;
    what = used == &app ? fmt::format("no command is called '{}'", name)
                        : fmt::format("'{}' has no option '{}'", used->get_name(), name);
    if (const auto guess = nearest(name, names); !guess.empty()) {
      help = fmt::format("did you mean '{}'?", guess);
    }
    break;
  }
  print_problems(InputError(what, help));
  return 2;
}

}  // namespace

namespace {

/// The status, or 2 when what was printed got lost.
int flushed(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  tell("error: cannot write to standard output\n");
  return 2;
}

/// Refuses "--for=" and "--for ''": CLI11 would take the next word for the first,
/// and the second would pass for an option that was not given; and "--json=yes".
void check_values(const std::vector<std::string>& words) {
  for (const auto* command : commands()) {
    if (words[0] != command->name) continue;
    for (std::size_t i = 1; i < words.size(); ++i) {
      for (const auto& option : command->options) {
        const bool bare = words[i] == "--" + option.name;
        const bool nothing = bare && i + 1 < words.size() && words[i + 1].empty();
        if (option.argument.empty()) {
          if (!words[i].starts_with("--" + option.name + "=")) continue;
          throw InputError(fmt::format("'--{}' takes no value", option.name),
                           fmt::format("write --{} alone", option.name));
        }
        if (!nothing && words[i] != "--" + option.name + "=") continue;
        throw InputError(fmt::format("the value of '--{}' is empty", option.name),
                         fmt::format("--{} {}: {}", option.name, option.argument, option.meaning));
      }
    }
  }
}

/// The arguments, with what an option's name alone means spelled out.
std::vector<std::string> spelled_out(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  check_values(words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const auto* command : commands()) {
      if (words[0] != command->name) continue;
      for (const auto& option : command->options) {
        if (option.choices.empty() || words[i] != "--" + option.name) continue;
        const bool given = i + 1 < words.size() && !words[i + 1].ends_with(".csv") &&
                           !words[i + 1].starts_with("--");
        if (!given) words[i] += "=" + option.choices.front();
      }
    }
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  return words;
}

/// Takes what follows "--" from the arguments of a command that runs a program:
/// its words are not ours to read.
std::vector<std::string> take_program(int& argc, char** argv) {
  for (const auto* command : commands()) {
    if (!command->runs_program || command->name != argv[1]) continue;
    for (int i = 2; i < argc; ++i) {
      if (std::string_view(argv[i]) != "--") continue;
      std::vector<std::string> program(argv + i + 1, argv + argc);
      argc = i;
      return program;
    }
  }
  return {};
}

}  // namespace

int run_program(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("{}", kWelcome);
    return 0;
  }
  CLI::App app("A digital twin of the iMac Pro (2017) and the machines it is weighed against.",
               "headroom");
  app.set_version_flag("--version", std::string("headroom ") + HEADROOM_VERSION);
  app.require_subcommand(1);
  app.formatter(std::make_shared<HelpFormatter>());
  int status = 0;
  const auto program = take_program(argc, argv);
  std::list<Arguments> given;
  for (const auto* command : commands()) {
    auto* sub = app.add_subcommand(command->name, command->summary);
    auto& arguments = given.emplace_back();
    arguments.program = program;
    if (command->most > 0) {
      auto* operands = sub->add_option(command->operands, arguments.operands);
      operands->expected(static_cast<int>(command->least), static_cast<int>(command->most));
      if (command->least > 0) operands->required();
      operands->type_name("");
    }
    for (const auto& option : command->options) {
      auto& value = arguments.options[option.name] = option.fallback;
      if (option.argument.empty()) {
        sub->add_flag_callback(
            "--" + option.name, [&value] { value = "1"; }, option.meaning);
      } else {
        const auto short_form = option.letter.empty() ? "" : ",-" + option.letter;
        auto* added = sub->add_option("--" + option.name + short_form, value, option.meaning);
        added->type_name(option.argument);
        if (option.repeats) added->multi_option_policy(CLI::MultiOptionPolicy::Join);
        if (!option.fallback.empty()) added->default_str(option.fallback);
      }
    }
    sub->callback([&status, &arguments, command] { status = guarded(*command, arguments); });
  }
  try {
    app.parse(spelled_out(argc, argv));
  } catch (const CLI::ParseError& error) {
    return flushed(usage_error(app, error, argc, argv));
  } catch (const InputError& error) {
    print_problems(error);
    return flushed(2);
  }
  return flushed(status);
}

}  // namespace headroom

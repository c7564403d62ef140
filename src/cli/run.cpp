#include <fmt/core.h>

#include <cstdio>
#include <sstream>

#include "catalog/configuration.hpp"
#include "cli/common.hpp"
#include "cli/terminal.hpp"
#include "machine/run.hpp"
#include "report/report.hpp"

namespace headroom {
namespace {

std::string command_line(const Arguments& arguments, const Command& command) {
  std::string line = "headroom run";
  for (const auto& operand : arguments.operands) line += " " + operand;
  for (const auto& option : command.options) {
    const auto& value = arguments.get(option.name);
    if (value == option.fallback || option.name == "report" || option.name == "trace") continue;
    line += " --" + option.name;
    if (!option.argument.empty()) {
      line += value.find(' ') == std::string::npos ? " " + value : " \"" + value + "\"";
    }
  }
  return line;
}

struct Watcher {
  ProgressLine line{"running"};
};

int run_command(const Arguments& arguments);

}  // namespace

extern const Command kRunCommand;
const Command kRunCommand{
    .name = "run",
    .summary = "run a workload on a machine: clocks, temperatures, noise, power, energy",
    .operands = "CONFIG WORKLOAD",
    .least = 2,
    .most = 2,
    .options =
        [] {
          std::vector<CommandOption> options = {
              {"for", "TIME", "how long to run; default: until the work is done, or 10 min", ""},
              {"repeat", "N", "runs of the workload, back to back", ""},
              {"threads", "N", "threads instead of the workload's own", ""},
              {"gpus", "N", "graphics processors to use", ""},
              {"bytes", "SIZE", "size of storage work, such as \"1 GB\"", ""},
              {"fan", "RPM", "hold the fans at a speed", ""},
              {"os", "NAME", "operating system, where a workload depends on it", "macos"},
              {"link", "RATE", "rate of the network link, such as \"1 Gbit/s\"", ""},
              {"report", "FILE", "write an HTML report", ""},
              {"trace", "FILE", "write every channel over time as CSV", ""},
              {"every", "TIME", "width of the trace's bins", "0.1 s"},
              {"extremes", "", "least and greatest values of each bin in the CSV, too", ""},
              {"json", "", "print the summary as JSON", ""},
              catalog_option()};
          for (auto& option : surroundings_options()) options.push_back(std::move(option));
          return options;
        }(),
    .examples =
        "  headroom run imac-pro-2017 cinebench-r15-nt --repeat 10\n"
        "  headroom run imac-pro-2017:cpu=xeon-w-2191b,gpu=radeon-pro-vega-64 "
        "linpack-avx512 --for 1h --ambient 26 --report r.html\n"
        "  headroom run my-machine.toml my-workload.toml --trace t.csv\n",
    .run = run_command,
};

namespace {

RunOptions read_options(const Arguments& arguments) {
  RunOptions options;
  auto given = [&](const char* name) { return !arguments.get(name).empty(); };
  auto whole = [&](const char* name, double high) {
    const double value = read_quantity(name, arguments.get(name), "1", 1, high);
    if (value != static_cast<int>(value)) {
      throw InputError(fmt::format("--{} takes a whole number", name));
    }
    return static_cast<int>(value);
  };
  if (given("for")) options.for_s = read_quantity("for", arguments.get("for"), "s", 1e-3, 2.6e6);
  if (given("repeat")) options.repeat = whole("repeat", 1e6);
  if (given("threads")) options.threads = whole("threads", 4096);
  if (given("gpus")) options.gpus = whole("gpus", 8);
  if (given("bytes")) options.bytes = read_quantity("bytes", arguments.get("bytes"), "B", 1, 1e18);
  if (given("fan")) options.fan_rpm = read_quantity("fan", arguments.get("fan"), "rpm", 0, 20000);
  if (given("link")) {
    options.link_b_per_s = read_quantity("link", arguments.get("link"), "Gbit/s", 1e-3, 1000);
  }
  options.os = arguments.get("os");
  options.bin_s = read_quantity("every", arguments.get("every"), "s", 1e-3, 3600);
  return options;
}

int run_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const Machine machine = assemble(library, Configuration::parse(arguments.operands[0]));
  const Workload workload = read_workload(library, arguments.operands[1]);
  const Surroundings surroundings = read_surroundings(arguments);
  RunOptions options = read_options(arguments);
  listen_for_interrupt();
  Watcher watcher;
  options.progress_context = &watcher;
  options.progress = [](void* context, double done_s, double end_s) {
    static_cast<Watcher*>(context)->line.show(end_s > 0 ? done_s / end_s : -1,
                                              fmt::format("{:.0f} s simulated", done_s));
    return !interrupted();
  };
  const RunResult result = run(machine, workload, surroundings, options);
  // With the trace on stdout, the summary goes beside it.
  std::FILE* out =
      arguments.get("trace") == "-" || arguments.get("report") == "-" ? stderr : stdout;
  if (arguments.flag("json")) {
    fmt::print(out, "{}\n", summary_json(machine, workload, surroundings, result));
  } else {
    fmt::print(
        out, "{}",
        summary_text(machine, workload, surroundings, result, shows_colour(1), terminal_width()));
  }
  if (const auto& path = arguments.get("trace"); !path.empty()) {
    std::ostringstream text;
    write_csv(text, result.trace, arguments.flag("extremes"));
    write_output(path, text.str());
  }
  if (const auto& path = arguments.get("report"); !path.empty()) {
    const ReportRun one{&machine, &workload, &surroundings, &result, {}};
    write_output(path, html_report({&one, 1}, command_line(arguments, kRunCommand)));
    if (path != "-") fmt::print(stderr, "report: {}\n", path);
  }
  return interrupted() ? 1 : 0;
}

}  // namespace
}  // namespace headroom

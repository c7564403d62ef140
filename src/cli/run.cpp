#include <fmt/core.h>

#include <algorithm>
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
    .operands = "CONFIG... WORKLOAD",
    .least = 2,
    .most = 13,
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
        "  headroom run imac-pro-2017 imac-27-2017 compile --report both.html\n"
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

/// Runs the workload on every configuration, telling how far it is.
std::vector<RunResult> run_all(const std::vector<Machine>& machines, const Workload& workload,
                               const Surroundings& surroundings, RunOptions options) {
  listen_for_interrupt();
  Watcher watcher;
  options.progress_context = &watcher;
  options.progress = [](void* context, double done_s, double end_s) {
    static_cast<Watcher*>(context)->line.show(end_s > 0 ? done_s / end_s : -1,
                                              fmt::format("{:.0f} s simulated", done_s));
    return !interrupted();
  };
  std::vector<RunResult> results;
  for (const auto& machine : machines) {
    if (interrupted()) break;
    results.push_back(run(machine, workload, surroundings, options));
  }
  return results;
}

/// The machine's name, with what was chosen where two machines have one name.
std::string label_of(const std::vector<Machine>& machines, const std::vector<std::string>& operands,
                     std::size_t i) {
  const auto same = std::ranges::count(machines, machines[i].name, &Machine::name);
  if (same < 2) return machines[i].name;
  const auto colon = operands[i].find(':');
  return machines[i].name + ", " +
         (colon == std::string::npos ? "base" : operands[i].substr(colon + 1));
}

int run_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& operands = arguments.operands;
  std::vector<Machine> machines;
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    machines.push_back(assemble(library, Configuration::parse(operands[i])));
  }
  const auto& trace_path = arguments.get("trace");
  if (!trace_path.empty() && machines.size() > 1) {
    throw InputError("--trace writes one machine's channels, and there are several",
                     "run them one by one, or use --report");
  }
  const Workload workload = read_workload(library, operands.back());
  const Surroundings surroundings = read_surroundings(arguments);
  const auto results = run_all(machines, workload, surroundings, read_options(arguments));
  // With a file on stdout, the summary goes beside it.
  const auto& report_path = arguments.get("report");
  std::FILE* out = trace_path == "-" || report_path == "-" ? stderr : stdout;
  const bool json = arguments.flag("json"), many = results.size() > 1;
  std::vector<ReportRun> reported;
  if (json && many) fmt::print(out, "[\n");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results[i];
    reported.push_back(
        {&machines[i], &workload, &surroundings, &result, label_of(machines, operands, i)});
    if (json) {
      fmt::print(out, "{}{}\n", summary_json(machines[i], workload, surroundings, result),
                 i + 1 < results.size() ? "," : "");
      continue;
    }
    fmt::print(out, "{}{}", i > 0 ? "\n" : "",
               summary_text(machines[i], workload, surroundings, result, shows_colour(1),
                            terminal_width()));
  }
  if (json && many) fmt::print(out, "]\n");
  if (!trace_path.empty()) {
    std::ostringstream text;
    write_csv(text, results.front().trace, arguments.flag("extremes"));
    write_output(trace_path, text.str());
  }
  if (!report_path.empty()) {
    write_output(report_path, html_report(reported, command_line(arguments, kRunCommand)));
    if (report_path != "-") fmt::print(stderr, "report: {}\n", report_path);
  }
  return interrupted() ? 1 : 0;
}

}  // namespace
}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "advice/contender.hpp"
#include "catalog/configuration.hpp"
#include "cli/command_line.hpp"
#include "cli/common.hpp"
#include "cli/kinds.hpp"
#include "cli/output.hpp"
#include "cli/own_workload.hpp"
#include "cli/studies.hpp"
#include "cli/terminal.hpp"
#include "machine/run.hpp"
#include "report/report.hpp"
#include "study/setup.hpp"

namespace headroom {
namespace {

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
    .most = 200,
    .options =
        [] {
          std::vector<CommandOption> options = {
              {"for", "TIME", "how long to run; default: until the work is done, or 10 min", ""},
              {"repeat", "N", "runs of the workload, back to back", ""},
              {"threads", "N", "threads instead of the workload's own", ""},
              {"gpus", "N", "graphics processors to use", ""},
              {"bytes", "SIZE", "size of storage work, such as \"1 GB\"", ""},
              {"fan", "RPM", "hold the fans at a speed", ""},
              {"os", "NAME",
               "operating system, where a workload depends on it; default: the machine's", ""},
              {"link", "RATE", "rate of the network link, such as \"1 Gbit/s\"", ""},
              {"report", "FILE", "write an HTML report", ""},
              {"trace", "FILE", "write every channel over time as CSV", ""},
              {"every", "TIME", "width of the trace's bins", "0.1 s"},
              {"extremes", "", "least and greatest values of each bin in the CSV, too", ""},
              {"json", "", "print the summary as JSON", ""},
              catalog_option()};
          for (auto& option : change_options()) options.push_back(std::move(option));
          options.push_back(host_option());
          for (auto& option : surroundings_options()) options.push_back(std::move(option));
          return options;
        }(),
    .examples =
        "  headroom run imac-pro-2017 cinebench-r15-nt --repeat 10\n"
        "  headroom run imac-pro-2017 imac-27-2017 compile --report both.html\n"
        "  headroom run imac-pro-2017:cpu=xeon-w-2191b,gpu=radeon-pro-vega-64 "
        "linpack-avx512 --for 1h --ambient 26 --report r.html\n"
        "  headroom run imac-pro-2017 cpu-gpu-stress --set cooling.fan.rpm_max=3200 "
        "--swap gpu=radeon-pro-vega-64\n"
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
  options.bin_s = read_quantity("every", arguments.get("every"), "s", 1e-3, 3600);
  return options;
}

/// The operating system asked for, or the one that the machine's file names.
std::string system_of(const Machine& machine, const Arguments& arguments) {
  const auto& os = arguments.get("os");
  return os.empty() ? Library::id_of(machine.system) : os;
}

/// Runs the workload on every configuration, telling how far it is.
std::vector<RunResult> run_all(const std::vector<Machine>& machines, const Workload& workload,
                               const Surroundings& surroundings, RunOptions options,
                               const Arguments& arguments) {
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
    options.os = system_of(machine, arguments);
    results.push_back(run(machine, workload, surroundings, options));
  }
  return results;
}

/// Refuses graphics processors that a machine has not, and an operating system
/// that nobody knows; `os` is empty where none was asked for.
void check_options(const std::vector<Machine>& machines, const Workload& workload,
                   const RunOptions& options, const std::string& os) {
  for (const auto& machine : machines) {
    const auto has = machine.gpus.size();
    if (options.gpus <= 0 || static_cast<std::size_t>(options.gpus) <= has) continue;
    throw InputError(
        fmt::format("--gpus {}: '{}' has {} graphics processor{}", options.gpus, machine.id,
                    has == 0 ? "no" : fmt::format("{}", has), has == 1 ? "" : "s"),
        has < 2 ? "leave --gpus out" : fmt::format("from 1 to {}", has));
  }
  const auto known = known_systems(workload);
  if (os.empty() || std::ranges::find(known, os) != known.end()) return;
  throw InputError(fmt::format("--os: no operating system is called '{}'", os), suggest(os, known));
}

int run_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& operands = arguments.operands;
  check_run_operands(library, operands);
  if (constexpr std::size_t kMostMachines = 12; operands.size() > kMostMachines + 1) {
    throw InputError(fmt::format("run shows {} configurations at most, and there are {}",
                                 kMostMachines, operands.size() - 1),
                     fmt::format("a table of any number: headroom compare CONFIG... --workload {}",
                                 operands.back()));
  }
  std::vector<Machine> machines;
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    machines.push_back(
        assemble(library, with_changes(Configuration::parse(operands[i]), arguments)));
  }
  const auto& trace_path = arguments.get("trace");
  const auto& report_path = arguments.get("report");
  if (!trace_path.empty() && machines.size() > 1) {
    throw InputError("--trace writes one machine's channels, and there are several",
                     "run them one by one, or use --report");
  }
  const Workload workload =
      load_workload(library, operands.back(), arguments.get("host"), workload_changes(arguments));
  const Surroundings surroundings = read_surroundings(arguments);
  const RunOptions options = read_options(arguments);
  check_options(machines, workload, options, arguments.get("os"));
  for (const auto& machine : machines) check_changes(library, machine, workload, surroundings);
  check_outputs({{"report", report_path}, {"trace", trace_path}}, inputs_of(arguments),
                arguments.get("catalog"));
  auto results = run_all(machines, workload, surroundings, options, arguments);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto doubt = system_doubt(workload, system_of(machines[i], arguments));
    if (!doubt.empty()) results[i].summary.warnings.push_back(doubt);
  }
  // With a file on stdout, the summary goes beside it.
  std::FILE* out = trace_path == "-" || report_path == "-" ? stderr : stdout;
  const bool json = arguments.flag("json"), many = results.size() > 1;
  std::vector<ReportRun> reported;
  if (json && many) print_to(out, "[\n");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results[i];
    reported.push_back({&machines[i], &workload, &surroundings, &result, label_of(machines[i])});
    if (json) {
      print_to(out, "{}{}\n", summary_json(machines[i], workload, surroundings, result),
               i + 1 < results.size() ? "," : "");
      continue;
    }
    print_to(out, "{}{}", i > 0 ? "\n" : "",
             summary_text(machines[i], workload, surroundings, result, shows_colour(1),
                          terminal_width(), reported.back().label));
  }
  if (json && many) print_to(out, "]\n");
  if (!trace_path.empty()) {
    std::ostringstream text;
    write_csv(text, results.front().trace, arguments.flag("extremes"));
    write_output(trace_path, text.str());
  }
  if (!report_path.empty()) {
    std::vector<const Machine*> shown;
    for (const auto& machine : machines) shown.push_back(&machine);
    write_output(report_path, html_report(reported, command_line(kRunCommand, arguments),
                                          studies_of({&workload}, shown)));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  return interrupted() ? 1 : 0;
}

}  // namespace
}  // namespace headroom

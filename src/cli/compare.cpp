#include <fmt/core.h>

#include <algorithm>

#include <cstdio>

#include "cli/command_line.hpp"
#include "cli/output.hpp"
#include "cli/question.hpp"
#include "cli/studies.hpp"
#include "cli/terminal.hpp"
#include "report/advice_report.hpp"

namespace headroom {
namespace {
int compare_command(const Arguments& arguments);
}

extern const Command kCompareCommand;
const Command kCompareCommand{
    .name = "compare",
    .summary = "weigh machines against each other: sustained speed, heat, noise, energy, price",
    .operands = "CONFIG...",
    .least = 1,
    .most = 200,
    .options =
        [] {
          std::vector<CommandOption> options = question_options();
          for (auto& option : change_options()) options.push_back(std::move(option));
          options.push_back({"as-of", "DAY", "prices of that day; default: of its first day", ""});
          options.push_back({"report", "FILE", "write an HTML report", ""});
          options.push_back({"json", "", "print everything as JSON", ""});
          options.push_back(catalog_option());
          return options;
        }(),
    .examples =
        "  headroom compare imac-pro-2017 imac-pro-2017:cpu=xeon-w-2191b imac-27-2017 "
        "--workload compile\n"
        "  headroom compare imac-pro-2017 mac-pro-2019 --workload compile*3,photo-edit,furmark "
        "--report c.html\n"
        "  headroom compare imac-pro-2017 --workload cpu-gpu-stress --swap cooling=imac-27-2017\n"
        "  headroom compare imac-pro-2017 --workload prime95-small --set paste.resistance=+30%\n",
    .run = compare_command,
};

namespace {

int compare_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto tasks = read_tasks(library, arguments, workload_changes(arguments));
  auto where = read_circumstances(arguments);
  if (const auto& day = arguments.get("as-of"); !day.empty()) where.day = read_day("as-of", day);
  std::vector<Configuration> configurations;
  for (const auto& operand : arguments.operands) {
    configurations.push_back(with_changes(Configuration::parse(operand), arguments));
  }
  const auto contenders = contenders_of(library, configurations);
  const auto& report_path = arguments.get("report");
  check_outputs({{"report", report_path}}, inputs_of(arguments), arguments.get("catalog"));
  for (const auto& contender : contenders) {
    check_changes(library, *contender.machine, tasks.front().workload, where.surroundings);
  }
  listen_for_interrupt();
  ProgressLine line("comparing");
  auto comparison = compare(contenders, tasks, where, line.callback(), interrupted);
  for (const auto& change : workload_changes(arguments)) {
    comparison.changed += (comparison.changed.empty() ? "" : " ") + change.text();
  }
  std::FILE* out = report_path == "-" ? stderr : stdout;
  print_to(out, "{}",
           arguments.flag("json") ? comparison_json(comparison) + "\n"
                                  : comparison_text(comparison, shows_colour(1), table_width()));
  if (!report_path.empty()) {
    write_output(report_path, comparison_html(comparison, command_line(kCompareCommand, arguments),
                                              studies_of(comparison)));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  const bool any = std::ranges::any_of(comparison.standings, &Standing::possible);
  return comparison.stopped || !any ? 1 : 0;
}

}  // namespace
}  // namespace headroom

#include "advice/timeline.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "cli/command_line.hpp"
#include "cli/output.hpp"
#include "cli/question.hpp"
#include "cli/studies.hpp"
#include "cli/terminal.hpp"
#include "report/advice_report.hpp"

namespace headroom {
namespace {
int timeline_command(const Arguments& arguments);
}

extern const Command kTimelineCommand;
const Command kTimelineCommand{
    .name = "timeline",
    .summary = "work per dollar and per watt of what was on sale, over the years",
    .operands = "",
    .least = 0,
    .most = 0,
    .options =
        [] {
          std::vector<CommandOption> options = question_options();
          options.push_back({"from", "DAY", "first day", "2013-12-01"});
          options.push_back({"to", "DAY", "last day", "2021-12-31"});
          options.push_back({"report", "FILE", "write an HTML page", ""});
          options.push_back({"json", "", "print everything as JSON", ""});
          options.push_back(catalog_option());
          return options;
        }(),
    .examples =
        "  headroom timeline --workload compile\n"
        "  headroom timeline --workload photo-edit --from 2017-01-01 --to 2019-12-31 "
        "--report t.html\n",
    .run = timeline_command,
};

namespace {

int timeline_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  auto tasks = read_tasks(library, arguments);
  const auto where = read_circumstances(arguments);
  const auto from = read_day("from", arguments.get("from"));
  const auto to = read_day("to", arguments.get("to"));
  if (to < from) {
    throw InputError(fmt::format("--from {} is after --to {}", from, to), "exchange the two days");
  }
  const auto& report_path = arguments.get("report");
  check_outputs({{"report", report_path}}, inputs_of(arguments), arguments.get("catalog"));
  listen_for_interrupt();
  ProgressLine line("looking back");
  const auto result =
      timeline(library, std::move(tasks), where, from, to, line.callback(), interrupted);
  print_to(report_path == "-" ? stderr : stdout, "{}",
           arguments.flag("json") ? timeline_json(result) + "\n"
                                  : timeline_text(result, shows_colour(1), table_width()));
  if (!report_path.empty()) {
    write_output(report_path, timeline_html(result, command_line(kTimelineCommand, arguments),
                                            studies_of(library, result)));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  return result.stopped ? 1 : 0;
}

}  // namespace
}  // namespace headroom

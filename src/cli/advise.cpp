#include <fmt/core.h>

#include <cstdio>

#include "advice/advice.hpp"
#include "cli/command_line.hpp"
#include "cli/output.hpp"
#include "cli/question.hpp"
#include "cli/studies.hpp"
#include "cli/terminal.hpp"
#include "report/advice_report.hpp"

namespace headroom {
namespace {
int advise_command(const Arguments& arguments);
}

extern const Command kAdviseCommand;
const Command kAdviseCommand{
    .name = "advise",
    .summary = "which one to buy: searches every configuration on sale for your work and budget",
    .operands = "",
    .least = 0,
    .most = 0,
    .options =
        [] {
          std::vector<CommandOption> options = question_options();
          options.push_back({"budget", "USD", "what you will spend at most", ""});
          options.push_back({"noise", "DBA", "the loudest you can bear, where you sit", ""});
          options.push_back({"as-of", "DAY",
                             "day of the purchase; the iMac Pro's first day if you do not say",
                             "2017-12-14"});
          options.push_back({"need",
                             "NEED",
                             "what it must have, such as ecc, \"memory>=128GB\", "
                             "pcie-slot, rack; repeat it for several",
                             "",
                             {},
                             true});
          options.push_back(
              {"machine", "ID", "only this machine; repeat it for several", "", {}, true});
          options.push_back({"report", "FILE", "write an HTML report", ""});
          options.push_back({"json", "", "print everything as JSON", ""});
          options.push_back(catalog_option());
          return options;
        }(),
    .examples =
        "  headroom advise --workload compile --budget 8000 --noise 30 --as-of 2017-12-14\n"
        "  headroom advise --workload photo-edit*2,fcp-4k-edit --budget 4000 --need "
        "\"memory>=32GB\"\n"
        "  headroom advise --workload linpack-avx512 --need ecc --need \"memory>=256GB\"\n",
    .run = advise_command,
};

namespace {

Need read_need(const std::string& text) {
  try {
    return parse_need(text);
  } catch (const InputError& error) {
    throw InputError(fmt::format("--need: {}", error.what()), error.problems().front().help);
  }
}

int advise_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  Wish wish;
  wish.tasks = read_tasks(library, arguments);
  wish.circumstances = read_circumstances(arguments);
  if (const auto& day = arguments.get("as-of"); !day.empty()) {
    wish.circumstances.day = read_day("as-of", day);
  }
  if (const auto& usd = arguments.get("budget"); !usd.empty()) {
    wish.budget_usd = read_quantity("budget", usd, "1", 0, 1e9);
  }
  if (const auto& dba = arguments.get("noise"); !dba.empty()) {
    wish.noise_dba = read_quantity("noise", dba, "dBA", 0, 200);
  }
  for (const auto& need : arguments.all("need")) wish.needs.push_back(read_need(need));
  wish.machines = arguments.all("machine");
  const auto& report_path = arguments.get("report");
  check_outputs({{"report", report_path}}, inputs_of(arguments), arguments.get("catalog"));
  listen_for_interrupt();
  ProgressLine line("searching");
  const auto advice = advise(library, std::move(wish), line.callback(), interrupted);
  print_to(report_path == "-" ? stderr : stdout, "{}",
           arguments.flag("json") ? advice_json(advice) + "\n"
                                  : advice_text(advice, shows_colour(1), table_width()));
  if (!report_path.empty()) {
    write_output(report_path,
                 advice_html(advice, command_line(kAdviseCommand, arguments), studies_of(advice)));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  return advice.stopped || advice.recommended < 0 ? 1 : 0;
}

}  // namespace
}  // namespace headroom

#include <fmt/core.h>

#include <cstdio>

#include "catalog/configuration.hpp"
#include "cli/command_line.hpp"
#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "report/claims_report.hpp"
#include "study/validation.hpp"

namespace headroom {
namespace {
int claims_command(const Arguments& arguments);
}

extern const Command kClaimsCommand;
const Command kClaimsCommand{
    .name = "claims",
    .summary = "put what was said of the machines to the test",
    .operands = "[ID...]",
    .least = 0,
    .most = 100,
    .options = {{"list", "", "only name the claims; with --json, as JSON", ""},
                {"for", "TIME", "length of runs for which a claim gives none", "1h"},
                {"report", "FILE", "write an HTML report", ""},
                {"json", "", "print everything as JSON", ""},
                {"into", "PAGE", "put the table of verdicts into a page, between its marks", ""},
                catalog_option()},
    .examples =
        "  headroom claims\n"
        "  headroom claims quiet cooling-capacity\n"
        "  headroom claims mine.toml --report claims.html\n",
    .run = claims_command,
};

namespace {

/// The files that claims may be and may name: an id is none, and is passed over later.
std::vector<std::string> files_of(const Arguments& arguments, const std::vector<Claim>& claims) {
  std::vector<std::string> files = inputs_of(arguments);
  for (const auto& claim : claims) {
    for (const auto& figure : claim.figures) {
      for (const auto* machines : {&figure.configurations, &figure.against, &figure.machines}) {
        for (const auto& text : *machines) files.push_back(Configuration::machine_of(text));
      }
      files.insert(files.end(), figure.workloads.begin(), figure.workloads.end());
      for (const auto& swap : figure.swaps) files.push_back(swap.substr(swap.find('=') + 1));
    }
  }
  return files;
}

int claims_command(const Arguments& arguments) {
  const ClaimSet set;
  std::vector<Claim> claims;
  const auto ids = arguments.operands.empty() ? set.ids() : arguments.operands;
  for (const auto& id : ids) claims.push_back(set.read(id));
  if (arguments.flag("list")) {
    if (arguments.flag("json")) {
      say("{}\n", claim_list_json(claims));
      return 0;
    }
    for (const auto& claim : claims) say("{:<22}{}\n", claim.id, claim.name);
    return 0;
  }
  const Library library = open_library(arguments);
  ClaimOptions options;
  options.for_s = read_quantity("for", arguments.get("for"), "s", 1, 2.6e6);
  const auto& report_path = arguments.get("report");
  const auto& page = arguments.get("into");
  check_outputs({{"report", report_path}, {"into", page}}, files_of(arguments, claims),
                arguments.get("catalog"));
  if (!page.empty()) (void)read_page(page);  // told before the work, not after it
  listen_for_interrupt();
  const auto report = [&] {
    ProgressLine line("putting claims to the test");
    return judge_claims(library, std::move(claims), options, line.callback(), interrupted);
  }();
  if (!page.empty()) {
    write_output(page, replace_marked(read_page(page), "claims", claims_markdown(report)));
    tell("{}: the table 'claims' is new\n", printable(page));
  } else {
    std::FILE* out = report_path == "-" ? stderr : stdout;
    const auto text = arguments.flag("json") ? claims_json(report) + "\n"
                                             : claims_text(report, shows_colour(1), table_width());
    print_to(out, "{}", text);
  }
  if (!report_path.empty()) {
    write_output(report_path, claims_html(report, command_line(kClaimsCommand, arguments)));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  return report.all_hold() || !page.empty() ? 0 : 1;
}

}  // namespace
}  // namespace headroom

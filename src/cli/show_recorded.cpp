#include "cli/show_recorded.hpp"

#include <fmt/core.h>

#include "cli/command_line.hpp"
#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/own_workload.hpp"
#include "cli/terminal.hpp"
#include "compute/parts.hpp"
#include "profile/describe.hpp"
#include "replay/prediction_error.hpp"
#include "replay/program_study.hpp"
#include "report/program_report.hpp"

namespace headroom {
namespace {

/// One of each family, from the slowest to the fastest of the iMac Pro's time.
const std::vector<std::string> kShown{"xeon-e5-1680v2", "core-i7-7700k", "xeon-w-2140b",
                                      "xeon-w-2191b",   "core-i9-9900k", "core-i9-10910",
                                      "xeon-w-3275m"};
constexpr const char* kAsked = "xeon-w-2140b";  ///< whose improvements are told

ProgramStudy study_of(const Library& library, const Profile& profile, const std::string& id,
                      const std::string& host) {
  const bool replayed = profile.isa.empty() && !profile.snapshots.empty() &&
                        (!profile.host.pace.core.empty() || !host.empty());
  if (!replayed) return study_recording(profile, id.substr(id.rfind('/') + 1));
  const RecordedProgram program = open_recorded(library, id, host);
  std::vector<Processor> processors;
  for (const auto& shown : kShown) processors.push_back(read_processor(library, shown));
  const Processor asked = read_processor(library, kAsked);
  Workload workload = workload_of(*program.profile, program.code, program.name);
  workload.uncertainty = prediction_error(library, *program.code);
  return study_program(workload, processors, &asked);
}

}  // namespace

int show_recorded(const Arguments& arguments, const std::string& path,
                  const std::string& command_line) {
  const bool json = arguments.flag("json");
  const auto& report_path = arguments.get("report");
  check_outputs({{"report", report_path}}, inputs_of(arguments), arguments.get("catalog"));
  const Library library = open_library(arguments);
  const Profile profile = read_recorded(library, path);
  std::FILE* out = report_path == "-" ? stderr : stdout;
  if (!json) {
    print_to(out, "{}", printable(told_of_recording(library, path) + describe(profile), true));
  }
  const ProgramStudy study = study_of(library, profile, path, arguments.get("host"));
  print_to(out, "{}", json ? program_json(study) + "\n" : program_text(study, terminal_width()));
  if (!report_path.empty()) {
    write_output(report_path, program_html(study, command_line));
    if (report_path != "-") tell("report: {}\n", printable(report_path));
  }
  return 0;
}

}  // namespace headroom

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "profile/describe.hpp"
#include "profile/profile_file.hpp"
#include "profile/record_run.hpp"

namespace headroom {
namespace {

/// A few lines on stderr, after the program's own output.
void print_summary(const RecordedRun& run, const std::string& file, double file_b) {
  const RunTotals& t = run.profile.totals;
  std::size_t windows = 0;
  for (const auto& snapshot : run.profile.snapshots) windows += snapshot.windows.size();
  tell(
      "headroom: {:.2f} s, {:.2f} s of processor time, {} processes, {} threads seen\n"
      "headroom: {} snapshots ({} kept, {} windows); stood still for {:.1f} ms, all "
      "processes together\n",
      t.wall_s, t.user_s + t.system_s, t.processes, run.profile.threads.size(), run.taken,
      run.profile.snapshots.size(), windows, 1000 * t.pause_s);
  if (run.profile.snapshots.empty()) {
    tell(
        "headroom: no snapshot was complete: the program ran too shortly, or waited most "
        "of the time; the profile holds its times only\n");
  }
  tell("headroom: {} ({:.1f} MB, {:.1f} s of analysis after the run)\n", file, file_b * 1e-6,
       run.analysis_s);
}

int profile_command(const Arguments& arguments) {
  const std::string& shown = arguments.get("show");
  if (!shown.empty()) {
    if (!arguments.program.empty()) {
      throw InputError("--show looks at a profile; it runs nothing",
                       "leave out '--' and the command");
    }
    fmt::print("{}", describe(read_profile(shown)));
    return 0;
  }
  const std::string& file = arguments.get("output");
  // Before anything runs: a long run must not end without a place for its profile.
  const std::string target = profile_target(file);
  RecordOptions options;
  options.command = arguments.program;
  const RecordedRun run = record_run(options);
  try {
    const auto file_b = static_cast<double>(write_profile(run.profile, target));
    print_summary(run, file, file_b);
  } catch (const InputError& error) {  // the program's own status still counts
    for (const auto& problem : error.problems()) {
      tell("headroom: {}\n", problem.what);
    }
  }
  return run.exit_status;
}

}  // namespace

extern const Command kProfileCommand;
const Command kProfileCommand{
    .name = "profile",
    .summary = "run a program of your own once and record what it asks of a machine",
    .operands = "-- COMMAND ...",
    .options = {{"output", "FILE", "where the profile goes", "profile.hprof", {}, false, "o"},
                {"show", "FILE", "describe a profile instead of recording one", ""}},
    .examples =
        "  headroom profile -o build.hprof -- make -j8\n"
        "  headroom profile --show build.hprof\n",
    .run = profile_command,
    .runs_program = true,
};

}  // namespace headroom

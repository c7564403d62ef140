#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/check_prediction.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/measure_host.hpp"
#include "cli/terminal.hpp"
#include "profile/describe.hpp"
#include "profile/profile_file.hpp"
#include "profile/record_run.hpp"

namespace headroom {
namespace {

void print_emulation(const RecordedRun& run) {
  tell("headroom: run as on {}: {} instructions, counted one by one; times are the emulator's\n",
       run.profile.isa, run.profile.totals.instructions);
  if (run.unseen > 0) {
    tell("headroom: it started {} other programs, which ran outside the emulator, uncounted\n",
         run.unseen);
  }
  for (const auto& message : run.messages) tell("headroom: the emulator says: {}\n", message);
}

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
  if (!run.profile.isa.empty()) print_emulation(run);
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
  const bool check = arguments.flag("check");
  if (check && !arguments.get("isa").empty()) {
    throw InputError("--check compares with the program's own speed, which an emulator has not",
                     "leave --isa or --check out");
  }
  const std::string& file = arguments.get("output");
  // Before anything runs: a long run must not end without a place for its profile.
  const std::string target = profile_target(file);
  RecordOptions options;
  options.command = arguments.program;
  options.isa = arguments.get("isa");
  RecordedRun run = record_run(options);
  try {
    if (options.isa.empty() && !arguments.flag("unmeasured")) {
      if (const auto pace = measure_pace(open_library(arguments))) run.profile.host.pace = *pace;
    }
    // A check's verdict comes last, behind what is always said.
    const auto file_b = static_cast<double>(write_profile(run.profile, target));
    print_summary(run, file, file_b);
    if (check) tell("{}", check_prediction(open_library(arguments), run.profile, target));
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
                {"isa", "LEVEL",
                 "run it under an emulator that shows it another instruction set, such as "
                 "ivybridge or haswell: many times slower, and every instruction is counted",
                 ""},
                {"check", "",
                 "predict this computer, too, and say how far off that is: runs the program a "
                 "second time, silently, in an emulator that counts its instructions",
                 ""},
                {"unmeasured", "",
                 "leave out the two seconds in which this computer is measured afterwards", ""},
                {"show", "FILE", "describe a profile instead of recording one", ""},
                catalog_option()},
    .examples =
        "  headroom profile -o build.hprof -- make -j8\n"
        "  headroom profile --isa ivybridge -o old.hprof -- xz -k big.tar\n"
        "  headroom profile --check -- xz -k -c big.tar\n"
        "  headroom profile --show build.hprof\n",
    .run = profile_command,
    .runs_program = true,
};

}  // namespace headroom

#include <fmt/core.h>

#include <optional>

#include "base/error.hpp"
#include "cli/check_prediction.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/measure_host.hpp"
#include "cli/terminal.hpp"
#include "profile/describe.hpp"
#include "profile/own_core.hpp"
#include "profile/profile_file.hpp"
#include "profile/record_run.hpp"
#include "profile/thin.hpp"
#include "replay/strip_profile.hpp"
#include "replay/window_paces.hpp"

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
  if (const auto beside = beside_others_text(run.profile); !beside.empty()) {
    tell("headroom: {}\n", beside);
  }
  if (run.profile.snapshots.empty()) {
    tell(
        "headroom: no snapshot was complete: the program ran too shortly, or waited most "
        "of the time; the profile holds its times only\n");
  }
  if (!run.profile.isa.empty()) print_emulation(run);
  tell("headroom: {} ({:.1f} MB, {:.1f} s of analysis after the run)\n", file, file_b * 1e-6,
       run.analysis_s);
}

/// What --strip and --size ask for.
void make_smaller(Profile& profile, const Arguments& arguments) {
  if (arguments.flag("strip")) strip_profile(profile);
  const std::string& size = arguments.get("size");
  if (size.empty()) return;
  const auto bytes_most = static_cast<std::uint64_t>(read_quantity("size", size, "B", 1000, 1e12));
  thin_profile(profile, bytes_most, window_paces(open_library(arguments), profile));
}

/// Writes an older profile anew, stripped or smaller.
int rewrite_profile(const Arguments& arguments) {
  const std::string& from = arguments.get("from");
  if (!arguments.program.empty()) {
    throw InputError("--from takes a profile that is there; it runs nothing",
                     "leave out '--' and the command");
  }
  if (!arguments.flag("strip") && arguments.get("size").empty()) {
    throw InputError("--from needs --strip or --size: what is to be done with it?",
                     "headroom profile --strip --from OLD.hprof -o NEW.hprof");
  }
  const std::string& file = arguments.get("output");
  const std::string target = profile_target(file);
  Profile profile = read_profile(from);
  make_smaller(profile, arguments);
  const auto file_b = static_cast<double>(write_profile(profile, target));
  tell("headroom: {} ({:.3f} MB, {} snapshots)\n", file, file_b * 1e-6, profile.snapshots.size());
  return 0;
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
  if (!arguments.get("from").empty()) return rewrite_profile(arguments);
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
  options.analysis_most_s = read_quantity("analysis", arguments.get("analysis"), "s", 1, 3600);
  std::optional<ProgressLine> line;
  options.progress = [&](std::string_view stage, std::size_t done, std::size_t all) {
    if (!line) line.emplace("headroom: analysing");
    line->callback()(stage, done, all);
  };
  RecordedRun run = record_run(options);
  line.reset();
  try {
    if (options.isa.empty() && !arguments.flag("unmeasured")) {
      measure_pace(open_library(arguments), run.profile.host);
    }
    const auto command = run.profile.command;
    make_smaller(run.profile, arguments);
    // A check's verdict comes last, behind what is always said.
    const auto file_b = static_cast<double>(write_profile(run.profile, target));
    print_summary(run, file, file_b);
    run.profile.command = command;  // which a check runs again
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
                {"analysis", "TIME",
                 "how long to analyse after the run, at most: less time follows fewer instructions",
                 "27 s"},
                {"unmeasured", "",
                 "leave out the two seconds in which this computer is measured afterwards", ""},
                {"show", "FILE", "describe a profile instead of recording one", ""},
                {"strip", "",
                 "leave out the program's code and addresses and the command's arguments: "
                 "predictions stay the same to the last digit",
                 ""},
                {"size", "SIZE", "leave windows out, evenly, until the file is no larger", ""},
                {"from", "FILE", "strip this profile, or make it smaller, instead of recording one",
                 ""},
                catalog_option()},
    .examples =
        "  headroom profile -o build.hprof -- make -j8\n"
        "  headroom profile --isa ivybridge -o old.hprof -- xz -k big.tar\n"
        "  headroom profile --check -- xz -k -c big.tar\n"
        "  headroom profile --show build.hprof\n"
        "  headroom profile --strip --from build.hprof -o to-share.hprof\n",
    .run = profile_command,
    .runs_program = true,
};

}  // namespace headroom

#include "profile/record_run.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "profile/code_regions.hpp"
#include "profile/emulator.hpp"
#include "profile/host.hpp"
#include "profile/launch.hpp"
#include "profile/outside_recorder.hpp"
#include "profile/own_core.hpp"
#include "profile/process_watch.hpp"
#include "profile/recorder_folder.hpp"

namespace headroom {
namespace {

constexpr std::size_t kThreadsKept = 64;

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

std::string utc_now() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// Signals that end or steer a program, handed on to it; and its end.
sigset_t handed_on() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD}) {
    sigaddset(&set, signal);
  }
  return set;
}

class BlockedSignals {
 public:
  explicit BlockedSignals(const sigset_t& set) { sigprocmask(SIG_BLOCK, &set, &before_); }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

timespec in_seconds(double seconds) {
  timespec span{};
  span.tv_sec = static_cast<time_t>(seconds);
  span.tv_nsec = static_cast<long>((seconds - std::floor(seconds)) * 1e9);
  return span;
}

bool has_ended(pid_t child) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(child);
  if (waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != child) {
    return false;
  }
  return info.si_code != CLD_TRAPPED;  // held for a snapshot
}

/// Waits for the program, looks at it, hands signals on.
void accompany(pid_t child, ProcessWatch& watch, RecorderFolder& folder, OutsideRecorder* outside,
               std::uint64_t started_ns) {
  const sigset_t set = handed_on();
  while (!has_ended(child)) {
    const std::uint64_t now_ns = monotonic_ns();
    const double now_s = static_cast<double>(now_ns - started_ns) * 1e-9;
    watch.look(now_s);
    folder.spread(started_ns, now_ns);
    folder.relieve(now_ns);
    if (outside != nullptr) outside->work(watch.processes());
    const double due_s = std::clamp(watch.due_in(now_s), 0.002, 0.1);
    const timespec span = in_seconds(outside ? std::min(due_s, outside->due_in()) : due_s);
    siginfo_t info{};
    const int signal = sigtimedwait(&set, &info, &span);
    // What a terminal sends, it sends to the program as well.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) kill(child, signal);
  }
}

/// Lets snapshots that are under way come to their end. Ctrl-C ends them sooner.
double finish_snapshots(RecorderFolder& folder, const RecordOptions& options) {
  folder.control().off = 1;
  const sigset_t set = handed_on();
  const std::uint64_t began_ns = monotonic_ns();
  // The last of the time is for writing down what was found until then.
  const double closing_s = std::min(2.0, 0.5 * options.analysis_most_s);
  double waited_s = 0, most_s = options.analysis_most_s;
  unsigned all = 0;
  folder.lengthen(options.analysis_most_s);
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  while (waited_s < most_s) {
    const bool late = waited_s > most_s - closing_s;
    if (late) folder.control().finish_now = 1;
    const unsigned left = folder.let_go(late ? 0 : processors);
    if (left == 0) break;
    all = std::max(all, left);
    if (options.progress) options.progress("snapshots", all - left, all);
    const timespec span = in_seconds(0.02);
    const int signal = sigtimedwait(&set, nullptr, &span);
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
      folder.control().finish_now = 1;
      most_s = std::min(most_s, waited_s + closing_s);
    }
    waited_s = static_cast<double>(monotonic_ns() - began_ns) * 1e-9;
  }
  folder.end_all();
  return waited_s;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void fill_totals(RunTotals& totals, const rusage& usage, int status) {
  totals.user_s = seconds(usage.ru_utime);
  totals.system_s = seconds(usage.ru_stime);
  totals.resident_most_b = static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
  totals.switches_voluntary = static_cast<std::uint64_t>(usage.ru_nvcsw);
  totals.switches_forced = static_cast<std::uint64_t>(usage.ru_nivcsw);
  totals.faults_minor = static_cast<std::uint64_t>(usage.ru_minflt);
  totals.faults_major = static_cast<std::uint64_t>(usage.ru_majflt);
  totals.exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// From its start to its end, all that can be seen from outside.
void watch_to_the_end(pid_t child, RecorderFolder& folder, OutsideRecorder* outside,
                      std::uint64_t started_ns, Profile& profile) {
  ProcessWatch watch(child);
  accompany(child, watch, folder, outside, started_ns);
  RunTotals& totals = profile.totals;
  totals.wall_s = static_cast<double>(monotonic_ns() - started_ns) * 1e-9;
  watch.look(totals.wall_s, true);
  ProcessWatch::read_io(child, profile);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  fill_totals(totals, usage, status);
  watch.add_to(profile, kThreadsKept);
}

}  // namespace

RecordedRun record_run(const RecordOptions& options) {
  std::optional<Emulator> emulator;
  if (!options.isa.empty()) emulator.emplace(options.isa);
  const std::string path = found_program(options.command);
  const auto recorder = emulator ? Recorder::kInside : choose_recorder(path, options.command);
  const std::string library =
      !options.library.empty() ? options.library
                               : find_loaded_library(emulator ? kEmulatorPlugin : kRecorderLibrary);
  RecordedRun run;
  Profile& profile = run.profile;
  profile.command = options.command;
  profile.recorded_at = utc_now();
  profile.host = describe_host();
  RecorderFolder folder(emulator ? "" : library);
  Launch launch;
  std::optional<EmulatorCounts> counts;
  if (emulator) {
    const auto command = emulator->command(path, options.command, library, folder.control_file());
    profile.isa = emulator->level().name;
    launch = {emulator->path(), command.arguments, "", "", true};
    counts.emplace(folder.path(), command.program);
  } else if (recorder == Recorder::kInside) {
    launch = launch_with(library, folder.control_file(), path, options.command);
  } else {
    launch = {path, options.command, "", "", false};
  }
  std::optional<OutsideRecorder> outside;
  if (!emulator) {
    outside.emplace(folder, std::filesystem::path(library).replace_filename(kCopyLibrary));
  }
  const sigset_t set = handed_on();
  const BlockedSignals blocked(set);
  const std::uint64_t started_ns = monotonic_ns();
  const pid_t child = start(launch, blocked.before());
  if (outside) outside->follow(child, recorder == Recorder::kOutside);
  watch_to_the_end(child, folder, outside ? &*outside : nullptr, started_ns, profile);
  if (outside) outside->stop();
  run.exit_status = profile.totals.exit_status;
  run.analysis_s = finish_snapshots(folder, options);
  run.taken = folder.control().taken;
  RunTotals& totals = profile.totals;
  totals.processes = folder.control().processes;
  totals.pause_s = static_cast<double>(folder.control().pause_ns) * 1e-9;
  auto parts = folder.read_parts();
  for (const auto& part : parts) {
    totals.snapshot_cpu_s += static_cast<double>(part.header.child_cpu_ns) * 1e-9;
  }
  take_system_calls(profile.observed, parts);
  if (emulator) profile.observed.call_instructions = 0;  // it does not count calls
  add_snapshots(profile, std::move(parts), started_ns, options.snapshots_most,
                folder.control().warm_instructions);
  const auto ticks = folder.ticks();
  find_regions(profile, ticks);
  profile.own_core = own_core(ticks);
  if (counts) {
    counts->add_to(profile);
    profile.observed.threads.clear();  // the list of threads is the plugin's now
    run.unseen = counts->started();
    run.messages = counts->messages();
  }
  return run;
}

}  // namespace headroom

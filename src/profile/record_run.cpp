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
#include <optional>

#include "base/error.hpp"
#include "profile/emulator.hpp"
#include "profile/host.hpp"
#include "profile/process_watch.hpp"
#include "profile/program_file.hpp"
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

/// Why a program cannot be recorded, as a sentence's end.
const char* reason_against(Preload answer) {
  switch (answer) {
    case Preload::kWorks:
      return nullptr;
    case Preload::kMissing:
      return "it cannot be read";
    case Preload::kStatic:
      return "it is linked statically, so no recorder can be loaded with it";
    case Preload::kOtherArchitecture:
      return "it is not a program for 64-bit x86";
    case Preload::kOtherLoader:
      return "it uses another C library than glibc";
    case Preload::kSetUser:
      return "it gains the rights of another user or group, which forbids a recorder";
    case Preload::kSanitizer:
      return "it is built with a sanitizer, which must be loaded before all else";
    case Preload::kUnknown:
      return "it is neither a program nor a script that names its interpreter";
  }
  return nullptr;
}

std::string found_program(const std::vector<std::string>& command) {
  if (command.empty()) {
    throw InputError("there is no command to run", "headroom profile -o FILE -- COMMAND ...");
  }
  char path[4096];
  if (!find_program(command[0].c_str(), std::getenv("PATH"), path, sizeof path)) {
    throw InputError(fmt::format("there is no program '{}'", command[0]));
  }
  return path;
}

void check_native(const std::string& path, const std::vector<std::string>& command) {
  if (const char* reason = reason_against(check_program(path.c_str()))) {
    throw InputError(fmt::format("'{}' cannot be recorded: {}", command[0], reason),
                     "nothing was started");
  }
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

/// What is started, and what it finds in its environment beyond ours.
struct Launch {
  std::string path;
  std::vector<std::string> arguments;
  std::string preload, control;  ///< empty: nothing is added
  /// qemu gives a program its environment in the reverse order.
  bool reverse = false;
};

Launch native_launch(const std::string& path, const RecordOptions& options,
                     const std::string& library, const std::string& control) {
  if (library.find_first_of(": ") != std::string::npos) {
    throw InputError(fmt::format("the recorder's path '{}' has a space or a colon", library),
                     "the loader takes those for separators; move the program elsewhere");
  }
  std::string preload = library;
  if (const char* list = std::getenv("LD_PRELOAD"); list != nullptr && *list != 0) {
    preload += fmt::format(":{}", list);
  }
  return {path, options.command, preload, control, false};
}

/// All memory is asked for before the fork: the child may only ask the kernel.
pid_t start(const Launch& launch, const sigset_t& mask) {
  std::vector<char*> arguments;
  for (const auto& word : launch.arguments) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> added;
  if (!launch.preload.empty()) {
    added = {"LD_PRELOAD=" + launch.preload,
             fmt::format("{}={}", kRecorderVariable, launch.control)};
  }
  const auto is_replaced = [&](const char* variable) {
    return std::any_of(added.begin(), added.end(), [&](const std::string& text) {
      return text.compare(0, text.find('=') + 1, variable, text.find('=') + 1) == 0;
    });
  };
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!is_replaced(*variable)) variables.push_back(*variable);
  }
  for (auto& text : added) variables.push_back(text.data());
  if (launch.reverse) std::reverse(variables.begin(), variables.end());
  variables.push_back(nullptr);
  const std::string complaint = fmt::format("headroom: cannot start '{}'\n", launch.path);
  const pid_t child = fork();
  if (child < 0) throw InputError(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child > 0) return child;
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  execve(launch.path.c_str(), arguments.data(), variables.data());
  [[maybe_unused]] const auto written = write(2, complaint.data(), complaint.size());
  _exit(127);
}

timespec in_seconds(double seconds) {
  timespec span{};
  span.tv_sec = static_cast<time_t>(seconds);
  span.tv_nsec = static_cast<long>((seconds - std::floor(seconds)) * 1e9);
  return span;
}

bool has_ended(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child;
}

/// Waits for the program, looks at it, hands signals on.
void accompany(pid_t child, ProcessWatch& watch, RecorderFolder& folder, std::uint64_t started_ns) {
  const sigset_t set = handed_on();
  while (!has_ended(child)) {
    const std::uint64_t now_ns = monotonic_ns();
    const double now_s = static_cast<double>(now_ns - started_ns) * 1e-9;
    watch.look(now_s);
    folder.spread(started_ns, now_ns);
    const timespec span = in_seconds(std::clamp(watch.due_in(now_s), 0.002, 0.1));
    siginfo_t info{};
    const int signal = sigtimedwait(&set, &info, &span);
    // What a terminal sends, it sends to the program as well.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) kill(child, signal);
  }
}

/// Lets snapshots that are under way come to their end. Ctrl-C ends them sooner.
double finish_snapshots(RecorderFolder& folder, double most_s) {
  folder.control().off = 1;
  const sigset_t set = handed_on();
  const std::uint64_t began_ns = monotonic_ns();
  double waited_s = 0;
  while (folder.tidy() > 0 && waited_s < most_s + 2) {
    if (waited_s > most_s) folder.control().finish_now = 1;
    const timespec span = in_seconds(0.02);
    const int signal = sigtimedwait(&set, nullptr, &span);
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
      folder.control().finish_now = 1;
      most_s = std::min(most_s, waited_s);
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
void watch_to_the_end(pid_t child, RecorderFolder& folder, std::uint64_t started_ns,
                      Profile& profile) {
  ProcessWatch watch(child);
  accompany(child, watch, folder, started_ns);
  RunTotals& totals = profile.totals;
  totals.wall_s = static_cast<double>(monotonic_ns() - started_ns) * 1e-9;
  watch.look(totals.wall_s, true);
  ProcessWatch::read_io(child, totals);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  fill_totals(totals, usage, status);
  profile.timeline = watch.rows();
  profile.threads = watch.threads(kThreadsKept);
}

}  // namespace

RecordedRun record_run(const RecordOptions& options) {
  std::optional<Emulator> emulator;
  if (!options.isa.empty()) emulator.emplace(options.isa);
  const std::string path = found_program(options.command);
  if (!emulator) check_native(path, options.command);
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
  } else {
    launch = native_launch(path, options, library, folder.control_file());
  }
  const sigset_t set = handed_on();
  const BlockedSignals blocked(set);
  const std::uint64_t started_ns = monotonic_ns();
  const pid_t child = start(launch, blocked.before());
  watch_to_the_end(child, folder, started_ns, profile);
  run.exit_status = profile.totals.exit_status;
  run.analysis_s = finish_snapshots(folder, options.analysis_most_s);
  run.taken = folder.control().taken;
  RunTotals& totals = profile.totals;
  totals.processes = folder.control().processes;
  totals.pause_s = static_cast<double>(folder.control().pause_ns) * 1e-9;
  auto parts = folder.read_parts();
  for (const auto& part : parts) {
    totals.snapshot_cpu_s += static_cast<double>(part.header.child_cpu_ns) * 1e-9;
  }
  add_snapshots(profile, std::move(parts), started_ns, options.snapshots_most,
                folder.control().warm_instructions);
  if (counts) {
    counts->add_to(profile);
    run.unseen = counts->started();
    run.messages = counts->messages();
  }
  return run;
}

}  // namespace headroom

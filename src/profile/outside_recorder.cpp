#include "profile/outside_recorder.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "profile/kernel_file.hpp"
#include "profile/process_numbers.hpp"
#include "profile/recording_cost.hpp"

namespace headroom {
namespace {

constexpr double kDueLeastS = 0.001, kDueMostS = 0.05;
constexpr std::uint64_t kStartNs = 3'000'000;  ///< a loader has done its work by then
constexpr std::uint64_t kPatienceNs = 1'000'000'000;
constexpr std::size_t kAskedMost = 8;

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// Memory that tells of a recorder inside, or of a sanitizer, which must not be
/// held when it looks at its own threads.
bool must_be_left_alone(const std::string& maps) {
  const auto has = [&](const char* library) {
    return maps.find(fmt::format("/{}", library)) != std::string::npos;
  };
  return has(kRecorderLibrary) || has("libasan.so") || has("libtsan.so");
}

bool has_several_threads(pid_t process) {
  std::error_code gone;  // it may end at any moment
  std::filesystem::directory_iterator task(fmt::format("/proc/{}/task", process), gone), end;
  if (gone || task == end) return false;
  task.increment(gone);
  return !gone && task != end;
}

int free_slot(ControlPage& control) {
  const unsigned most = std::min(control.live_most, kLiveSlots);
  for (unsigned i = 0; i < most; ++i) {
    std::int32_t free = 0;
    if (control.live[i].compare_exchange_strong(free, -1)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

OutsideRecorder::OutsideRecorder(RecorderFolder& folder, const std::string& image)
    : folder_(folder),
      copies_(image),
      own_program_(program_of("self")),
      random_(now_ns() * 0xff51afd7ed558ccdull | 1) {}

void OutsideRecorder::follow(pid_t root, bool is_outside) {
  root_ = root;
  if (!is_outside) return;
  seen_[root].counted = true;
  folder_.control().processes.fetch_add(1);
}

OutsideRecorder::~OutsideRecorder() {
  stop();
  wait_for_children();
}

void OutsideRecorder::stop() {
  for (const std::uint64_t began = now_ns(); !asked_.empty() && now_ns() - began < kPatienceNs;) {
    std::erase_if(asked_, [](Asked& asked) {
      const auto state = asked.thread.look();
      const bool stands = state != HeldThread::State::kWaiting && state != HeldThread::State::kGone;
      if (stands) asked.thread.release();
      return !asked.thread.is_held();
    });
    const timespec span{0, 1'000'000};
    if (!asked_.empty()) nanosleep(&span, nullptr);
  }
}

void OutsideRecorder::wait_for_children() {
  std::erase_if(children_, [](pid_t child) { return waitpid(child, nullptr, WNOHANG) != 0; });
}

std::uint64_t OutsideRecorder::draw_period() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const std::uint64_t period = folder_.control().period_ns;
  return period * 3 / 4 + random_ % (period / 2 + 1);
}

/// Pages that had to be copied are a snapshot's cost, too: each fault may have been one
/// that did not bring the process more memory, until as many have come as there were pages.
bool OutsideRecorder::affordable(pid_t process, Seen& seen) const {
  if (seen.shared > 0) {
    const std::uint64_t faults = std::max(seen.faults, minor_faults(process));
    const std::uint64_t own = own_pages(process);
    const std::uint64_t copied =
        copied_pages(faults - seen.faults, own > seen.own ? own - seen.own : 0, seen.shared,
                     folder_.control().pages_per_fault);
    seen.own = own;
    seen.spent_ns += copied * copy_fault_ns(has_several_threads(process));
    seen.shared -= copied;
    seen.faults = faults;
  }
  return seen.spent_ns == 0 || seen.spent_ns + 2 * seen.pause_ns <
                                   affordable_cost_ns(seen.used_ns, now_ns() - seen.since_ns);
}

bool OutsideRecorder::is_due(pid_t process, Seen& seen) {
  static const double kProcessors = std::max(1u, std::thread::hardware_concurrency());
  const std::uint64_t before = seen.used_ns;
  if (!read_cpu_time(process, seen.used_ns)) return false;
  if (seen.due_ns == 0 || seen.used_ns < before) {
    // Anywhere in the first period, so that short processes have a fair chance.
    const std::uint64_t period = folder_.control().period_ns;
    seen.due_ns = seen.used_ns + kStartNs + (draw_period() - period * 3 / 4) * 2;
  }
  if (seen.used_ns >= seen.due_ns) return true;
  if (seen.left_alone) return false;
  const double soonest_s = static_cast<double>(seen.due_ns - seen.used_ns) * 1e-9 / kProcessors;
  due_in_s_ = std::min(due_in_s_, std::max(soonest_s, kDueLeastS));
  return false;
}

void OutsideRecorder::ask_to_stop(pid_t process, Seen& seen) {
  const std::string program = program_of(std::to_string(process));
  if (program.empty() || program == own_program_) return;
  if (seen.left_alone && program == seen.program) {
    seen.due_ns = seen.used_ns + draw_period();
    return;
  }
  seen.program = program;
  const std::string maps = read_kernel_file(fmt::format("/proc/{}/maps", process));
  seen.left_alone = must_be_left_alone(maps);
  if (seen.left_alone) return;
  if (!seen.counted) folder_.control().processes.fetch_add(1);
  seen.counted = true;
  if (!affordable(process, seen)) {
    seen.due_ns = seen.used_ns + draw_period();
    return;
  }
  const std::uint64_t gate = OutsideCopies::gate(maps);
  const RunningThread chosen = running_thread(process, draw_period() * 0x9e3779b97f4a7c15ull);
  if (chosen.thread == 0) return;  // soon, perhaps
  HeldThread held(chosen.thread, chosen.thread == root_);
  if (gate != 0 && held.seize()) {
    asked_.push_back({held, process, gate, now_ns(), chosen.name});
  } else {
    seen.left_alone = kill(chosen.thread, 0) == 0;
  }
}

void OutsideRecorder::take(Asked& asked) {
  const std::uint64_t stopped_ns = now_ns();
  Seen& seen = seen_[asked.process];
  ControlPage& control = folder_.control();
  int slot = -1;
  if (asked.thread.can_be_borrowed() && control.off == 0) slot = free_slot(control);
  if (slot < 0) {
    asked.thread.release();
    return;
  }
  CopyOrder order;
  std::strncpy(order.control_file, folder_.control_file().c_str(), sizeof order.control_file - 1);
  order.user = geteuid();
  order.group = getegid();
  order.slot = static_cast<std::uint32_t>(slot);
  order.number = control.taken.fetch_add(1);
  PartHeader& header = order.header;
  header.process = asked.process;
  header.thread = asked.thread.id();
  std::strncpy(header.name, asked.name.c_str(), sizeof header.name - 1);
  header.process_cpu_ns = seen.used_ns;
  header.covered_ns = seen.used_ns - std::min(seen.used_ns, seen.last_ns);
  header.pause_ns = seen.pause_ns;
  header.monotonic_ns = stopped_ns;
  control.live_since_ns[slot].store(stopped_ns);
  control.live_b[slot].store(0);
  control.go[slot].store(kGoWait);

  const bool is_child = asked.process == root_;
  const std::uint64_t in_line_before_ns = in_line_ns(header.thread);
  const pid_t copy = OutsideCopies::make(asked.thread, asked.gate, is_child, order);
  const std::uint64_t held_ns = now_ns() - stopped_ns;
  const std::uint64_t lined_ns = in_line_ns(header.thread) - in_line_before_ns;
  seen.pause_ns = held_ns - std::min(held_ns, lined_ns);
  seen.spent_ns += seen.pause_ns;
  control.pause_ns.fetch_add(seen.pause_ns);
  seen.last_ns = seen.used_ns;
  seen.due_ns = seen.used_ns + draw_period();
  seen.faults = minor_faults(asked.process);
  seen.shared = seen.own = own_pages(asked.process);
  control.live[slot].store(copy);
  if (copy != 0 && is_child) children_.push_back(copy);
  if (copy == 0 || !copies_.begin(copy, asked.gate, order)) {
    control.live[slot].store(0);
    return;
  }
  if (doubles_period(order.number + 1) && control.period_ns < kPeriodMostNs) {
    control.period_ns = 2 * control.period_ns;
  }
}

void OutsideRecorder::go_on() {
  std::erase_if(asked_, [&](Asked& asked) {
    switch (asked.thread.look()) {
      case HeldThread::State::kWaiting:
      case HeldThread::State::kGone:
        break;
      case HeldThread::State::kStopped:
        take(asked);
        break;
      default:
        asked.thread.release();
    }
    return !asked.thread.is_held();
  });
}

void OutsideRecorder::work(const std::vector<pid_t>& processes) {
  due_in_s_ = kDueMostS;
  go_on();
  wait_for_children();
  if (folder_.control().off != 0) return;
  std::erase_if(seen_, [&](const auto& entry) {
    return std::find(processes.begin(), processes.end(), entry.first) == processes.end();
  });
  const bool busy = asked_.size() >= kAskedMost ||
                    (!asked_.empty() && now_ns() - asked_.back().since_ns < kPatienceNs);
  for (const pid_t process : processes) {
    Seen& seen = seen_[process];
    if (seen.since_ns == 0) seen.since_ns = now_ns();
    if (busy || !is_due(process, seen)) continue;
    ask_to_stop(process, seen);
    if (!seen.left_alone) due_in_s_ = kDueLeastS;
    if (asked_.empty()) continue;
    go_on();  // it may have stopped already
    break;
  }
}

bool OutsideRecorder::is_possible() {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  if (child < 0) return false;
  const bool possible = ptrace(PTRACE_SEIZE, child, nullptr, nullptr) == 0;
  kill(child, SIGKILL);
  waitpid(child, nullptr, __WALL);
  return possible;
}

bool OutsideRecorder::is_possible_with_rights() {
  constexpr unsigned kMayTraceAll = 19;  // CAP_SYS_PTRACE
  const auto status = read_kernel_file("/proc/self/status");
  const auto at = status.find("CapEff:");
  if (at == std::string::npos) return false;
  return (std::strtoull(status.c_str() + at + 7, nullptr, 16) >> kMayTraceAll & 1) != 0;
}

}  // namespace headroom

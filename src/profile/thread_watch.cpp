#include "profile/thread_watch.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "profile/kernel_file.hpp"
#include "profile/proc_text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kThreadsMost = 4096;
constexpr std::size_t kKeptAtLeast = 256;  ///< of threads that have ended
constexpr std::size_t kFilesMost = 256;    ///< kept open
constexpr double kSwitchesOften = 5;       ///< s, if few came since
constexpr double kTickMost = 0.01;         ///< by which counts lag behind
constexpr std::uint64_t kFewRuns = 32;
constexpr double kBriefly = 30e-6;  ///< woken, and asleep again: too short to fork

double boot_seconds() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string file_of(pid_t process, pid_t thread, const char* name) {
  return fmt::format("/proc/{}/task/{}/{}", process, thread, name);
}

}  // namespace

ThreadWatch::~ThreadWatch() {
  for (auto& [key, thread] : threads_) {
    if (thread.file >= 0) close(thread.file);
  }
}

void ThreadWatch::begin(double now_s, bool last) {
  now_s_ = now_s;
  last_ = last;
  ++look_;
  belated_.clear();
  // The last number given to a process or thread: without a new one there are no children.
  const std::string load = read_kernel_file("/proc/loadavg");
  const std::string newest = load.substr(load.find_last_of(' ') + 1);
  forked_ = load.empty() || newest != newest_;
  newest_ = newest;
}

void ThreadWatch::end() {
  for (auto& [key, thread] : threads_) {
    if (thread.seen_in == look_ || thread.file < 0) continue;
    close(thread.file);
    thread.file = -1;
    --open_;
  }
  if (threads_.size() > kThreadsMost) forget_some();
}

/// Of the threads that have ended, those that used little.
void ThreadWatch::forget_some() {
  const auto busy = busiest(kKeptAtLeast);
  const double least_s = busy.back()->time.cpu_s;
  std::erase_if(threads_, [&](const auto& entry) {
    return entry.second.seen_in != look_ && entry.second.time.cpu_s < least_s;
  });
}

const ThreadWatch::Thread* ThreadWatch::look(pid_t process, pid_t thread, bool ask_all) {
  const auto known = threads_.find({process, thread});
  int file = known != threads_.end() ? known->second.file : -1;
  if (file < 0) {
    file = open(file_of(process, thread, "schedstat").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    ++open_;
  }
  char text[128];
  const ssize_t got = pread(file, text, sizeof text, 0);
  const bool keep = got > 0 && open_ <= kFilesMost;
  if (!keep) {
    close(file);
    --open_;
  }
  if (got <= 0) {
    if (known != threads_.end()) known->second.file = -1;
    return nullptr;
  }
  const auto schedule = parse_schedule({text, static_cast<std::size_t>(got)});
  const bool fresh = known == threads_.end();
  Thread& of = threads_[{process, thread}];
  of.file = keep ? file : -1;
  of.seen_in = look_;
  if (fresh) {
    of.time = {process, thread, {}, 0, now_s_, 0};
    of.switches_at_s = now_s_;
  }
  const double before_s = of.time.last_seen_s;
  of.time.last_seen_s = now_s_;
  of.ran = fresh || !schedule || schedule->runs != of.runs || schedule->ran_s != of.ran_s;
  const bool briefly = !fresh && schedule && schedule->ran_s - of.ran_s < kBriefly &&
                       schedule->ran_s >= of.ran_s && of.state == 'S';
  if ((of.ran && !briefly) || last_) {
    const auto stat = parse_stat(read_kernel_file(file_of(process, thread, "stat")));
    if (stat) {
      of.time.name = stat->name;
      of.state = stat->state;
      of.started_s = std::min(now_s_, stat->started_s - boot_seconds() + now_s_);
      of.time.cpu_s = stat->user_s + stat->system_s;
    }
  }
  if (schedule) {
    // One whose number another had before begins at nothing again.
    const bool follows = schedule->ran_s >= of.ran_s && schedule->ready_s >= of.ready_s;
    const double line_s = schedule->ready_s - (follows ? of.ready_s : 0);
    ran_s_ += schedule->ran_s - (follows ? of.ran_s : 0);
    ready_s_ += line_s;
    if (!fresh && follows) find_belated(of, before_s, schedule->ran_s - of.ran_s, line_s);
    of.ran_s = of.time.cpu_s = schedule->ran_s;
    of.ready_s = schedule->ready_s;
    of.runs = schedule->runs;
  }
  // Often while a thread is young, then whenever some more have come together.
  const bool many = of.runs - of.switches_at_runs > kFewRuns + of.switches_at_runs / 16;
  const bool due = of.runs != of.switches_at_runs && now_s_ - of.switches_at_s > kSwitchesOften;
  if (last_ || (of.ran && (many || due))) read_switches(of);
  if (fresh || ask_all || (of.ran && !briefly && forked_)) {
    of.children.clear();
    for (const auto child : parse_numbers(read_kernel_file(file_of(process, thread, "children")))) {
      of.children.push_back(static_cast<pid_t>(child));
    }
  }
  return &of;
}

/// More time in line than there was since the look before was stood before it: in the
/// last stretch that seemed to be sleep but found the thread ready at its end; or else
/// just before.
void ThreadWatch::find_belated(Thread& thread, double since_s, double ran_s, double line_s) {
  double excess_s = line_s + ran_s - (now_s_ - since_s);
  if (excess_s > 0) {
    const double moved_s = std::min(excess_s, thread.slack_s);
    if (moved_s > 0) belated_.push_back({moved_s, thread.slack_until_s});
    thread.slack_s -= moved_s;
    excess_s -= moved_s;
    if (excess_s > kTickMost) belated_.push_back({excess_s, since_s});
  } else if (thread.state == 'R') {
    if (-excess_s > kTickMost) thread.slack_s = -excess_s, thread.slack_until_s = now_s_;
  } else {
    thread.slack_s = 0;
  }
}

void ThreadWatch::read_switches(Thread& thread) {
  const auto text = read_kernel_file(file_of(thread.time.process, thread.time.thread, "status"));
  if (text.empty()) return;
  const ProcSwitches now = parse_switches(text);
  const auto advance = [](std::uint64_t& known, std::uint64_t to, std::uint64_t& sum) {
    sum += to >= known ? to - known : to;
    known = to;
  };
  advance(thread.switches_voluntary, now.voluntary, voluntary_);
  advance(thread.switches_forced, now.forced, forced_);
  thread.switches_at_runs = thread.runs;
  thread.switches_at_s = now_s_;
}

std::vector<const ThreadWatch::Thread*> ThreadWatch::busiest(std::size_t most) const {
  std::vector<const Thread*> sorted;
  for (const auto& [key, thread] : threads_) sorted.push_back(&thread);
  std::sort(sorted.begin(), sorted.end(),
            [](const Thread* a, const Thread* b) { return a->time.cpu_s > b->time.cpu_s; });
  if (sorted.size() > most) sorted.resize(most);
  return sorted;
}

}  // namespace headroom

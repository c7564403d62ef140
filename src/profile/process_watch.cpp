#include "profile/process_watch.hpp"

#include <fmt/core.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "profile/kernel_file.hpp"
#include "profile/proc_text.hpp"
#include "profile/process_files.hpp"

namespace headroom {
namespace {

constexpr std::size_t kRowsMost = 400;
constexpr double kShare = 0.01;  ///< of a processor, at most

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Row>
void halve(std::vector<Row>& rows) {
  std::vector<Row> kept;
  for (std::size_t i = 0; i < rows.size(); i += 2) kept.push_back(rows[i]);
  rows = std::move(kept);
}

}  // namespace

void ProcessWatch::read_io(pid_t process, Profile& profile) {
  const ProcIo io = parse_io(read_kernel_file(fmt::format("/proc/{}/io", process)));
  RunTotals& totals = profile.totals;
  totals.read_b = io.read_b;
  totals.written_b = io.written_b;
  totals.storage_read_b = io.storage_read_b;
  totals.storage_written_b = io.storage_written_b;
  profile.observed.read_calls = io.read_calls;
  profile.observed.write_calls = io.write_calls;
}

/// Pages that are a process's own add up, but a fork without exec shares most of
/// its parent's: of processes that run one image, the largest counts. Files and
/// shared memory count once, where most of them are used.
void ProcessWatch::look_at_memory(pid_t process, std::uint64_t stack_at) {
  static const auto kPageB = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const auto pages = parse_numbers(read_kernel_file(fmt::format("/proc/{}/statm", process)));
  if (pages.size() < 3) return;
  const std::uint64_t resident_b = pages[1] * kPageB;
  const std::uint64_t shared_b = std::min(resident_b, pages[2] * kPageB);
  row_.resident_b += resident_b;
  auto& own_b = images_.own_b[stack_at];
  own_b = std::max(own_b, resident_b - shared_b);
  images_.shared_b = std::max(images_.shared_b, shared_b);
}

void ProcessWatch::look_at(pid_t process) {
  const std::string folder = fmt::format("/proc/{}/", process);
  const auto stat = parse_stat(read_kernel_file(folder + "stat"));
  if (!stat || stat->name == kSnapshotName) return;
  met_.push_back(process);
  ++row_.processes;
  // Its own time, and that of children that have ended and been waited for.
  row_.user_s += stat->user_s + stat->children_user_s;
  row_.system_s += stat->system_s + stat->children_system_s;
  look_at_memory(process, stat->stack_at);
  const ProcIo io = parse_io(read_kernel_file(folder + "io"));
  row_.read_b += io.read_b;
  row_.written_b += io.written_b;
  more_.storage_read_b += io.storage_read_b;
  more_.storage_written_b += io.storage_written_b;
  auto threads = numbers_in(folder + "task");
  // When a thread ends, another one inherits its children.
  Process& known = processes_[process];
  const bool ask_all = threads != known.threads;
  known.threads = threads;
  known.seen_in = look_;
  std::vector<pid_t> children;
  for (const pid_t number : threads) {
    const auto* thread = threads_.look(process, number, ask_all);
    if (thread == nullptr) continue;
    ++row_.threads;
    if (thread->state == 'R') ++row_.running;
    if (thread->state == 'D') ++more_.blocked;
    children.insert(children.end(), thread->children.begin(), thread->children.end());
  }
  for (const pid_t child : children) look_at(child);
}

void ProcessWatch::thin_out() {
  halve(rows_);
  halve(observed_);
  interval_s_ *= 2;
}

/// Puts times in line where they were stood.
void ProcessWatch::credit_lines() {
  for (const auto& late : threads_.belated()) {
    for (std::size_t i = rows_.size(); i > 0; --i) {
      const double after_s = std::max(0.0, late.until_s - rows_[i - 1].time_s);
      if (late.seconds <= after_s) break;
      observed_[i - 1].ready_s += late.seconds - after_s;
    }
  }
}

void ProcessWatch::look(double now_s, bool last) {
  if (now_s < next_s_ && !last) return;
  const double before_s = cpu_seconds();
  ++look_;
  row_ = {};
  more_ = {};
  images_ = {};
  met_.clear();
  row_.time_s = now_s;
  threads_.begin(now_s, last);
  look_at(root_);
  threads_.end();
  std::erase_if(processes_, [&](const auto& entry) { return entry.second.seen_in != look_; });
  sockets_.look(met_, now_s);
  if (row_.processes > 0) {
    credit_lines();
    more_.ran_s = threads_.ran_s();
    more_.ready_s = threads_.ready_s();
    more_.switches_voluntary = threads_.switches_voluntary();
    more_.switches_forced = threads_.switches_forced();
    more_.memory_b = images_.shared_b;
    for (const auto& [stack, own_b] : images_.own_b) more_.memory_b += own_b;
    more_.tcp = sockets_.tcp();
    rows_.push_back(row_);
    observed_.push_back(more_);
  }
  if (rows_.size() > kRowsMost) thin_out();
  next_s_ = now_s + std::max(interval_s_, (cpu_seconds() - before_s) / kShare);
}

void ProcessWatch::add_to(Profile& profile, std::size_t threads_most) const {
  profile.timeline = rows_;
  profile.observed.rows = observed_;
  for (const auto* thread : threads_.busiest(threads_most)) {
    const ThreadTime& time = thread->time;
    profile.threads.push_back(time);
    const double lived_s = time.last_seen_s - std::min(time.first_seen_s, thread->started_s);
    profile.observed.threads.push_back({thread->ready_s,
                                        std::max(0.0, lived_s - time.cpu_s - thread->ready_s),
                                        thread->switches_voluntary, thread->switches_forced});
  }
  sockets_.add_to(profile.observed);
}

}  // namespace headroom

#include "emulation/process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <cstring>

namespace headroom::emulation {
namespace {

using recorder::as_argument;
using recorder::clock_ns;
using recorder::map_memory;
using recorder::raw_syscall;

constexpr unsigned kThreadsMost = 1 << 20;
constexpr std::uint64_t kLookEvery = 100'000;  ///< instructions
constexpr std::uint32_t kSnapshotsMost = 400;  ///< of all processes

template <class Page>
Page* map_page(const char* path) {
  const long file = raw_syscall(SYS_openat, AT_FDCWD, as_argument(path), O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  const long at =
      raw_syscall(SYS_mmap, 0, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  raw_syscall(SYS_close, file);
  return at < 0 && at > -4096 ? nullptr : reinterpret_cast<Page*>(at);
}

}  // namespace

bool Process::begin(const char* control) {
  char path[kFolderBytes + 16];
  control_ = map_page<ControlPage>(control);
  if (control_ == nullptr || control_->magic != kControlMagic) return false;
  std::strcpy(path, control_->folder);
  std::strcat(path, "/");
  std::strcat(path, kCountsFile);
  counts_ = map_page<CountPage>(path);
  if (counts_ == nullptr || counts_->magic != kCountMagic) return false;
  control_->processes.fetch_add(1);
  return threads_.reserve(kThreadsMost) && code_.prepare();
}

/// A place of its own in the shared page, or one that nobody will read.
ThreadCount* Process::take_count() {
  for (const auto wanted : {ThreadCount::kFree, ThreadCount::kEnded}) {
    for (auto& count : counts_->threads) {
      std::uint32_t state = wanted;
      if (!count.state.compare_exchange_strong(state, ThreadCount::kRunning)) continue;
      counts_->ended_instructions.fetch_add(count.instructions);
      count.instructions = 0;
      return &count;
    }
  }
  counts_->uncounted.fetch_add(1);
  static ThreadCount nowhere[64];
  return &nowhere[static_cast<std::size_t>(raw_syscall(SYS_gettid)) % 64];
}

Thread* Process::adopt(unsigned index) {
  auto* thread = static_cast<Thread*>(map_memory(sizeof(Thread)));
  if (thread == nullptr || index >= kThreadsMost) __builtin_trap();
  unsigned end = threads_end_;
  while (end <= index && !threads_end_.compare_exchange_weak(end, index + 1)) continue;
  thread->count = take_count();
  thread->count->process = static_cast<std::int32_t>(raw_syscall(SYS_getpid));
  thread->count->thread = static_cast<std::int32_t>(raw_syscall(SYS_gettid));
  thread->repeats_at = kNowhere;
  threads_[index].thread = thread;
  return thread;
}

void Process::report(Thread& thread) {
  const std::uint64_t now = thread.count->instructions;
  instructions_.fetch_add(now - thread.reported, std::memory_order_relaxed);
  thread.reported = now;
  thread.next_look = now + kLookEvery;
}

void Process::look(Thread& thread, const Translation& translation) {
  if (thread.count->instructions >= thread.next_look) {
    report(thread);
    Thread* nobody = nullptr;
    if (followed_.compare_exchange_strong(nobody, &thread)) begin_snapshot(thread);
  }
  if (!thread.followed) return;
  if (follower_.complete()) {
    end_snapshot(EndReason::kLength);
  } else {
    follower_.run(translation);
  }
}

/// If it is time to; nobody else is followed now.
void Process::begin_snapshot(Thread& thread) {
  if (!plan_.due(instructions_)) {
    followed_ = nullptr;
    return;
  }
  PartHeader header;
  header.process = thread.count->process;
  header.thread = thread.count->thread;
  raw_syscall(SYS_prctl, PR_GET_NAME, as_argument(header.name));
  std::memcpy(header.program, counts_->program, sizeof header.program - 1);
  header.monotonic_ns = clock_ns(CLOCK_MONOTONIC);
  cpu_before_ns_ = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  if (control_->off != 0 || control_->taken >= kSnapshotsMost ||
      !follower_.begin(*control_, code_, header)) {
    plan_.ended(instructions_);
    followed_ = nullptr;
    return;
  }
  thread.followed = true;
}

void Process::end_snapshot(EndReason reason) {
  Thread& thread = *followed_.load();
  report(thread);
  PartHeader& header = follower_.header();
  header.process_instructions = instructions_;
  header.process_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  header.child_cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_before_ns_;
  follower_.end(reason, control_->taken.fetch_add(1));
  plan_.ended(instructions_);
  thread.followed = false;
  followed_ = nullptr;
}

void Process::stop_following(unsigned index) {
  if (threads_[index].thread != nullptr && threads_[index].thread->followed)
    end_snapshot(EndReason::kExit);
}

void Process::end_thread(unsigned index) {
  Thread* thread = threads_[index].thread;
  if (thread == nullptr) return;
  stop_following(index);
  report(*thread);
  thread->count->state = ThreadCount::kEnded;
  threads_[index].thread = nullptr;
  recorder::unmap_memory(thread, sizeof *thread);
}

void Process::begin_child(unsigned index) {
  Thread* going_on = threads_[index].thread;
  follower_.drop();
  plan_ = {};
  instructions_ = 0;
  followed_ = nullptr;
  for (unsigned i = 0; i < threads_end_; ++i) threads_[i].thread = nullptr;
  control_->processes.fetch_add(1);
  if (going_on == nullptr) return;
  const std::uint64_t repeats_at = going_on->repeats_at;
  adopt(index)->repeats_at = repeats_at;
}

void Process::end() {
  if (followed_.load() != nullptr) end_snapshot(EndReason::kExit);
}

}  // namespace headroom::emulation

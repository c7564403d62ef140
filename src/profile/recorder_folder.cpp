#include "profile/recorder_folder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <new>
#include <sstream>

#include "base/error.hpp"
#include "profile/kernel_file.hpp"

namespace headroom {
namespace {

constexpr double kLittleB = 64e6;  ///< held back by copies: never too much
/// Instructions that all copies follow together for each second of analysis, where they are
/// lengthened: two thirds of the 50 million at which one core follows slow programs. The
/// most of one; windows in all of them, and the most of one.
constexpr double kFollowedPerS = 3.6e7, kStretchMost = 6e8;
constexpr double kWindows = 350, kWindowsMost = 100;
constexpr std::uint64_t kTickMostNs = 1'000'000'000'000;  ///< more cannot be
constexpr double kShareOfMemory = 0.25;  ///< of what is available that they may hold back

/// A number may have been given to another process since.
bool is_snapshot(pid_t process) {
  return getpgid(process) == process && read_kernel_file(fmt::format("/proc/{}/comm", process)) ==
                                            std::string(kSnapshotName) + "\n";
}

/// Memory that the machine could still give.
double available_b() {
  const std::string text = read_kernel_file("/proc/meminfo");
  const auto at = text.find("MemAvailable:");
  return at == std::string::npos ? 1e9 : std::strtod(text.c_str() + at + 13, nullptr) * 1024;
}

/// CPU time of a process so far, in clock ticks.
double ticks_used(pid_t process) {
  const std::string text = read_kernel_file(fmt::format("/proc/{}/stat", process));
  std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 2)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  double user = 0, system = 0;
  rest >> user >> system;
  return user + system;
}

}  // namespace

RecorderFolder::RecorderFolder(const std::string& library) {
  const char* place = std::getenv("TMPDIR");
  std::string name =
      fmt::format("{}/headroom-XXXXXX", place != nullptr && *place != 0 ? place : "/tmp");
  if (name.size() + 1 > kFolderBytes || library.size() + 1 > kFolderBytes ||
      mkdtemp(name.data()) == nullptr) {
    throw InputError(fmt::format("cannot make a folder '{}': {}", name, std::strerror(errno)),
                     "TMPDIR says where snapshots are kept during a run");
  }
  folder_ = std::filesystem::absolute(name);
  control_file_ = folder_ + "/control";
  const int file = open(control_file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  void* memory = MAP_FAILED;
  if (file >= 0 && ftruncate(file, sizeof(ControlPage)) == 0) {
    memory = mmap(nullptr, sizeof(ControlPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  if (file >= 0) close(file);
  if (memory == MAP_FAILED) {
    std::filesystem::remove_all(folder_);
    throw InputError(fmt::format("cannot write '{}': {}", control_file_, std::strerror(errno)));
  }
  control_ = new (memory) ControlPage;
  std::strncpy(control_->folder, folder_.c_str(), kFolderBytes - 1);
  std::strncpy(control_->library, library.c_str(), kFolderBytes - 1);
  control_->period_ns = control_->first_period_ns;
  // Where the kernel gives huge pages unasked, one fault may bring 512 at once.
  const std::string huge = read_kernel_file("/sys/kernel/mm/transparent_hugepage/enabled");
  if (huge.find("[always]") != huge.npos) control_->pages_per_fault = 512;
}

RecorderFolder::~RecorderFolder() {
  control_->off = 1;
  end_all();
  munmap(control_, sizeof(ControlPage));
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

unsigned RecorderFolder::tidy() {
  unsigned live = 0;
  for (auto& slot : control_->live) {
    std::int32_t process = slot.load();
    if (process > 0) waitpid(process, nullptr, WNOHANG);  // it may be a child of ours
    if (process > 0 && kill(process, 0) != 0 && errno == ESRCH) {
      slot.compare_exchange_strong(process, 0);
      continue;
    }
    if (process != 0) ++live;
  }
  return live;
}

void RecorderFolder::spread(std::uint64_t started_ns, std::uint64_t now_ns) {
  if (tidy() < control_->live_most) return;
  std::uint64_t newest = started_ns;
  for (const auto& since : control_->live_since_ns) newest = std::max(newest, since.load());
  if (newest > now_ns || now_ns - newest < (now_ns - started_ns) / 8) return;
  std::uint64_t closest = std::numeric_limits<std::uint64_t>::max();
  int chosen = -1;
  for (unsigned i = 0; i < kLiveSlots; ++i) {
    const std::int32_t process = control_->live[i].load();
    if (process <= 0 || ticks_used(process) > 20) continue;  // it has done much already
    const std::uint64_t at = control_->live_since_ns[i].load();
    std::uint64_t before = started_ns, after = now_ns;
    for (unsigned k = 0; k < kLiveSlots; ++k) {
      const std::uint64_t other = control_->live_since_ns[k].load();
      if (k == i || control_->live[k].load() == 0) continue;
      if (other <= at) before = std::max(before, other);
      if (other > at) after = std::min(after, other);
    }
    if (after - before < closest) {
      closest = after - before;
      chosen = static_cast<int>(i);
    }
  }
  if (chosen < 0) return;
  std::int32_t process = control_->live[chosen].load();
  if (process <= 0 || !is_snapshot(process)) return;
  kill(process, SIGKILL);
  control_->live[chosen].compare_exchange_strong(process, 0);
}

std::vector<Tick> RecorderFolder::ticks() const {
  const std::size_t count = std::min(control_->ticks.load(), kTicksMost);
  std::vector<Tick> ticks(control_->tick, control_->tick + count);
  std::erase_if(ticks, [](const Tick& tick) {  // one that was being written when its program ended
    return tick.cpu_ns == 0 || tick.cpu_ns > kTickMostNs;
  });
  return ticks;
}

void RecorderFolder::go(unsigned slot, Go how) {
  control_->go[slot].store(how);
  syscall(SYS_futex, &control_->go[slot], FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void RecorderFolder::relieve(std::uint64_t now_ns) {
  control_->launcher_seen_ns.store(now_ns);
  double held_b = 0;
  int oldest = -1;
  bool under_way = false;
  for (unsigned i = 0; i < kLiveSlots; ++i) {
    if (control_->live[i].load() <= 0) continue;
    if (control_->go[i].load() != kGoWait) {
      under_way = true;
      continue;
    }
    held_b += static_cast<double>(control_->live_b[i].load());
    const auto since = control_->live_since_ns[i].load();
    if (oldest < 0 || since < control_->live_since_ns[oldest].load()) oldest = static_cast<int>(i);
  }
  if (under_way || oldest < 0 || held_b < kLittleB) return;
  if (held_b > kShareOfMemory * available_b()) go(static_cast<unsigned>(oldest), kGoIdle);
}

void RecorderFolder::lengthen(double analysis_s) {
  unsigned copies = 0;
  for (unsigned i = 0; i < kLiveSlots; ++i) {
    if (control_->live[i].load() != 0 && control_->go[i].load() == kGoWait) ++copies;
  }
  if (copies == 0) return;
  const double warm = static_cast<double>(control_->warm_instructions);
  const double stretch = std::min(kFollowedPerS * analysis_s / copies - warm, kStretchMost);
  if (stretch <= static_cast<double>(control_->measured_instructions)) return;
  const double windows = std::clamp(kWindows / copies, 10.0, kWindowsMost);
  const double step = stretch / windows - static_cast<double>(control_->window_instructions);
  control_->window_gap = std::max(control_->window_gap, static_cast<std::uint64_t>(step));
  control_->measured_instructions = static_cast<std::uint64_t>(stretch);
}

unsigned RecorderFolder::let_go(unsigned at_once) {
  tidy();
  std::vector<unsigned> waiting;
  unsigned under_way = 0;
  for (unsigned i = 0; i < kLiveSlots; ++i) {
    if (control_->live[i].load() == 0) continue;
    if (control_->go[i].load() == kGoWait) {
      waiting.push_back(i);
    } else {
      ++under_way;
      if (control_->go[i].load() == kGoIdle) go(i, kGoNow);
    }
  }
  const unsigned left = under_way + static_cast<unsigned>(waiting.size());
  for (; under_way < at_once && !waiting.empty(); ++under_way) {
    auto gap = [&](unsigned slot) {
      const auto at = static_cast<double>(control_->live_since_ns[slot].load());
      double nearest = 1e30;
      for (const double other : gone_ns_) nearest = std::min(nearest, std::abs(at - other));
      return nearest;
    };
    const auto next =
        std::ranges::max_element(waiting, [&](unsigned a, unsigned b) { return gap(a) < gap(b); });
    gone_ns_.push_back(static_cast<double>(control_->live_since_ns[*next].load()));
    go(*next, kGoNow);
    waiting.erase(next);
  }
  return left;
}

void RecorderFolder::end_all() {
  for (auto& slot : control_->live) {
    const std::int32_t process = slot.exchange(0);
    if (process > 0 && is_snapshot(process)) kill(process, SIGKILL);
  }
}

std::vector<RawPart> RecorderFolder::read_parts() const {
  std::vector<RawPart> parts;
  const std::uint32_t taken = control_->taken.load();
  for (std::uint32_t i = 0; i < taken; ++i) {
    auto part = read_part(fmt::format("{}/{}.part", folder_, i));
    if (part) parts.push_back(std::move(*part));
  }
  return parts;
}

std::string find_loaded_library(const std::string& name) {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  const auto folder = program.parent_path();
  for (const auto& path : {folder / name, folder.parent_path() / "lib/headroom" / name}) {
    if (std::filesystem::exists(path, failed)) return path;
  }
  throw InputError(name + " is missing",
                   fmt::format("it belongs beside the program, in {}", folder.string()));
}

}  // namespace headroom

#include "profile/recorder_folder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
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

/// A number may have been given to another process since.
bool is_snapshot(pid_t process) {
  return getpgid(process) == process && read_kernel_file(fmt::format("/proc/{}/comm", process)) ==
                                            std::string(kSnapshotName) + "\n";
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

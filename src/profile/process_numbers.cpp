#include "profile/process_numbers.hpp"

#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "profile/kernel_file.hpp"
#include "profile/proc_text.hpp"
#include "profile/process_files.hpp"

namespace headroom {

constexpr std::size_t kThreadsAsked = 256;

bool read_cpu_time(pid_t process, std::uint64_t& ns) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0) return false;
  ns = static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000u +
       static_cast<std::uint64_t>(used.tv_nsec);
  return true;
}

std::string program_of(const std::string& process) {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/" + process + "/exe", failed);
}

std::uint64_t minor_faults(pid_t process) {
  const std::string text = read_kernel_file(fmt::format("/proc/{}/stat", process));
  std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 2)));
  std::string skipped;  // the tenth field of all
  for (int i = 0; i < 7; ++i) rest >> skipped;
  std::uint64_t faults = 0;
  rest >> faults;
  return faults;
}

std::uint64_t own_pages(pid_t process) {
  const auto pages = parse_numbers(read_kernel_file(fmt::format("/proc/{}/statm", process)));
  return pages.size() > 2 && pages[1] > pages[2] ? pages[1] - pages[2] : 0;
}

std::uint64_t in_line_ns(pid_t thread) {
  const auto numbers = parse_numbers(read_kernel_file(fmt::format("/proc/{}/schedstat", thread)));
  return numbers.size() > 1 ? numbers[1] : 0;
}

RunningThread running_thread(pid_t process, std::uint64_t random) {
  auto threads = numbers_in(fmt::format("/proc/{}/task", process));
  if (threads.empty()) return {};
  std::rotate(threads.begin(),
              threads.begin() + static_cast<std::ptrdiff_t>(random % threads.size()),
              threads.end());
  if (threads.size() > kThreadsAsked) threads.resize(kThreadsAsked);
  std::vector<RunningThread> running;
  for (const pid_t thread : threads) {
    const auto stat = parse_stat(read_kernel_file(fmt::format("/proc/{}/stat", thread)));
    if (stat && stat->state == 'R') running.push_back({thread, stat->name});
  }
  return running.empty() ? RunningThread() : running[(random >> 32) % running.size()];
}

}  // namespace headroom

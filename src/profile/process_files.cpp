#include "profile/process_files.hpp"

#include <dirent.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace headroom {
namespace {

template <class Use>
void for_each_entry(const std::string& folder, Use use) {
  DIR* open = opendir(folder.c_str());
  if (open == nullptr) return;
  while (const dirent* entry = readdir(open)) use(dirfd(open), entry->d_name);
  closedir(open);
}

}  // namespace

std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> found;
  for_each_entry(folder, [&](int, const char* name) {
    if (const pid_t number = std::atoi(name); number > 0) found.push_back(number);
  });
  return found;
}

void add_socket_inodes(pid_t process, std::set<std::uint64_t>& inodes) {
  constexpr char kSocket[] = "socket:[";
  constexpr std::size_t kLength = sizeof kSocket - 1;
  for_each_entry(fmt::format("/proc/{}/fd", process), [&](int folder, const char* name) {
    char target[64];
    const ssize_t size = readlinkat(folder, name, target, sizeof target - 1);
    if (size <= 0) return;
    target[size] = 0;
    if (std::strncmp(target, kSocket, kLength) == 0) {
      inodes.insert(std::strtoull(target + kLength, nullptr, 10));
    }
  });
}

}  // namespace headroom

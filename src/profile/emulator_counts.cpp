#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <new>
#include <sstream>

#include "base/error.hpp"
#include "profile/count_page.hpp"
#include "profile/emulator.hpp"

namespace headroom {
namespace {

constexpr const char* kEmulatorName = "qemu-x86_64";
constexpr std::size_t kNameMost = 15;  ///< of a thread, as the kernel keeps it

std::string short_name(const std::string& program) {
  return program.substr(program.rfind('/') + 1).substr(0, kNameMost);
}

}  // namespace

EmulatorCounts::EmulatorCounts(const std::string& folder, const std::string& program) {
  const std::string path = folder + "/" + kCountsFile;
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  void* memory = MAP_FAILED;
  if (file >= 0 && ftruncate(file, sizeof(CountPage)) == 0) {
    memory = mmap(nullptr, sizeof(CountPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  if (file >= 0) close(file);
  if (memory == MAP_FAILED) {
    throw InputError(fmt::format("cannot write '{}': {}", path, std::strerror(errno)));
  }
  page_ = static_cast<CountPage*>(memory);  // a new file's zeros are what it begins with
  page_->magic = kCountMagic;
  std::error_code failed;
  std::string real = std::filesystem::canonical(program, failed).string();
  if (failed) real = program;
  real.copy(page_->program, sizeof page_->program - 1);
}

EmulatorCounts::~EmulatorCounts() {
  munmap(page_, sizeof(CountPage));
}

void EmulatorCounts::add_to(Profile& profile) const {
  std::map<std::pair<std::int32_t, std::int32_t>, std::uint64_t> counted;
  std::uint64_t all = page_->ended_instructions;
  for (const auto& count : page_->threads) {
    if (count.state == ThreadCount::kFree) continue;
    all += count.instructions;
    counted[{count.process, count.thread}] += count.instructions;
  }
  profile.totals.instructions = page_->uncounted == 0 ? all : 0;
  for (auto& thread : profile.threads) {
    const auto at = counted.find({thread.process, thread.thread});
    if (at != counted.end()) thread.instructions = at->second;
  }
  // The emulator has a thread of its own, and gives its name to the program's first.
  std::erase_if(profile.threads, [](const ThreadTime& thread) {
    return thread.name == kEmulatorName && thread.instructions == 0;
  });
  const auto rename = [&](std::string& name) {
    if (name == kEmulatorName) name = short_name(page_->program);
  };
  for (auto& thread : profile.threads) rename(thread.name);
  for (auto& snapshot : profile.snapshots) rename(snapshot.thread_name);
}

unsigned EmulatorCounts::started() const {
  return page_->started;
}

std::vector<std::string> EmulatorCounts::messages() const {
  const std::uint32_t written = page_->message_bytes;
  std::string whole(page_->messages, std::min(written, kMessageBytes));
  whole.resize(whole.rfind('\n') + 1);  // what did not fit is cut off anywhere
  std::istringstream text(whole);
  std::vector<std::string> kept;
  for (std::string line; std::getline(text, line);) {
    // Features that it cannot imitate are known; a fatal signal shows in the status.
    if (line.find("TCG doesn't support requested feature") != std::string::npos) continue;
    if (line.find("uncaught target signal") != std::string::npos) continue;
    if (!line.empty()) kept.push_back(line);
  }
  return kept;
}

}  // namespace headroom

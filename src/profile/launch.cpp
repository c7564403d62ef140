#include "profile/launch.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "profile/outside_recorder.hpp"
#include "profile/part_layout.hpp"
#include "profile/program_file.hpp"

namespace headroom {
namespace {

constexpr const char* kNotTraced = "and this system does not let one process trace another";

/// Why a program cannot be recorded, as a sentence's end; empty if it can.
std::string reason_against(Preload answer) {
  switch (answer) {
    case Preload::kWorks:
      return "";
    case Preload::kMissing:
      return "it cannot be read";
    case Preload::kStatic:
      if (OutsideRecorder::is_possible()) return "";
      return fmt::format("it is linked statically, so no recorder can be loaded with it, {}",
                         kNotTraced);
    case Preload::kOtherArchitecture:
      return "it is not a program for 64-bit x86";
    case Preload::kOtherLoader:
      if (OutsideRecorder::is_possible()) return "";
      return fmt::format("it uses another C library than glibc, {}", kNotTraced);
    case Preload::kSetUser:
      if (OutsideRecorder::is_possible_with_rights() && OutsideRecorder::is_possible()) return "";
      return "it gains the rights of another user or group, which only root may record";
    case Preload::kSanitizer:
      return "it is built with a sanitizer, which must be loaded before all else";
    case Preload::kUnknown:
      return "it is neither a program nor a script that names its interpreter";
  }
  return "";
}

}  // namespace

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

Recorder choose_recorder(const std::string& path, const std::vector<std::string>& command) {
  const Preload answer = check_program(path.c_str());
  const std::string reason = reason_against(answer);
  if (!reason.empty()) {
    throw InputError(fmt::format("'{}' cannot be recorded: {}", command[0], reason),
                     "nothing was started");
  }
  return answer == Preload::kWorks ? Recorder::kInside : Recorder::kOutside;
}

Launch launch_with(const std::string& library, const std::string& control, const std::string& path,
                   const std::vector<std::string>& command) {
  if (library.find_first_of(": ") != std::string::npos) {
    throw InputError(fmt::format("the recorder's path '{}' has a space or a colon", library),
                     "the loader takes those for separators; move the program elsewhere");
  }
  std::string preload = library;
  if (const char* list = std::getenv("LD_PRELOAD"); list != nullptr && *list != 0) {
    preload += fmt::format(":{}", list);
  }
  return {path, command, preload, control, false};
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

}  // namespace headroom

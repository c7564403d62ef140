#include "recorder/environment.hpp"

#include <unistd.h>

#include <cstring>

namespace headroom::recorder {
namespace {

constexpr char kPreload[] = "LD_PRELOAD=";
char library[kFolderBytes];
char control_path[kFolderBytes];

bool begins(const char* text, const char* start) {
  return std::strncmp(text, start, std::strlen(start)) == 0;
}

bool names(const char* variable, const char* name) {
  const std::size_t length = std::strlen(name);
  return std::strncmp(variable, name, length) == 0 && variable[length] == '=';
}

void remove_variable(char** at) {
  do {
    at[0] = at[1];
  } while (*at++ != nullptr);
}

}  // namespace

const char* leave_environment() {
  const char* path = nullptr;
  if (environ == nullptr) return nullptr;
  for (char** at = environ; *at != nullptr;) {
    if (!names(*at, kRecorderVariable)) {
      ++at;
      continue;
    }
    path = *at + std::strlen(kRecorderVariable) + 1;
    remove_variable(at);
  }
  return path;
}

void remember_library(const ControlPage& control, const char* control_file) {
  std::memcpy(library, control.library, sizeof library - 1);
  std::strncpy(control_path, control_file, sizeof control_path - 1);
  // Ours is the first of the list; the rest was the user's.
  const std::size_t length = std::strlen(library);
  for (char** at = environ; *at != nullptr; ++at) {
    if (!begins(*at, kPreload)) continue;
    char* list = *at + sizeof kPreload - 1;
    if (!begins(list, library)) return;
    if (list[length] == 0) {
      remove_variable(at);
    } else if (list[length] == ':') {
      std::memmove(list, list + length + 1, std::strlen(list + length + 1) + 1);
    }
    return;
  }
}

std::size_t count_variables(char* const* environment) {
  std::size_t count = 0;
  while (environment != nullptr && environment[count] != nullptr) ++count;
  return count;
}

bool add_variables(char* const* environment, char** enlarged, AddedVariables& added) {
  const char* list = nullptr;
  std::size_t count = 0;
  for (char* const* at = environment; at != nullptr && *at != nullptr; ++at) {
    if (begins(*at, kPreload) && list == nullptr) {
      list = *at + sizeof kPreload - 1;
    } else if (!names(*at, kRecorderVariable)) {
      enlarged[count++] = *at;
    }
  }
  const std::size_t length = std::strlen(library);
  const std::size_t rest = list != nullptr && *list != 0 ? std::strlen(list) + 1 : 0;
  if (sizeof kPreload + length + rest > sizeof added.preload) return false;
  char* end = added.preload;
  std::memcpy(end, kPreload, sizeof kPreload - 1);
  end += sizeof kPreload - 1;
  std::memcpy(end, library, length);
  end += length;
  if (rest > 0) {
    *end++ = ':';
    std::memcpy(end, list, rest - 1);
    end += rest - 1;
  }
  *end = 0;
  std::strcpy(added.control, kRecorderVariable);
  std::strcat(added.control, "=");
  std::strcat(added.control, control_path);
  enlarged[count++] = added.preload;
  enlarged[count++] = added.control;
  enlarged[count] = nullptr;
  return true;
}

}  // namespace headroom::recorder

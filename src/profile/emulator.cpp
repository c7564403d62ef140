#include "profile/emulator.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/error.hpp"
#include "profile/program_file.hpp"

namespace headroom {
namespace {

constexpr int kScriptsMost = 4;  ///< one that names another, as the kernel allows

/// What a command prints on its standard output.
std::string output_of(const std::string& program, const std::string& arguments) {
  std::string quoted;
  for (const char c : program) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  const std::string command = fmt::format("'{}' {} 2>/dev/null", quoted, arguments);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  if (pipe == nullptr) return text;
  char part[4096];
  while (const std::size_t got = fread(part, 1, sizeof part, pipe.get())) text.append(part, got);
  return text;
}

/// From 7.2 it knows AVX; from 9.0 plugins are built otherwise.
void check_version(const std::string& path) {
  const std::string text = output_of(path, "--version");
  int major = 0, minor = 0;
  if (std::sscanf(text.c_str(), "qemu-x86_64 version %d.%d", &major, &minor) != 2) {
    throw InputError(fmt::format("'{}' does not say its version", path));
  }
  if (major > 8 || major < 7 || (major == 7 && minor < 2)) {
    throw InputError(fmt::format("'{}' is of version {}.{}", path, major, minor),
                     "--isa works with versions 7.2 to 8.2; Debian 12 brings 7.2");
  }
}

/// The names behind "x86" in the emulator's list.
std::vector<std::string> models_of(const std::string& path) {
  std::vector<std::string> models;
  std::istringstream lines(output_of(path, "-cpu help"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, name;
    if (words >> kind >> name && kind == "x86") models.push_back(name);
  }
  return models;
}

/// "#!INTERPRETER ARGUMENT" at a script's start; empty if it is none.
std::vector<std::string> interpreter_of(const std::string& path) {
  std::string line(255, 0);
  std::ifstream in(path, std::ios::binary);
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(in.gcount()));
  line.resize(std::min(line.size(), line.find('\n')));
  if (!line.starts_with("#!")) return {};
  const auto trimmed = [](const std::string& text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string::npos) return std::string();
    return text.substr(from, text.find_last_not_of(" \t") + 1 - from);
  };
  line = trimmed(line.substr(2));
  const auto end = std::min(line.size(), line.find_first_of(" \t"));
  std::vector<std::string> words = {line.substr(0, end)};
  if (end < line.size()) words.push_back(trimmed(line.substr(end)));
  return words;
}

/// Why a program cannot be emulated; null if it can. Unlike a native recording,
/// this needs nothing of the program's own loader.
const char* reason_against(Preload answer) {
  switch (answer) {
    case Preload::kWorks:
    case Preload::kStatic:
    case Preload::kOtherLoader:
      return nullptr;
    case Preload::kMissing:
      return "it cannot be read";
    case Preload::kOtherArchitecture:
      return "it is not a program for 64-bit x86";
    case Preload::kSetUser:
      return "it gains the rights of another user or group, which an emulator cannot give";
    case Preload::kSanitizer:
      return "it is built with a sanitizer, which wants addresses that the emulator needs";
    case Preload::kUnknown:
      return "it is neither a program nor a script that names its interpreter";
  }
  return nullptr;
}

/// A comma ends a value in the emulator's options, two stand for one.
std::string option_value(const std::string& text) {
  std::string value;
  for (const char c : text) value += c == ',' ? std::string(",,") : std::string(1, c);
  return value;
}

}  // namespace

Emulator::Emulator(std::string_view level) {
  char found[4096];
  if (!find_program("qemu-x86_64", std::getenv("PATH"), found, sizeof found)) {
    throw InputError("--isa needs the emulator qemu-x86_64, which is not installed",
                     "on Debian: apt install qemu-user");
  }
  path_ = found;
  check_version(path_);
  level_ = &find_isa_level(level, models_of(path_));
}

Emulator::Command Emulator::command(const std::string& program,
                                    const std::vector<std::string>& words,
                                    const std::string& plugin,
                                    const std::string& control_file) const {
  Command made{program, words};
  for (int scripts = 0; scripts < kScriptsMost; ++scripts) {
    std::vector<std::string> interpreter = interpreter_of(made.program);
    if (interpreter.empty()) break;
    made.arguments[0] = made.program;
    made.arguments.insert(made.arguments.begin(), interpreter.begin(), interpreter.end());
    made.program = interpreter[0];
  }
  if (const char* reason = reason_against(check_program(made.program.c_str()))) {
    throw InputError(fmt::format("'{}' cannot be emulated: {}", words[0], reason),
                     "nothing was started");
  }
  const bool like_option = made.program.starts_with('-');
  std::vector<std::string> before = {
      path_,
      "-cpu",
      level_->option(),
      "-seed",  // the same stack protector and hash seeds in every run
      "2017",
      "-plugin",
      fmt::format("file={},control={}", option_value(plugin), option_value(control_file)),
      "-0",
      made.arguments[0],
      like_option ? "./" + made.program : made.program,
  };
  made.arguments.erase(made.arguments.begin());
  made.arguments.insert(made.arguments.begin(), before.begin(), before.end());
  return made;
}

}  // namespace headroom

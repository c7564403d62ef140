#include "cli/command_line.hpp"

#include <algorithm>

namespace headroom {
namespace {

std::string quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=:,./+@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string command_line(const Command& command, const Arguments& arguments) {
  std::string line = "headroom " + command.name;
  for (const auto& operand : arguments.operands) line += " " + quoted(operand);
  for (const auto& option : command.options) {
    const auto& given = arguments.get(option.name);
    if (option.name == "report" || given == option.fallback) continue;
    const auto values =
        option.repeats ? arguments.all(option.name) : std::vector<std::string>{given};
    for (const auto& value : values) {
      line += " --" + option.name;
      if (!option.argument.empty()) line += " " + quoted(value);
    }
  }
  return line;
}

std::vector<std::string> inputs_of(const Arguments& arguments) {
  std::vector<std::string> files;
  for (const auto& operand : arguments.operands)
    files.push_back(operand.substr(0, operand.find(':')));
  for (const auto& given : arguments.all("workload")) {
    for (std::size_t at = 0; at <= given.size();) {
      const auto end = std::min(given.find(',', at), given.size());
      const auto item = given.substr(at, end - at);
      files.push_back(item.substr(0, item.rfind('*')));
      at = end + 1;
    }
  }
  return files;
}

}  // namespace headroom

#include "cli/command_line.hpp"

#include <algorithm>

#include "catalog/configuration.hpp"

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
    if (option.name == "report" || option.name == "trace" || given == option.fallback) continue;
    const auto values =
        option.repeats ? arguments.all(option.name) : std::vector<std::string>{given};
    for (const auto& value : values) {
      line += " --" + option.name;
      if (!option.argument.empty()) line += " " + quoted(value);
    }
  }
  return line;
}

std::vector<WorkloadItem> workload_items(const std::string& given) {
  std::vector<WorkloadItem> items;
  for (std::size_t at = 0; at <= given.size();) {
    const auto end = std::min(given.find(',', at), given.size());
    const auto text = given.substr(at, end - at);
    const auto star = text.ends_with(".toml") ? text.npos : text.rfind('*');
    items.push_back({text.substr(0, star), star == text.npos ? "" : text.substr(star)});
    at = end + 1;
  }
  return items;
}

std::vector<std::string> inputs_of(const Arguments& arguments) {
  std::vector<std::string> files;
  for (const auto& operand : arguments.operands) {
    files.push_back(Configuration::machine_of(operand));
  }
  if (arguments.options.contains("workload")) {
    for (const auto& given : arguments.all("workload")) {
      for (const auto& item : workload_items(given)) files.push_back(item.id);
    }
  }
  if (arguments.options.contains("swap")) {
    for (const auto& given : arguments.all("swap")) {
      files.push_back(given.substr(given.find('=') + 1));
    }
  }
  return files;
}

}  // namespace headroom

#include "profile/proc_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace headroom {
namespace {

std::string_view word(std::string_view& rest) {
  const auto begin = rest.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return rest = {};
  const auto end = std::min(rest.size(), rest.find_first_of(" \t\n", begin));
  const std::string_view found = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return found;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double ticks_s(std::string_view text) {
  static const double kTicks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return static_cast<double>(number(text)) / kTicks;
}

std::string_view line(std::string_view& rest) {
  const auto end = std::min(rest.size(), rest.find('\n'));
  const std::string_view found = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return found;
}

/// Calls use(key, value) for each line "key: value".
template <class Use>
void for_each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    std::string_view rest = line(text);
    const std::string_view key = word(rest);
    use(key, number(word(rest)));
  }
}

}  // namespace

std::optional<ProcStat> parse_stat(std::string_view text) {
  // A name may hold brackets and spaces of its own.
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  ProcStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  std::vector<std::string_view> fields;
  std::string_view rest = text.substr(close + 1);
  for (auto field = word(rest); !field.empty(); field = word(rest)) fields.push_back(field);
  if (fields.size() <= 30) return {};
  stat.state = fields[0][0];
  stat.user_s = ticks_s(fields[11]);
  stat.system_s = ticks_s(fields[12]);
  stat.children_user_s = ticks_s(fields[13]);
  stat.children_system_s = ticks_s(fields[14]);
  stat.started_s = ticks_s(fields[19]);
  stat.stack_at = number(fields[25]);
  return stat;
}

std::optional<ProcSchedule> parse_schedule(std::string_view text) {
  const std::string_view ran = word(text), ready = word(text), runs = word(text);
  if (runs.empty()) return {};
  return ProcSchedule{static_cast<double>(number(ran)) * 1e-9,
                      static_cast<double>(number(ready)) * 1e-9, number(runs)};
}

ProcSwitches parse_switches(std::string_view text) {
  ProcSwitches switches;
  for_each_line(text, [&](std::string_view key, std::uint64_t value) {
    if (key == "voluntary_ctxt_switches:") switches.voluntary = value;
    if (key == "nonvoluntary_ctxt_switches:") switches.forced = value;
  });
  return switches;
}

ProcIo parse_io(std::string_view text) {
  ProcIo io;
  const std::pair<std::string_view, std::uint64_t*> kinds[] = {
      {"rchar:", &io.read_b},
      {"wchar:", &io.written_b},
      {"syscr:", &io.read_calls},
      {"syscw:", &io.write_calls},
      {"read_bytes:", &io.storage_read_b},
      {"write_bytes:", &io.storage_written_b},
  };
  for_each_line(text, [&](std::string_view key, std::uint64_t value) {
    for (const auto& [name, member] : kinds) {
      if (key == name) *member = value;
    }
  });
  return io;
}

ProcDevices parse_devices(std::string_view text) {
  ProcDevices all;
  while (!text.empty()) {
    std::string_view rest = line(text);
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) continue;  // a heading
    std::string_view name = rest.substr(0, colon);
    name = word(name);
    rest.remove_prefix(colon + 1);
    std::uint64_t received = 0, sent = 0;
    for (int i = 0; i <= 8; ++i) {
      const std::uint64_t value = number(word(rest));
      if (i == 0) received = value;
      if (i == 8) sent = value;
    }
    if (name == "lo") {
      all.loop_b += sent;
    } else {
      all.received_b += received;
      all.sent_b += sent;
    }
  }
  return all;
}

std::vector<std::uint64_t> parse_numbers(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (auto next = word(text); !next.empty(); next = word(text)) numbers.push_back(number(next));
  return numbers;
}

}  // namespace headroom

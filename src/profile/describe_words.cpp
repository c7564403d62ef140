#include "profile/describe_words.hpp"

#include <fmt/core.h>

namespace headroom {

std::string bytes_text(double value_b) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  int unit = 0;
  for (; value_b >= 999.5 && unit < 4; ++unit) value_b /= 1000;
  return fmt::format("{:.{}f} {}", value_b, value_b < 9.995 && unit > 0 ? 1 : 0, units[unit]);
}

std::string grouped_text(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string share_text(double share) {
  if (share > 0 && share < 0.0095) return fmt::format("{:.1f} %", 100 * share);
  return fmt::format("{:.0f} %", 100 * share);
}

}  // namespace headroom

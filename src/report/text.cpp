#include "report/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sstream>

#include "base/printable.hpp"

namespace headroom {
namespace {

struct NoiseStep {
  double below_dba;
  const char* word;
};
// A bedroom at night is near 25 dBA, a library 35, quiet talk at 1 m 55.
constexpr NoiseStep kNoise[] = {{20, "inaudible in a quiet room"},
                                {25, "barely audible"},
                                {30, "quiet"},
                                {36, "audible"},
                                {42, "clearly audible"},
                                {50, "loud"}};

std::string with_unit(std::string text, std::string_view unit) {
  if (!unit.empty()) text.append(" ").append(unit);
  return text;
}

}  // namespace

bool measured(double value) {
  return std::isfinite(value);
}

std::string quantity(double value, int decimals, std::string_view unit) {
  if (!measured(value)) return std::string(kNotMeasured);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find_first_not_of("-0.") == text.npos && text[0] == '-') text.erase(0, 1);  // "-0.0"
  return with_unit(std::move(text), unit);
}

std::string significant(double value, int digits, std::string_view unit) {
  if (!measured(value)) return std::string(kNotMeasured);
  const double size = std::fabs(value);
  const int whole = size > 0 ? static_cast<int>(std::floor(std::log10(size))) + 1 : 1;
  return quantity(value, std::clamp(digits - whole, 0, 12), unit);
}

std::string plain(double value, std::string_view unit) {
  if (!measured(value)) return std::string(kNotMeasured);
  return with_unit(fmt::format("{:.4g}", value), unit);
}

std::string percent(double share) {
  if (!measured(share)) return std::string(kNotMeasured);
  const double size = std::fabs(share) * 100;
  const char* sign = share < 0 ? "-" : "";
  if (size == 0) return "0 %";
  if (size < 0.05) return "under 0.1 %";
  return fmt::format("{}{:.{}f} %", sign, size, size < 0.95 ? 1 : 0);
}

std::string residual(double share) {
  if (!measured(share)) return std::string(kNotMeasured);
  const double size = std::fabs(share);
  if (size < 1e-6) return "under 0.0001 %";
  return significant(size * 100, size < 1e-3 ? 1 : 2, "%");
}

std::string duration(double seconds) {
  if (!measured(seconds)) return std::string(kNotMeasured);
  if (seconds == 0) return "0 s";
  if (seconds < 119.5) return significant(seconds, seconds < 10 ? 2 : seconds < 60 ? 3 : 2, "s");
  const double minutes = seconds / 60;
  if (minutes < 10) {
    const double rest = std::fmod(std::round(seconds), 60);
    const double whole = std::floor(std::round(seconds) / 60);
    return rest == 0 ? fmt::format("{:.0f} min", whole)
                     : fmt::format("{:.0f} min {:.0f} s", whole, rest);
  }
  if (std::round(minutes) < 60) return fmt::format("{:.0f} min", minutes);
  const double hours = std::floor(std::round(minutes) / 60);
  const double rest = std::round(minutes) - hours * 60;
  return rest == 0 ? fmt::format("{:.0f} h", hours)
                   : fmt::format("{:.0f} h {:.0f} min", hours, rest);
}

std::string energy(double joule) {
  if (!measured(joule)) return std::string(kNotMeasured);
  if (std::fabs(joule) < 3600) return significant(joule, 3, "J");
  const double watt_hours = joule / 3600;
  return std::fabs(watt_hours) < 999.5 ? significant(watt_hours, 3, "Wh")
                                       : significant(watt_hours / 1000, 3, "kWh");
}

double celsius(double kelvin) {
  return kelvin > 0 ? kelvin - 273.15 : std::numeric_limits<double>::quiet_NaN();
}

double gigahertz(double hertz) {
  return hertz > 0 ? hertz * 1e-9 : std::numeric_limits<double>::quiet_NaN();
}

std::string noise_word(double dba) {
  if (!measured(dba)) return std::string(kNotMeasured);
  for (const auto& step : kNoise) {
    if (dba < step.below_dba) return step.word;
  }
  return "very loud";
}

std::string count_word(std::size_t count) {
  static constexpr std::array kWords = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  return count < kWords.size() ? kWords[count] : fmt::format("{}", count);
}

std::string listed(const std::string* begin, const std::string* end) {
  std::string text;
  for (const auto* it = begin; it != end; ++it) {
    if (it != begin) text += it + 1 == end ? " and " : ", ";
    text += *it;
  }
  return text;
}

std::vector<std::string> wrap(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    word = printable(word);
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (line.size() + 1 + word.size() <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

}  // namespace headroom

#include "base/units.hpp"

#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"

namespace headroom {
namespace {

struct Entry {
  std::string_view symbol;
  Dimension dimension;
  double scale;
  double offset;
  bool takes_prefix;
};

// clang-format off
//                           m  kg   s   A   K   B USD turn instr flop sound
constexpr Entry kTable[] = {
    {"1",     Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, false},
    {"%",     Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 0.01, 0, false},
    {"m",     Dimension{ 1,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"g",     Dimension{ 0,  1,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 0.001, 0, true},
    {"s",     Dimension{ 0,  0,  1,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"min",   Dimension{ 0,  0,  1,  0,  0,  0,  0,  0,  0,  0,  0}, 60, 0, false},
    {"h",     Dimension{ 0,  0,  1,  0,  0,  0,  0,  0,  0,  0,  0}, 3600, 0, false},
    {"d",     Dimension{ 0,  0,  1,  0,  0,  0,  0,  0,  0,  0,  0}, 86400, 0, false},
    {"A",     Dimension{ 0,  0,  0,  1,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"K",     Dimension{ 0,  0,  0,  0,  1,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"degC",  Dimension{ 0,  0,  0,  0,  1,  0,  0,  0,  0,  0,  0}, 1, 273.15, false},
    {"B",     Dimension{ 0,  0,  0,  0,  0,  1,  0,  0,  0,  0,  0}, 1, 0, true},
    {"bit",   Dimension{ 0,  0,  0,  0,  0,  1,  0,  0,  0,  0,  0}, 0.125, 0, true},
    {"USD",   Dimension{ 0,  0,  0,  0,  0,  0,  1,  0,  0,  0,  0}, 1, 0, false},
    {"rpm",   Dimension{ 0,  0, -1,  0,  0,  0,  0,  1,  0,  0,  0}, 1, 0, false},
    {"dBA",   Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  1}, 1, 0, false},
    {"instr", Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  1,  0,  0}, 1, 0, true},
    {"flop",  Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  1,  0}, 1, 0, true},
    {"T",     Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"cycles",Dimension{ 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, false},
    {"Hz",    Dimension{ 0,  0, -1,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"J",     Dimension{ 2,  1, -2,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"W",     Dimension{ 2,  1, -3,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"Wh",    Dimension{ 2,  1, -2,  0,  0,  0,  0,  0,  0,  0,  0}, 3600, 0, true},
    {"V",     Dimension{ 2,  1, -3, -1,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"ohm",   Dimension{ 2,  1, -3, -2,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"F",     Dimension{-2, -1,  4,  2,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
    {"Pa",    Dimension{-1,  1, -2,  0,  0,  0,  0,  0,  0,  0,  0}, 1, 0, true},
};
// clang-format on

struct Prefix {
  std::string_view symbol;
  double factor;
};
constexpr Prefix kPrefixes[] = {{"p", 1e-12},   {"n", 1e-9},       {"u", 1e-6},         {"m", 1e-3},
                                {"k", 1e3},     {"M", 1e6},        {"G", 1e9},          {"T", 1e12},
                                {"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}};

bool lookup(std::string_view symbol, Unit& unit) {
  for (const auto& e : kTable) {
    if (e.symbol == symbol) {
      unit = {std::string(symbol), e.dimension, e.scale, e.offset};
      return true;
    }
  }
  for (const auto& p : kPrefixes) {
    if (!symbol.starts_with(p.symbol)) continue;
    for (const auto& e : kTable) {
      if (e.takes_prefix && e.symbol == symbol.substr(p.symbol.size())) {
        unit = {std::string(symbol), e.dimension, e.scale * p.factor, 0};
        return true;
      }
    }
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// The unit of a quantity that somebody who wrote `typed` may have meant: "min"
/// for "m" or "minutes" where a time is wanted, "GB" for "G" or "gb" where a size
/// is; "" when there is none.
std::string likely_unit(std::string_view typed, const Dimension& dimension) {
  const std::string low = lower(typed);
  if (low.empty()) return {};
  for (const auto& e : kTable) {
    if (e.dimension != dimension || e.symbol == "1" || e.symbol == "%") continue;
    const std::string symbol = lower(e.symbol);
    const bool celsius = e.symbol == "degC" && (low == "c" || low == "\u00b0c");
    if (celsius || symbol == low) return std::string(e.symbol);
    if (low.size() > 1 && low.starts_with(symbol)) return std::string(e.symbol);
    if (low == "m" && symbol == "min") return std::string(e.symbol);
  }
  for (std::size_t i = std::size(kPrefixes); i-- > 0;) {  // "mb" is rather MB than mB
    for (const auto& e : kTable) {
      if (!e.takes_prefix || e.dimension != dimension || e.symbol == "T") continue;
      std::string symbol = std::string(kPrefixes[i].symbol) + std::string(e.symbol);
      if (typed == kPrefixes[i].symbol || low == lower(symbol)) return symbol;
    }
  }
  return {};
}

Unit parse_factor(std::string_view text) {
  int power = 1;
  while (!text.empty() && text.back() >= '2' && text.back() <= '9') {
    power = text.back() - '0';
    text.remove_suffix(1);
  }
  Unit unit;
  if (!lookup(text, unit)) {
    std::vector<std::string> known;
    for (const auto& e : kTable) known.emplace_back(e.symbol);
    const auto guess = nearest(text, known);
    throw InputError(fmt::format("unknown unit '{}'", text),
                     guess.empty() ? "units are written as \"3.2 GHz\", \"94 degC\", \"0.2 K/W\""
                                   : fmt::format("did you mean '{}'?", guess));
  }
  Unit raised = unit;
  if (power > 1) raised.offset = 0;  // a square degree has no zero point
  for (int i = 1; i < power; ++i) {
    raised.scale *= unit.scale;
    for (std::size_t d = 0; d < raised.dimension.size(); ++d)
      raised.dimension[d] += unit.dimension[d];
  }
  return raised;
}

}  // namespace

Unit parse_unit(std::string_view text) {
  Unit result = {std::string(text), {}, 1, 0};
  int sign = 1;
  int factors = 0;
  std::string_view rest = text;
  constexpr int kMostFactors = 12;
  while (true) {
    if (factors >= kMostFactors) {
      throw InputError(fmt::format("'{}' has too many factors for a unit", text));
    }
    const auto cut = rest.find_first_of("*/");
    const Unit factor = parse_factor(rest.substr(0, cut));
    ++factors;
    for (std::size_t d = 0; d < factor.dimension.size(); ++d) {
      result.dimension[d] =
          static_cast<signed char>(result.dimension[d] + sign * factor.dimension[d]);
    }
    result.scale *= sign > 0 ? factor.scale : 1 / factor.scale;
    result.offset = factors == 1 ? factor.offset : 0;
    if (cut == rest.npos) return result;
    sign = rest[cut] == '*' ? 1 : -1;
    rest.remove_prefix(cut + 1);
  }
}

double parse_quantity(std::string_view text, const Unit& expected) {
  double value = 0;
  const bool plain = expected.symbol == "1";
  std::string how =
      plain ? "write a number alone, such as 1.5"
            : fmt::format("write a number and a unit, such as \"1.5 {}\"", expected.symbol);
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || !std::isfinite(value)) {
    throw InputError(fmt::format("'{}' is {}", text, plain ? "no number" : "not a quantity"), how);
  }
  std::string_view unit_text(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::string_view number = text.substr(0, text.size() - unit_text.size());
  while (unit_text.starts_with(' ')) unit_text.remove_prefix(1);
  const auto help = [&]() -> std::string {
    const std::string meant = likely_unit(unit_text, expected.dimension);
    if (meant.empty() || plain) return how;
    return fmt::format("did you mean \"{} {}\"?{}", number, meant,
                       unit_text == "m" ? " m is the metre" : "");
  };
  Unit unit;
  try {
    unit = parse_unit(unit_text.empty() ? "1" : unit_text);
  } catch (const InputError& error) {
    if (plain) {
      throw InputError(fmt::format("expected a number without a unit, got '{}'", text), how);
    }
    if (likely_unit(unit_text, expected.dimension).empty()) throw;
    throw InputError(error.what(), help());
  }
  if (unit.dimension != expected.dimension) {
    throw InputError(
        fmt::format("expected a {}, got '{}'",
                    plain ? "number without a unit" : "quantity in " + expected.symbol, text),
        help());
  }
  const double house_value = value * unit.scale + unit.offset;
  if (!std::isfinite(house_value)) {
    throw InputError(fmt::format("'{}' is too large to count with", text));
  }
  return house_value;
}

double in_unit(double house_value, const Unit& unit) {
  return (house_value - unit.offset) / unit.scale;
}

}  // namespace headroom

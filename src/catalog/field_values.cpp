#include "catalog/field_values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr std::string_view kNumberSigns = "0123456789.eE+-";
constexpr std::string_view kHowTo =
    "a number in its own unit (3200), with a unit (\"3200 rpm\"), or relative to the catalogue: "
    "+30%, -10%, x1.5";

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

bool is_bare(const std::string& text) {
  return text.find_first_not_of(std::string(kNumberSigns) + ", ") == std::string::npos;
}

/// Throws InputError when a number is outside its field's limits, or a fraction of
/// what comes whole.
void check_limits(const Fields::Row& row, double value, const std::string& text) {
  if (value >= row.low && value <= row.high) {
    if (!row.whole || value == std::round(value)) return;
    const double below = std::max(std::floor(value), row.low);
    const double above = std::min(std::ceil(value), row.high);
    throw InputError(
        fmt::format("'{}' is {}: must be a whole number", row.name, text),
        below < above ? fmt::format("{}: {:g} or {:g}", row.meaning, below, above) : row.meaning);
  }
  throw InputError(fmt::format("'{}' is {}: must lie between {:g} and {:g}{}", row.name, text,
                               in_unit(row.low, row.unit), in_unit(row.high, row.unit),
                               row.unit.symbol == "1" ? "" : " " + row.unit.symbol),
                   row.meaning);
}

/// A number times a factor, where a temperature counts from its scale's zero. A
/// factor of 1 gives the very same number.
double scaled(double value, double factor, const Unit& unit) {
  if (unit.offset == 0) return value * factor;
  return value + (value - unit.offset) * (factor - 1);
}

}  // namespace

std::vector<std::string> split_list(const std::string& text) {
  // The unit is what follows the last number; it may itself hold digits ("m3/s").
  const auto last = text.find_last_of(',') + 1;
  const auto number = text.find_first_of("0123456789.", last);
  const auto unit_at = std::min(text.find_first_not_of(kNumberSigns, number), text.size());
  const std::string unit = text.substr(unit_at);
  std::vector<std::string> items;
  std::stringstream stream(text.substr(0, unit_at));
  for (std::string item; std::getline(stream, item, ',');) {
    item.erase(0, item.find_first_not_of(' '));
    const bool own = item.find_first_not_of(std::string(kNumberSigns) + " ") != item.npos;
    items.push_back(own ? item : item + unit);
  }
  return items;
}

double field_quantity(const Fields::Row& row, const std::string& text) {
  double value = 0;
  try {
    value = parse_quantity(text, row.unit);
  } catch (const InputError& error) {
    throw InputError(fmt::format("'{}': {}", row.name, error.what()),
                     error.problems().front().help);
  }
  check_limits(row, value, text);
  return value;
}

std::optional<double> factor_of(const std::string& text) {
  const bool times = text.starts_with('*') || text.starts_with('x');
  const bool share = text.ends_with('%') && (text.starts_with('+') || text.starts_with('-'));
  if (!times && !share) return std::nullopt;
  const std::size_t start = times || text[0] == '+' ? 1 : 0;
  const std::string digits = trimmed(text.substr(start, text.size() - start - (share ? 1 : 0)));
  double number = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (status != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(number)) {
    throw InputError(fmt::format("'{}' is no {}", text, share ? "percentage" : "factor"),
                     std::string(kHowTo));
  }
  return share ? 1 + number / 100 : number;
}

std::string written_in(const Unit& unit, const std::vector<double>& values) {
  std::string out;
  for (const double value : values) {
    out += fmt::format("{}{:.6g}", out.empty() ? "" : ", ", in_unit(value, unit));
  }
  return unit.symbol == "1" ? out : out + " " + unit.symbol;
}

std::vector<double> numbers_of(const Fields::Row& row) {
  if (auto* const* field = std::get_if<double*>(&row.target)) {
    return std::isnan(**field) ? std::vector<double>{} : std::vector<double>{**field};
  }
  return *std::get<std::vector<double>*>(row.target);
}

std::vector<double> changed_values(const Fields::Row& row, const std::string& value,
                                   std::string& written) {
  std::vector<double> values = numbers_of(row);
  if (const auto factor = factor_of(value)) {
    if (values.empty()) {
      throw InputError(fmt::format("'{}' has no number to be {} of", row.name, value),
                       "the catalogue gives none; give a number");
    }
    for (auto& number : values) {
      const std::string was = written_in(row.unit, {number});
      number = scaled(number, *factor, row.unit);
      check_limits(row, number,
                   fmt::format("{} ({} {})", written_in(row.unit, {number}), was, value));
    }
    written = written_in(row.unit, values);
    return values;
  }
  if (value.starts_with('+')) {
    throw InputError(fmt::format("'{}' is neither a number nor a percentage", value),
                     std::string(kHowTo));
  }
  written = is_bare(value) && row.unit.symbol != "1" ? value + " " + row.unit.symbol : value;
  values.clear();
  const auto items = split_list(written);
  if (std::holds_alternative<double*>(row.target) && items.size() != 1) {
    throw InputError(fmt::format("'{}' takes one number", row.name), row.meaning);
  }
  for (const auto& item : items) values.push_back(field_quantity(row, item));
  return values;
}

}  // namespace headroom

#include "base/fields.hpp"

#include <cmath>

namespace headroom {

void Fields::number(std::string_view name, double& field, std::string_view unit,
                    std::string_view meaning, double low, double high) {
  const Unit u = parse_unit(unit);
  rows_.push_back({std::string(name),
                   std::string(meaning),
                   u,
                   &field,
                   std::isnan(field),
                   low * u.scale + u.offset,
                   high * u.scale + u.offset,
                   {}});
}

void Fields::whole(std::string_view name, double& field, std::string_view meaning, double low,
                   double high) {
  number(name, field, "1", meaning, low, high);
  rows_.back().whole = true;
}

void Fields::numbers(std::string_view name, std::vector<double>& field, std::string_view unit,
                     std::string_view meaning, double low, double high) {
  const Unit u = parse_unit(unit);
  rows_.push_back({std::string(name),
                   std::string(meaning),
                   u,
                   &field,
                   field.empty(),
                   low * u.scale + u.offset,
                   high * u.scale + u.offset,
                   {}});
}

void Fields::text(std::string_view name, std::string& field, std::string_view meaning,
                  std::vector<std::string> choices, bool optional) {
  rows_.push_back({std::string(name), std::string(meaning), parse_unit("1"), &field,
                   field.empty() && !optional, 0, 0, std::move(choices)});
}

void Fields::texts(std::string_view name, std::vector<std::string>& field,
                   std::string_view meaning) {
  rows_.push_back(
      {std::string(name), std::string(meaning), parse_unit("1"), &field, false, 0, 0, {}});
}

void Fields::flag(std::string_view name, bool& field, std::string_view meaning) {
  rows_.push_back(
      {std::string(name), std::string(meaning), parse_unit("1"), &field, false, 0, 0, {}});
}

}  // namespace headroom

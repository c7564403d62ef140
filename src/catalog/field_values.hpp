#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

// The numbers of a field as text: how they are read, written and changed.

/// Reads one number of the field, "2500 rpm", within its limits. Throws InputError.
double field_quantity(const Fields::Row& row, const std::string& text);
/// The items of "4.5, 4.4, 4.4 GHz", each with its unit.
std::vector<std::string> split_list(const std::string& text);

/// The numbers that a numeric field holds; none where one must be given still.
std::vector<double> numbers_of(const Fields::Row& row);
/// As a person would write them, in the unit: "4.5, 4.4 GHz".
std::string written_in(const Unit& unit, const std::vector<double>& values);

/// The factor of "+30%", "-10%", "*1.5" or "x1.5"; nothing when the text is none of
/// them. Throws InputError where only the number is wrong.
std::optional<double> factor_of(const std::string& text);
/// What becomes of a numeric field's numbers: `value` in their place, or each of
/// them times its factor. `written` tells the outcome. A bare number is in the
/// field's unit. Throws InputError for what the field cannot take.
std::vector<double> changed_values(const Fields::Row& row, const std::string& value,
                                   std::string& written);

}  // namespace headroom

#pragma once

#include <array>
#include <string>
#include <string_view>

namespace headroom {

/// Exponents of the base dimensions: m, kg, s, A, K, byte, money, turn,
/// instruction, floating-point operation, sound level. The last six are not SI,
/// but mixing them up with plain numbers is the commonest mistake in a machine
/// or workload description.
using Dimension = std::array<signed char, 11>;

/// A unit as written by a user or declared by a variable, such as "W/K".
struct Unit {
  std::string symbol;
  Dimension dimension{};
  double scale = 1;   ///< house value = written value * scale + offset
  double offset = 0;  ///< nonzero only for degC
};

/// Reads a unit: symbols of the table, SI prefixes, '*', '/', and integer
/// powers ("m3/s", "J/(kg*K)" as "J/kg/K"). Throws InputError, with a
/// suggestion, for an unknown one.
Unit parse_unit(std::string_view text);

/// Reads a quantity such as "2.3 GHz" or "45 degC" and gives its value in the
/// house unit for that dimension. A number without a unit is an InputError
/// unless `expected` is dimensionless; infinities and NaN always are.
double parse_quantity(std::string_view text, const Unit& expected);

/// The value in `unit` of a quantity held in its house unit: in_unit(318.15,
/// degC) is 45.
double in_unit(double house_value, const Unit& unit);

}  // namespace headroom

#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/units.hpp"

namespace headroom {

/// The value of a number that must be given: no model computes with it.
inline constexpr double kRequired = std::numeric_limits<double>::quiet_NaN();

/// What a parameter struct says of itself, once: the name, unit, meaning and
/// limits of each number it holds. The catalogue's reader, `headroom show`, the
/// manual, overrides and later the web form all read this one declaration.
///
/// A struct with parameters has `void declare(Fields&)`, which binds every
/// member. A number that is NaN (kRequired) and a text or list that is empty
/// beforehand must be given in the file; anything else is a default.
class Fields {
 public:
  /// Where the value goes. A number is held in its house unit.
  using Target =
      std::variant<double*, std::vector<double>*, std::string*, bool*, std::vector<std::string>*>;
  struct Row {
    std::string name;
    std::string meaning;
    Unit unit;
    Target target;
    bool required = false;
    double low = 0;  ///< limits of each number, inclusive, in house units
    double high = 0;
    std::vector<std::string> choices;  ///< of a text; empty: any
    bool whole = false;                ///< a fraction of it means nothing: blades, cores
  };

  /// One number. `low` and `high` are in the field's own `unit`.
  void number(std::string_view name, double& field, std::string_view unit, std::string_view meaning,
              double low = 0, double high = 1e18);
  /// One number of things that come whole, such as blades or cores.
  void whole(std::string_view name, double& field, std::string_view meaning, double low = 0,
             double high = 1e18);
  /// A list of numbers of one unit; required when empty beforehand.
  void numbers(std::string_view name, std::vector<double>& field, std::string_view unit,
               std::string_view meaning, double low = 0, double high = 1e18);
  /// A text; required when empty beforehand, unless `optional`.
  void text(std::string_view name, std::string& field, std::string_view meaning,
            std::vector<std::string> choices = {}, bool optional = false);
  /// A list of texts, never required.
  void texts(std::string_view name, std::vector<std::string>& field, std::string_view meaning);
  void flag(std::string_view name, bool& field, std::string_view meaning);

  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

}  // namespace headroom

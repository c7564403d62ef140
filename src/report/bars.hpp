#pragma once

#include <limits>
#include <string>
#include <vector>

namespace headroom {

/// A column of bars, or of dots where a length from zero would say nothing, as
/// with temperatures. `low` and `high` are its ends, in the unit of its values.
struct BarColumn {
  std::string heading;  ///< plain text
  std::string scale;    ///< "0 to 250 W"; plain text
  double low = 0, high = 1;
  bool dots = false;
  bool wide = false;                                       ///< the one that matters most
  double line = std::numeric_limits<double>::quiet_NaN();  ///< drawn down the column
};

/// A piece of a bar that is made of several.
struct BarPart {
  double value = 0;
  int colour = 0;
  std::string title;  ///< for the pointer, plain text
};

struct BarCell {
  double value = std::numeric_limits<double>::quiet_NaN();   ///< nothing is drawn for NaN
  double second = std::numeric_limits<double>::quiet_NaN();  ///< thin mark, or a hollow dot
  std::string text;                                          ///< the number in words, HTML
  std::string small;                                         ///< below it, HTML
  std::string title;                                         ///< for the pointer, plain text
  std::vector<BarPart> parts = {};  ///< instead of one piece; their sum is `value`
  /// The interval in which the truth is expected, as a thin line over the bar.
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct BarRow {
  std::string name;  ///< HTML
  int colour = 0;
  std::vector<BarCell> cells;
  std::string remark;  ///< instead of cells, plain text: why there are none
};

/// A table whose cells hold numbers and pictures of them, side by side, so that
/// one glance down a column compares. It is a table to a screen reader, and on a
/// narrow screen each row becomes a block. `caption` is plain text, and so is `first`,
/// the heading of the names.
std::string bars_html(const std::string& caption, const std::vector<BarColumn>& columns,
                      const std::vector<BarRow>& rows, const std::string& first = "Machine");

/// A number at or above `value` that reads well at the end of a scale.
double round_up(double value);

}  // namespace headroom

#pragma once

#include <limits>
#include <string>
#include <vector>

namespace headroom {

/// A dot of a scatter plot and what is written beside it.
struct Spot {
  double x = 0, y = 0;
  std::string letter;  ///< short: what is written where a name has no room
  std::string name;    ///< plain text; "": the letter alone
  std::string title;   ///< for the pointer, plain text
  std::string kind;    ///< CSS classes of ours: "k0", "k2 pick", "k1 later"
  int rank = 0;        ///< lower ones get their names first
};

/// Price to the right, what one gets for it upwards. Both axes begin at zero, so
/// that a straight line from the corner is equal work for the money.
struct Scatter {
  std::string x_title, y_title;  ///< plain text
  std::string x_unit;            ///< after the last mark of the axis
  std::string y_suffix;          ///< after every mark: "x" or " %"
  std::string description;       ///< for those who cannot see it
  std::vector<Spot> spots;
  bool rays = false;    ///< lines of equal work for the money, with the price of 1 of y
  bool stairs = false;  ///< the most that can be had for each price
  double limit_x = std::numeric_limits<double>::quiet_NaN();  ///< the budget
};

/// As an SVG that stretches with the page, lettering as text over it. Names are
/// laid out so that none covers another, once for wide and once for narrow
/// screens, where letters stand for them.
std::string scatter_html(const Scatter& scatter);

}  // namespace headroom

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace headroom {

/// A line of a plot; what is not measured breaks it.
struct XyCurve {
  std::vector<double> x, y;
  std::string label;    ///< at its end, plain text
  int colour = 0;       ///< place in the page's palette
  int dash = 0;         ///< place in the page's line styles
  bool filled = false;  ///< shaded down to zero
};

/// A filled rectangle.
struct XyBlock {
  double from = 0, to = 0;
  double low = 0, high = 0;
  int colour = 0;
};

/// A dotted line up the plot, with a word beside its top.
struct XyMark {
  double x = 0;
  std::string label;  ///< plain text
  int row = 0;        ///< how many lines below the top, so that neighbours stay apart
};

/// A plot of anything over anything, from zero upwards.
struct XyPlot {
  std::string title, unit;  ///< above it, plain text
  std::string description;  ///< for those who cannot see it
  double x_low = 0, x_high = 1;
  bool x_log = false;
  std::vector<std::pair<double, std::string>> x_marks;
  double y_high = 0;  ///< at least; its end is round
  int height_px = 150;
  std::vector<XyCurve> curves;
  std::vector<XyBlock> blocks;
  std::vector<XyMark> marks;
};

/// As an SVG that stretches with the page, lettering as text over it.
std::string xy_plot_html(const XyPlot& plot);

/// Marks of a time axis from 0 to `end_s`.
std::vector<std::pair<double, std::string>> time_marks(double end_s);

}  // namespace headroom

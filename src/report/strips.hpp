#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace headroom {

/// One line of a strip.
struct Curve {
  std::size_t run = 0;
  std::size_t channel = 0;  ///< of the run's trace
  std::string label;        ///< written at the line's end: "CPU", or the run's letter
  int colour = 0;           ///< place in the page's palette
  int dash = 0;             ///< place in the page's line styles: colour never stands alone
  double scale = 1;         ///< from the channel's unit to the strip's
};

/// One plot; all strips of a page share the time axis.
struct Strip {
  std::string id;     ///< "clock"
  std::string title;  ///< "Clock"
  std::string unit;   ///< of all its curves
  int decimals = 0;   ///< of a reading
  bool from_zero = false;
  int height_px = 180;
  std::vector<Curve> curves;
};

/// Something to be drawn across all strips.
struct Mark {
  double time_s = 0;
  std::string label;
};

/// Time between two repeats in which nothing was asked of the machine.
struct Pause {
  double from_s = 0, to_s = 0;
};

inline constexpr int kColours = 8;
inline constexpr int kDashes = 4;

/// What to draw. One run: a strip for each quantity, a line for each part. More:
/// a strip for each quantity of each part, a line for each run, so that what is
/// compared shares a scale. Channels that are missing, or nothing but zero
/// throughout, are left out, and strips without lines with them.
std::vector<Strip> choose_strips(std::span<const ReportRun> runs);

/// Channels of the first run that no strip shows, at most `most`.
std::vector<std::string> other_channels(std::span<const ReportRun> runs,
                                        const std::vector<Strip>& strips, std::size_t most);

/// When heat first lowered a clock and when the machine shut down; of one run only.
std::vector<Mark> choose_marks(std::span<const ReportRun> runs);

/// The pauses between the repeats of a run, in order.
std::vector<Pause> pauses_of(const ReportRun& run);
/// Those to be drawn as bands, of one run only: in a comparison they would lie
/// behind other runs' curves.
std::vector<Pause> choose_pauses(std::span<const ReportRun> runs);

/// The letter by which a page knows a run: "A", "B", ..., "Z", "27".
std::string run_letter(std::size_t run);
/// Its colour and line style; together they repeat only after 32 runs.
int run_colour(std::size_t run);
int run_dash(std::size_t run);
std::string run_label(const ReportRun& run);

/// End of the longest run, s.
double end_of(std::span<const ReportRun> runs);

}  // namespace headroom

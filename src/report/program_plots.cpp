#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "replay/program_words.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/strips.hpp"
#include "report/text.hpp"
#include "report/xy_plot.hpp"

namespace headroom {
namespace {

constexpr double kAlike = 1.15;  ///< caches nearer in size than that share a mark
constexpr int kMarkRows = 3;

/// Bytes in a unit that suits the largest of them: "MB", 1e6.
std::pair<std::string, double> byte_unit(double most) {
  if (most >= 1e9) return {"GB", 1e9};
  if (most >= 1e6) return {"MB", 1e6};
  return {"kB", 1e3};
}

XyPlot run_plot(const ProgramStudy& study, const std::string& title, const std::string& unit) {
  XyPlot plot;
  plot.title = title;
  plot.unit = unit;
  plot.x_high = std::max(study.wall_s, 1e-6);
  plot.x_marks = time_marks(plot.x_high);
  plot.height_px = 110;
  plot.description = title + " over the run.";
  return plot;
}

XyCurve steps(const std::vector<ActivityPoint>& points, double ActivityPoint::*value, double scale,
              const std::string& label, int colour, int dash, bool filled) {
  XyCurve curve{{}, {}, label, colour, dash, filled};
  for (const auto& point : points) {
    for (const double x : {point.from_s, point.to_s}) {
      curve.x.push_back(x);
      curve.y.push_back(point.*value * scale);
    }
  }
  return curve;
}

double most_of(const std::vector<ActivityPoint>& points, double ActivityPoint::*value) {
  double most = 0;
  for (const auto& point : points) most = std::max(most, point.*value);
  return most;
}

std::string cycles_over_time(const ProgramStudy& study) {
  if (study.phases.empty()) return {};
  XyPlot plot = run_plot(study, "Cycles for one instruction", "on the recording machine");
  plot.height_px = 170;
  double least = INFINITY, most = 0;
  for (const auto& phase : study.phases) {
    double sum = 0;
    for (std::size_t i = 0; i < cycle_parts().size(); ++i) {
      const double cycles = phase.mean.*cycle_parts()[i].cycles;
      plot.blocks.push_back({phase.from_s, phase.to_s, sum, sum + cycles, part_colour(i)});
      sum += cycles;
    }
    least = std::min(least, sum), most = std::max(most, sum);
  }
  plot.description +=
      fmt::format(" From {:.2f} to {:.2f}, in {} snapshots.", least, most, study.phases.size());
  return parts_key_html() + xy_plot_html(plot);
}

/// One cache of one processor.
struct Cache {
  double size_b = 0;
  std::string letter;
};

void add_marks(XyPlot& plot, const char* level, std::vector<Cache> caches, std::size_t all) {
  std::ranges::stable_sort(caches, {}, &Cache::size_b);
  int row = 0;
  for (std::size_t i = 0; i < caches.size();) {
    std::string letters;
    const double first_b = caches[i].size_b;
    std::size_t count = 0;
    for (; i < caches.size() && caches[i].size_b <= kAlike * first_b; ++i, ++count) {
      letters += caches[i].letter;
    }
    if (first_b < plot.x_low || first_b > plot.x_high) continue;
    plot.marks.push_back(
        {first_b, count == all ? level : (row == 0 ? level + std::string(" ") : "") + letters,
         row++ % kMarkRows});
  }
}

}  // namespace

std::string misses_html(const ProgramStudy& study) {
  if (study.misses.size() < 2) return {};
  XyPlot plot;
  plot.title = "Data that is not in a cache of this size";
  plot.unit = "times in 1000 instructions";
  plot.x_low = study.misses.front().size_b;
  plot.x_high = study.misses.back().size_b;
  plot.x_log = true;
  plot.height_px = 230;
  for (double size_b = 32768; size_b <= plot.x_high * 1.01; size_b *= 4) {
    plot.x_marks.emplace_back(size_b, cache_size(size_b));
  }
  XyCurve curve{{}, {}, "", 0, 0, true};
  std::vector<std::vector<std::string>> rows;
  for (const auto& point : study.misses) {
    curve.x.push_back(point.size_b);
    curve.y.push_back(point.misses);
    if (const double octave = std::log2(point.size_b);
        std::fabs(octave - std::round(octave)) < 0.01)
      rows.push_back({pretty(cache_size(point.size_b)), quantity(point.misses, 2)});
  }
  plot.description = fmt::format("From {:.2f} at {} to {:.2f} at {}.", curve.y.front(),
                                 cache_size(plot.x_low), curve.y.back(), cache_size(plot.x_high));
  plot.curves.push_back(std::move(curve));
  std::string out;
  if (study.replayed()) {
    std::vector<Cache> first, second, third;
    std::string key;
    for (std::size_t i = 0; i < study.views.size(); ++i) {
      const auto& view = study.views[i];
      first.push_back({view.l1_b, run_letter(i)});
      second.push_back({view.l2_b, run_letter(i)});
      third.push_back({view.l3_b, run_letter(i)});
      key += fmt::format("<span><b class=\"badge k6\">{}</b> {}</span>", run_letter(i),
                         pretty(view.name));
    }
    add_marks(plot, "L1", first, study.views.size());
    add_marks(plot, "L2", second, study.views.size());
    add_marks(plot, "L3", third, study.views.size());
    out += "<p class=\"dots-key\">" + key + "</p>\n";
  }
  out += xy_plot_html(plot);
  const bool far = study.misses.back().misses > 0.02 * study.misses.front().misses;
  out += fmt::format(
      "<p class=\"quiet\">By StatStack, from how long ago each line was used before. {}</p>\n",
      far ? "Where the curve stays level to the right, lines are touched for the first time in a "
            "snapshot: whether they lie in a large cache is not seen here."
          : "");
  return out + details_html("The numbers behind this curve",
                            table_html({"#Cache", "#Misses in 1000 instructions"}, rows));
}

std::string over_time_html(const ProgramStudy& study) {
  std::string out = cycles_over_time(study);
  const auto& points = study.activity;
  if (points.empty()) return out;
  XyPlot busy = run_plot(study, "Processors at work", "");
  busy.curves.push_back(steps(points, &ActivityPoint::busy, 1, "at work", 0, 0, true));
  busy.curves.push_back(steps(points, &ActivityPoint::in_line, 1, "wanted", 1, 2, false));
  busy.description += fmt::format(" {:.2f} on average.", study.cpu_s / busy.x_high);
  busy.y_high = 1;
  out += xy_plot_html(busy);
  const auto [unit, size] = byte_unit(most_of(points, &ActivityPoint::resident_b));
  XyPlot memory = run_plot(study, "Memory in use", unit);
  memory.curves.push_back(steps(points, &ActivityPoint::resident_b, 1 / size, "", 3, 0, true));
  if (most_of(points, &ActivityPoint::resident_b) > 0) out += xy_plot_html(memory);
  const double rate = std::max(most_of(points, &ActivityPoint::read_b_per_s),
                               most_of(points, &ActivityPoint::written_b_per_s));
  if (rate > 0) {
    const auto [rate_unit, rate_size] = byte_unit(rate);
    XyPlot moved = run_plot(study, "Read and written", rate_unit + "/s");
    moved.curves.push_back(
        steps(points, &ActivityPoint::read_b_per_s, 1 / rate_size, "read", 2, 0, true));
    moved.curves.push_back(
        steps(points, &ActivityPoint::written_b_per_s, 1 / rate_size, "written", 1, 1, false));
    out += xy_plot_html(moved);
  }
  return out +
         "<p class=\"quiet\">Cycles come from snapshots, each drawn to the middle of the gap to "
         "its neighbours; the rest was seen from outside. “Wanted” counts threads that ran or "
         "stood in line for a processor.</p>\n";
}

std::string core_steps_html(const ProgramStudy& study) {
  if (study.cores.empty()) return {};
  if (!study.gains_from_cores()) {
    return "<p>More cores bring next to nothing: it hardly ever ran more than one thread at a "
           "time.</p>\n";
  }
  XyPlot plot;
  plot.title = "How it gains from cores";
  plot.unit = "speed, 1 is on one core";
  plot.x_low = 1;
  plot.x_high = study.cores.back().cores;
  plot.height_px = 170;
  XyCurve curve{{}, {}, "", 0, 0, true}, ideal{{}, {}, "", 6, 2, false};
  std::string told;
  for (const auto& step : study.cores) {
    curve.x.push_back(step.cores);
    curve.y.push_back(step.speed);
    if (step.cores == 1 || step.cores % 4 == 0) {
      plot.x_marks.emplace_back(step.cores, fmt::format("{}", step.cores));
    }
    if (step.cores == 2 || step.cores == 4 || step.cores == 8) {
      told +=
          fmt::format("{}{} cores {:.2f} times", told.empty() ? "" : ", ", step.cores, step.speed);
    }
  }
  const double top = 1.25 * study.cores.back().speed;
  for (const double x : {1.0, std::min(top, plot.x_high)}) {
    ideal.x.push_back(x);
    ideal.y.push_back(x);
  }
  plot.description = "As fast as on one core: " + told + ".";
  plot.curves = {std::move(curve), std::move(ideal)};
  return xy_plot_html(plot) + "<p class=\"quiet\">" +
         pretty(fmt::format(
             "By its time line: parts of the run with one thread gain nothing. The dotted line is "
             "a program that gains from every core. The recording machine had {:.0f} processors; "
             "on a larger one a program that asks for their number may start more threads.",
             study.recorder_processors)) +
         "</p>\n";
}

}  // namespace headroom

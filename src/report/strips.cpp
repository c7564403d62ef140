#include "report/strips.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/units.hpp"
#include "report/figures.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kShortestPauseS = 1e-6;
constexpr std::size_t kMostPauses = 400;

enum Palette { kBlue, kOrange, kTeal, kPurple, kSky, kOchre, kInk, kBrown };

struct Wanted {
  const char* channel;
  const char* label;
  const char* title;  ///< of its own strip, in a comparison; "": not compared
  int colour;
  int dash;
};

struct Quantity {
  const char* id;
  const char* title;
  const char* unit;
  int decimals;
  bool from_zero;
  int height_px;
  std::vector<Wanted> wanted;
};

const std::vector<Quantity>& quantities() {
  static const std::vector<Quantity> kAll = {
      {"clock",
       "Clock",
       "GHz",
       2,
       false,
       190,
       {{"cpu.clock", "CPU", "Processor clock", kBlue, 0},
        {"cpu.ceiling", "CPU limit", "", kSky, 2},
        {"gpu.clock", "GPU", "Graphics clock", kOrange, 1}}},
      {"temperature",
       "Temperature",
       "degC",
       1,
       false,
       210,
       {{"cpu.temperature", "CPU", "Processor temperature, hottest core", kBlue, 0},
        {"gpu.temperature", "GPU", "Graphics temperature", kOrange, 1},
        {"gpu.memory_temperature", "GPU memory", "", kPurple, 2}}},
      {"power",
       "Power",
       "W",
       0,
       true,
       210,
       {{"wall.power", "wall", "Power from the wall", kInk, 0},
        {"cpu.power", "CPU", "Processor power", kBlue, 0},
        {"gpu.power", "GPU", "Graphics power", kOrange, 1}}},
      {"fan", "Fan speed", "rpm", 0, true, 130, {{"fan.speed", "fan", "Fan speed", kTeal, 0}}},
      {"noise", "Noise", "dBA", 1, false, 130, {{"noise.level", "noise", "Noise", kPurple, 0}}},
  };
  return kAll;
}

/// Whether the channel ever says anything: a value that is neither missing nor 0.
bool speaks(const Trace& trace, std::size_t channel) {
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    const double mean = trace.mean(channel, bin);
    if (measured(mean) && mean != 0) return true;
  }
  return false;
}

bool is_sink(const std::string& name) {
  return name.starts_with("temperature.") &&
         (name.find("sink") != name.npos || name.find("fin") != name.npos);
}

/// The curve of a channel that is there, speaks, and can be told in the strip's unit.
void add_curve(Strip& strip, const Trace& trace, const std::string& name, Curve curve) {
  if (!trace.has(name)) return;
  curve.channel = trace.find(name);
  const Unit from = parse_unit(trace.channels()[curve.channel].unit);
  const Unit to = parse_unit(strip.unit);
  if (from.dimension != to.dimension || from.offset != to.offset) return;
  if (!speaks(trace, curve.channel)) return;
  curve.scale = from.scale / to.scale;
  strip.curves.push_back(std::move(curve));
}

/// The clock of graphics that have nothing to do would only stretch the scale.
bool idles(const Wanted& wanted, const Workload& workload) {
  return std::string_view(wanted.channel) == "gpu.clock" && !uses_graphics(workload);
}

std::vector<Strip> strips_of_one(const ReportRun& run) {
  const Trace& trace = run.result->trace;
  std::vector<Strip> strips;
  for (const auto& q : quantities()) {
    Strip strip{q.id, q.title, q.unit, q.decimals, q.from_zero, q.height_px, {}};
    for (const auto& w : q.wanted) {
      if (idles(w, *run.workload)) continue;
      add_curve(strip, trace, w.channel, {0, 0, w.label, w.colour, w.dash});
    }
    const auto sink = std::ranges::find_if(trace.channels(), [&](const auto& c) {
      return strip.id == "temperature" && is_sink(c.name);
    });
    if (sink != trace.channels().end()) {
      add_curve(strip, trace, sink->name, {0, 0, "heat sink", kTeal, 3});
    }
    if (strip.curves.size() == 1) strip.curves[0].label.clear();  // the title says it
    if (!strip.curves.empty()) strips.push_back(std::move(strip));
  }
  return strips;
}

std::vector<Strip> strips_of_many(std::span<const ReportRun> runs) {
  std::vector<Strip> strips;
  for (const auto& q : quantities()) {
    for (const auto& w : q.wanted) {
      if (*w.title == '\0') continue;
      Strip strip{w.channel, w.title, q.unit, q.decimals, q.from_zero, 150, {}};
      for (std::size_t run = 0; run < runs.size(); ++run) {
        if (idles(w, *runs[run].workload)) continue;
        add_curve(strip, runs[run].result->trace, w.channel,
                  {run, 0, run_letter(run), run_colour(run), run_dash(run)});
      }
      if (!strip.curves.empty()) strips.push_back(std::move(strip));
    }
  }
  return strips;
}

}  // namespace

std::vector<Strip> choose_strips(std::span<const ReportRun> runs) {
  return runs.size() == 1 ? strips_of_one(runs[0]) : strips_of_many(runs);
}

std::vector<std::string> other_channels(std::span<const ReportRun> runs,
                                        const std::vector<Strip>& strips, std::size_t most) {
  std::set<std::string> taken;
  for (const auto& strip : strips) {
    for (const auto& c : strip.curves) {
      taken.insert(runs[c.run].result->trace.channels()[c.channel].name);
    }
  }
  std::vector<std::string> names;
  const Trace& trace = runs[0].result->trace;
  for (std::size_t i = 0; i < trace.channels().size() && names.size() < most; ++i) {
    const auto& name = trace.channels()[i].name;
    if (!taken.contains(name) && speaks(trace, i)) names.push_back(name);
  }
  return names;
}

std::vector<Mark> choose_marks(std::span<const ReportRun> runs) {
  std::vector<Mark> marks;
  if (runs.size() != 1) return marks;
  const Summary& s = runs[0].result->summary;
  if (s.first_heat_loss_s) marks.push_back({*s.first_heat_loss_s, "heat lowers the clock"});
  if (s.shut_down) marks.push_back({s.length_s, "shuts down"});
  return marks;
}

std::vector<Pause> pauses_of(const ReportRun& run) {
  std::vector<Pause> pauses;
  const auto& repeats = run.result->summary.repeats;
  for (std::size_t i = 1; i < repeats.size(); ++i) {
    const Pause pause{repeats[i - 1].end_s, repeats[i].start_s};
    if (repeats[i - 1].finished && pause.to_s - pause.from_s > kShortestPauseS) {
      pauses.push_back(pause);
    }
  }
  return pauses;
}

std::vector<Pause> choose_pauses(std::span<const ReportRun> runs) {
  if (runs.size() != 1) return {};
  auto pauses = pauses_of(runs[0]);
  if (pauses.size() > kMostPauses) pauses.clear();  // a grey haze would tell nothing
  return pauses;
}

int run_colour(std::size_t run) {
  return static_cast<int>(run % kColours);
}

int run_dash(std::size_t run) {
  return static_cast<int>((run + run / kColours) % kDashes);
}

std::string run_letter(std::size_t run) {
  return run < 26 ? std::string(1, static_cast<char>('A' + run)) : fmt::format("{}", run + 1);
}

std::string run_label(const ReportRun& run) {
  return run.label.empty() ? run.machine->name : run.label;
}

double end_of(std::span<const ReportRun> runs) {
  double end = 0;
  for (const auto& run : runs) end = std::max(end, run.result->trace.end_s());
  return end > 0 ? end : 1;
}

}  // namespace headroom

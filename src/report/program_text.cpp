#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "replay/program_words.hpp"
#include "report/program_report.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kWorthTelling = 0.005;
constexpr int kStripLeast = 20, kStripMost = 64, kStripIndent = 25;

/// A bar of `width` letters that shows where a core's cycles go.
std::string bar(const ReplayCounts& mean, int width) {
  std::string text;
  double sum = 0;
  for (const auto& part : cycle_parts()) {
    sum += mean.*part.cycles / mean.cycles;
    const auto until = static_cast<std::size_t>(std::lround(sum * width));
    if (until > text.size()) text.resize(until, part.letter);
  }
  return text;
}

std::string views_text(const ProgramStudy& study) {
  std::string out =
      "\nOne thread of it, cool, at each processor's turbo clock (1.00x: as recorded)\n\n";
  out += fmt::format("  {:<22}{:>6}{:>13}{:>7}{:>7}  {}\n", "processor", "speed", "9 of 10 in",
                     "GHz", "IPC", "where its cycles go");
  for (const auto& view : study.views) {
    out += fmt::format("  {:<22}{:>5.2f}x{:>13}{:>7.2f}{:>7.2f}  {}\n", view.name, view.relative,
                       interval(study.uncertainty, view.relative, 2), view.clock_hz * 1e-9,
                       view.ipc(), bar(view.mean, 40));
  }
  std::string key;
  for (const auto& part : cycle_parts()) key += fmt::format("  {} {}", part.letter, part.name);
  return out + fmt::format("\n {}\n", key);
}

std::string misses_text(const ProgramStudy& study) {
  std::string out =
      "\nPer 1000 instructions: branches mispredicted, lines not in each processor's caches\n\n";
  out += fmt::format("  {:<22}{:>9}  {:>17}{:>18}{:>20}\n", "processor", "branches", "first",
                     "second", "third");
  const auto cache = [](double size_b, double misses) {
    return fmt::format("{:>7.2f} {:>9}", 1000 * misses, cache_size(size_b));
  };
  for (const auto& view : study.views) {
    out +=
        fmt::format("  {:<22}{:>9.2f}  {}{:>18}{:>20}\n", view.name, 1000 * view.mean.mispredicts,
                    cache(view.l1_b, view.mean.l1_misses), cache(view.l2_b, view.mean.l2_misses),
                    cache(view.l3_b, view.mean.l3_misses));
  }
  return out;
}

std::string help_text(const ProgramStudy& study) {
  std::string out = fmt::format("\nWhat would help most on the {}\n\n", study.asked);
  for (const auto& improvement : study.improvements) {
    if (improvement.gain < kWorthTelling) continue;
    out += fmt::format("  {:>4.0f} %  {}{}\n", 100 * improvement.gain, improvement.what,
                       improvement.estimated ? " (estimated)" : "");
  }
  if (!study.gains_from_cores()) return out;
  std::string steps;
  for (const auto& step : study.cores) {
    if (step.cores != 2 && step.cores != 4 && step.cores != 8 && step.cores != 16) continue;
    steps += fmt::format("{} {:.2f}x on {}", steps.empty() ? "" : ",", step.speed, step.cores);
  }
  return out + "\nBy its time line, as fast as on one core:" + steps + "\n";
}

/// '.' for nothing, 1 to 9, '+' for more.
char digit(double value) {
  const auto whole = std::lround(value);
  return whole <= 0 ? '.' : whole > 9 ? '+' : static_cast<char>('0' + whole);
}

/// Values over the run, a letter each: the greatest of what falls in its column.
template <class Letter>
std::string strip(const ProgramStudy& study, int width, Letter letter) {
  std::string text;
  for (int c = 0; c < width; ++c) {
    const double from_s = study.wall_s * c / width, to_s = study.wall_s * (c + 1) / width;
    text += letter(from_s, to_s);
  }
  return text;
}

double mean_of(const ProgramStudy& study, double ActivityPoint::*value, double from_s,
               double to_s) {
  double sum = 0, all = 0;
  for (const auto& point : study.activity) {
    const double both = std::min(to_s, point.to_s) - std::max(from_s, point.from_s);
    if (both <= 0) continue;
    sum += both * point.*value;
    all += both;
  }
  return all > 0 ? sum / all : 0;
}

std::string time_text(const ProgramStudy& study, int width) {
  if (study.activity.empty() || study.wall_s <= 0) return {};
  const int columns = std::clamp(width - kStripIndent - 2, kStripLeast, kStripMost);
  std::string out =
      fmt::format("\nOver the run, {} from left to right\n\n", duration(study.wall_s));
  const auto row = [&](const char* name, const std::string& letters, const std::string& note) {
    out += fmt::format("  {:<{}}{}  {}\n", name, kStripIndent - 2, letters, note);
    out.erase(out.find_last_not_of(" \n") + 1);
    out += "\n";
  };
  row("processors at work",
      strip(study, columns,
            [&](double from_s, double to_s) {
              return digit(mean_of(study, &ActivityPoint::busy, from_s, to_s));
            }),
      "");
  if (!study.phases.empty()) {
    const auto phase_at = [&](double from_s, double to_s) -> const CodePhase& {
      const double middle = 0.5 * (from_s + to_s);
      const auto found = std::ranges::find_if(
          study.phases, [&](const CodePhase& phase) { return middle < phase.to_s; });
      return found == study.phases.end() ? study.phases.back() : *found;
    };
    row("instructions a cycle",
        strip(study, columns,
              [&](double from_s, double to_s) {
                return digit(1 / phase_at(from_s, to_s).mean.cycles);
              }),
        "");
    row("waits most for",
        strip(study, columns,
              [&](double from_s, double to_s) {
                const auto held = most_held_up(phase_at(from_s, to_s).mean);
                return held.part == nullptr || held.share < 0.1 ? '.' : held.part->letter;
              }),
        "");
  }
  double most = 0;
  for (const auto& point : study.activity) most = std::max(most, point.resident_b);
  if (most > 0) {
    row("memory",
        strip(study, columns,
              [&](double from_s, double to_s) {
                return digit(9 * mean_of(study, &ActivityPoint::resident_b, from_s, to_s) / most);
              }),
        fmt::format("9: {:.0f} MB", most * 1e-6));
  }
  return out;
}

}  // namespace

std::string program_text(const ProgramStudy& study, int width) {
  std::string out = time_text(study, width);
  if (!study.replayed()) return out;
  out += views_text(study) + misses_text(study) + help_text(study);
  const auto columns = static_cast<std::size_t>(std::max(40, width));
  for (const auto& sentence :
       {capital(study.kind) + ". " + study.help,
        "Times on other machines are expected " + study.uncertainty.text() + "."}) {
    out += "\n";
    for (const auto& line : wrap(sentence, columns)) out += line + "\n";
  }
  return printable(out, true);
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "report/advice_report.hpp"
#include "report/bars.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/series.hpp"
#include "report/standing_parts.hpp"
#include "report/still_page.hpp"
#include "report/strips.hpp"
#include "report/svg_plot.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr int kWide = 2000, kHigh = 1000;  ///< the picture's own coordinates
constexpr double kHeightPx = 300, kLabelLine = 15;

using Offerings = std::vector<Offering> Lane::*;

/// Days since 1970 of "2017-12-14"; 0 for what is no day.
double day_number(const std::string& day) {
  if (day.size() < 10) return 0;
  const auto part = [&](std::size_t at, std::size_t length) {
    int value = 0;
    for (std::size_t i = at; i < at + length; ++i) value = 10 * value + (day[i] - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  return static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count());
}

/// Days across, value up.
struct Frame {
  double first, last;
  Axis y;
  double across(const std::string& day) const {
    const double span = std::max(last - first, 1.0);
    return std::clamp((day_number(day) - first) / span, 0.0, 1.0);
  }
  double down(double value) const { return 1 - value / y.high; }
};

std::string badge(std::size_t lane) {
  return fmt::format("<b class=\"badge k{}\">{}</b> ", lane % kColours, run_letter(lane));
}

std::string grid(const Timeline& line, const Frame& frame, std::string& letters) {
  std::string path;
  for (const double v : frame.y.marks()) {
    path += fmt::format("M0 {:.0f}h{}", frame.down(v) * kHigh, kWide);
    letters += fmt::format("<span class=\"y\" style=\"top:{:.1f}%\">{}</span>", 100 * frame.down(v),
                           quantity(v, frame.y.decimals));
  }
  if (line.from.size() >= 4 && line.to.size() >= 4) {
    const int begin = std::stoi(line.from.substr(0, 4)), end = std::stoi(line.to.substr(0, 4));
    for (int year = begin; year <= end; ++year) {
      const auto day = fmt::format("{:04}-01-01", year);
      if (day < line.from) continue;
      path += fmt::format("M{:.0f} 0v{}", frame.across(day) * kWide, kHigh);
      letters += fmt::format("<span class=\"x\" style=\"left:{:.2f}%\">{}</span>",
                             100 * frame.across(day), year);
    }
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>", path);
}

/// A level line for each offering, steps where one follows another at once.
std::string steps(const std::vector<Offering>& offerings, const Frame& frame) {
  std::string path, end;
  for (const auto& o : offerings) {
    if (!measured(o.value)) continue;
    const int down = static_cast<int>(std::lround(frame.down(o.value) * kHigh));
    const int from = static_cast<int>(std::lround(frame.across(o.from) * kWide));
    const int to = static_cast<int>(std::lround(frame.across(o.to) * kWide));
    path += !end.empty() && o.from <= end ? fmt::format("V{}", down)
                                          : fmt::format("M{} {}", from, down);
    path += fmt::format("H{}", std::max(to, from + 4));
    end = o.to;
  }
  return path;
}

std::string picture(const Timeline& line, Offerings which, const std::string& title,
                    const std::string& unit) {
  double top = 0;
  for (const auto& lane : line.lanes) {
    for (const auto& o : lane.*which) {
      if (measured(o.value)) top = std::max(top, o.value);
    }
  }
  if (top <= 0) return {};
  const Frame frame{day_number(line.from), day_number(line.to), round_axis(0, top, true, 5)};
  std::string letters, said = title + ".";
  std::string inner = grid(line, frame, letters);
  std::vector<double> wished;
  std::vector<std::size_t> shown;
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    const auto& offerings = line.lanes[l].*which;
    if (offerings.empty()) continue;
    inner += fmt::format("<path class=\"line lane k{}\" d=\"{}\"><title>{}</title></path>",
                         l % kColours, steps(offerings, frame), pretty(line.lanes[l].name));
    const auto& last = offerings.back();
    said += fmt::format(" {}: {} from {}, {} at the end.", line.lanes[l].name,
                        quantity(offerings.front().value, 2), offerings.front().from,
                        quantity(last.value, 2));
    letters += fmt::format(
        "<span class=\"tag k{}\" style=\"left:{:.2f}%;top:{:.2f}%;--wx:2px;"
        "--wy:-19px;--nx:2px;--ny:-19px\"><b>{}</b></span>",
        l % kColours, 100 * frame.across(offerings.front().from),
        100 * frame.down(offerings.front().value), run_letter(l));
    if (last.to < line.to) continue;  // no longer on sale
    wished.push_back(frame.down(last.value) * kHeightPx);
    shown.push_back(l);
  }
  const auto ends = spread(wished, kHeightPx, kLabelLine);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    letters += fmt::format("<span class=\"end k{}\" style=\"top:{:.0f}px\">{}</span>",
                           shown[i] % kColours, ends[i], run_letter(shown[i]));
  }
  return fmt::format(
      "<figure class=\"strip years\"><figcaption><h3>{} <span>{}</span></h3></figcaption>\n"
      "<div class=\"plot\" role=\"img\" aria-label=\"{}\"><svg viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\">{}</svg>{}</div></figure>\n",
      pretty(title), pretty(unit), pretty(said), kWide, kHigh, inner, letters);
}

std::string table_of(const Timeline& line, Offerings which, const std::string& unit) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    for (const auto& o : line.lanes[l].*which) {
      rows.push_back({badge(l) + label_html(o.label),
                      "<span class=\"day\">" + escape(o.from) + "</span>", quantity(o.price_usd, 0),
                      measured(o.speed) ? fmt::format("{:.2f}×", o.speed) : "–",
                      measured(o.value) ? quantity(o.value, 3) : "–"});
    }
  }
  if (rows.empty()) return {};
  return table_html({"Best configuration", "From", "#USD", "#Speed", "#" + pretty(unit)}, rows);
}

/// The best offering of all, and when.
std::string best_of(const Timeline& line, Offerings which, const char* what) {
  const Offering* best = nullptr;
  for (const auto& lane : line.lanes) {
    for (const auto& o : lane.*which) {
      if (measured(o.value) && (best == nullptr || o.value > best->value)) best = &o;
    }
  }
  if (best == nullptr) return {};
  return fmt::format("{}: {}, from {}, at {:.0f} USD. ", what, best->label, best->from,
                     best->price_usd);
}

std::string answer_of(const Timeline& line) {
  std::string text = best_of(line, &Lane::per_dollar, "Most work for the money") +
                     best_of(line, &Lane::per_watt, "Most work for the power");
  if (text.empty()) text = "Nothing that was on sale can do the work.";
  std::string out = "<p class=\"lede\">" + pretty(text) + "</p>\n<p>" +
                    pretty(fmt::format("From {} to {}. Speed 1 is that of {}.", line.from, line.to,
                                       line.reference)) +
                    "</p>\n";
  std::string limits;
  if (line.stopped) limits += "<li>stopped by hand: not everything was run</li>\n";
  for (const auto& note : doubt_notes(line.tasks)) limits += "<li>" + pretty(note) + "</li>\n";
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    if (line.lanes[l].reason.empty()) continue;
    limits +=
        "<li>" + badge(l) + pretty(line.lanes[l].name + ": " + line.lanes[l].reason) + "</li>\n";
  }
  if (limits.empty()) return out;
  return out + "<div class=\"warning\"><strong>Limits of this answer</strong><ul>\n" + limits +
         "</ul></div>\n";
}

std::string key_of(const Timeline& line) {
  std::string out = "<div class=\"key\">";
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    out += "<span>" + badge(l) + pretty(line.lanes[l].name) + "</span>";
  }
  return out + "</div>\n";
}

}  // namespace

std::string timeline_html(const Timeline& line, const std::string& command_line,
                          std::span<const ProgramStudy> programs) {
  const std::string dollar = "speed for 1000 USD", watt = "speed for 100 W";
  const std::string title =
      (line.tasks.size() > 3 ? capital(count_word(line.tasks.size())) + " workloads"
                             : work_in_words(line.tasks)) +
      ": what was best when?";
  return still_page(
      title, answer_of(line),
      {{"years", "Over the years", "Over the years",
        key_of(line) + picture(line, &Lane::per_dollar, "Work for the money", dollar) +
            picture(line, &Lane::per_watt, "Work for the power, at the wall", watt)},
       {"money", "For the money", "The best for the money",
        table_of(line, &Lane::per_dollar, dollar)},
       {"power", "For the power", "The best for the power", table_of(line, &Lane::per_watt, watt)},
       {"program", "The program", "What kind of program it is", programs_section_html(programs)},
       {"assumptions", "Assumptions", "What this rests on",
        "<p>At every change of what was on sale or of its price, the configuration that did best. "
        "Memory and storage are the cheapest that can do the work; all processors and graphics "
        "are tried.</p>\n" +
            assumptions_html(line.tasks, line.circumstances, "of each day that is shown")},
       {"reproduce", "Reproduce", "How to reproduce", repeat_html(command_line, {})}});
}

}  // namespace headroom

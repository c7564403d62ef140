#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/sections.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kSame = 0.01;  ///< shares below this are no difference worth a word

bool same_workload(std::span<const ReportRun> runs) {
  return std::ranges::all_of(runs,
                             [&](const auto& r) { return r.workload->id == runs[0].workload->id; });
}

std::vector<Figure> figures_of(const ReportRun& run) {
  return key_figures(*run.machine, *run.workload, *run.surroundings, *run.result);
}

/// "3.81 GHz at 94 degC", "2.11 GHz on the processor at 95 degC and ..."
std::string clocks(const ReportRun& run) {
  const Summary& s = run.result->summary;
  const auto part = [](double clock_hz, const char* on, double temperature_k) {
    const double clock = gigahertz(clock_hz);
    std::string text =
        measured(clock) ? quantity(clock, 2, "GHz") : "a clock that was not measured";
    text += on;
    if (measured(celsius(temperature_k)))
      text += " at " + quantity(celsius(temperature_k), 0, "degC");
    return text;
  };
  const bool graphics = !run.machine->gpus.empty() && uses_graphics(*run.workload);
  std::string on_graphics =
      part(s.graphics_clock_sustained_hz, " on the graphics", s.gpu_sustained_k);
  if (graphics && !uses_processor(*run.workload)) return on_graphics;
  if (!graphics) return part(s.clock_sustained_hz, "", s.cpu_sustained_k);
  return part(s.clock_sustained_hz, " on the processor", s.cpu_sustained_k) + " and " + on_graphics;
}

std::string sustained_sentence(const ReportRun& run) {
  const Summary& s = run.result->summary;
  std::string text = (s.shut_down ? "Until then it ran " : "It sustains ") + clocks(run);
  if (measured(s.wall_sustained_w)) {
    text += fmt::format(", {} {} from the wall", s.shut_down ? "drew" : "draws",
                        quantity(s.wall_sustained_w, 0, "W"));
  }
  if (measured(s.noise_sustained_dba)) {
    text += fmt::format(
        " and {} {}: {} at {}", s.shut_down ? "was" : "is", noise_word(s.noise_sustained_dba),
        quantity(s.noise_sustained_dba, 0, "dBA"), plain(run.surroundings->distance_m, "m"));
  }
  return text + ".";
}

std::string lost_parts(double heat, double power, const std::string& when) {
  if (heat == 0 && power == 0) return "nothing to heat or to power limits";
  std::string text = heat > 0 ? percent(heat) + " to heat" + when : "nothing to heat";
  if (!measured(heat)) text = "a share to heat that was not measured";
  if (power > 0 && measured(power)) {
    if (heat > 0 && !when.empty()) text += ",";
    text += " and " + percent(power) + " to power limits";
  }
  return text;
}

std::string loss_sentence(const ReportRun& run) {
  const Summary& s = run.result->summary;
  const Losses& l = s.losses;
  const std::string when =
      s.first_heat_loss_s ? fmt::format(", first after {}", duration(*s.first_heat_loss_s)) : "";
  std::string text;
  if (uses_processor(*run.workload) || run.machine->gpus.empty()) {
    text = "it loses " + lost_parts(l.to_heat, l.to_power, when);
  }
  if (!run.machine->gpus.empty() && uses_graphics(*run.workload)) {
    const std::string parts =
        lost_parts(l.graphics_to_heat, l.graphics_to_power, text.empty() ? when : "");
    text += (text.empty() ? "its graphics lose " : "; its graphics lose ") + parts;
  }
  return "Against a turbo without limits, " + text + ".";
}

std::string result_sentence(const ReportRun& run) {
  const Summary& s = run.result->summary;
  const Result& r = run.workload->result;
  if (run.workload->endless()) {
    return fmt::format("The work has no end; it was watched for {}.", duration(s.length_s));
  }
  if (!run.workload->has_result || !measured(s.result_sustained)) return {};
  if (s.repeats.size() < 2 || !measured(s.result_first)) {
    return fmt::format("{}: {}.", run.workload->name, significant(s.result_sustained, 4, r.unit));
  }
  const double change = s.result_sustained / s.result_first - 1;
  const std::string first = significant(s.result_first, 4, r.unit);
  if (!(std::fabs(change) >= 0.0005)) {
    return fmt::format("{}: {} from first to last.", run.workload->name, first);
  }
  return fmt::format("{}: {} at first, {} sustained, {} {}.", run.workload->name, first,
                     significant(s.result_sustained, 4), percent(std::fabs(change)),
                     change < 0 ? "less" : "more");
}

/// "Wall power: B takes 31 % less than A (160 W against 231 W)", largest first.
std::vector<std::string> differences(const ReportRun& a, const ReportRun& b) {
  struct Difference {
    double size;
    std::string text;
  };
  std::vector<Difference> found;
  const auto of_b = figures_of(b);
  for (const auto& x : figures_of(a)) {
    const auto y = std::ranges::find(of_b, x.id, &Figure::id);
    if (y == of_b.end() || y->unit != x.unit || !measured(x.value) || !measured(y->value)) continue;
    if (x.unit == "degC" || x.unit == "dBA") {  // no shares of what has no zero
      const double by = y->value - x.value;
      if (std::fabs(by) < 1) continue;
      found.push_back({std::fabs(by) / 20,
                       fmt::format("{}: B has {} {} than A ({} against {})", capital(x.name),
                                   quantity(std::fabs(by), 0, x.unit == "degC" ? "K" : "dB"),
                                   by > 0 ? "more" : "less", y->text(), x.text())});
      continue;
    }
    if (!(x.value > 0)) continue;
    const double by = y->value / x.value - 1;
    if (std::fabs(by) < kSame) continue;
    found.push_back({std::fabs(by), fmt::format("{}: B has {} {} than A ({} against {})",
                                                capital(x.name), percent(std::fabs(by)),
                                                by > 0 ? "more" : "less", y->text(), x.text())});
  }
  std::ranges::stable_sort(found, std::greater{}, &Difference::size);
  std::vector<std::string> texts;
  for (auto& d : found) texts.push_back(std::move(d.text));
  return texts;
}

/// Who does best by the workload's own result, or by the clock where it has none:
/// "Mac Pro (D) does best with 4135 points; iMac Pro (A) is within 1 % of it; ..."
std::string ranking(std::span<const ReportRun> runs) {
  struct Place {
    std::string name;
    Figure figure;
  };
  std::vector<Place> places;
  const char* const id = runs[0].workload->has_result ? "result" : "clock";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto figures = figures_of(runs[i]);
    const auto it = std::ranges::find(figures, id, &Figure::id);
    if (it != figures.end() && it->value > 0 && measured(it->value)) {
      places.push_back({fmt::format("{} ({})", run_label(runs[i]), run_letter(i)), *it});
    }
  }
  if (places.size() < 2) return {};
  std::ranges::stable_sort(places, [](const Place& a, const Place& b) {
    return a.figure.better * a.figure.value > b.figure.better * b.figure.value;
  });
  const Place& best = places.front();
  const auto behind = [&](const Place& p) {
    return std::fabs(p.figure.value / best.figure.value - 1);
  };
  std::vector<std::string> equal;
  for (std::size_t i = 1; i < places.size() && behind(places[i]) < kSame; ++i) {
    equal.push_back(places[i].name);
  }
  std::string text = fmt::format("{} does best with {}", best.name, best.figure.text());
  if (!equal.empty()) {
    text += fmt::format("; {} within 1 % of it", listed(equal.data(), equal.data() + equal.size()) +
                                                     (equal.size() == 1 ? " is" : " are"));
  }
  if (equal.size() + 1 < places.size()) {
    text += fmt::format("; {} does least well with {}", places.back().name,
                        places.back().figure.text());
  }
  return text + ".";
}

std::string compared_html(std::span<const ReportRun> runs) {
  std::string out;
  if (same_workload(runs)) {
    const auto best = ranking(runs);
    if (!best.empty()) out += "<p class=\"lede\">" + pretty(best) + "</p>\n";
  }
  out += "<ol class=\"answers\">\n";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    out += fmt::format("<li>{} <span>{}.</span></li>\n", run_heading(runs, i),
                       pretty(headline(*runs[i].machine, *runs[i].workload, *runs[i].result)));
  }
  out += "</ol>\n";
  if (runs.size() != 2 || !same_workload(runs)) return out;
  const auto lines = differences(runs[0], runs[1]);
  if (lines.empty()) return out + "<p>No figure differs by 1&nbsp;% or more.</p>\n";
  out += "<p>What differs most:</p>\n<ul>\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 5); ++i) {
    out += "<li>" + pretty(lines[i]) + "</li>\n";
  }
  return out + "</ul>\n";
}

std::string warnings_html(std::span<const ReportRun> runs) {
  std::string items;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto doubt = doubt_note(*runs[i].workload);
    if (!doubt.empty() && (i == 0 || !same_workload(runs))) {
      items += fmt::format("<li>{}{}</li>\n", same_workload(runs) ? "" : run_badge(runs, i),
                           pretty(doubt));
    }
    for (const auto& warning : unrepeated(runs[i].result->summary.warnings)) {
      items += fmt::format("<li>{}{}</li>\n", run_badge(runs, i), pretty(warning));
    }
  }
  if (items.empty()) return {};
  return "<div class=\"warning\"><strong>Limits of this answer</strong><ul>\n" + items +
         "</ul></div>\n";
}

}  // namespace

std::string run_badge(std::span<const ReportRun> runs, std::size_t run) {
  if (runs.size() == 1) return {};
  return fmt::format("<b class=\"badge k{}\">{}</b> ", run_colour(run), run_letter(run));
}

std::string run_heading(std::span<const ReportRun> runs, std::size_t run) {
  return run_badge(runs, run) + "<strong>" + pretty(run_label(runs[run])) + "</strong>";
}

std::string question(std::span<const ReportRun> runs) {
  const std::string& work = runs[0].workload->name;
  const std::string& machine = runs[0].machine->name;
  if (runs.size() == 1) return fmt::format("What does the {} sustain in {}?", machine, work);
  const bool one_machine = std::ranges::all_of(
      runs, [&](const auto& r) { return r.machine->id == runs[0].machine->id; });
  if (!same_workload(runs)) {
    return one_machine ? fmt::format("How does the {} fare in {} workloads?", machine,
                                     count_word(runs.size()))
                       : fmt::format("How do these {} runs compare?", count_word(runs.size()));
  }
  if (runs.size() == 2) {
    return fmt::format("{} or {}: which sustains more in {}?", run_label(runs[0]),
                       run_label(runs[1]), work);
  }
  return fmt::format("Which of these {} sustains the most in {}?", count_word(runs.size()), work);
}

std::string answer_html(std::span<const ReportRun> runs) {
  std::string out = "<section id=\"answer\" aria-label=\"Answer\">\n";
  if (runs.size() > 1) {
    out += compared_html(runs);
  } else {
    const Summary& s = runs[0].result->summary;
    out += "<p class=\"lede\">";
    if (s.shut_down) {
      out += fmt::format(
          "<strong class=\"bad\">It shuts down after {}: {}.</strong> ",
          pretty(duration(s.length_s)),
          pretty(s.shutdown_reason.empty() ? "reason not recorded" : s.shutdown_reason));
    }
    out += pretty(sustained_sentence(runs[0])) + "</p>\n<p>" + pretty(loss_sentence(runs[0]));
    const auto result = result_sentence(runs[0]);
    if (!result.empty()) out += " " + pretty(result);
    if (s.missed_deadlines > kLeastShare) {
      out += " " + pretty(fmt::format("Of the work with a deadline, {} came late.",
                                      percent(s.missed_deadlines)));
    }
    out += "</p>\n";
  }
  return out + warnings_html(runs) + "</section>\n";
}

}  // namespace headroom

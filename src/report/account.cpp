#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/svg_plot.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostEvents = 120;
constexpr std::size_t kMostRepeats = 200;

/// One bar: what was done, lost to power, lost to heat.
std::string loss_bar(const std::string& what, double heat, double power) {
  if (!measured(heat) || !measured(power)) {
    return fmt::format("<p>{}: {}.</p>\n", pretty(what), kNotMeasured);
  }
  const double done = std::clamp(1 - heat - power, 0.0, 1.0);
  const auto piece = [](const char* kind, double share) {
    if (share <= 0) return std::string();
    return fmt::format("<span class=\"{}\" style=\"flex-grow:{:.4f}\"></span>", kind, share);
  };
  return fmt::format(
      "<div class=\"loss\"><div class=\"what\">{}</div><div class=\"bar\" "
      "aria-hidden=\"true\">{}{}{}</div>"
      "<div class=\"said\"><span><i class=\"done\"></i>{} done</span>"
      "<span><i class=\"power\"></i>{} lost to power limits</span>"
      "<span><i class=\"heat\"></i>{} lost to heat</span></div></div>\n",
      pretty(what), piece("done", done), piece("power", power), piece("heat", heat),
      pretty(percent(done)), pretty(percent(power)), pretty(percent(heat)));
}

std::string repeat_rows(const ReportRun& run) {
  const auto& r = run.workload->result;
  std::vector<std::string> heads = {"#Repeat", "#From", "#Lasted", "#Mean clock"};
  if (run.workload->has_result)
    heads.push_back("#" + pretty(capital(r.metric == "time_s" ? "time" : r.metric)));
  heads.emplace_back("Heat");
  std::vector<std::vector<std::string>> rows;
  const auto& repeats = run.result->summary.repeats;
  for (std::size_t i = 0; i < std::min(repeats.size(), kMostRepeats); ++i) {
    const Repeat& p = repeats[i];
    std::vector<std::string> row = {
        fmt::format("{}", i + 1), pretty(quantity(p.start_s, 1, "s")),
        p.finished ? pretty(quantity(p.end_s - p.start_s, p.end_s - p.start_s < 10 ? 3 : 1, "s"))
                   : "not finished",
        pretty(quantity(gigahertz(p.clock_hz), 2, "GHz"))};
    if (run.workload->has_result) row.push_back(pretty(significant(p.result, 4, r.unit)));
    row.emplace_back(p.clamped ? "lowered the clock" : "");
    rows.push_back(std::move(row));
  }
  std::string out = table_html(heads, rows);
  if (repeats.size() > kMostRepeats) {
    out += fmt::format("<p class=\"quiet\">and {} more.</p>\n", repeats.size() - kMostRepeats);
  }
  return out;
}

std::string repeat_dots(const ReportRun& run) {
  const bool has = run.workload->has_result;
  std::vector<Dot> dots;
  bool clamped = false;
  for (const auto& p : run.result->summary.repeats) {
    if (!p.finished) continue;
    dots.push_back({(p.start_s + p.end_s) / 2, has ? p.result : p.end_s - p.start_s, p.clamped});
    clamped |= p.clamped;
  }
  if (dots.size() < 2) return {};
  const auto& r = run.workload->result;
  const std::string unit = has ? fmt::format("{} [{}]", capital(r.metric), r.unit) : "Duration [s]";
  return dots_html(dots, run.result->trace.end_s(), unit,
                   unit + " of each repeat; the table has them all") +
         (clamped ? "<p class=\"quiet\">Hollow: heat lowered the clock.</p>\n" : "");
}

std::string event_rows(const std::vector<Event>& events) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& e : events) {
    if (rows.size() == kMostEvents) break;
    rows.push_back({pretty(quantity(e.time_s, 1, "s")), escape(e.kind), pretty(e.what)});
  }
  std::string table = table_html({"#Time", "Kind", "What happened"}, rows);
  if (events.size() > kMostEvents) {
    table += fmt::format("<p class=\"quiet\">and {} more.</p>\n", events.size() - kMostEvents);
  }
  return table;
}

/// How often each kind came, in the order of their first.
std::string event_kinds(const std::vector<Event>& events) {
  struct Kind {
    std::string name;
    std::size_t count = 0;
    double first_s = 0, last_s = 0;
  };
  std::vector<Kind> kinds;
  for (const auto& e : events) {
    auto it = std::ranges::find(kinds, e.kind, &Kind::name);
    if (it == kinds.end()) it = kinds.insert(it, {e.kind, 0, e.time_s, e.time_s});
    ++it->count;
    it->last_s = e.time_s;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& k : kinds) {
    rows.push_back({escape(k.name), fmt::format("{}", k.count), pretty(duration(k.first_s)),
                    k.count > 1 ? pretty(duration(k.last_s)) : ""});
  }
  return table_html({"Kind", "#Times", "#First after", "#Last after"}, rows);
}

}  // namespace

std::string losses_html(std::span<const ReportRun> runs) {
  std::string out =
      "<section id=\"losses\"><h2>What was lost</h2>\n"
      "<p class=\"quiet\">100&nbsp;% is the work that a turbo without limits of heat or power "
      "would have done in the same time.</p>\n";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& run = runs[i];
    const Losses& l = run.result->summary.losses;
    if (runs.size() > 1) out += "<h3>" + run_heading(runs, i) + "</h3>\n";
    if (uses_processor(*run.workload) || run.machine->gpus.empty()) {
      out += loss_bar("Processor", l.to_heat, l.to_power);
    }
    if (!run.machine->gpus.empty() && uses_graphics(*run.workload)) {
      out += loss_bar("Graphics", l.graphics_to_heat, l.graphics_to_power);
    }
  }
  return out + "</section>\n";
}

std::string repeats_html(std::span<const ReportRun> runs) {
  std::string out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& repeats = runs[i].result->summary.repeats;
    if (repeats.size() < 2) continue;
    if (runs.size() > 1) out += "<h3>" + run_heading(runs, i) + "</h3>\n";
    out += repeat_dots(runs[i]);
    const std::string rows = repeat_rows(runs[i]);
    out += repeats.size() <= 12 && runs.size() == 1
               ? rows
               : details_html(fmt::format("All {} repeats", repeats.size()), rows);
  }
  return out.empty() ? out : "<section id=\"repeats\"><h2>Repeats</h2>\n" + out + "</section>\n";
}

std::string events_html(std::span<const ReportRun> runs) {
  std::string out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& events = runs[i].result->trace.events;
    if (events.empty()) continue;
    if (runs.size() > 1) out += "<h3>" + run_heading(runs, i) + "</h3>\n";
    if (events.size() <= 12 && runs.size() == 1) {
      out += event_rows(events);
    } else {
      out += event_kinds(events) +
             details_html(fmt::format("{} events", events.size()), event_rows(events));
    }
  }
  return out.empty() ? out : "<section id=\"events\"><h2>Events</h2>\n" + out + "</section>\n";
}

std::string energy_html(std::span<const ReportRun> runs) {
  std::vector<std::string> heads = {"Energy"};
  std::vector<std::vector<std::string>> rows = {{"Taken from the wall"},
                                                {"Carried off by air and surfaces"},
                                                {"Stored in warmer parts"},
                                                {"Balance"},
                                                {"Steps of the solver"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Summary& s = runs[i].result->summary;
    const Ledger& l = s.ledger;
    const auto share = [&](double j) {
      const double of = l.from_wall_j > 0 ? j / l.from_wall_j : NAN;
      return pretty(energy(j) + (measured(of) ? " (" + percent(of) + ")" : ""));
    };
    heads.push_back(
        "#" + (runs.size() > 1 ? run_heading(runs, i) : "in " + pretty(duration(s.length_s))));
    rows[0].push_back(pretty(energy(l.from_wall_j)));
    rows[1].push_back(share(l.carried_off_j));
    rows[2].push_back(share(l.stored_j));
    rows[3].push_back(measured(l.residual()) ? pretty("adds up within " + residual(l.residual()))
                                             : std::string(kNotMeasured));
    rows[4].push_back(fmt::format("{}", s.steps));
  }
  return "<section id=\"energy\"><h2>Energy balance</h2>\n" + table_html(heads, rows) +
         "</section>\n";
}

}  // namespace headroom

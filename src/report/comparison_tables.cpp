#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/comparison_pictures.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string times(double ratio) {
  return measured(ratio) ? fmt::format("{:.2f}×", ratio) : std::string("–");
}

std::string or_dash(double value, int decimals) {
  return measured(value) ? quantity(value, decimals) : "–";
}

std::string clock_of(double hz) {
  return hz > 0 ? fmt::format("{:.2f}", hz * 1e-9) : "–";
}

/// A column of the table of every number. Units are in the heading.
struct Field {
  std::string heading;
  std::string (*text)(const Workload& workload, const Standing& standing, const Outcome& outcome,
                      double ratio);
};

std::vector<Field> fields_of(const Comparison& c, std::size_t task) {
  using W = Workload;
  using S = Standing;
  using O = Outcome;
  const auto& workload = c.tasks[task].workload;
  const bool ends = !workload.endless();
  const bool paced = measured(reference_of(c).outcomes[task].pace_per_s);
  const bool graphics =
      std::ranges::any_of(c.standings, [&](const S& s) { return s.outcomes[task].flop_per_s > 0; });
  std::vector<Field> f;
  auto add = [&](bool wanted, const std::string& heading, auto text) {
    if (wanted) f.push_back({heading, text});
  };
  add(paced, "#Speed", [](const W&, const S&, const O&, double r) { return times(r); });
  const bool doubtful = workload.uncertainty.stated();
  add(paced && doubtful, "#9 of 10 in", [](const W& w, const S&, const O&, double r) {
    return r == 1 ? "–" : interval(w.uncertainty, r, 2);
  });
  add(ends, "#Time", [](const W&, const S&, const O& o, double) { return duration(o.pass_s); });
  add(ends && doubtful, "#9 of 10 in", [](const W& w, const S&, const O& o, double) {
    return time_interval(w.uncertainty, o.pass_s);
  });
  add(ends, "#First pass",
      [](const W&, const S&, const O& o, double) { return duration(o.first_pass_s); });
  add(paced && !rate_unit(workload).empty(), "#" + rate_unit(workload),
      [](const W& w, const S&, const O& o, double) { return significant(work_rate(w, o), 3); });
  add(workload.has_result && workload.result.unit != "s", "#" + workload.result.unit,
      [](const W&, const S&, const O& o, double) { return significant(o.result, 4); });
  add(true, "#USD", [](const W&, const S& s, const O&, double) {
    return s.priced ? or_dash(s.price_usd, 0) : "-";
  });
  add(paced, "#USD for 1×", [](const W&, const S& s, const O&, double r) {
    return s.priced ? or_dash(s.price_usd / r, 0) : "-";
  });
  add(true, "#dBA", [](const W&, const S&, const O& o, double) { return or_dash(o.noise_dba, 0); });
  add(true, "#CPU GHz",
      [](const W&, const S&, const O& o, double) { return clock_of(o.clock_hz); });
  add(true, "#CPU °C",
      [](const W&, const S&, const O& o, double) { return or_dash(celsius(o.cpu_k), 0); });
  add(graphics, "#GPU GHz",
      [](const W&, const S&, const O& o, double) { return clock_of(o.graphics_clock_hz); });
  add(graphics, "#GPU °C",
      [](const W&, const S&, const O& o, double) { return or_dash(celsius(o.gpu_k), 0); });
  add(true, "#Wall W", [](const W&, const S&, const O& o, double) { return or_dash(o.wall_w, 0); });
  add(true, "#Lost to heat", [](const W&, const S&, const O& o, double) {
    return percent(std::max(o.lost_to_heat, o.graphics_lost_to_heat));
  });
  add(ends, "#Energy a run",
      [](const W&, const S&, const O& o, double) { return energy(o.energy_per_pass_j); });
  add(c.tasks.size() == 1, "#USD/year",
      [](const W&, const S& s, const O&, double) { return or_dash(s.energy_usd_a_year, 0); });
  return f;
}

std::string task_table(const Comparison& c, std::size_t task, const std::vector<Player>& players) {
  const auto fields = fields_of(c, task);
  const auto& workload = c.tasks[task].workload;
  const auto& reference = reference_of(c).outcomes[task];
  std::vector<std::string> heads = {"Machine"};
  for (const auto& field : fields) heads.push_back(pretty(field.heading));
  std::vector<std::vector<std::string>> rows;
  std::string cannot;
  for (const auto& player : players) {
    const auto& o = player.standing->outcomes[task];
    if (!o.possible) {
      cannot += "<li>" + badge_html(player) +
                pretty(player.standing->contender.label + ": " + o.reason) + "</li>\n";
      continue;
    }
    std::vector<std::string> row = {player_html(player)};
    for (const auto& field : fields) {
      row.push_back(
          pretty(field.text(workload, *player.standing, o, o.pace_per_s / reference.pace_per_s)));
    }
    rows.push_back(std::move(row));
  }
  std::string out = rows.empty() ? std::string() : table_html(heads, rows);
  if (!cannot.empty()) out += "<p>Cannot do it:</p>\n<ul class=\"notes\">\n" + cannot + "</ul>\n";
  return out;
}

std::string overall_table(const std::vector<Player>& players) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& player : players) {
    const auto& s = *player.standing;
    rows.push_back({player_html(player), s.possible ? times(s.speed) : "cannot do all of it",
                    s.priced ? or_dash(s.price_usd, 0) : "-",
                    s.priced ? or_dash(s.usd_per_speed, 0) : "-", or_dash(s.noise_dba, 0),
                    or_dash(s.wall_w, 0), or_dash(s.energy_usd_a_year, 0)});
  }
  return table_html(
      {"Machine", "#Speed", "#USD", "#USD for 1×", "#Loudest dBA", "#Wall W", "#USD/year"}, rows);
}

}  // namespace

std::string comparison_tables(const Comparison& c, const std::vector<Player>& players) {
  std::string out;
  if (c.tasks.size() > 1) out += "<h3>All together</h3>\n" + overall_table(players);
  for (std::size_t t = 0; t < c.tasks.size(); ++t) {
    if (c.tasks.size() > 1) out += "<h3>" + pretty(c.tasks[t].workload.name) + "</h3>\n";
    out += task_table(c, t, players);
  }
  return out;
}

}  // namespace headroom

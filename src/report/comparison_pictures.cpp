#include "report/comparison_pictures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/bars.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/scatter.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kNone = Outcome::kNone;

std::string times(double ratio) {
  return measured(ratio) ? fmt::format("{:.2f}×", ratio) : std::string("–");
}

/// What a task yields, in its own unit: "1682 points", "3 min 3 s", "6270 Gflop/s".
std::string yield(const Workload& workload, const Outcome& o) {
  const bool scored = workload.has_result && workload.result.unit != "s";
  if (scored && measured(o.result)) return significant(o.result, 4, workload.result.unit);
  if (measured(o.pass_s)) return duration(o.pass_s);
  const auto unit = rate_unit(workload);
  return measured(o.pace_per_s) && !unit.empty() ? significant(work_rate(workload, o), 3, unit)
                                                 : "";
}

/// The pace of the first pass relative to the sustained one.
double first_of(const Outcome& o) {
  return o.first_pass_s > 0 ? o.pass_s / o.first_pass_s : kNone;
}

BarCell speed_cell(const Workload& workload, const Standing& s, const Outcome& o, double ratio) {
  BarCell cell{ratio, ratio * first_of(o), times(ratio), pretty(yield(workload, o)), ""};
  cell.title = fmt::format("{}: {} sustained", s.contender.label, yield(workload, o));
  if (const auto& doubt = workload.uncertainty; doubt.stated() && ratio != 1) {
    cell.low = doubt.low(ratio);
    cell.high = doubt.high(ratio);
    cell.title += fmt::format(", nine times in ten {}", interval(doubt, ratio, 2));
  }
  const double drop = 1 - 1 / first_of(o);
  if (measured(o.first_pass_s)) {
    cell.title += fmt::format(", {} for each run, the first {}", duration(o.pass_s),
                              duration(o.first_pass_s));
  }
  if (measured(drop) && drop > 0.005) {
    cell.small += fmt::format(" <span class=\"bad\">−{}</span>", pretty(percent(drop)));
  }
  return cell;
}

/// Temperature of processor and, where graphics work, of graphics.
BarCell heat_cell(const Outcome& o, bool graphics) {
  const double cpu = celsius(o.cpu_k), gpu = graphics ? celsius(o.gpu_k) : kNone;
  BarCell cell{cpu, gpu, pretty(quantity(cpu, 0, "degC")), "", ""};
  cell.title = fmt::format("processor {}", quantity(cpu, 0, "degC"));
  if (measured(gpu)) {
    cell.text = pretty((measured(cpu) ? quantity(cpu, 0) + ", " : "") + quantity(gpu, 0, "degC"));
    cell.title += fmt::format(", graphics {}", quantity(gpu, 0, "degC"));
  }
  return cell;
}

/// Ends of the axes that all tasks of a page share, so that pictures compare.
struct Scales {
  double room_c = 20, hottest_c = 100, quietest_dba = 15, loudest_dba = 45, watts = 100;
};

Scales scales_of(const Comparison& c) {
  Scales scales;
  scales.room_c = celsius(c.circumstances.surroundings.room_k);
  scales.quietest_dba = 1e3;
  double watts = 0;
  for (const auto& s : c.standings) {
    for (const auto& o : s.outcomes) {
      if (!o.possible) continue;
      for (const double k : {o.cpu_k, o.gpu_k}) {
        if (measured(celsius(k))) scales.hottest_c = std::max(scales.hottest_c, celsius(k));
      }
      scales.quietest_dba = std::min(scales.quietest_dba, 5 * std::floor(o.noise_dba / 5));
      scales.loudest_dba = std::max(scales.loudest_dba, 5 * std::ceil(o.noise_dba / 5));
      watts = std::max(watts, o.wall_w);
    }
  }
  scales.quietest_dba = std::min(scales.quietest_dba, 20.0);
  scales.watts = round_up(watts);
  return scales;
}

}  // namespace

const Standing& reference_of(const Comparison& c) {
  const auto it = std::ranges::find_if(c.standings, &Standing::possible);
  return it == c.standings.end() ? c.standings.front() : *it;
}

std::string price_picture(const Comparison& c, const std::vector<Player>& players) {
  const auto& reference = reference_of(c);
  Scatter s;
  s.x_title = "Price";
  s.x_unit = "USD";
  s.y_title =
      fmt::format("Sustained speed{}, 1× is {}", c.tasks.size() > 1 ? " in all of it together" : "",
                  reference.contender.label);
  s.y_suffix = "×";
  s.rays = true;
  s.description = "Price and speed.";
  for (const auto& player : players) {
    const auto& standing = *player.standing;
    if (!standing.possible || !measured(standing.speed) || !standing.priced) continue;
    const auto said = fmt::format("{}: {} for {}, {} for 1×, {}", standing.contender.label,
                                  times(standing.speed), quantity(standing.price_usd, 0, "USD"),
                                  quantity(standing.usd_per_speed, 0, "USD"),
                                  quantity(standing.noise_dba, 0, "dBA"));
    s.description += " " + said + ".";
    s.spots.push_back({standing.price_usd, standing.speed, player.letter,
                       short_label(standing.contender.label, 34), said,
                       fmt::format("k{}", player.colour), static_cast<int>(s.spots.size())});
  }
  if (s.spots.size() < 2) return {};
  return scatter_html(s) +
         "<p class=\"quiet\">Up is faster, left is cheaper. Machines on one grey line give as much "
         "work for the money; the number at its end is what 1× of speed costs on it, in USD. The "
         "steeper the line, the better.</p>\n";
}

std::string task_bars(const Comparison& c, std::size_t task, const std::vector<Player>& players) {
  const auto& workload = c.tasks[task].workload;
  const auto& reference = reference_of(c);
  const auto& first = reference.outcomes[task];
  const bool paced = measured(first.pace_per_s);
  const auto scales = scales_of(c);
  const bool graphics = std::ranges::any_of(
      c.standings, [&](const Standing& s) { return s.outcomes[task].flop_per_s > 0; });
  std::vector<BarRow> rows;
  double top = 0;
  bool marks = false;
  for (const auto& player : players) {
    const auto& s = *player.standing;
    const auto& o = s.outcomes[task];
    BarRow row{player_html(player), player.colour, {}, ""};
    if (!o.possible) row.remark = o.reason.empty() ? "cannot do it" : o.reason;
    if (paced) row.cells.push_back(speed_cell(workload, s, o, o.pace_per_s / first.pace_per_s));
    row.cells.push_back(heat_cell(o, graphics));
    row.cells.push_back(
        {o.noise_dba, kNone, pretty(quantity(o.noise_dba, 0, "dBA")), "", noise_word(o.noise_dba)});
    row.cells.push_back({o.wall_w, kNone, pretty(quantity(o.wall_w, 0, "W")), "", ""});
    if (o.possible && paced) {
      for (const double v : {row.cells[0].value, row.cells[0].second, row.cells[0].high}) {
        if (measured(v)) top = std::max(top, v);
      }
      marks |= measured(row.cells[0].second);
    }
    rows.push_back(std::move(row));
  }
  std::vector<BarColumn> columns;
  if (paced) {
    columns.push_back({"Sustained speed", "1× is " + reference.contender.label, 0,
                       std::max(top, 1e-9) * 1.005, false, true, 1.0});
  }
  columns.push_back({"Temperature",
                     fmt::format("{}, {:.0f} to {:.0f} degC", graphics ? "CPU, GPU" : "CPU",
                                 scales.room_c, scales.hottest_c),
                     scales.room_c, scales.hottest_c, true});
  columns.push_back({"Noise",
                     fmt::format("{:.0f} to {:.0f} dBA", scales.quietest_dba, scales.loudest_dba),
                     scales.quietest_dba, scales.loudest_dba, true});
  columns.push_back(
      {"Wall power", fmt::format("0 to {:g} W", scales.watts), 0, scales.watts, false, !paced});
  std::string out;
  if (!workload.summary.empty()) out += "<p class=\"quiet\">" + pretty(workload.summary) + "</p>\n";
  out += bars_html(workload.name, columns, rows);
  std::string key;
  if (marks) {
    key +=
        "Bars show sustained speed. The thin mark is the first pass, when the machine was still "
        "cool: what lies between is lost as it warms. ";
  }
  if (workload.uncertainty.stated()) {
    key += "The thin line below a bar is where nine of ten such predictions lie. ";
  }
  if (graphics) key += "A filled dot is the processor, a hollow one the graphics.";
  return out + (key.empty() ? key : "<p class=\"quiet\">" + key + "</p>\n");
}

std::string overall_bars(const Comparison& c, const std::vector<Player>& players) {
  const auto scales = scales_of(c);
  double top = 0, dearest = 0, worst = 0;
  for (const auto& p : players) {
    if (measured(p.standing->speed)) top = std::max(top, p.standing->speed);
    if (p.standing->priced) dearest = std::max(dearest, p.standing->price_usd);
    if (measured(p.standing->usd_per_speed)) worst = std::max(worst, p.standing->usd_per_speed);
  }
  dearest = round_up(dearest), worst = round_up(worst);
  std::vector<BarRow> rows;
  for (const auto& p : players) {
    const auto& s = *p.standing;
    BarRow row{player_html(p), p.colour, {}, s.possible ? "" : "cannot do all of it"};
    row.cells = {
        {s.speed, kNone, times(s.speed), "", s.contender.label + ": " + times(s.speed)},
        {s.priced ? s.price_usd : 0, kNone,
         s.priced ? pretty(quantity(s.price_usd, 0, "USD")) : "no price", "", ""},
        {s.usd_per_speed, kNone,
         measured(s.usd_per_speed) ? pretty(quantity(s.usd_per_speed, 0, "USD")) : "–", "", ""},
        {s.noise_dba, kNone, pretty(quantity(s.noise_dba, 0, "dBA")), "", noise_word(s.noise_dba)}};
    rows.push_back(std::move(row));
  }
  std::string weights, idle;
  for (std::size_t t = 0; t < c.tasks.size(); ++t) {
    const auto& name = c.tasks[t].workload.name;
    if (measured(reference_of(c).outcomes[t].pace_per_s)) {
      weights +=
          fmt::format("{}{} counts {:g}", weights.empty() ? "" : ", ", name, c.tasks[t].weight);
    } else {
      idle += " " + name + " has no speed.";
    }
  }
  return "<p class=\"quiet\">" +
         pretty("The geometric mean of the speeds: " + weights + "." + idle) + "</p>\n" +
         bars_html("All workloads together",
                   {{"Sustained speed", "1× is " + reference_of(c).contender.label, 0,
                     std::max(top, 1e-9) * 1.005, false, true, 1.0},
                    {"Price", fmt::format("0 to {:g} USD", dearest), 0, dearest},
                    {"Price of 1×", fmt::format("0 to {:g} USD", worst), 0, worst},
                    {"Loudest",
                     fmt::format("{:.0f} to {:.0f} dBA", scales.quietest_dba, scales.loudest_dba),
                     scales.quietest_dba, scales.loudest_dba, true}},
                   rows);
}

}  // namespace headroom

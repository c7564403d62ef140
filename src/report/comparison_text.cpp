#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/printable.hpp"
#include "report/advice_report.hpp"
#include "report/program_report.hpp"
#include "report/table.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string bold(bool colour, const std::string& text) {
  return colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
}

std::string or_dash(double value, const std::string& text) {
  return std::isfinite(value) ? text : "-";
}

/// "1.25x" of the reference's pace.
std::string times(double ratio) {
  return or_dash(ratio, fmt::format("{:.2f}x", ratio));
}

std::string whole(double value) {
  return or_dash(value, fmt::format("{:.0f}", value));
}

std::string price(const Standing& s) {
  return s.priced ? whole(s.price_usd) : "-";
}

const Standing& reference_of(const Comparison& c) {
  const auto it = std::ranges::find_if(c.standings, &Standing::possible);
  return it == c.standings.end() ? c.standings.front() : *it;
}

std::string degc(double kelvin) {
  return kelvin > 0 ? whole(celsius(kelvin)) : "-";
}

std::string ghz(double hz) {
  return hz > 0 ? fmt::format("{:.2f}", hz * 1e-9) : "-";
}

/// A column: its heading, and what stands in it. Units are in the heading.
struct Field {
  std::string heading;
  std::function<std::string(const Standing& standing, const Outcome& outcome, double speed)> text;
};

/// A column is left out where no machine has anything to say in it.
std::vector<Field> task_fields(const Comparison& c, std::size_t task) {
  using S = Standing;
  using O = Outcome;
  const auto& workload = c.tasks[task].workload;
  const bool ends = !workload.endless();
  const bool paced = std::isfinite(reference_of(c).outcomes[task].pace_per_s);
  const bool graphics = std::ranges::any_of(c.standings, [&](const S& s) {
    return s.outcomes[task].possible && s.outcomes[task].flop_per_s > 0;
  });
  std::vector<Field> f;
  auto add = [&](bool wanted, const std::string& heading, auto text) {
    if (wanted) f.push_back({heading, text});
  };
  const auto& doubt = workload.uncertainty;
  const auto* reference = &reference_of(c);
  add(paced, "speed", [](const S&, const O&, double speed) { return times(speed); });
  add(paced && doubt.stated(), "9 of 10 in",
      [&doubt, reference](const S& s, const O&, double speed) {
        return &s == reference ? std::string("-") : interval(doubt, speed, 2);
      });
  add(ends, "time", [](const S&, const O& o, double) { return duration(o.pass_s); });
  add(ends && doubt.stated(), "9 of 10 in",
      [&doubt](const S&, const O& o, double) { return time_interval(doubt, o.pass_s); });
  add(!ends && paced && !rate_unit(workload).empty(), rate_unit(workload),
      [](const S&, const O& o, double) { return significant(o.pace_per_s * 1e-9, 3); });
  add(workload.has_result && workload.result.unit != "s", workload.result.unit,
      [](const S&, const O& o, double) { return significant(o.result, 4); });
  add(true, "USD", [](const S& s, const O&, double) { return price(s); });
  add(paced, "USD for 1x", [](const S& s, const O&, double speed) {
    return s.priced ? whole(s.price_usd / speed) : "-";
  });
  add(true, "dBA", [](const S&, const O& o, double) { return whole(o.noise_dba); });
  add(true, "GHz", [](const S&, const O& o, double) { return ghz(o.clock_hz); });
  add(true, "cpu degC", [](const S&, const O& o, double) { return degc(o.cpu_k); });
  add(graphics, "gpu GHz", [](const S&, const O& o, double) { return ghz(o.graphics_clock_hz); });
  add(graphics, "gpu degC", [](const S&, const O& o, double) { return degc(o.gpu_k); });
  add(true, "wall W", [](const S&, const O& o, double) { return whole(o.wall_w); });
  add(true, "lost to heat", [](const S&, const O& o, double) {
    return percent(std::max(o.lost_to_heat, o.graphics_lost_to_heat));
  });
  add(ends, "a run", [](const S&, const O& o, double) { return energy(o.energy_per_pass_j); });
  add(c.tasks.size() == 1, "USD/year",
      [](const S& s, const O&, double) { return whole(s.energy_usd_a_year); });
  return f;
}

Table task_table(const Comparison& c, std::size_t task) {
  const auto fields = task_fields(c, task);
  const auto& reference = reference_of(c).outcomes[task];
  std::vector<Table::Column> columns = {{"machine", false}};
  for (const auto& field : fields) columns.push_back({field.heading});
  Table table(columns);
  for (const auto& standing : c.standings) {
    const auto& o = standing.outcomes[task];
    std::vector<std::string> cells = {standing.contender.label};
    if (!o.possible) {
      cells.push_back(o.reason);
    } else {
      const double speed = o.pace_per_s / reference.pace_per_s;
      for (const auto& field : fields) cells.push_back(field.text(standing, o, speed));
    }
    table.add(std::move(cells));
  }
  return table;
}

Table overall_table(const Comparison& c) {
  Table table({{"machine", false},
               {"speed"},
               {"USD"},
               {"USD for 1x"},
               {"loudest dBA"},
               {"wall W"},
               {"USD/year"}});
  for (const auto& s : c.standings) {
    if (!s.possible) {
      table.add({s.contender.label, "cannot do all of it"});
      continue;
    }
    table.add({s.contender.label, times(s.speed), price(s), s.priced ? whole(s.usd_per_speed) : "-",
               whole(s.noise_dba), whole(s.wall_w), whole(s.energy_usd_a_year)});
  }
  return table;
}

/// Notes of machines and warnings of their runs, each once.
std::vector<std::string> unrepeated_notes(const Comparison& c) {
  std::vector<std::string> lines;
  auto add = [&](std::string line) {
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
  };
  bool with = false, without = false;
  for (const auto& s : c.standings) {
    (s.contender.machine->features.display_built_in() ? with : without) = true;
    for (const auto& note : s.notes) add("note: " + printable(note));
    for (std::size_t t = 0; t < c.tasks.size(); ++t) {
      for (const auto& warning : s.outcomes[t].warnings) {
        add(fmt::format("warning: {}, {}: {}", s.contender.label,
                        printable(c.tasks[t].workload.name), warning));
      }
    }
  }
  for (const auto& note : pace_notes(c)) add("note: " + printable(note));
  for (const auto& note : doubt_notes(c.tasks)) add("note: " + printable(note));
  if (with && without) {
    add("note: price and power of an iMac include its display; those of a Mac Pro do not");
  }
  return lines;
}

}  // namespace

std::vector<std::string> pace_notes(const Comparison& c) {
  std::vector<std::string> notes;
  for (std::size_t t = 0; t < c.tasks.size(); ++t) {
    const bool paced = std::ranges::any_of(c.standings, [&](const Standing& s) {
      return s.outcomes[t].possible && std::isfinite(s.outcomes[t].pace_per_s);
    });
    const bool any =
        std::ranges::any_of(c.standings, [&](const Standing& s) { return s.outcomes[t].possible; });
    if (paced || !any) continue;
    notes.push_back(c.tasks[t].workload.name +
                    (c.tasks[t].workload.endless()
                         ? " keeps nothing busy, so it shows no speed"
                         : " lasts as long on every machine, so it shows no speed"));
  }
  double fastest = 0, slowest = INFINITY;
  for (const auto& s : c.standings) {
    if (!s.possible || !std::isfinite(s.speed)) continue;
    fastest = std::max(fastest, s.speed), slowest = std::min(slowest, s.speed);
  }
  const double error = speed_doubt(c.tasks).share();
  if (fastest > slowest && fastest < slowest * (1 + error)) {
    notes.push_back(fmt::format(
        "no two machines differ by more in speed than the expected error of {:.0f} %: which is "
        "faster is not sure",
        100 * error));
  }
  return notes;
}

std::string comparison_verdict(const Comparison& c) {
  std::vector<const Standing*> able, priced;
  bool possible = false;
  for (const auto& s : c.standings) {
    possible = possible || s.possible;
    if (!s.possible || !std::isfinite(s.speed)) continue;
    able.push_back(&s);
    if (s.priced) priced.push_back(&s);
  }
  if (c.stopped) return "Stopped by hand: too little was run to say which is best.";
  if (!possible) return "None of them can do all of it.";
  if (able.empty()) return "This work asks for no speed: compare noise, power and price.";
  if (able.size() < 2) return {};
  auto least = [](const auto& of_these, auto of) {
    return *std::ranges::min_element(of_these, {}, of);
  };
  const auto* fastest = least(able, [](const Standing* s) { return -s->speed; });
  const auto* quiet = least(able, [](const Standing* s) { return s->noise_dba; });
  const auto& reference = reference_of(c);
  std::string text = fmt::format("Fastest: {}", fastest->contender.label);
  if (fastest != &reference) {
    text += fmt::format(", {:.2f} times as fast as {}", fastest->speed, reference.contender.label);
    if (fastest->priced && reference.priced) {
      text += fmt::format(" for {:.2f} times its price", fastest->price_usd / reference.price_usd);
    }
  }
  for (const auto* s : able) {
    if (s == fastest || s->speed < (1 - Advice::kAlike) * fastest->speed) continue;
    text += fmt::format(" ({} is within {:.0f} %: too close to tell)", s->contender.label,
                        100 * Advice::kAlike);
    break;
  }
  if (priced.size() > 1) {
    text += fmt::format(". Most work for the money: {}", least(priced, [](const Standing* s) {
                                                           return s->usd_per_speed;
                                                         })->contender.label);
  }
  return text +
         fmt::format(". Quietest: {}, {:.0f} dBA.", quiet->contender.label, quiet->noise_dba);
}

std::string comparison_text(const Comparison& c, bool colour, int width) {
  const auto& where = c.circumstances;
  std::string out;
  for (std::size_t task = 0; task < c.tasks.size(); ++task) {
    out += bold(colour, printable(c.tasks[task].workload.name));
    out += fmt::format(", sustained: the last third of {} at {:.0f} degC\n", duration(where.for_s),
                       celsius(where.surroundings.room_k));
    out += task_table(c, task).text(width, colour) + "\n";
  }
  if (c.tasks.size() > 1) {
    out += bold(colour, "All together") + ", speeds averaged by weight\n";
    out += overall_table(c).text(width, colour) + "\n";
  }
  if (const auto verdict = comparison_verdict(c); !verdict.empty()) out += verdict + "\n";
  out += fmt::format("USD/year: electricity for {:g} hours of this work at {:g} USD/kWh.\n",
                     where.hours_a_year, where.usd_per_kwh);
  if (!c.changed.empty()) out += "changed for all of them: " + printable(c.changed) + "\n";
  for (const auto& line : unrepeated_notes(c)) out += line + "\n";
  if (c.stopped) out += "stopped by hand: some runs are missing\n";
  return out;
}

}  // namespace headroom

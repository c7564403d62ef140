#pragma once

#include <memory>
#include <string>

#include "advice/advice.hpp"
#include "report/test_run.hpp"

namespace headroom {

/// Made-up machines and outcomes for tests of the pages; nothing was simulated.
/// The first machine has speed 1; each next one is faster, dearer and louder.
inline Standing made_up_standing(const std::string& label, int step, std::size_t tasks) {
  auto machine = std::make_shared<Machine>(make_test_run(1).machine);
  machine->id = "machine-" + std::to_string(step % 3);
  machine->name = label;
  machine->provenance.push_back(
      {"on_sale.base_price", "4999 USD", "price", "https://example.org/price", 3});
  Standing s;
  s.contender = {machine, label};
  s.price_usd = machine->price_usd({});
  s.price_usd += 1000 * step;
  s.noise_dba = 21.5 + step;
  s.wall_w = 150 + 10 * step;
  s.energy_usd_a_year = 22.5 + 1.5 * step;
  s.speed = 1 + 0.25 * step;
  s.usd_per_speed = s.price_usd / s.speed;
  for (std::size_t t = 0; t < tasks; ++t) {
    Outcome o;
    o.pass_s = 600 / s.speed;
    o.first_pass_s = 540 / s.speed;
    o.pace_per_s = 1 / o.pass_s;
    o.result = 1000 * s.speed;
    o.clock_hz = 3.5e9;
    o.graphics_clock_hz = 1.2e9;
    o.flop_per_s = 4e12;
    o.cpu_k = 360 + step;
    o.gpu_k = 340 + step;
    o.noise_dba = s.noise_dba;
    o.wall_w = s.wall_w;
    o.energy_per_pass_j = s.wall_w * o.pass_s;
    o.lost_to_heat = 0.1;
    s.outcomes.push_back(o);
  }
  return s;
}

inline Comparison made_up_comparison(std::size_t machines = 3, std::size_t tasks = 2) {
  Comparison c;
  for (std::size_t t = 0; t < tasks; ++t) {
    c.tasks.push_back({make_test_run(1).workload, 1.0 + static_cast<double>(t)});
    c.tasks.back().workload.name = "Work " + std::to_string(t + 1);
  }
  for (std::size_t i = 0; i < machines; ++i) {
    c.standings.push_back(
        made_up_standing("Machine " + std::to_string(i + 1), static_cast<int>(i), tasks));
  }
  return c;
}

/// Three choices, of which the middle one is recommended, and a successor.
inline Advice made_up_advice() {
  Advice a;
  const auto c = made_up_comparison(3, 1);
  a.wish.tasks = c.tasks;
  a.wish.circumstances.day = "2018-03-01";
  a.wish.budget_usd = 9000;
  a.sieve = {40, 0, 3, 5, 7, 4, 21, 12, {"needs 64 GB of memory, and there are 32"}};
  for (std::size_t i = 3; i-- > 0;) {
    a.choices.push_back({c.standings[i], true});
    a.choices.back().standing.speed /= 1.5;
  }
  a.fastest = 0;
  a.recommended = a.within_10 = 1;
  a.within_25 = 2;
  Successor later{
      "next",       "Next Machine (2019)", {"2018-02-01", "shown to few", "https://example.org/a"},
      "2019-12-10", a.choices[0],          0};
  later.best->standing.contender.label = "Next Machine (2019), Big";
  a.successors.push_back(later);
  return a;
}

/// One machine through two prices, and one that cannot do the work.
inline Timeline made_up_timeline() {
  Timeline line;
  line.tasks = made_up_comparison(1, 1).tasks;
  line.reference = "Old Machine";
  line.from = "2013-12-01";
  line.to = "2021-12-31";
  Lane old{"old", "Old Machine", "", {}, {}};
  old.per_dollar = {{"2013-12-19", "2017-04-04", "old", "Old Machine", 2999, 1, 0.333},
                    {"2017-04-04", "2019-12-10", "old:cpu=big", "Old Machine, Big", 3999, 2, 0.5}};
  old.per_watt = old.per_dollar;
  line.lanes = {old, {"small", "Small Machine", "needs graphics, and there are none", {}, {}}};
  return line;
}

/// Where tags are not closed in the order in which they were opened, or "".
inline std::string unbalanced_tag(const std::string& html) {
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != html.npos; at = html.find('<', at)) {
    auto end = at;  // of the tag; '>' may stand in a quoted attribute
    bool quoted = false;
    while (end < html.size() && (quoted || html[end] != '>')) quoted ^= html[end++] == '"';
    const auto tag = html.substr(at, end - at);
    at = end;
    const auto name = tag.substr(1, tag.find_first_of(" />\n", 2) - 1);
    if (name == "!DOCTYPE" || name == "meta" || name == "link" || name == "br") continue;
    if (tag.ends_with("/")) continue;
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return "<" + name + "> where " + (open.empty() ? "nothing" : open.back()) + " is open";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is never closed";
}
/// The page after its head, without what only a pointer or a machine reads.
inline std::string body_of(const std::string& page) {
  return page.substr(page.find("<body>"));
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "report/advice_report.hpp"
#include "report/bars.hpp"
#include "report/comparison_pictures.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/still_page.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string title_of(const Comparison& c) {
  const auto work = c.tasks.size() > 3 ? capital(count_word(c.tasks.size())) + " workloads"
                                       : work_in_words(c.tasks);
  const auto& s = c.standings;
  if (s.size() == 1) return fmt::format("{}: how does the {} do?", work, s[0].contender.label);
  constexpr std::size_t kMostLetters = 80;  // of both names in a title
  if (s.size() == 2 && s[0].contender.label.size() + s[1].contender.label.size() < kMostLetters) {
    return fmt::format("{}: {} or {}?", work, s[0].contender.label, s[1].contender.label);
  }
  return fmt::format("{}: which of these {}?", work, count_word(s.size()));
}

/// What one machine alone does, a sentence for each task.
std::string alone(const Comparison& c) {
  std::string text;
  const auto& s = c.standings.front();
  for (std::size_t t = 0; t < c.tasks.size(); ++t) {
    const auto& o = s.outcomes[t];
    if (!o.possible) continue;
    text += fmt::format("{}: {}{} and {} at the wall. ", c.tasks[t].workload.name,
                        measured(o.pass_s) ? duration(o.pass_s) + " for each run, at " : "",
                        quantity(o.noise_dba, 0, "dBA"), quantity(o.wall_w, 0, "W"));
  }
  return text.empty() ? "It cannot do the work."
                      : text + (s.priced ? quantity(s.price_usd, 0, "USD") : "no price") + ".";
}

/// "B and C are within 3 %, too little to tell", or "".
std::string also(const std::vector<Player>& players, const Player& best, const std::string& what,
                 bool (*close)(const Standing& best, const Standing& other)) {
  std::string badges;
  for (const auto& player : players) {
    if (player.standing == best.standing || !player.standing->possible) continue;
    if (close(*best.standing, *player.standing)) badges += badge_html(player);
  }
  return badges.empty() ? badges : "<br>" + badges + what;
}

std::string cards_of(const Comparison& c, const std::vector<Player>& players) {
  std::vector<Player> able;
  for (const auto& p : players) {
    if (p.standing->possible && measured(p.standing->speed)) able.push_back(p);
  }
  if (able.size() < 2) return {};
  auto least = [&](auto of) {
    return *std::ranges::min_element(able, {}, [&](const Player& p) { return of(*p.standing); });
  };
  const auto fastest = least([](const Standing& s) { return -s.speed; });
  constexpr double kDear = std::numeric_limits<double>::infinity();  // what has no price comes last
  const auto thrifty = least([](const Standing& s) { return s.priced ? s.usd_per_speed : kDear; });
  const auto quiet = least([](const Standing& s) { return s.noise_dba; });
  const auto cheap = least([](const Standing& s) { return s.priced ? s.price_usd : kDear; });
  const auto& first = reference_of(c);
  const auto name = [](const Player& p) {
    return badge_html(p) + pretty(p.standing->contender.label);
  };
  std::vector<Card> cards = {
      {"Fastest", fmt::format("{:.2f}", fastest.standing->speed), "×",
       name(fastest) +
           (fastest.standing == &first ? std::string()
                                       : ", beside " + pretty(first.contender.label)) +
           also(able, fastest, "within 3&nbsp;%: too close to tell",
                [](const Standing& a, const Standing& b) { return b.speed > 0.97 * a.speed; })},
      {"Quietest", quantity(quiet.standing->noise_dba, 0), "dBA",
       name(quiet) + also(able, quiet, "within 1&nbsp;dB: sounds alike",
                          [](const Standing& a, const Standing& b) {
                            return b.noise_dba < a.noise_dba + 1;
                          })}};
  if (std::ranges::count_if(able, [](const Player& p) { return p.standing->priced; }) > 1) {
    cards.insert(cards.begin() + 1,
                 {"Most work for the money", quantity(thrifty.standing->usd_per_speed, 0),
                  "USD for 1×", name(thrifty)});
    cards.push_back({"Cheapest", quantity(cheap.standing->price_usd, 0), "USD",
                     name(cheap) + (measured(cheap.standing->speed)
                                        ? fmt::format(", {:.2f}× the speed", cheap.standing->speed)
                                        : std::string())});
  }
  return cards_html(cards);
}

std::string answer_of(const Comparison& c, const std::vector<Player>& players) {
  auto verdict = comparison_verdict(c);
  if (c.standings.size() == 1) verdict = alone(c);
  std::string out;
  if (!verdict.empty()) out += "<p class=\"lede\">" + pretty(verdict) + "</p>\n";
  out += fmt::format(
      "<p>Sustained, with {} at work: the last third of {} in a room of {}. Prices {}.</p>\n",
      at_work(c.tasks), pretty(duration(c.circumstances.for_s)),
      pretty(plain(celsius(c.circumstances.surroundings.room_k), "degC")),
      escape(price_days(c.circumstances)));
  out += cards_of(c, players);
  std::vector<std::string> more;
  if (c.stopped) more.emplace_back("stopped by hand: some runs are missing");
  for (auto& note : pace_notes(c)) more.push_back(std::move(note));
  for (auto& note : doubt_notes(c.tasks)) more.push_back(std::move(note));
  return out + limits_html(players, c.tasks, c.circumstances, more);
}

std::string electricity_of(const Comparison& c, const std::vector<Player>& players) {
  const auto& where = c.circumstances;
  double most = 0, most_usd = 0;
  for (const auto& p : players) {
    most = std::max(most, p.standing->wall_w);
    most_usd = std::max(most_usd, p.standing->energy_usd_a_year);
  }
  const double top = round_up(most_usd);
  std::vector<BarRow> rows;
  for (const auto& p : players) {
    const auto& s = *p.standing;
    BarRow row{player_html(p), p.colour, {}, ""};
    const double kwh = s.wall_w * where.hours_a_year / 1000;
    row.cells.push_back(
        {s.energy_usd_a_year, s.energy_usd_a_year / s.speed,
         pretty(quantity(s.energy_usd_a_year, 0, "USD")),
         measured(s.speed)
             ? pretty("same work " + quantity(s.energy_usd_a_year / s.speed, 0, "USD"))
             : "",
         s.contender.label + ": " + quantity(s.energy_usd_a_year, 0, "USD a year")});
    row.cells.push_back({s.wall_w, Outcome::kNone, pretty(quantity(s.wall_w, 0, "W")), "", ""});
    row.cells.push_back({kwh, Outcome::kNone, pretty(quantity(kwh, 0, "kWh")), "", ""});
    if (!(s.wall_w > 0)) row.remark = "did not run";
    rows.push_back(std::move(row));
  }
  const double watts = round_up(most);
  double same = most_usd;
  for (const auto& p : players) {
    const double usd = p.standing->energy_usd_a_year / p.standing->speed;
    if (measured(usd)) same = std::max(same, usd);
  }
  const double end = std::max(top, round_up(same));
  const std::string text = fmt::format(
      "Electricity for {:g} hours of this work a year at {:g} USD/kWh. The thin mark is what it "
      "costs to get as much done as {} does in that time: a faster machine is done sooner.",
      where.hours_a_year, where.usd_per_kwh, reference_of(c).contender.label);
  const double kwh_top = round_up(most * where.hours_a_year / 1000);
  return "<p>" + pretty(text) + "</p>\n" +
         bars_html("Electricity a year",
                   {{"Cost a year", fmt::format("0 to {:g} USD", end), 0, end, false, true},
                    {"Wall power", fmt::format("0 to {:g} W", watts), 0, watts},
                    {"Energy a year", fmt::format("0 to {:g} kWh", kwh_top), 0, kwh_top}},
                   rows);
}

std::string machines_of(const Comparison& c, const std::vector<Player>& players) {
  std::string out = "<div class=\"machines\">\n";
  for (const auto& player : players) out += machine_html(player, c.circumstances);
  return out + "</div>\n" + price_sources_html(players, c.circumstances);
}

}  // namespace

std::string comparison_html(const Comparison& c, const std::string& command_line,
                            std::span<const ProgramStudy> programs) {
  if (c.standings.empty() || c.tasks.empty()) throw InternalError("an empty comparison");
  std::vector<const Standing*> order;
  for (const auto& s : c.standings) order.push_back(&s);
  std::ranges::stable_sort(order, {}, [](const Standing* s) {
    return s->possible && measured(s->speed) ? -s->speed : s->possible ? 0 : 1;
  });
  const auto players = players_of(order);
  const bool many = c.tasks.size() > 1;
  std::vector<PagePart> parts = {
      {"price", "Price and speed", "Price and speed", price_picture(c, players)}};
  if (many) parts.push_back({"all", "All together", "All together", overall_bars(c, players)});
  for (std::size_t t = 0; t < c.tasks.size(); ++t) {
    const auto number = fmt::format("task-{}", t + 1);
    const auto& name = c.tasks[t].workload.name;
    parts.push_back({number, short_label(name, 30), name, task_bars(c, t, players)});
  }
  parts.push_back(
      {"program", "The program", "What kind of program it is", programs_section_html(programs)});
  parts.push_back({"electricity", "Electricity", "Electricity", electricity_of(c, players)});
  parts.push_back({"tables", "Every number", "Every number", comparison_tables(c, players)});
  parts.push_back(
      {"machines", "Machines", "The machines and their prices", machines_of(c, players)});
  parts.push_back({"assumptions", "Assumptions", "What this rests on",
                   assumptions_html(c.tasks, c.circumstances, price_days(c.circumstances))});
  parts.push_back(
      {"reproduce", "Reproduce", "How to reproduce", repeat_html(command_line, players)});
  return still_page(title_of(c), answer_of(c, players), parts);
}

}  // namespace headroom

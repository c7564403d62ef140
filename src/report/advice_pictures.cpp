#include "report/advice_pictures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/bars.hpp"
#include "report/html.hpp"
#include "report/scatter.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

/// Shades of noise, each with the level below which it is used.
struct Shade {
  double below_dba;
  const char* words;
  int colour;
};
constexpr std::array kShades = {Shade{22, "below 22 dBA", 0}, Shade{26, "22 to 26 dBA", 2},
                                Shade{32, "26 to 32 dBA", 5}, Shade{1e9, "above 32 dBA", 1}};

std::size_t shade_of(double dba) {
  std::size_t i = 0;
  while (i + 1 < kShades.size() && dba >= kShades[i].below_dba) ++i;
  return i;
}

std::string mark_of(const Advice& advice, int index) {
  if (index == advice.recommended) return "recommended";
  if (index == advice.within_10) return "within 10 %";
  if (index == advice.within_25) return "within 25 %";
  return {};
}

std::string said_of(const Standing& s) {
  return fmt::format("{}: {} % of the fastest for {}, {}", s.contender.label,
                     quantity(100 * s.speed, 0), quantity(s.price_usd, 0, "USD"),
                     quantity(s.noise_dba, 0, "dBA"));
}

}  // namespace

int noise_colour(double dba) {
  return kShades[shade_of(dba)].colour;
}

std::string choices_picture(const Advice& advice, const std::vector<Player>& players) {
  Scatter s;
  s.x_title = "Price";
  s.x_unit = "USD";
  s.y_title = "Sustained speed, share of the fastest that fits";
  s.y_suffix = " %";
  s.description = "Price and speed of every choice.";
  s.stairs = true;
  s.limit_x = advice.wish.budget_usd;
  std::array<bool, kShades.size()> used{};
  for (std::size_t i = 0; i < players.size(); ++i) {
    const auto& standing = *players[i].standing;
    const auto mark = mark_of(advice, static_cast<int>(i));
    const auto shade = shade_of(standing.noise_dba);
    used[shade] = true;
    std::string name = short_label(standing.contender.label, 38);
    if (!mark.empty()) name = mark + ": " + name;
    s.description += " " + said_of(standing) + ".";
    s.spots.push_back(
        {standing.price_usd, 100 * standing.speed, players[i].letter, name, said_of(standing),
         fmt::format("k{}{}", kShades[shade].colour, mark == "recommended" ? " pick" : ""),
         mark.empty()            ? 2
         : mark == "recommended" ? 0
                                 : 1});
  }
  bool later = false;
  for (const auto& successor : advice.successors) {
    if (!successor.best) continue;
    const auto& standing = successor.best->standing;
    const auto shade = shade_of(standing.noise_dba);
    used[shade] = later = true;
    s.spots.push_back({standing.price_usd, 100 * standing.speed, successor.first_day.substr(0, 4),
                       short_label(standing.contender.label, 38),
                       said_of(standing) + ", from " + successor.first_day,
                       fmt::format("k{} later", kShades[shade].colour), 1});
  }
  const auto picture = scatter_html(s);
  if (picture.empty() || players.empty()) return {};
  std::string key = "<p class=\"dots-key\">";
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i])
      key += fmt::format("<span><i class=\"k{}\"></i>{}</span>", kShades[i].colour,
                         pretty(kShades[i].words));
  }
  key += "<span><i class=\"k0 ringed\"></i>recommended</span>";
  if (later) key += "<span><i class=\"k0 hollow\"></i>came later</span>";
  return picture + key +
         "</p>\n<p class=\"quiet\">Up is faster, left is cheaper. The stair is the most speed "
         "that each price buys; a dot below it is there because it is quieter.</p>\n";
}

std::string choices_table(const Advice& advice, const std::vector<Player>& players) {
  if (players.empty()) return {};
  double dearest = 0, quietest = 20, loudest = 40, watts = 0;
  for (const auto& p : players) {  // what is not measured changes none of them
    dearest = std::max(dearest, p.standing->price_usd);
    quietest = std::min(quietest, 5 * std::floor(p.standing->noise_dba / 5));
    loudest = std::max(loudest, 5 * std::ceil(p.standing->noise_dba / 5));
    watts = std::max(watts, p.standing->wall_w);
  }
  dearest = round_up(dearest), watts = round_up(watts);
  std::vector<BarRow> rows;
  for (std::size_t i = 0; i < players.size(); ++i) {
    const auto& s = *players[i].standing;
    BarRow row{player_html(players[i]), players[i].colour, {}, ""};
    const auto& o = s.outcomes.front();
    const bool alone = advice.wish.tasks.size() == 1 && measured(o.pass_s);
    std::string small = pretty(mark_of(advice, static_cast<int>(i)));
    if (small.empty() && alone) small = pretty(duration(o.pass_s));
    row.cells = {{100 * s.speed, Outcome::kNone, pretty(fmt::format("{:.0f} %", 100 * s.speed)),
                  small, said_of(s)},
                 {s.price_usd, Outcome::kNone, pretty(quantity(s.price_usd, 0, "USD")), "", ""},
                 {s.noise_dba, Outcome::kNone, pretty(quantity(s.noise_dba, 0, "dBA")), "",
                  noise_word(s.noise_dba)},
                 {s.wall_w, Outcome::kNone, pretty(quantity(s.wall_w, 0, "W")), "", ""}};
    rows.push_back(std::move(row));
  }
  return bars_html(
      "Choices",
      {{"Sustained speed", "of the fastest that fits", 0, 100, false, true},
       {"Price", fmt::format("0 to {:g} USD", dearest), 0, dearest},
       {"Noise", fmt::format("{:.0f} to {:.0f} dBA", quietest, loudest), quietest, loudest, true},
       {"Wall power", fmt::format("0 to {:g} W", watts), 0, watts}},
      rows);
}

std::string sieve_html(const Advice& advice) {
  const auto& s = advice.sieve;
  struct Part {
    std::size_t count;
    const char* css;
    const char* words;
  };
  const Part parts[] = {{s.fitting, "fits", "fit"},
                        {s.without_price, "lacks", "without a known price"},
                        {s.without_needs, "lacks", "lack what you need"},
                        {s.over_budget, "dear", "over budget"},
                        {s.cannot_do, "unable", "cannot do the work"},
                        {s.too_loud, "loud", "too loud"}};
  std::string bar, said;
  for (const auto& part : parts) {
    if (part.count == 0) continue;
    bar += fmt::format("<span class=\"{}\" style=\"flex-grow:{}\" title=\"{} {}\"></span>",
                       part.css, part.count, part.count, part.words);
    said += fmt::format("<span><i class=\"{}\"></i>{} {}</span>", part.css, part.count, part.words);
  }
  std::string out = fmt::format("<p>{} configurations were on sale on {}. ", s.on_sale,
                                escape(advice.wish.circumstances.day));
  if (!advice.choices.empty()) {
    out += fmt::format(
        "Of the {} that fit, {} are choices: nothing else is at once as fast, as "
        "cheap and as quiet. ",
        s.fitting, advice.choices.size());
  }
  if (s.runs > 0) {
    out += fmt::format(
        "It took {} simulated runs; configurations that the work cannot tell apart "
        "share theirs.",
        s.runs);
  }
  out += "</p>\n";
  out += "<div class=\"loss\"><div class=\"bar\" aria-hidden=\"true\">" + bar +
         "</div><div class=\"said\">" + said + "</div></div>\n";
  if (!s.reasons.empty()) {
    out += "<h3>Why some cannot do the work</h3>\n<ul class=\"notes\">\n";
    for (const auto& reason : s.reasons) out += "<li>" + pretty(reason) + "</li>\n";
    out += "</ul>\n";
  }
  return out;
}

std::string waiting_html(const Advice& advice) {
  std::string out;
  for (const auto& successor : advice.successors) {
    out += fmt::format("<h3>{}</h3>\n<p>Announced by {}: “{}” ({}). It came on {}.</p>\n",
                       pretty(successor.name), escape(successor.announcement.date),
                       pretty(successor.announcement.what),
                       source_html(successor.announcement.source), escape(successor.first_day));
    if (!successor.best) {
      out += successor.over_budget > 0
                 ? "<p>Nothing of it that meets your needs is within your budget.</p>\n"
                 : "<p>Nothing of it would have met what you need.</p>\n";
      continue;
    }
    const auto& later = successor.best->standing;
    std::vector<std::vector<std::string>> rows;
    auto add = [&](const Standing& s, const std::string& day) {
      rows.push_back({label_html(s.contender.label), escape(day), quantity(100 * s.speed, 0) + " %",
                      quantity(s.price_usd, 0), quantity(s.noise_dba, 0), quantity(s.wall_w, 0)});
    };
    if (advice.recommended >= 0) {
      const auto& now = advice.choices[static_cast<std::size_t>(advice.recommended)].standing;
      const double ratio = later.speed / now.speed;
      constexpr double kEqual = 0.005;  // which would be written as 0 %
      const auto speed = std::fabs(ratio - 1) < kEqual
                             ? std::string("the same speed")
                             : fmt::format("{:.0f} % {} speed", 100 * std::fabs(ratio - 1),
                                           ratio > 1 ? "more" : "less");
      out += "<p>" +
             pretty(fmt::format("Waiting for it would have brought {}, {:.0f} dBA instead of "
                                "{:.0f}, for {:+.0f} USD.",
                                speed, later.noise_dba, now.noise_dba,
                                later.price_usd - now.price_usd)) +
             "</p>\n";
      add(now, advice.wish.circumstances.day);
    }
    add(later, successor.first_day);
    out += table_html({"Machine", "Day", "#Speed", "#USD", "#dBA", "#Wall W"}, rows);
  }
  return out;
}

}  // namespace headroom

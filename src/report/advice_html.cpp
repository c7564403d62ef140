#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/advice_pictures.hpp"
#include "report/advice_report.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/still_page.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string title_of(const Advice& advice) {
  const auto& tasks = advice.wish.tasks;
  return (tasks.size() > 3 ? capital(count_word(tasks.size())) + " workloads"
                           : work_in_words(tasks)) +
         ": which machine to buy?";
}

/// "On 2017-12-14, for at most 8000 USD, at most 30 dBA, with ecc."
std::string wish_in_words(const Wish& wish) {
  std::string text = "Bought on " + wish.circumstances.day;
  if (std::isfinite(wish.budget_usd))
    text += fmt::format(", for at most {:.0f} USD", wish.budget_usd);
  if (std::isfinite(wish.noise_dba)) text += ", at most " + plain(wish.noise_dba, "dBA");
  for (std::size_t i = 0; i < wish.needs.size(); ++i) {
    text += (i == 0 ? ", with " : ", ") + wish.needs[i].text;
  }
  if (!wish.machines.empty()) {
    text += ", of " + listed(wish.machines.data(), wish.machines.data() + wish.machines.size()) +
            " only";
  }
  return text + ".";
}

const Standing& at(const Advice& advice, int index) {
  return advice.choices[static_cast<std::size_t>(index)].standing;
}

std::string cards_of(const Advice& advice) {
  const auto& pick = at(advice, advice.recommended);
  std::vector<Card> cards = {
      {"Price", quantity(pick.price_usd, 0), "USD", "on " + escape(advice.wish.circumstances.day)},
      {"Speed", quantity(100 * pick.speed, 0), "%", "of the fastest that fits"},
      {"Noise", quantity(pick.noise_dba, 0), "dBA",
       pretty(noise_word(pick.noise_dba) + ", " +
              plain(advice.wish.circumstances.surroundings.distance_m, "m") + " away")},
      {"Wall power", quantity(pick.wall_w, 0), "W",
       pretty(quantity(pick.energy_usd_a_year, 0, "USD") + " of electricity a year")}};
  for (std::size_t t = 0; t < pick.outcomes.size() && t < advice.wish.tasks.size(); ++t) {
    const auto& workload = advice.wish.tasks[t].workload;
    const auto& o = pick.outcomes[t];
    if (measured(o.pass_s)) {
      const auto text = duration(o.pass_s);
      cards.push_back({short_label(workload.name, 28), text, "", "sustained, for each run"});
    } else if (measured(o.pace_per_s) && !rate_unit(workload).empty()) {
      cards.push_back({short_label(workload.name, 28), significant(work_rate(workload, o), 3),
                       rate_unit(workload), "sustained"});
    }
  }
  return cards_html(cards);
}

/// What can be had for less: one line for each step down.
std::string cheaper_of(const Advice& advice, const std::vector<Player>& players) {
  const auto& pick = at(advice, advice.recommended);
  std::string items;
  auto add = [&](int index, const char* share) {
    if (index < 0 || index == advice.recommended) return;
    const auto& s = at(advice, index);
    items += fmt::format(
        "<li>{}<span>{}</span></li>\n", player_html(players[static_cast<std::size_t>(index)]),
        pretty(fmt::format("The cheapest within {} of the fastest: {:.0f} % of its speed for "
                           "{:.0f} USD, {:.0f} USD less. {}.",
                           share, 100 * s.speed, s.price_usd, pick.price_usd - s.price_usd,
                           quantity(s.noise_dba, 0, "dBA"))));
  };
  add(advice.within_10, "10 %");
  if (advice.within_25 != advice.within_10) add(advice.within_25, "25 %");
  if (items.empty()) return {};
  return "<h3>Or spend less</h3>\n<ul class=\"answers\">\n" + items + "</ul>\n";
}

std::string answer_of(const Advice& advice, const std::vector<Player>& players) {
  std::string out;
  std::vector<std::string> more;
  if (advice.stopped) more.emplace_back("stopped by hand: the search is not complete");
  for (auto& note : doubt_notes(advice.wish.tasks)) more.push_back(std::move(note));
  if (advice.recommended < 0) {
    out += "<p class=\"lede\"><strong class=\"bad\">Nothing fits.</strong>";
    if (advice.sieve.over_budget > 0) out += " A larger budget would bring more to choose from.";
    if (advice.sieve.too_loud > 0) out += " So would bearing more noise.";
    out += "</p>\n<p>" + pretty(wish_in_words(advice.wish)) + "</p>\n";
    return out + limits_html({}, advice.wish.tasks, advice.wish.circumstances, more);
  }
  const auto& pick = at(advice, advice.recommended);
  out += fmt::format("<p class=\"lede\">Buy the <strong>{}</strong>, for {}.</p>\n",
                     pretty(pick.contender.label), pretty(quantity(pick.price_usd, 0, "USD")));
  out += "<p>";
  for (const auto& reason : advice_reasons(advice)) out += pretty(reason) + " ";
  out += "</p>\n<p class=\"quiet\">" + pretty(wish_in_words(advice.wish)) + "</p>\n";
  out += cards_of(advice) + cheaper_of(advice, players);
  const std::vector<Player> picked = {players[static_cast<std::size_t>(advice.recommended)]};
  return out + limits_html(picked, advice.wish.tasks, advice.wish.circumstances, more);
}

std::string machines_of(const Advice& advice, const std::vector<Player>& players) {
  if (advice.recommended < 0) return {};
  std::vector<Player> shown;
  for (const int index : {advice.recommended, advice.within_10, advice.within_25}) {
    const auto& player = players[static_cast<std::size_t>(index)];
    const bool twice =
        std::ranges::any_of(shown, [&](const Player& p) { return p.standing == player.standing; });
    if (!twice) shown.push_back(player);
  }
  std::string out = "<div class=\"machines\">\n";
  for (const auto& player : shown) out += machine_html(player, advice.wish.circumstances);
  return out + "</div>\n" + price_sources_html(players, advice.wish.circumstances);
}

}  // namespace

std::string advice_html(const Advice& advice, const std::string& command_line,
                        std::span<const ProgramStudy> programs) {
  std::vector<const Standing*> standings;
  for (const auto& choice : advice.choices) standings.push_back(&choice.standing);
  auto players = players_of(standings);
  for (auto& player : players) player.colour = noise_colour(player.standing->noise_dba);
  return still_page(
      title_of(advice), answer_of(advice, players),
      {{"choices", "Choices", "What you could choose", choices_picture(advice, players)},
       {"table", "Table", "Each of these is faster, cheaper or quieter than every other",
        choices_table(advice, players)},
       {"searched", "Searched", "What was searched", sieve_html(advice)},
       {"program", "The program", "What kind of program it is", programs_section_html(programs)},
       {"waiting", "Waiting", "Should you wait?", waiting_html(advice)},
       {"machines", "Prices", "What you would buy", machines_of(advice, players)},
       {"assumptions", "Assumptions", "What this rests on",
        assumptions_html(advice.wish.tasks, advice.wish.circumstances,
                         price_days(advice.wish.circumstances))},
       {"reproduce", "Reproduce", "How to reproduce", repeat_html(command_line, players)}});
}

}  // namespace headroom

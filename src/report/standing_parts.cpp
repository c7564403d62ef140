#include "report/standing_parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "report/html.hpp"
#include "report/strips.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

/// Warnings in the order in which they first come, each once, with the letters of
/// those it concerns, the work in which, and the longest time for which it held.
class Limits {
 public:
  void add(const std::string& warning, const std::string& badge, const std::string& work = {}) {
    const auto [text, for_s] = without_time(warning);
    auto it = std::ranges::find(list_, text, &Limit::text);
    if (it == list_.end()) it = list_.insert(list_.end(), Limit{text, {}, {}, 0});
    if (it->badges.find(badge) == std::string::npos) it->badges += badge;
    const bool fresh = std::ranges::find(it->works, work) == it->works.end();
    if (fresh && !work.empty()) it->works.push_back(work);
    it->for_s = std::max(it->for_s, for_s);
  }
  std::string html() const {
    std::string items;
    for (const auto& limit : list_) {
      std::string text = limit.text;
      if (limit.for_s > 0) text += " for up to " + duration(limit.for_s);
      const auto& works = limit.works;
      if (!works.empty()) text += " in " + listed(works.data(), works.data() + works.size());
      items += fmt::format("<li>{}{}</li>\n", limit.badges, pretty(text));
    }
    return items;
  }

 private:
  struct Limit {
    std::string text, badges;
    std::vector<std::string> works;
    double for_s = 0;
  };

  /// "gave more than 300 W for 12.5 s in all" as its text and its seconds.
  static std::pair<std::string, double> without_time(const std::string& warning) {
    const auto at = warning.rfind(" for ");
    const std::string_view sum = warning.ends_with(" s in all") ? " s in all" : " s";
    if (at == warning.npos || !warning.ends_with(sum)) return {warning, 0};
    const char* begin = warning.data() + at + 5;
    const char* end = warning.data() + warning.size() - sum.size();
    double seconds = 0;
    const auto [rest, error] = std::from_chars(begin, end, seconds);
    if (error != std::errc() || rest != end) return {warning, 0};
    return {warning.substr(0, at), seconds};
  }

  std::vector<Limit> list_;
};

}  // namespace

std::vector<Player> players_of(const std::vector<const Standing*>& standings) {
  std::vector<Player> players;
  std::vector<std::string> machines;
  for (const auto* standing : standings) {
    const auto& id = standing->contender.machine->id;
    auto it = std::ranges::find(machines, id);
    if (it == machines.end()) it = machines.insert(machines.end(), id);
    players.push_back({standing, run_letter(players.size()),
                       static_cast<int>((it - machines.begin()) % kColours)});
  }
  return players;
}

std::string badge_html(const Player& player) {
  return fmt::format("<b class=\"badge k{}\">{}</b> ", player.colour, escape(player.letter));
}

std::string label_html(const std::string& label) {
  const auto comma = label.find(", ");
  if (comma == label.npos) return "<strong>" + pretty(label) + "</strong>";
  return fmt::format("<strong>{}</strong><span class=\"unseen\">,</span> <span>{}</span>",
                     pretty(label.substr(0, comma)), pretty(label.substr(comma + 2)));
}

std::string player_html(const Player& player) {
  return "<span class=\"who\">" + badge_html(player) + "<span>" +
         label_html(player.standing->contender.label) + "</span></span>";
}

std::string short_label(const std::string& label, std::size_t letters) {
  std::size_t count = 0, at = 0;
  for (; at < label.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(label[at]) & 0xC0) != 0x80;
    if (begins && ++count > letters) break;
  }
  if (at == label.size()) return label;
  std::string cut = label.substr(0, at);
  if (const auto comma = cut.rfind(", "); comma != cut.npos && comma > 10) cut.resize(comma);
  return cut + " …";
}

std::string work_in_words(const std::vector<Task>& tasks) {
  std::vector<std::string> names;
  for (const auto& task : tasks) names.push_back(task.workload.name);
  return listed(names.data(), names.data() + names.size());
}

std::string price_day(const Standing& standing, const Circumstances& where) {
  const Machine& machine = *standing.contender.machine;
  return where.day.empty() ? machine.offer.first_day(machine.configuration) : where.day;
}

std::string cards_html(const std::vector<Card>& cards) {
  std::string out = "<dl class=\"cards\">\n";
  for (const auto& card : cards) {
    out += fmt::format(
        "<div class=\"card\"><dt>{}</dt><dd><b>{}</b> <span>{}</span></dd>"
        "<dd class=\"note\">{}</dd></div>\n",
        pretty(card.name), pretty(card.value), pretty(card.unit), card.note);
  }
  return out + "</dl>\n";
}

std::string limits_html(const std::vector<Player>& players, const std::vector<Task>& tasks,
                        const Circumstances& where, const std::vector<std::string>& more) {
  Limits limits;
  for (const auto& text : more) limits.add(text, {});
  for (const auto& player : players) {
    const auto& standing = *player.standing;
    const auto badge = badge_html(player);
    const Machine& machine = *standing.contender.machine;
    for (std::size_t t = 0; t < standing.outcomes.size() && t < tasks.size(); ++t) {
      const auto& o = standing.outcomes[t];
      const auto& work = tasks[t].workload.name;
      if (!o.possible) limits.add(fmt::format("cannot do {}: {}", work, o.reason), badge);
      if (o.possible && o.missed_deadlines > kLeastShare) {
        limits.add(fmt::format("in {}, {} of the work with a deadline came late", work,
                               percent(o.missed_deadlines)),
                   badge);
      }
      for (const auto& warning : o.warnings) limits.add(warning, badge, work);
    }
    const auto& offer = machine.offer;
    const auto day = price_day(standing, where);
    const bool sold =
        (offer.from.empty() || offer.from <= day) && (offer.to.empty() || day <= offer.to);
    if (!sold) {
      limits.add(fmt::format("not on sale on {}: its nearest price is used", day), badge);
    }
  }
  const auto items = limits.html();
  if (items.empty()) return {};
  return "<div class=\"warning\"><strong>Limits of this answer</strong><ul>\n" + items +
         "</ul></div>\n";
}

}  // namespace headroom

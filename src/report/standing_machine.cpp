#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "advice/contender.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/report.hpp"
#include "report/sections.hpp"
#include "report/standing_parts.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

/// A part of a machine, what it cost on a day and who says so.
struct PricedPart {
  std::string part, chosen, sold;
  double usd = 0;
  bool included = false;
  std::string path, source;
};

std::string dates(const std::string& from, const std::string& to) {
  const bool begins = !from.empty() && from > "0000-00-00";
  const bool ends = !to.empty() && to < "9999-12-31";
  if (begins && ends) return from + " to " + to;
  return begins ? "from " + from : ends ? "until " + to : std::string();
}

std::string part_name(const std::string& slot) {
  if (slot == "cpu") return "Processor";
  if (slot == "gpu") return "Graphics";
  std::string name = slot;
  std::ranges::replace(name, '_', ' ');
  return capital(name);
}

/// Sets price and source from the dated prices of a section of the machine's file.
void set_price(PricedPart& part, const std::vector<DatedPrice>& prices, const Machine& machine,
               const std::string& section, const std::string& key, const std::string& day) {
  std::size_t held = 0;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (prices[i].from <= day) held = i;
  }
  part.usd = prices.empty() ? 0 : prices[held].usd;
  part.path =
      held == 0 ? section + "." + key : fmt::format("{}.price_changes.{}.price", section, held - 1);
  const auto it = std::ranges::find(machine.provenance, part.path, &Provenance::path);
  if (it != machine.provenance.end()) part.source = it->source;
}

std::vector<PricedPart> parts_of(const Machine& machine, const std::string& day) {
  std::vector<PricedPart> parts;
  PricedPart base{
      "Machine", machine.name, dates(machine.offer.from, machine.offer.to), 0, false, "", ""};
  set_price(base, machine.offer.base_prices, machine, "on_sale", "base_price", day);
  parts.push_back(base);
  for (const auto& [slot, id] : machine.configuration.options) {
    PricedPart part{part_name(slot), chosen_name(machine, slot), "", 0, false, "", ""};
    if (const Option* option = machine.offer.find(slot, id)) {
      part.sold = option->user_fitted ? "fitted by owners" : dates(option->from, option->to);
      if (part.sold == base.sold) part.sold.clear();
      set_price(part, option->prices, machine, fmt::format("options.{}.{}", slot, id), "price",
                day);
      part.included = part.usd == 0;
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

/// "published", as a link where the source is an address.
std::string source_word(const std::string& source) {
  const auto kind = source_kind(source);
  if (kind != "published" || !source.starts_with("http")) {
    return fmt::format("<span title=\"{}\">{}</span>", pretty(source), kind);
  }
  auto link = source_html(source);
  const auto open = link.find('>'), close = link.find("</a>");
  return link.substr(0, open + 1) + kind + link.substr(close, 4);
}

}  // namespace

std::string machine_html(const Player& player, const Circumstances& where) {
  const auto& standing = *player.standing;
  const Machine& machine = *standing.contender.machine;
  const auto day = price_day(standing, where);
  std::string out = "<div class=\"machine\"><h3>" + player_html(player) + "</h3>\n";
  if (!machine.summary.empty()) out += "<p class=\"quiet\">" + pretty(machine.summary) + "</p>\n";
  std::vector<std::vector<std::string>> rows;
  double sum = 0;
  const bool known = machine.price_known(day);
  for (const auto& part : parts_of(machine, day)) {
    sum += part.usd;
    std::string chosen = pretty(part.chosen);
    if (!part.sold.empty()) chosen += "<br><small>" + pretty(part.sold) + "</small>";
    const bool unknown = !known && rows.empty();  // that of the machine itself
    rows.push_back({escape(part.part), chosen,
                    unknown         ? "not known"
                    : part.included ? "included"
                                    : quantity(part.usd, 0),
                    source_word(part.source)});
  }
  if (const double more = standing.price_usd - sum; std::fabs(more) > 0.5) {
    rows.push_back({"For your needs", "ordered with it", quantity(more, 0), ""});
  }
  rows.push_back({"Total", escape(day),
                  known ? "<b>" + quantity(standing.price_usd, 0) + "</b>" : "not known", ""});
  out += table_html({"Part", "Chosen", "#USD", "Source"}, rows);
  std::string notes;
  if (const auto changes = machine.configuration.changes_text(); !changes.empty()) {
    notes += "<li>Changed: <code>" + escape(changes) + "</code></li>\n";
  }
  for (const auto& note : machine.notes) notes += "<li>" + pretty(note) + "</li>\n";
  if (!notes.empty()) out += "<ul class=\"notes\">\n" + notes + "</ul>\n";
  return out + "</div>\n";
}

std::string price_sources_html(const std::vector<Player>& players, const Circumstances& where) {
  std::vector<std::vector<std::string>> rows;
  std::set<std::string> shown;
  for (const auto& player : players) {
    const Machine& machine = *player.standing->contender.machine;
    const auto day = price_day(*player.standing, where);
    if (!machine.price_known(day)) continue;
    for (const auto& part : parts_of(machine, day)) {
      if (part.source.empty() || !shown.insert(machine.id + " " + part.path).second) continue;
      const std::string what =
          part.part == "Machine" ? part.chosen : machine.name + ", " + part.chosen;
      rows.push_back({pretty(what), quantity(part.usd, 0), source_html(part.source)});
    }
  }
  if (rows.empty()) return {};
  const std::string summary = fmt::format("Who says so: {} prices and their sources", rows.size());
  return details_html(summary, table_html({"What", "#USD", "Source"}, rows));
}

std::string price_days(const Circumstances& where) {
  return where.day.empty() ? "of the first day on which each could be bought" : "of " + where.day;
}

std::string assumptions_html(const std::vector<Task>& tasks, const Circumstances& where,
                             const std::string& price_days) {
  const auto& s = where.surroundings;
  const std::string cells[][2] = {
      {"Room", plain(celsius(s.room_k), "degC")},
      {"Altitude", quantity(s.altitude_m, 0, "m")},
      {"Dust", s.dust <= 0 ? "none" : plain(s.dust) + ", 1 is years without cleaning"},
      {"Thermal paste", s.paste == 1 ? "as new" : plain(s.paste, "times the resistance of new")},
      {"Back to a wall", s.wall <= 0 ? "open desk" : plain(s.wall) + ", 1 is close"},
      {"Listener", plain(s.distance_m, "m away")},
      {"Sound of the room", quantity(s.room_floor_dba, 0, "dBA")},
      {"Each run", duration(where.for_s) + ", again and again, its last third counts"},
      {"Work a year", plain(where.hours_a_year, "h")},
      {"Electricity", plain(where.usd_per_kwh, "USD/kWh")},
      {"Prices", price_days}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& cell : cells) rows.push_back({pretty(cell[0]), pretty(cell[1])});
  std::string out = table_html({"What", "Value"}, rows);
  out += fmt::format(
      "<p>Sustained means warm: each machine does the work again and again with {} at "
      "work, and only the last third of that time counts. Nothing here was measured "
      "for this page. A model of each machine computed it, and errors of some percent "
      "are to be expected.</p>\n",
      at_work(tasks));
  for (const auto& note : doubt_notes(tasks)) out += "<p>" + pretty(note) + ".</p>\n";
  for (const auto& task : tasks) {
    const auto& w = task.workload;
    out += "<h3>" + pretty(w.name);
    if (tasks.size() > 1) out += fmt::format(", weight {}", escape(plain(task.weight)));
    out += " <small><code>" + escape(w.id) + "</code></small></h3>\n";
    if (!w.summary.empty()) out += "<p>" + pretty(w.summary) + "</p>\n";
    if (!w.basis.empty()) out += "<p class=\"quiet\">" + source_html(w.basis) + "</p>\n";
  }
  return out;
}

std::string repeat_html(const std::string& command_line, const std::vector<Player>& players) {
  std::string out;
  if (!command_line.empty()) out += "<pre><code>" + escape(command_line) + "</code></pre>\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& player : players) {
    const auto& configuration = player.standing->contender.machine->configuration;
    std::string text = configuration.text();
    if (const auto changes = configuration.changes_text(); !changes.empty()) text += " " + changes;
    rows.push_back({badge_html(player), "<code>" + escape(text) + "</code>"});
  }
  out += "<p class=\"quiet\">The same version gives the same numbers, on any computer.</p>\n";
  if (!rows.empty())
    out += details_html("The configurations in full", table_html({"", "Configuration"}, rows));
  return out;
}

}  // namespace headroom

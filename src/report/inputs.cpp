#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

/// Price of an option on a day, or nothing.
std::optional<double> price_on(const std::vector<DatedPrice>& prices, const std::string& day) {
  std::optional<double> usd;
  for (const auto& price : prices) {
    if (price.from.empty() || day.empty() || price.from <= day) usd = price.usd;
  }
  if (!usd && !prices.empty()) usd = prices.front().usd;
  return usd;
}

std::string on_sale(const std::string& from, const std::string& to) {
  if (from.empty() && to.empty()) return {};
  if (to.empty()) return "from " + from;
  return from.empty() ? "until " + to : from + " to " + to;
}

std::string slot_name(std::string slot) {
  if (slot.size() <= 3) {
    for (auto& c : slot) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return slot;
  }
  std::replace(slot.begin(), slot.end(), '_', ' ');
  return capital(slot);
}

std::string configuration_of(const ReportRun& run) {
  const Machine& m = *run.machine;
  const auto total = price_usd(m);
  const std::string day = total ? m.offer.first_day(m.configuration) : std::string();
  std::vector<std::vector<std::string>> rows;
  const auto base = price_on(m.offer.base_prices, day);
  rows.push_back({"Machine", pretty(m.name), pretty(on_sale(m.offer.from, m.offer.to)),
                  base ? m.price_known() ? quantity(*base, 0) : "not known" : ""});
  for (const auto& [slot, id] : m.configuration.options) {
    const Option* option = m.offer.find(slot, id);
    std::vector<std::string> row = {escape(slot_name(slot)), pretty(chosen_name(m, slot)), "", ""};
    if (option != nullptr) {
      row[2] = option->user_fitted ? "fitted by owners" : pretty(on_sale(option->from, option->to));
      const auto price = price_on(option->prices, day);
      row[3] = option->base ? "included" : price ? fmt::format("{:+.0f}", *price) : "";
    }
    rows.push_back(std::move(row));
  }
  if (total) {
    rows.push_back({"Total", day.empty() ? "" : "on " + escape(day), "",
                    "<b>" + quantity(*total, 0) + "</b>"});
  }
  return table_html({"Part", "Chosen", "On sale", "#Price, USD"}, rows);
}

std::string dust_words(double dust) {
  return dust <= 0     ? "new"
         : dust < 0.35 ? "a little"
         : dust < 0.7  ? "noticeable"
                       : "years without cleaning";
}

}  // namespace

std::string chosen_name(const Machine& machine, const std::string& slot) {
  const auto it = machine.configuration.options.find(slot);
  if (it == machine.configuration.options.end()) return {};
  const Option* option = machine.offer.find(slot, it->second);
  const bool swapped = !machine.configuration.swapped(slot).empty();
  if (!swapped && option != nullptr && !option->name.empty() && option->name != option->id) {
    return option->name;
  }
  if (slot == "cpu" && !machine.cpu.name.empty()) return machine.cpu.name;
  const auto& gpus = machine.gpus;
  if (slot == "gpu" && !gpus.empty() && !gpus[0].name.empty()) {
    return gpus.size() > 1 ? fmt::format("{} x {}", gpus.size(), gpus[0].name) : gpus[0].name;
  }
  return it->second;
}

std::string configuration_html(std::span<const ReportRun> runs) {
  const bool many = runs.size() > 1;
  std::string out = "<section id=\"configuration\"><h2>Configuration</h2>\n";
  if (many) out += "<div class=\"pair\">\n";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (many) out += "<div><h3>" + run_heading(runs, i) + "</h3>\n";
    if (!runs[i].machine->summary.empty()) {
      out += "<p class=\"quiet\">" + pretty(runs[i].machine->summary) + "</p>\n";
    }
    out += configuration_of(runs[i]);
    const auto& machine = *runs[i].machine;
    if (const auto changes = machine.configuration.changes_text(); !changes.empty()) {
      out += "<p>Changed by hand: <code>" + escape(changes) + "</code></p>\n";
    }
    for (const auto& note : machine.notes) out += "<p class=\"quiet\">" + pretty(note) + "</p>\n";
    if (many) out += "</div>\n";
  }
  return out + (many ? "</div>\n" : "") + "</section>\n";
}

std::string surroundings_html(std::span<const ReportRun> runs) {
  std::vector<std::string> heads = {"Where it stands"};
  std::vector<std::vector<std::string>> rows = {
      {"Room"},     {"Altitude"},         {"Dust"}, {"Thermal paste"}, {"Back to a wall"},
      {"Listener"}, {"Sound of the room"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Surroundings& s = *runs[i].surroundings;
    heads.push_back("#" + (runs.size() > 1 ? run_heading(runs, i) : "Value"));
    const std::string cells[] = {
        plain(celsius(s.room_k), "degC"),
        quantity(s.altitude_m, 0, "m"),
        fmt::format("{}, {}", plain(s.dust), dust_words(s.dust)),
        s.paste == 1 ? "as new" : plain(s.paste, "times the resistance of new"),
        s.wall <= 0 ? "open desk" : plain(s.wall) + ", 1 is close",
        plain(s.distance_m, "m away"),
        quantity(s.room_floor_dba, 0, "dBA")};
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row].push_back(pretty(cells[row]));
  }
  return "<section id=\"surroundings\"><h2>Surroundings</h2>\n" + table_html(heads, rows) +
         "</section>\n";
}

std::string workload_html(std::span<const ReportRun> runs) {
  std::string out;
  std::vector<std::string> shown;
  for (const auto& run : runs) {
    const Workload& w = *run.workload;
    if (std::ranges::find(shown, w.id + w.name) != shown.end()) continue;
    shown.push_back(w.id + w.name);
    out += fmt::format("<h3>{}</h3>\n", pretty(w.name));
    if (!w.summary.empty()) out += "<p>" + pretty(w.summary) + "</p>\n";
    if (!w.basis.empty()) out += "<p class=\"quiet\">" + source_html(w.basis) + "</p>\n";
  }
  return "<section id=\"workload\"><h2>Workload</h2>\n" + out + "</section>\n";
}

std::string reproduce_html(std::span<const ReportRun> runs, const std::string& command_line) {
  std::string out = "<section id=\"reproduce\"><h2>How to reproduce</h2>\n";
  if (!command_line.empty()) out += "<pre><code>" + escape(command_line) + "</code></pre>\n";
  out += "<p class=\"quiet\">The same version gives the same bits. ";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    out += fmt::format("{}Configuration <code>{}</code>, hash of the trace <code>{:016x}</code>. ",
                       run_badge(runs, i), escape(runs[i].machine->configuration.text()),
                       runs[i].result->trace.hash());
  }
  return out + "</p></section>\n";
}

}  // namespace headroom

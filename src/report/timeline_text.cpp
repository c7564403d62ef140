#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/printable.hpp"
#include "report/advice_report.hpp"
#include "report/json_parts.hpp"
#include "report/program_report.hpp"
#include "report/table.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr int kMonthsAColumn = 2;
constexpr std::size_t kRows = 12;

/// "2017-12-14" as months since the year 0, and back to the first of the month.
int month_of(const std::string& day) {
  return std::stoi(day.substr(0, 4)) * 12 + std::stoi(day.substr(5, 2)) - 1;
}
std::string middle_of(int month) {
  return fmt::format("{:04}-{:02}-15", month / 12, month % 12 + 1);
}

using Offerings = std::vector<Offering> Lane::*;

/// One letter a machine, a column each two months, height by value.
std::string picture(const Timeline& line, Offerings which, int width) {
  const int first = month_of(line.from), last = month_of(line.to);
  const int room = std::max(20, std::min(width, 110) - 10);
  const int step = std::max(kMonthsAColumn, (last - first) / room + 1);
  const auto columns = static_cast<std::size_t>((last - first) / step + 1);
  double top = 0;
  for (const auto& lane : line.lanes) {
    for (const auto& offering : lane.*which) top = std::max(top, offering.value);
  }
  if (top <= 0) return {};
  std::vector<std::string> rows(kRows, std::string(columns, ' '));
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    for (std::size_t c = 0; c < columns; ++c) {
      const auto day = middle_of(first + static_cast<int>(c) * step);
      const auto* offering = Timeline::on(line.lanes[l].*which, day);
      if (offering == nullptr) continue;
      const auto height =
          std::min(kRows - 1, static_cast<std::size_t>(offering->value / top * (kRows - 0.01)));
      rows[kRows - 1 - height][c] = static_cast<char>('A' + l);
    }
  }
  std::string out;
  for (std::size_t r = 0; r < kRows; ++r) {
    const double value = top * static_cast<double>(kRows - r) / kRows;
    out += fmt::format("  {} |{}\n", r % 3 == 0 ? fmt::format("{:5.2f}", value) : "     ", rows[r]);
    out.erase(out.find_last_not_of(" \n") + 1);
    out += "\n";
  }
  std::string axis(columns, '-'), years(columns + 4, ' ');
  for (std::size_t c = 0; c < columns; ++c) {
    const int month = first + static_cast<int>(c) * step;
    if (month % 12 >= step) continue;
    axis[c] = '+';
    years.replace(c, 4, std::to_string(month / 12));
  }
  years.erase(years.find_last_not_of(' ') + 1);
  return out + "        +" + axis + "\n         " + years + "\n";
}

Table table_of(const Timeline& line, Offerings which, const std::string& unit) {
  Table table({{"", false}, {"best configuration", false}, {"from", false}, {"USD"}, {unit}});
  for (std::size_t l = 0; l < line.lanes.size(); ++l) {
    const std::string letter(1, static_cast<char>('A' + l));
    if (!line.lanes[l].reason.empty()) {
      table.add({letter, line.lanes[l].name + ": " + line.lanes[l].reason});
    }
    for (const auto& o : line.lanes[l].*which) {
      table.add({letter, o.label, o.from,
                 std::isfinite(o.price_usd) ? fmt::format("{:.0f}", o.price_usd) : "-",
                 fmt::format("{:.3f}", o.value)});
    }
  }
  return table;
}

}  // namespace

std::string timeline_text(const Timeline& line, bool colour, int width) {
  std::string work;
  for (const auto& task : line.tasks) {
    work += (work.empty() ? "" : ", ") + printable(task.workload.name);
  }
  std::string out = fmt::format("{}, sustained, {} to {}; speed 1 is that of {}\n", work, line.from,
                                line.to, line.reference);
  const std::tuple<Offerings, const char*, const char*> parts[] = {
      {&Lane::per_dollar, "Work for the money: speed for 1000 USD", "speed/1000 USD"},
      {&Lane::per_watt, "Work for the power: speed for 100 W at the wall", "speed/100 W"}};
  for (const auto& [which, title, unit] : parts) {
    out += "\n" + (colour ? fmt::format("\x1b[1m{}\x1b[0m", title) : std::string(title)) + "\n";
    out += picture(line, which, width);
    out += table_of(line, which, unit).text(width, colour);
  }
  const bool empty = std::ranges::all_of(
      line.lanes, [](const Lane& lane) { return lane.per_watt.empty() && lane.reason.empty(); });
  if (empty) out += "\nThis work asks for no speed: there is nothing to draw.\n";
  for (const auto& note : doubt_notes(line.tasks)) out += "\nnote: " + printable(note) + "\n";
  if (line.stopped) out += "\nstopped by hand: not everything was run\n";
  return out;
}

std::string timeline_json(const Timeline& line) {
  using Json = nlohmann::ordered_json;
  Json j;
  j["format"] = "headroom-timeline";
  j["version"] = 1;
  j["question"] = question_json(line.tasks, line.circumstances);
  j["from"] = line.from;
  j["to"] = line.to;
  j["reference"] = line.reference;
  j["stopped"] = line.stopped;
  j["machines"] = Json::array();
  for (const auto& lane : line.lanes) {
    auto offerings = [](const std::vector<Offering>& list, const char* unit) {
      Json out = Json::array();
      for (const auto& o : list) {
        out.push_back({{"from", o.from},
                       {"to", o.to},
                       {"configuration", o.configuration},
                       {"price_usd", json_number(o.price_usd)},
                       {"speed", json_number(o.speed)},
                       {unit, json_number(o.value)}});
      }
      return out;
    };
    Json machine;
    machine["machine"] = lane.machine;
    machine["reason"] = lane.reason;
    machine["best_for_the_money"] = offerings(lane.per_dollar, "speed_per_1000_usd");
    machine["best_for_the_power"] = offerings(lane.per_watt, "speed_per_100_w");
    j["machines"].push_back(std::move(machine));
  }
  return j.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headroom

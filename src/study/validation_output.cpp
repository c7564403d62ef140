#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "study/validation.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

/// About four digits, never with an exponent where people expect a number.
std::string digits(double value) {
  const double size = std::abs(value);
  if (size >= 1e7 || (size > 0 && size < 1e-3)) return fmt::format("{:.3e}", value);
  const int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : "-";
}

/// With its sign and one decimal; never "-0.0".
std::string deviation(double value) {
  return fmt::format("{:+.1f}", std::round(value * 10) / 10 + 0.0);
}

std::string error_of(const ValidationRow& row) {
  if (row.error) return deviation(*row.error * 100) + " %";
  if (!row.difference) return "-";
  return fmt::format("{} {}", deviation(*row.difference),
                     row.evidence.scale() == Scale::degrees ? "K" : "dB");
}

std::string joined(const std::map<std::string, std::string>& pairs, bool with_keys) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!text.empty()) text += ' ';
    text += with_keys ? key + '=' + value : value;
  }
  return text;
}

/// The rows of each metric, metrics in order of their first row.
std::vector<std::pair<std::string, std::vector<ValidationRow>>> by_metric(
    const Validation& validation) {
  std::vector<std::pair<std::string, std::vector<ValidationRow>>> groups;
  for (const auto& row : validation.rows) {
    auto it = std::ranges::find(groups, row.evidence.metric,
                                [](const auto& group) { return group.first; });
    if (it == groups.end()) it = groups.insert(it, {row.evidence.metric, {}});
    it->second.push_back(row);
  }
  return groups;
}

/// "median 4.1 %, p90 9.0 %, worst 12.0 %", of what there is.
std::string statistics(const ValidationSummary& summary) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (summary.median) {
    add(fmt::format("median {}, p90 {}, worst {}", percent(summary.median), percent(summary.p90),
                    percent(summary.worst)));
  }
  if (summary.median_degc) add(fmt::format("median {:.1f} K", *summary.median_degc));
  if (summary.median_dba) add(fmt::format("median {:.1f} dB", *summary.median_dba));
  return text.empty() ? "nothing to compare" : text;
}

std::string headline(const Validation& validation) {
  const auto& summary = validation.summary;
  std::string text = fmt::format("{} of {} rows predicted", summary.predicted, summary.rows);
  if (!validation.how.empty()) {
    text += fmt::format(", {} by a fit that has not seen it", validation.how);
  }
  return text + ": " + statistics(summary);
}

/// Characters of a UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t to, bool right) {
  const std::string space(to - std::min(to, width(text)), ' ');
  return right ? space + text : text + space;
}

constexpr std::size_t kColumns = 7;
using Cells = std::array<std::string, kColumns>;
constexpr std::array<bool, kColumns> kRight = {false, false, false, true, true, false, true};
constexpr std::array<std::string_view, kColumns> kHeads = {
    "machine", "workload", "setup", "predicted", "measured", "unit", "error"};

Cells cells_of(const ValidationRow& row) {
  const auto& evidence = row.evidence;
  std::string machine = evidence.machine;
  if (!evidence.options.empty()) machine += ' ' + joined(evidence.options, false);
  return {machine,
          evidence.workload,
          joined(evidence.setup, true),
          row.predicted ? digits(*row.predicted) : "-",
          digits(evidence.value),
          evidence.unit,
          error_of(row)};
}

/// For a cell of a Markdown table.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe;
}

Json number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const ValidationSummary& summary) {
  return {{"rows", summary.rows},
          {"predicted", summary.predicted},
          {"median", number(summary.median)},
          {"p90", number(summary.p90)},
          {"worst", number(summary.worst)},
          {"median_degc", number(summary.median_degc)},
          {"median_dba", number(summary.median_dba)}};
}

}  // namespace

std::string validation_text(const Validation& validation) {
  Cells heads;
  std::ranges::copy(kHeads, heads.begin());
  std::array<std::size_t, kColumns> widths{};
  const auto widen = [&](const Cells& cells) {
    for (std::size_t c = 0; c < kColumns; ++c) widths[c] = std::max(widths[c], width(cells[c]));
  };
  widen(heads);
  for (const auto& row : validation.rows) widen(cells_of(row));
  const auto line = [&](const Cells& cells) {
    std::string text = " ";
    for (std::size_t c = 0; c < kColumns; ++c)
      text += ' ' + padded(cells[c], widths[c], kRight[c]) + ' ';
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
  };
  std::string text;
  for (const auto& [metric, rows] : by_metric(validation)) {
    text += metric + '\n' + line(heads);
    for (const auto& row : rows) {
      text += line(cells_of(row));
      if (!row.reason.empty()) text += "      " + row.reason + '\n';
    }
    text += fmt::format("  {} of {}: {}\n\n", summarize(rows).predicted, rows.size(),
                        statistics(summarize(rows)));
  }
  text += headline(validation) + '\n';
  if (const auto& yardstick = validation.yardstick) {
    text += fmt::format(
        "processor benchmarks, {} rows:\n  the twin             {}\n"
        "  spec-sheet formula   {}\n",
        yardstick->twin.rows, statistics(yardstick->twin), statistics(yardstick->formula));
  }
  return text;
}

std::string validation_markdown(const Validation& validation) {
  std::string text = headline(validation) + ".\n\n";
  if (const auto& yardstick = validation.yardstick) {
    text += fmt::format(
        "On the {} processor benchmarks among them, the twin: {}; a formula of cores and clocks "
        "from the spec sheets, fitted to the same rows: {}.\n\n",
        yardstick->twin.rows, statistics(yardstick->twin), statistics(yardstick->formula));
  }
  text += "| metric | rows | predicted | off by |\n|---|---:|---:|---|\n";
  const auto groups = by_metric(validation);
  for (const auto& [metric, rows] : groups) {
    const auto summary = summarize(rows);
    text += fmt::format("| {} | {} | {} | {} |\n", escaped(metric), summary.rows, summary.predicted,
                        statistics(summary));
  }
  text +=
      "\n| machine | workload | setup | metric | predicted | measured | unit | error |\n"
      "|---|---|---|---|---:|---:|---|---:|\n";
  for (const auto& [metric, rows] : groups) {
    for (const auto& row : rows) {
      const Cells cells = cells_of(row);
      for (std::size_t c = 0; c < kColumns; ++c) {
        if (c == 3) text += "| " + escaped(metric) + ' ';
        const bool missing = c + 1 == kColumns && !row.reason.empty();
        text += "| " + escaped(missing ? row.reason : cells[c]) + ' ';
      }
      text += "|\n";
    }
  }
  return text;
}

std::string validation_json(const Validation& validation) {
  Json json;
  json["rows"] = Json::array();
  for (const auto& row : validation.rows) {
    const auto& evidence = row.evidence;
    json["rows"].push_back({{"machine", evidence.machine},
                            {"options", evidence.options_text},
                            {"workload", evidence.workload},
                            {"setup", evidence.setup_text},
                            {"metric", evidence.metric},
                            {"value", evidence.value},
                            {"unit", evidence.unit},
                            {"predicted", number(row.predicted)},
                            {"error", number(row.error)},
                            {"difference", number(row.difference)},
                            {"reason", row.reason.empty() ? Json(nullptr) : Json(row.reason)}});
  }
  json["summary"] = to_json(validation.summary);
  if (!validation.how.empty()) json["left_out"] = validation.how;
  if (const auto& yardstick = validation.yardstick) {
    json["yardstick"] = {{"twin", to_json(yardstick->twin)},
                         {"formula", to_json(yardstick->formula)}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "report/figures.hpp"
#include "report/program_report.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

struct Ink {
  bool on = false;
  std::string operator()(const char* code, const std::string& text) const {
    return on && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
};

struct Row {
  std::string name, value, note;
};

std::vector<Row> rows_of(const Machine& machine, const Workload& workload,
                         const Surroundings& surroundings, const RunResult& result) {
  const Summary& s = result.summary;
  std::vector<Row> rows;
  for (const auto& f : key_figures(machine, workload, surroundings, result)) {
    rows.push_back({printable(f.name), printable(f.text()), f.note});
  }
  const Losses& l = s.losses;
  rows.push_back({"lost to heat", percent(l.to_heat), "of what an unlimited turbo would do"});
  rows.push_back({"lost to power", percent(l.to_power), "package power or current limit"});
  if (!machine.gpus.empty() && uses_graphics(workload)) {
    rows.push_back({"graphics lost", percent(l.graphics_to_heat + l.graphics_to_power),
                    fmt::format("{} to heat, {} to power", percent(l.graphics_to_heat),
                                percent(l.graphics_to_power))});
  }
  if (s.missed_deadlines > kLeastShare)
    rows.push_back({"late", percent(s.missed_deadlines), "of deadlines"});
  rows.push_back({"energy left over", residual(s.ledger.residual()), "in the balance"});
  return rows;
}

std::string table(const std::vector<Row>& rows, const Ink& ink, std::size_t width) {
  std::size_t names = 0, values = 0;
  for (const auto& row : rows) {
    names = std::max(names, row.name.size());
    values = std::max(values, row.value.size());
  }
  const std::size_t before = 2 + names + 2 + values + 2;
  const bool beside = before + 16 <= width;
  std::string out;
  for (const auto& row : rows) {
    const std::string value = fmt::format("{:<{}}", row.value, beside ? values : 0);
    out += fmt::format("  {:<{}}  {}", row.name, names, ink("1", value));
    const std::size_t indent = beside ? before : 4;
    bool first = beside;
    if (!row.note.empty()) {
      for (const auto& line : wrap(row.note, width > indent ? width - indent : 1)) {
        out += first ? "  " : "\n" + std::string(indent, ' ');
        out += ink("2", line);
        first = false;
      }
    }
    if (!ink.on) out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string summary_text(const Machine& machine, const Workload& workload,
                         const Surroundings& surroundings, const RunResult& result, bool colour,
                         int width, const std::string& label) {
  const Ink ink{colour};
  const auto columns = static_cast<std::size_t>(width > 0 ? width : 80);
  const Summary& s = result.summary;
  std::string out;
  for (const auto& line :
       wrap((label.empty() ? machine.name : label) + ", " + workload.name, columns)) {
    out += ink("1", line) + '\n';
  }
  for (const auto& line : wrap(headline(machine, workload, result), columns)) {
    out += ink(s.shut_down ? "31" : "36", line) + '\n';
  }
  out += '\n' + table(rows_of(machine, workload, surroundings, result), ink, columns);
  const auto changes = machine.configuration.changes_text();
  if (!changes.empty()) {
    for (const auto& line : wrap("changed: " + changes, columns)) out += "\n" + ink("33", line);
    out += '\n';
  }
  for (const auto& note : machine.notes) {
    for (const auto& line : wrap("note: " + note, columns)) out += ink("33", line) + '\n';
  }
  if (const auto doubt = doubt_note(workload); !doubt.empty()) {
    for (const auto& line : wrap("note: " + doubt, columns)) out += ink("33", line) + '\n';
  }
  const auto warnings = unrepeated(s.warnings);
  for (const auto& warning : warnings) {
    out += '\n';
    const auto lines = wrap("warning: " + warning, columns > 4 ? columns - 4 : 1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out += (i == 0 ? "" : "\n    ") + ink("33", lines[i]);
    }
  }
  if (!warnings.empty()) out += '\n';
  return out;
}

}  // namespace headroom

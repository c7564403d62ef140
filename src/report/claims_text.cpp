#include <fmt/core.h>

#include <algorithm>

#include "report/claims_report.hpp"
#include "report/table.hpp"

namespace headroom {
namespace {

std::string paint(bool colour, int code, const std::string& text) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string painted(bool colour, Verdict verdict, const std::string& text) {
  return paint(colour, verdict == Verdict::holds ? 32 : verdict == Verdict::fails ? 31 : 33, text);
}

/// The text in lines of at most `width`, each behind `indent` blanks.
std::string wrapped(const std::string& text, std::size_t indent, int width) {
  const std::string margin(indent, ' ');
  std::string out, line;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, end - at);
    if (!line.empty() && indent + line.size() + 1 + word.size() > static_cast<std::size_t>(width)) {
      out += margin + line + "\n";
      line.clear();
    }
    if (!word.empty()) line += (line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return line.empty() ? out : out + margin + line + "\n";
}

std::string with_note(const ClaimCell& cell) {
  if (!cell.reason.empty()) return cell.reason;
  if (cell.note == "yes" || cell.note == "no") return "";
  return cell.note;
}

Table figures_table(const ClaimResult& result) {
  Table table({{"figure", false}, {"value"}, {"", false}});
  for (const auto& figure : result.figures) {
    if (figure.cells.size() == 1) {
      table.add({figure.figure->meaning, cell_text(figure.cells[0]), with_note(figure.cells[0])});
      continue;
    }
    table.add({figure.figure->meaning, "", ""});
    for (std::size_t i = 0; i < figure.cells.size(); ++i) {
      const auto& cell = figure.cells[i];
      const bool yes_no = cell.note == "yes" || cell.note == "no";
      table.add({"  " + (i < figure.cases.size() ? figure.cases[i] : std::to_string(i + 1)),
                 yes_no ? cell.note : cell_text(cell), with_note(cell)});
    }
  }
  return table;
}

std::string criterion_text(const CriterionResult& result, bool colour) {
  const auto& c = *result.criterion;
  const auto verdict = !result.judged ? Verdict::unknown
                       : result.holds ? Verdict::holds
                                      : Verdict::fails;
  const std::string mark = !result.judged ? "?" : result.holds ? "yes" : "no";
  std::string out =
      fmt::format("  {} {}", painted(colour, verdict, fmt::format("{:<3}", mark)), c.name);
  if (result.cases.size() > 1 && c.in != "all") {
    const auto holding = std::ranges::count_if(result.cases, [](const auto& x) { return x.holds; });
    out += fmt::format(" ({} of {})", holding, result.cases.size());
  }
  out += "\n";
  for (const auto& one : result.cases) {
    std::string line = one.reason.empty() ? one.put_in : one.reason;
    if (!one.name.empty()) {
      const char* sign = !one.reason.empty() ? "?" : one.holds ? "yes" : "no";
      line = fmt::format("{:<3} {}: {}", sign, one.name, line);
    }
    out += "        " + paint(colour, 2, line) + "\n";
  }
  return out;
}

Table verdicts_table(const ClaimReport& report, bool links) {
  Table table({{"claim", false}, {"said by", false}, {"criteria that hold"}, {"verdict", false}});
  for (const auto& result : report.claims) {
    const auto holding =
        std::ranges::count_if(result.criteria, [](const auto& c) { return c.judged && c.holds; });
    const auto& claim = result.claim;
    table.add({links ? fmt::format("[{}](../claims/{}.toml)", claim.name, claim.id) : claim.id,
               claim.said_by, fmt::format("{} of {}", holding, result.criteria.size()),
               verdict_text(result.verdict)});
  }
  return table;
}

}  // namespace

std::string claims_text(const ClaimReport& report, bool colour, int width) {
  std::string out;
  const int prose = std::min(width, 92);
  for (const auto& result : report.claims) {
    const auto& claim = result.claim;
    out += fmt::format("{}: {}\n", paint(colour, 1, claim.id), claim.name);
    out += wrapped(fmt::format("\"{}\"", claim.statement), 2, prose);
    out += wrapped(fmt::format("said by {}, {}", claim.said_by, claim.source), 2, prose);
    out += "\n" + figures_table(result).text(std::max(width, 60), colour) + "\n";
    for (const auto& criterion : result.criteria) out += criterion_text(criterion, colour);
    out += fmt::format("  Verdict: {}{}\n\n",
                       painted(colour, result.verdict, verdict_text(result.verdict)),
                       result.reason.empty() ? "" : ", since " + result.reason);
  }
  if (report.claims.size() > 1) out += verdicts_table(report, false).text(width, colour);
  if (report.stopped) out += "Stopped by hand: some experiments were not done.\n";
  return out;
}

std::string claims_markdown(const ClaimReport& report) {
  return verdicts_table(report, true).markdown();
}

}  // namespace headroom

#include <fmt/core.h>

#include <algorithm>

#include "report/claims_pictures.hpp"
#include "report/claims_report.hpp"
#include "report/html.hpp"
#include "report/still_page.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kCasesInSight = 3;  // of a criterion; more are folded away

std::string verdict_html(Verdict verdict) {
  const char* kind = verdict == Verdict::holds     ? "holds"
                     : verdict == Verdict::fails   ? "fails"
                     : verdict == Verdict::unknown ? "unknown"
                                                   : "partly";
  return fmt::format("<span class=\"verdict {}\">{}</span>", kind, verdict_text(verdict));
}

std::size_t holding(const ClaimResult& result) {
  return static_cast<std::size_t>(std::ranges::count_if(
      result.criteria, [](const auto& criterion) { return criterion.judged && criterion.holds; }));
}

std::string sum_html(const CriterionResult::Case& one) {
  const char* sign = !one.reason.empty() ? "?" : one.holds ? "yes" : "no";
  const std::string said = one.reason.empty() ? one.put_in : one.reason;
  if (one.name.empty()) return fmt::format("<span class=\"sum\">{}</span>", pretty(said));
  return fmt::format("<span class=\"sum\"><b>{}</b> {}: {}</span>", sign, pretty(one.name),
                     pretty(said));
}

std::string criterion_html(const CriterionResult& result) {
  const char* kind = !result.judged ? "open" : result.holds ? "yes" : "no";
  std::string sums;
  for (const auto& one : result.cases) sums += sum_html(one);
  if (result.cases.size() > kCasesInSight) {
    const auto count =
        std::ranges::count_if(result.cases, [](const auto& one) { return one.holds; });
    sums = details_html(fmt::format("in {} of {} cases", count, result.cases.size()), sums);
  }
  const char* unseen = !result.judged ? "cannot be judged: "
                       : result.holds ? "holds: "
                                      : "does not hold: ";
  return fmt::format("<li class=\"{}\"><span class=\"unseen\">{}</span>{}{}</li>\n", kind, unseen,
                     pretty(result.criterion->name), sums);
}

std::string figures_html(const ClaimResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& figure : result.figures) {
    for (std::size_t i = 0; i < figure.cells.size(); ++i) {
      const auto& cell = figure.cells[i];
      const std::string about = cell.reason.empty() ? cell.note : cell.reason;
      rows.push_back({pretty(figure.figure->meaning),
                      i < figure.cases.size() ? pretty(figure.cases[i]) : "",
                      pretty(cell_text(cell)), pretty(about),
                      "<code>" + escape(figure.figure->name) + "</code>"});
    }
  }
  return table_html({"figure", "case", "#value", "", "in formulas"}, rows);
}

std::string claim_html(const ClaimResult& result) {
  const auto& claim = result.claim;
  std::string out = fmt::format(
      "<blockquote>{}</blockquote>\n<p class=\"quiet\">Said by {}: {}</p>\n<p>{} of {} criteria "
      "hold. "
      "{}</p>\n",
      pretty(claim.statement), pretty(claim.said_by), source_html(claim.source),
      holding(result) == 0 ? "None" : capital(count_word(holding(result))),
      count_word(result.criteria.size()), verdict_html(result.verdict));
  if (!result.reason.empty()) {
    out += fmt::format("<p class=\"bad\">It cannot be judged: {}.</p>\n", pretty(result.reason));
  }
  out += "<ul class=\"criteria\">\n";
  for (const auto& criterion : result.criteria) out += criterion_html(criterion);
  out += "</ul>\n" + claim_years_html(result) + claim_crossings_html(result) +
         claim_needs_html(result) + claim_bars_html(result);
  out += details_html("Why these criteria", "<p>" + source_html(claim.basis) + "</p>\n");
  return out + details_html("Every figure", figures_html(result));
}

std::string overview_html(const ClaimReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& result : report.claims) {
    rows.push_back(
        {fmt::format("<a href=\"#{}\">{}</a>", escape(result.claim.id), pretty(result.claim.name)),
         pretty(result.claim.said_by), verdict_html(result.verdict),
         fmt::format("{} of {}", holding(result), result.criteria.size())});
  }
  return "<div class=\"overview\">" +
         table_html({"claim", "said by", "verdict", "#criteria that hold"}, rows) + "</div>\n";
}

/// "two hold, seven hold in part, one does not hold."
std::string sentence(const ClaimReport& report) {
  std::vector<std::string> parts;
  auto add = [&](Verdict verdict, const char* one, const char* more) {
    const auto count = std::ranges::count(report.claims, verdict, &ClaimResult::verdict);
    if (count == 0) return;
    parts.push_back(
        fmt::format("{} {}", count_word(static_cast<std::size_t>(count)), count == 1 ? one : more));
  };
  add(Verdict::holds, "holds", "hold");
  add(Verdict::partly, "holds in part", "hold in part");
  add(Verdict::fails, "does not hold", "do not hold");
  add(Verdict::unknown, "cannot be judged", "cannot be judged");
  return listed(parts.data(), parts.data() + parts.size()) + ".";
}

}  // namespace

std::string claims_html(const ClaimReport& report, const std::string& command_line) {
  std::string answer;
  const bool several = report.claims.size() != 1;
  if (several) {
    answer +=
        fmt::format("<p class=\"lede\">Of {} claims, {}</p>\n{}", count_word(report.claims.size()),
                    sentence(report), overview_html(report));
  } else {
    answer += "<p class=\"lede\">It " + verdict_text(report.claims.front().verdict) + ".</p>\n";
  }
  answer +=
      "<p class=\"quiet\">A claim is what somebody said, restated as experiments with the twin. "
      "Its "
      "criteria were chosen from the words, before anything was run. A verdict is only as good as "
      "the twin: <code>headroom validate</code> tells how far it is from published readings.</p>\n";
  if (report.stopped) answer += "<p class=\"bad\">Stopped by hand: not all was run.</p>\n";
  std::vector<PagePart> parts;
  for (const auto& result : report.claims) {
    parts.push_back({escape(result.claim.id), "", several ? result.claim.name : "What was said",
                     claim_html(result)});
  }
  parts.push_back({"again", "", "To repeat it", "<pre>" + escape(command_line) + "</pre>\n"});
  const std::string title =
      several ? "What was said, put to the test" : report.claims.front().claim.name;
  return still_page(title, answer, parts, "report/claims.css");
}

}  // namespace headroom

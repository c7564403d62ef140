#include "study/validation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "study/statistics.hpp"

namespace headroom {
namespace {

ValidationRow compare(const EvidenceRow& row, const Prediction& prediction) {
  ValidationRow result;
  result.evidence = row;
  result.predicted = prediction.value;
  result.reason = prediction.reason;
  if (!prediction.value) {
    if (result.reason.empty()) result.reason = "no prediction";
    return result;
  }
  if (row.scale() != Scale::ratio) {
    result.difference = *prediction.value - row.value;
  } else if (row.value != 0) {
    result.error = *prediction.value / row.value - 1;
  } else {
    result.reason = "the reading is 0, to which nothing has a ratio";
  }
  return result;
}

}  // namespace

ValidationSummary summarize(const std::vector<ValidationRow>& rows) {
  ValidationSummary summary;
  std::vector<double> errors, degrees, decibels;
  for (const auto& row : rows) {
    ++summary.rows;
    if (row.predicted) ++summary.predicted;
    if (row.error) errors.push_back(std::abs(*row.error));
    if (!row.difference) continue;
    (row.evidence.scale() == Scale::degrees ? degrees : decibels)
        .push_back(std::abs(*row.difference));
  }
  summary.median = quantile(errors, 0.5);
  summary.p90 = quantile(errors, 0.9);
  summary.worst = quantile(errors, 1);
  summary.median_degc = quantile(degrees, 0.5);
  summary.median_dba = quantile(decibels, 0.5);
  return summary;
}

Validation validate(const std::vector<EvidenceRow>& rows,
                    const std::vector<Prediction>& predictions,
                    const std::vector<std::optional<double>>& formula, std::string how) {
  Validation validation;
  validation.how = std::move(how);
  std::vector<ValidationRow> twin, yardstick;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    validation.rows.push_back(compare(rows[i], predictions.at(i)));
    if (formula.empty() || !formula.at(i) || !predictions[i].value) continue;
    twin.push_back(validation.rows.back());
    yardstick.push_back(compare(rows[i], {formula[i], ""}));
  }
  validation.summary = summarize(validation.rows);
  if (!twin.empty()) validation.yardstick = Yardstick{summarize(twin), summarize(yardstick)};
  return validation;
}

std::string replace_marked(const std::string& page, const std::string& name,
                           const std::string& text) {
  const std::string begin = fmt::format("<!-- {}:begin -->\n", name);
  const std::string end = fmt::format("<!-- {}:end -->", name);
  const auto from = page.find(begin);
  const auto to = from == page.npos ? page.npos : page.find(end, from);
  if (to == page.npos || page.find(begin, from + 1) != page.npos ||
      page.find(end, to + 1) != page.npos) {
    throw InputError(fmt::format("the page has no single pair of marks for '{}'", name),
                     fmt::format("write <!-- {0}:begin --> and <!-- {0}:end -->, each on a line "
                                 "of its own",
                                 name));
  }
  return page.substr(0, from + begin.size()) + text + page.substr(to);
}

}  // namespace headroom

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/evidence.hpp"
#include "study/prediction.hpp"

namespace headroom {

/// One row, predicted and compared.
struct ValidationRow {
  EvidenceRow evidence;
  std::optional<double> predicted;
  std::optional<double> error;       ///< predicted / value - 1, on a ratio scale
  std::optional<double> difference;  ///< predicted - value, of degC and dBA
  std::string reason;                ///< why one of those is missing
};

/// How far off predictions are. The statistics are of the absolute error; p90
/// is by linear interpolation between the sorted errors.
struct ValidationSummary {
  std::size_t rows = 0;
  std::size_t predicted = 0;
  std::optional<double> median, p90, worst;  ///< of errors, as shares
  std::optional<double> median_degc;         ///< of |difference|, K
  std::optional<double> median_dba;          ///< of |difference|, dB
};

/// The twin and the spec-sheet formula on the rows that both predict.
struct Yardstick {
  ValidationSummary twin;
  ValidationSummary formula;
};

struct Validation {
  std::vector<ValidationRow> rows;
  ValidationSummary summary;
  std::string how;  ///< "", or what was left out: "each row", "each machine"
  std::optional<Yardstick> yardstick;
};

/// Compares predictions with the rows they belong to. `formula` holds what the
/// spec-sheet formula says of each row, or is empty.
Validation validate(const std::vector<EvidenceRow>& rows,
                    const std::vector<Prediction>& predictions,
                    const std::vector<std::optional<double>>& formula = {}, std::string how = {});

ValidationSummary summarize(const std::vector<ValidationRow>& rows);

/// For a terminal: rows grouped by metric, then the statistics.
std::string validation_text(const Validation& validation);
/// Tables for a page: the statistics of each metric, then every row.
std::string validation_markdown(const Validation& validation);
/// {"rows": [...], "summary": {...}}, and of a cross-validation also "left_out"
/// and "yardstick".
std::string validation_json(const Validation& validation);

/// The page with what stands between the lines `<!-- NAME:begin -->` and
/// `<!-- NAME:end -->` replaced. Throws InputError when they are not there once.
std::string replace_marked(const std::string& page, const std::string& name,
                           const std::string& text);

}  // namespace headroom

#include "study/evidence.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include "catalog/library.hpp"
#include "study/csv.hpp"

namespace headroom {
namespace {

enum Column { kMachine, kOptions, kWorkload, kSetup, kMetric, kValue, kUnit, kSource, kConfidence };
constexpr std::array<std::string_view, 9> kColumns = {"machine", "options",    "workload",
                                                      "setup",   "metric",     "value",
                                                      "unit",    "source_url", "confidence"};
constexpr std::string_view kHeaderHelp =
    "the first line is: machine,options,workload,setup,metric,value,unit,source_url,confidence";
constexpr std::size_t kMostProblems = 40;

/// What a reading of a machine on a desk can be, far wider than any was. Beyond
/// it stands a slip of the pen or of the unit.
struct Range {
  std::string_view unit;
  double low, high;
  double zero = -1e300;  ///< the absolute one, of temperatures
};
constexpr Range kPlausible[] = {
    {"degC", -100, 1000, -273.15},
    {"K", 173, 1273, 0},
    {"degF", -148, 1832, -459.67},
    {"dBA", -20, 150},
    {"W", 1e-3, 1e5},
    {"mW", 1, 1e8},
    {"kW", 1e-6, 100},
    {"J", 1e-6, 1e12},
    {"V", 1e-3, 1e4},
    {"GHz", 1e-3, 100},
    {"MHz", 1, 1e5},
    {"Hz", 1e-6, 1e11},
    {"rpm", 0, 1e5},
    {"ns", 1e-3, 1e9},
    {"us", 1e-6, 1e9},
    {"ms", 1e-6, 1e9},
    {"s", 1e-9, 1e8},
    {"min", 1e-6, 1e6},
    {"h", 1e-6, 1e5},
    {"MB/s", 1e-3, 1e8},
    {"GB/s", 1e-6, 1e5},
    {"GFLOP/s", 1e-6, 1e9},
    {"TFLOP/s", 1e-9, 1e6},
    {"H/s", 1e-6, 1e18},
    {"kH/s", 1e-6, 1e15},
    {"MH/s", 1e-9, 1e12},
    {"points", 1e-6, 1e9},
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// Turns the records of one file into rows.
class EvidenceReader {
 public:
  EvidenceReader(std::string_view text, const std::string& file) : csv_(text, file), file_(file) {
    problems_ = csv_.problems();
  }

  std::vector<EvidenceRow> read() {
    const auto& records = csv_.records();
    if (records.empty()) {
      if (problems_.empty()) {
        problems_.push_back({"the file holds no measurement: it is empty",
                             {file_, 0, 0, 1, {}},
                             std::string(kHeaderHelp)});
      }
    } else if (read_header(records.front())) {
      for (std::size_t i = 1; i < records.size(); ++i) read_row(records[i]);
    }
    finish();
    return std::move(rows_);
  }

 private:
  bool read_header(const CsvRecord& record) {
    index_.fill(record.size());
    const std::vector<std::string> known(kColumns.begin(), kColumns.end());
    const std::size_t before = problems_.size() + unshown_;
    for (std::size_t i = 0; i < record.size(); ++i) {
      const std::string name = trimmed(record[i].text);
      const auto it = std::ranges::find(kColumns, name);
      if (it == kColumns.end()) {
        report(record[i], fmt::format("unknown column '{}'", name), suggest(name, known));
        continue;
      }
      auto& index = index_[static_cast<std::size_t>(it - kColumns.begin())];
      if (index < record.size()) report(record[i], fmt::format("column '{}' twice", name));
      index = i;
    }
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
      if (index_[c] == record.size()) {
        report(record.front(), fmt::format("column '{}' is missing", kColumns[c]),
               std::string(kHeaderHelp));
      }
    }
    columns_ = record.size();
    return problems_.size() + unshown_ == before;
  }

  void read_row(const CsvRecord& record) {
    if (record.size() != columns_) {
      report(record.front(),
             fmt::format("{} fields, but the header has {} columns", record.size(), columns_),
             "a field that holds a comma must be in quotes");
      return;
    }
    const std::size_t before = problems_.size() + unshown_;
    EvidenceRow row;
    row.place = csv_.place(record.front());
    row.machine = name(record, kMachine);
    row.workload = name(record, kWorkload);
    row.metric = name(record, kMetric);
    row.options_text = text(record, kOptions);
    row.setup_text = text(record, kSetup);
    row.options = pairs(record, kOptions);
    row.setup = pairs(record, kSetup);
    row.unit = text(record, kUnit);
    row.source = text(record, kSource);
    row.confidence = text(record, kConfidence);
    const std::size_t good_so_far = problems_.size() + unshown_;
    check_unit(row, field(record, kUnit));
    read_value(row, field(record, kValue));
    if (problems_.size() + unshown_ == good_so_far) check_plausible(row, field(record, kValue));
    if (problems_.size() + unshown_ == before) rows_.push_back(std::move(row));
  }

  void check_unit(const EvidenceRow& row, const CsvField& at) {
    const std::string wanted = unit_of_metric(row.metric);
    const std::string found = usual_unit(row.unit);
    if (wanted.empty() || found == wanted) return;
    // Points are called many things; other readings have one unit, in their name.
    if (wanted == "points" && (found.empty() || found == "1")) return;
    report(at, fmt::format("'{}' is a reading in {}, not in '{}'", row.metric, wanted, row.unit),
           fmt::format("convert the value and write {}", wanted));
  }

  void read_value(EvidenceRow& row, const CsvField& at) {
    const std::string written = trimmed(at.text);
    const auto [end, status] =
        std::from_chars(written.data(), written.data() + written.size(), row.value);
    if (status != std::errc{} || end != written.data() + written.size()) {
      report(at, fmt::format("'{}' is not a number", written),
             "a plain number with a decimal point, without unit or thousands separators");
    } else if (!std::isfinite(row.value)) {
      report(at, fmt::format("'{}' is not a finite number", written));
    } else if (row.value < 0 && row.scale() == Scale::ratio) {
      report(at, fmt::format("'{}' is negative: only degC and dBA may be", written));
    }
  }

  void check_plausible(const EvidenceRow& row, const CsvField& at) {
    const std::string promised = unit_of_metric(row.metric);
    const std::string unit = promised.empty() ? usual_unit(row.unit) : promised;
    const auto* range = std::ranges::find(kPlausible, unit, &Range::unit);
    if (range == std::end(kPlausible)) return;
    if (row.value >= range->low && row.value <= range->high) return;
    const std::string written = trimmed(at.text) + " " + unit;
    const bool cold = row.value < range->zero;
    report(at, written + (cold ? " is below absolute zero" : " is no plausible reading"),
           fmt::format("a reading lies between {:g} and {:g} {}", range->low, range->high, unit));
  }

  const CsvField& field(const CsvRecord& record, Column column) const {
    return record[index_[column]];
  }
  std::string text(const CsvRecord& record, Column column) {
    const CsvField& at = field(record, column);
    if (std::ranges::any_of(at.text, [](unsigned char c) { return c < 0x20 && c != '\t'; })) {
      report(at, fmt::format("the {} holds a line break or control character", kColumns[column]));
    }
    return trimmed(at.text);
  }
  std::string name(const CsvRecord& record, Column column) {
    std::string found = text(record, column);
    if (found.empty()) {
      report(field(record, column), fmt::format("no {} is given", kColumns[column]));
    }
    return found;
  }

  /// "a=1;b=2" as pairs.
  std::map<std::string, std::string> pairs(const CsvRecord& record, Column column) {
    const CsvField& at = field(record, column);
    std::map<std::string, std::string> found;
    std::string_view rest = at.text;
    while (!trimmed(rest).empty()) {
      const auto cut = rest.find(';');
      const std::string item = trimmed(rest.substr(0, cut));
      rest.remove_prefix(cut == rest.npos ? rest.size() : cut + 1);
      const auto equals = item.find('=');
      const std::string key = trimmed(item.substr(0, equals));
      const std::string value = equals == item.npos ? "" : trimmed(item.substr(equals + 1));
      if (key.empty() || value.empty()) {
        report(at, fmt::format("'{}' in '{}' is not key=value", item, kColumns[column]),
               "write pairs as key=value, with ';' between them");
      } else if (!found.emplace(key, value).second) {
        report(at, fmt::format("'{}' is given twice", key));
      }
    }
    return found;
  }

  void report(const CsvField& at, std::string what, std::string help = {}) {
    if (problems_.size() < kMostProblems) {
      problems_.push_back({std::move(what), csv_.place(at), std::move(help)});
    } else {
      ++unshown_;
    }
  }

  void finish() {
    if (problems_.empty()) return;
    std::ranges::stable_sort(
        problems_, [](const auto& a, const auto& b) { return a.place.line < b.place.line; });
    if (problems_.size() > kMostProblems) {
      unshown_ += problems_.size() - kMostProblems;
      problems_.resize(kMostProblems);
    }
    if (unshown_ > 0) {
      problems_.push_back(
          {fmt::format("and {} problems more", unshown_), {file_, 0, 0, 1, {}}, {}});
    }
    throw InputError(std::move(problems_));
  }

  CsvText csv_;
  std::string file_;
  std::array<std::size_t, kColumns.size()> index_{};
  std::size_t columns_ = 0;
  std::vector<Problem> problems_;
  std::size_t unshown_ = 0;
  std::vector<EvidenceRow> rows_;
};

}  // namespace

std::vector<EvidenceRow> parse_evidence(std::string_view text, const std::string& file) {
  return EvidenceReader(text, file).read();
}

std::vector<EvidenceRow> read_evidence(const std::vector<std::string>& files) {
  std::vector<EvidenceRow> rows;
  std::vector<Problem> problems;
  for (const auto& file : files) {
    try {
      auto found = parse_evidence(read_text_file(file), file);
      std::ranges::move(found, std::back_inserter(rows));
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return rows;
}

}  // namespace headroom

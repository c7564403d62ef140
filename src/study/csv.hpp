#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace headroom {

/// One field of a CSV file: its text without quotes, and where it stands.
struct CsvField {
  std::string text;
  int line = 0;
  int column = 0;
  int width = 1;
};
using CsvRecord = std::vector<CsvField>;

/// A text of comma-separated values by the letter of RFC 4180: records end in
/// LF or CRLF, a field with a comma, quote or line break is quoted, a quote in
/// it is doubled. A byte order mark and lines with nothing at all are passed
/// over. Problems are collected, not thrown: a record with wrong quoting is
/// left out and reported.
class CsvText {
 public:
  CsvText(std::string_view text, std::string file);

  const std::vector<CsvRecord>& records() const { return records_; }
  const std::vector<Problem>& problems() const { return problems_; }
  /// Where a field stands, with its line to show.
  Place place(const CsvField& field) const;

 private:
  class Reader;

  std::string file_;
  std::vector<std::string> lines_;
  std::vector<CsvRecord> records_;
  std::vector<Problem> problems_;
};

}  // namespace headroom

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "study/metric.hpp"

namespace headroom {

/// One published measurement: a machine with its options, what it was asked to
/// do and how, what was read, and who says so. The format is described in
/// evidence/README.md.
struct EvidenceRow {
  std::string machine;
  std::map<std::string, std::string> options;  ///< what is not named is the base option
  std::string workload;
  std::map<std::string, std::string> setup;
  std::string metric;
  double value = 0;
  std::string unit;
  std::string source;
  std::string confidence;
  std::string options_text;  ///< as it stands in the file
  std::string setup_text;
  Place place;

  Scale scale() const { return scale_of(unit); }
};

/// Reads the text of an evidence file, strictly: RFC 4180 and exactly the nine
/// columns, in any order. Throws InputError with every problem found, each with
/// its line and column. Whether the twin knows a machine, workload, setup or
/// metric is not asked here: a row that it cannot answer is still evidence.
std::vector<EvidenceRow> parse_evidence(std::string_view text, const std::string& file);

/// Reads evidence files, one after the other.
std::vector<EvidenceRow> read_evidence(const std::vector<std::string>& files);

}  // namespace headroom

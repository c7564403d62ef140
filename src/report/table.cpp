#include "report/table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/printable.hpp"

namespace headroom {

void Table::add(std::vector<std::string> cells) {
  if (cells.empty() || cells.size() > columns_.size()) {
    throw InternalError("a row does not fit its table");
  }
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text(int width, bool colour) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t w = columns_[c].name.size();
    for (const auto& row : rows_) {
      if (row.size() == columns_.size() || c + 1 < row.size()) w = std::max(w, row[c].size());
    }
    widths.push_back(w);
  }
  std::size_t shown = 1, total = 2 + widths[0];
  while (shown < columns_.size() && total + 2 + widths[shown] <= static_cast<std::size_t>(width)) {
    total += 2 + widths[shown++];
  }
  auto line = [&](const std::vector<std::string>& cells) {
    std::string out = " ";
    for (std::size_t c = 0; c < std::min(shown, cells.size()); ++c) {
      const bool remark = c + 1 == cells.size() && cells.size() < columns_.size();
      out += columns_[c].right && !remark ? fmt::format(" {:>{}} ", cells[c], widths[c])
                                          : fmt::format(" {:<{}} ", cells[c], widths[c]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
  };
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.name);
  std::string out = colour ? fmt::format("\x1b[2m{}\x1b[0m\n", line(names)) : line(names) + "\n";
  for (const auto& row : rows_) out += line(row) + "\n";
  if (shown < columns_.size()) {
    std::string left;
    for (std::size_t c = shown; c < columns_.size(); ++c) {
      left += (left.empty() ? "" : ", ") + columns_[c].name;
    }
    out += fmt::format("  (a wider terminal shows more: {})\n", left);
  }
  return out;
}

std::string Table::markdown() const {
  std::string out = "|", rule = "|";
  for (const auto& column : columns_) {
    out += fmt::format(" {} |", column.name);
    rule += column.right ? "---:|" : "---|";
  }
  out += "\n" + rule + "\n";
  for (const auto& row : rows_) {
    out += "|";
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      std::string cell = c < row.size() ? row[c] : "";
      for (std::size_t at = 0; (at = cell.find('|', at)) != cell.npos; at += 2) {
        cell.insert(at, "\\");
      }
      out += fmt::format(" {} |", cell);
    }
    out += "\n";
  }
  return out;
}

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

namespace headroom {

/// A table of texts for a terminal, or as Markdown. Columns that do not fit are
/// left away from the right, and the table says so; the first is never cut.
class Table {
 public:
  struct Column {
    std::string name;
    bool right = true;  ///< numbers stand at the right
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// A row with as many cells as there are columns; a shorter one's last cell is
  /// a remark that runs over the columns that follow.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  /// Indented by two, a heading, no line longer than `width` as far as columns can
  /// be left away; with `colour`, ANSI escapes. Ends in a newline.
  std::string text(int width, bool colour) const;
  std::string markdown() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace headroom

#include "study/csv.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestLineShown = 300;

/// Every line without its end.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (true) {
    const auto cut = text.find('\n');
    std::string line(text.substr(0, cut));
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    if (cut == text.npos) return lines;
    text.remove_prefix(cut + 1);
  }
}

/// Characters of a UTF-8 text: bytes that do not continue one.
int characters(std::string_view text) {
  return static_cast<int>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

/// Walks through the text once, from record to record.
class CsvText::Reader {
 public:
  Reader(CsvText& csv, std::string_view text) : csv_(csv), text_(text) {}

  void read_all() {
    while (at_ < text_.size()) {
      if (end_of_line()) continue;
      CsvRecord record;
      if (read_record(record)) csv_.records_.push_back(std::move(record));
    }
  }

 private:
  /// Steps over a line end, if one is here.
  bool end_of_line() {
    std::size_t length = 0;
    if (text_.substr(at_).starts_with("\r\n")) length = 2;
    if (at_ < text_.size() && text_[at_] == '\n') length = 1;
    if (length == 0) return false;
    at_ += length;
    ++line_;
    line_start_ = at_;
    return true;
  }

  /// The column of this place, counted on from the last one asked for.
  int column() {
    if (counted_ < line_start_) {
      counted_ = line_start_;
      column_ = 1;
    }
    column_ += characters(text_.substr(counted_, at_ - counted_));
    counted_ = at_;
    return column_;
  }

  bool read_record(CsvRecord& record) {
    while (true) {
      CsvField field;
      field.line = line_;
      field.column = column();
      const std::size_t start = at_;
      const bool good = at_ < text_.size() && text_[at_] == '"' ? quoted(field) : plain(field);
      field.width = std::max(1, characters(text_.substr(start, at_ - start)));
      if (!good) {
        skip_line();
        return false;
      }
      record.push_back(std::move(field));
      if (at_ >= text_.size() || end_of_line()) return true;
      ++at_;  // the comma: plain() and quoted() stop at nothing else
    }
  }

  bool plain(CsvField& field) {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
      if (text_.substr(at_).starts_with("\r\n")) break;
      if (text_[at_] == '"') {
        report(field, "a quote within a field that is not quoted",
               "put the whole field in quotes and double the quotes in it: \"a \"\"b\"\" c\"");
        return false;
      }
      ++at_;
    }
    field.text = text_.substr(start, at_ - start);
    return true;
  }

  bool quoted(CsvField& field) {
    ++at_;
    while (at_ < text_.size()) {
      if (text_[at_] != '"') {
        field.text += text_[at_];
        if (text_[at_++] == '\n') {
          ++line_;
          line_start_ = at_;
        }
      } else if (text_.substr(at_).starts_with("\"\"")) {
        field.text += '"';
        at_ += 2;
      } else {
        ++at_;
        const std::string_view rest = text_.substr(at_);
        if (rest.empty() || rest[0] == ',' || rest[0] == '\n' || rest.starts_with("\r\n")) {
          return true;
        }
        report(field, "text after the quote that closes a field",
               "double a quote that belongs to the field");
        return false;
      }
    }
    report(field, "a quoted field that never ends", "close it with a quote");
    return false;
  }

  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    end_of_line();
  }

  void report(CsvField& field, std::string what, std::string help) {
    csv_.problems_.push_back({std::move(what), csv_.place(field), std::move(help)});
  }

  CsvText& csv_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::size_t counted_ = 0;  ///< up to here column_ has counted
  int column_ = 1;
  int line_ = 1;
};

CsvText::CsvText(std::string_view text, std::string file) : file_(std::move(file)) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  lines_ = lines_of(text);
  Reader(*this, text).read_all();
}

Place CsvText::place(const CsvField& field) const {
  Place place{file_, field.line, field.column, field.width, {}};
  const auto index = static_cast<std::size_t>(field.line - 1);
  if (index < lines_.size() && lines_[index].size() <= kLongestLineShown) {
    place.text = lines_[index];
  }
  return place;
}

}  // namespace headroom

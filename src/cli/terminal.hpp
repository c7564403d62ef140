#pragma once

#include <fmt/core.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/progress.hpp"

namespace headroom {

/// Whether stdout (1) or stderr (2) shows colours: a terminal, and NO_COLOR unset.
bool shows_colour(int descriptor);
/// Columns of the terminal on stdout; 100 when it is none.
int terminal_width();
/// The same for tables, which a file or a pipe may have whole.
int table_width();

/// Prints every problem of an error on stderr.
void print_problems(const InputError& error);

/// Prints on stdout as fmt::print does, with control characters spelled out:
/// for texts that hold names from the user's files. Line breaks stay.
template <class... Values>
void say(fmt::format_string<Values...> form, Values&&... values) {
  fmt::print("{}", printable(fmt::format(form, std::forward<Values>(values)...), true));
}

/// A line on stderr that says how far a long task is, on a terminal and only
/// after its first second.
class ProgressLine {
 public:
  explicit ProgressLine(std::string what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// `share` 0 to 1; below 0: unknown.
  void show(double share, std::string_view detail = {});
  /// For studies: valid as long as this line.
  Progress callback();

 private:
  std::string what_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

/// Whether the user pressed Ctrl-C since the program began to listen for it.
bool interrupted();
void listen_for_interrupt();

}  // namespace headroom

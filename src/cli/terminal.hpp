#pragma once

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
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

/// Puts a text on stderr as it is. Never throws: a message that nobody can read, as
/// when stderr is closed, is lost, and what the program does and returns is the same.
void put_on_stderr(std::string_view text) noexcept;

/// A message on stderr, formed as fmt::print does.
template <class... Values>
void tell(fmt::format_string<Values...> form, Values&&... values) {
  put_on_stderr(fmt::format(form, std::forward<Values>(values)...));
}

/// A result on stdout, or on stderr where a file goes to stdout; only a result that
/// stdout does not take is an error (std::system_error).
template <class... Values>
void print_to(std::FILE* out, fmt::format_string<Values...> form, Values&&... values) {
  const std::string text = fmt::format(form, std::forward<Values>(values)...);
  if (out == stderr) {
    put_on_stderr(text);
  } else {
    fmt::print(out, "{}", text);
  }
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

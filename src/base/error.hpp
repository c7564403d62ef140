#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Where in a user's file a problem was found. Lines and columns count from 1;
/// a zero line means "nowhere in particular". `text` is the line itself, so
/// that a problem can be shown after its file is gone.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  int width = 1;
  std::string text;
};

/// One thing wrong with what the user gave us, and how to put it right.
struct Problem {
  std::string what;
  Place place;
  std::string help;
};

/// The user's input cannot be used. Carries every problem found, not just the
/// first, so that a file is mended in one round. Exit status 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  explicit InputError(std::string what, std::string help = {});
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// The model cannot answer what was asked: a machine that no temperature
/// balances, a workload that needs what the machine lacks. Exit status 3.
class ModelError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A mistake in this program. Never caught except to print it. Exit status 70.
class InternalError : public std::logic_error {
  using std::logic_error::logic_error;
};

/// Lays out a problem for a terminal: message, the offending line, a caret
/// under the offending word, and the help.
std::string render(const Problem& problem);

/// The candidate closest to `word`, or "" if none is close enough to suggest.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "did you mean 'fan'?" or, when nothing is near, "known: a, b, c" (at most a
/// dozen names), or "" when there are no candidates at all.
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace headroom

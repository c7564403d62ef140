#include "base/error.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostNamesListed = 12;

std::string headline(const std::vector<Problem>& problems) {
  if (problems.empty()) throw InternalError("InputError without a problem");
  if (problems.size() == 1) return problems.front().what;
  return fmt::format("{} (and {} more)", problems.front().what, problems.size() - 1);
}

/// Edit distance with unit costs.
int distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(headline(problems)), problems_(std::move(problems)) {}

InputError::InputError(std::string what, std::string help)
    : InputError(std::vector<Problem>{{std::move(what), {}, std::move(help)}}) {}

std::string render(const Problem& problem) {
  std::string text = fmt::format("error: {}\n", printable(problem.what));
  const auto& at = problem.place;
  if (at.line > 0) {
    const int column = std::max(at.column, 1);
    text += fmt::format("  --> {}:{}:{}\n", printable(at.file), at.line, column);
    if (!at.text.empty()) {
      text += fmt::format("    |\n{:4}| {}\n", at.line, printable_in_place(at.text));
      text += fmt::format("    | {}{}\n", std::string(static_cast<std::size_t>(column - 1), ' '),
                          std::string(static_cast<std::size_t>(std::clamp(at.width, 1, 80)), '^'));
    }
  } else if (!at.file.empty()) {
    text += fmt::format("  --> {}\n", printable(at.file));
  }
  if (!problem.help.empty()) text += fmt::format("  help: {}\n", printable(problem.help));
  return text;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  int best_distance = static_cast<int>(word.size()) / 3 + 1;
  for (const auto& candidate : candidates) {
    const int d = distance(word, candidate);
    if (d < best_distance || (d == best_distance && best.empty())) {
      best = candidate;
      best_distance = d;
    }
  }
  if (!best.empty() || word.size() < 3) return best;
  for (const auto& candidate : candidates) {  // "vega-64" for "radeon-pro-vega-64"
    if (candidate.find(word) != std::string::npos) return candidate;
  }
  return best;
}

std::string suggest(std::string_view word, const std::vector<std::string>& candidates) {
  const auto guess = nearest(word, candidates);
  if (!guess.empty()) return fmt::format("did you mean '{}'?", guess);
  if (candidates.empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(candidates.size(), kMostNamesListed); ++i) {
    names += (i == 0 ? "" : ", ") + candidates[i];
  }
  return "known: " + names + (candidates.size() > kMostNamesListed ? ", ..." : "");
}

}  // namespace headroom

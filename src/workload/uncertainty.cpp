#include "workload/uncertainty.hpp"

#include <fmt/core.h>

#include <cmath>

namespace headroom {

double Uncertainty::share() const {
  double squares = 0;
  for (const auto& part : parts) squares += part.share * part.share;
  return std::sqrt(squares);
}

std::string Uncertainty::text() const {
  std::string text = fmt::format("within {:.0f} %, nine times in ten", 100 * share());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += fmt::format("{}{:.0f} % because {}",
                        i == 0                  ? ": "
                        : i + 1 == parts.size() ? " and "
                                                : ", ",
                        100 * parts[i].share, parts[i].why);
  }
  return text;
}

}  // namespace headroom

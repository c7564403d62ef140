#pragma once

#include <cmath>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "advice/comparison.hpp"
#include "profile/observed_summary.hpp"

namespace headroom {

/// Pieces that several JSON outputs share. For .cpp files of this room only.
template <class Json = nlohmann::ordered_json>
Json json_number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
nlohmann::ordered_json outcome_json(const Workload& workload, const Outcome& outcome);
nlohmann::ordered_json standing_json(const Standing& standing, const std::vector<Task>& tasks);
nlohmann::ordered_json question_json(const std::vector<Task>& tasks, const Circumstances& where);
/// What was observed of a recorded run besides computing; null in older profiles.
nlohmann::ordered_json observed_json(const ObservedSummary& observed);
/// How far off a recorded program's times may be: the share, nine times in ten, the
/// factors of the interval, and the reasons; null where nothing is stated.
nlohmann::ordered_json uncertainty_json(const Uncertainty& doubt);
/// The interval around a value; null where nothing is stated.
nlohmann::ordered_json interval_json(const Uncertainty& doubt, double value);

}  // namespace headroom

#pragma once

#include <cmath>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "advice/comparison.hpp"

namespace headroom {

/// Pieces that several JSON outputs share. For .cpp files of this room only.
template <class Json = nlohmann::ordered_json>
Json json_number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
nlohmann::ordered_json outcome_json(const Workload& workload, const Outcome& outcome);
nlohmann::ordered_json standing_json(const Standing& standing, const std::vector<Task>& tasks);
nlohmann::ordered_json question_json(const std::vector<Task>& tasks, const Circumstances& where);

}  // namespace headroom

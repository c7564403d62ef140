#include <cmath>
#include <nlohmann/json.hpp>

#include "report/figures.hpp"
#include "report/json_parts.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kVersion = 1;

Json number(double value) {
  return measured(value) ? Json(value) : Json(nullptr);
}

Json repeats_of(const Summary& s) {
  Json list = Json::array();
  for (const auto& r : s.repeats) {
    list.push_back({{"start_s", number(r.start_s)},
                    {"end_s", number(r.end_s)},
                    {"finished", r.finished},
                    {"work_instr", number(r.work_instr)},
                    {"graphics_flop", number(r.graphics_flop)},
                    {"graphics_b", number(r.graphics_b)},
                    {"storage_b", number(r.storage_b)},
                    {"clock_ghz", number(gigahertz(r.clock_hz))},
                    {"result", number(r.result)},
                    {"clamped", r.clamped}});
  }
  return list;
}

Json summary_of(const Summary& s) {
  Json j;
  j["length_s"] = number(s.length_s);
  j["result_first"] = number(s.result_first);
  j["result_sustained"] = number(s.result_sustained);
  j["clock_first_ghz"] = number(gigahertz(s.clock_first_hz));
  j["clock_sustained_ghz"] = number(gigahertz(s.clock_sustained_hz));
  j["graphics_clock_sustained_ghz"] = number(gigahertz(s.graphics_clock_sustained_hz));
  j["cpu_highest_c"] = number(celsius(s.cpu_highest_k));
  j["cpu_sustained_c"] = number(celsius(s.cpu_sustained_k));
  j["gpu_highest_c"] = number(celsius(s.gpu_highest_k));
  j["gpu_sustained_c"] = number(celsius(s.gpu_sustained_k));
  j["wall_mean_w"] = number(s.wall_mean_w);
  j["wall_sustained_w"] = number(s.wall_sustained_w);
  j["wall_highest_w"] = number(s.wall_highest_w);
  j["noise_sustained_dba"] = number(s.noise_sustained_dba);
  j["noise_highest_dba"] = number(s.noise_highest_dba);
  j["fan_sustained_rpm"] = number(s.fan_sustained_rpm);
  j["fan_highest_rpm"] = number(s.fan_highest_rpm);
  j["energy_j"] = number(s.energy_j);
  j["lost_to_heat_share"] = number(s.losses.to_heat);
  j["lost_to_power_share"] = number(s.losses.to_power);
  j["graphics_lost_to_heat_share"] = number(s.losses.graphics_to_heat);
  j["graphics_lost_to_power_share"] = number(s.losses.graphics_to_power);
  j["first_heat_loss_s"] = s.first_heat_loss_s ? number(*s.first_heat_loss_s) : Json(nullptr);
  j["shut_down"] = s.shut_down;
  j["shutdown_reason"] = s.shutdown_reason;
  j["missed_deadlines_share"] = number(s.missed_deadlines);
  j["warnings"] = s.warnings;
  j["ledger"] = {{"from_wall_j", number(s.ledger.from_wall_j)},
                 {"stored_j", number(s.ledger.stored_j)},
                 {"carried_off_j", number(s.ledger.carried_off_j)},
                 {"residual_share", number(s.ledger.residual())}};
  j["steps"] = s.steps;
  j["repeats"] = repeats_of(s);
  return j;
}

}  // namespace

std::string summary_json(const Machine& machine, const Workload& workload,
                         const Surroundings& surroundings, const RunResult& result) {
  Json j;
  j["format"] = "headroom-run";
  j["version"] = kVersion;
  const auto price = price_usd(machine);
  j["machine"] = {{"id", machine.id},
                  {"name", machine.name},
                  {"configuration", machine.configuration.text()},
                  {"changes", machine.configuration.changes_text()},
                  {"notes", machine.notes},
                  {"price_usd", price ? Json(*price) : Json(nullptr)}};
  j["workload"] = {{"id", workload.id}, {"name", workload.name}};
  if (workload.has_result) {
    j["workload"]["result"] = {{"metric", workload.result.metric}, {"unit", workload.result.unit}};
  }
  if (workload.uncertainty.stated()) {
    j["workload"]["prediction"] = uncertainty_json(workload.uncertainty);
    j["result_sustained_interval_90"] =
        interval_json(workload.uncertainty, result.summary.result_sustained);
  }
  j["surroundings"] = {{"room_c", number(celsius(surroundings.room_k))},
                       {"altitude_m", number(surroundings.altitude_m)},
                       {"dust_share", number(surroundings.dust)},
                       {"paste_ratio", number(surroundings.paste)},
                       {"wall_share", number(surroundings.wall)},
                       {"distance_m", number(surroundings.distance_m)},
                       {"room_floor_dba", number(surroundings.room_floor_dba)}};
  j["headline"] = headline(machine, workload, result);
  j["summary"] = summary_of(result.summary);
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headroom

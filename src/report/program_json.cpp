#include <nlohmann/json.hpp>

#include "report/json_parts.hpp"
#include "report/program_report.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

Json cycles_json(const ReplayCounts& mean) {
  Json json = {{"cycles_per_instruction", json_number(mean.cycles)}};
  for (const auto& part : cycle_parts()) json[part.key] = json_number(mean.*part.cycles);
  json["mispredicts_per_1000"] = json_number(1000 * mean.mispredicts);
  json["l1_misses_per_1000"] = json_number(1000 * mean.l1_misses);
  json["l2_misses_per_1000"] = json_number(1000 * mean.l2_misses);
  json["l3_misses_per_1000"] = json_number(1000 * mean.l3_misses);
  return json;
}

Json phases_json(const ProgramStudy& study) {
  Json list = Json::array();
  for (const auto& phase : study.phases) {
    Json one = {{"from_s", json_number(phase.from_s)},
                {"to_s", json_number(phase.to_s)},
                {"share", json_number(phase.share)},
                {"program", phase.program},
                {"thread", phase.thread}};
    one.update(cycles_json(phase.mean));
    list.push_back(std::move(one));
  }
  return list;
}

Json activity_json(const ProgramStudy& study) {
  Json list = Json::array();
  for (const auto& point : study.activity) {
    list.push_back({{"from_s", json_number(point.from_s)},
                    {"to_s", json_number(point.to_s)},
                    {"processors_at_work", json_number(point.busy)},
                    {"threads_in_line", json_number(point.in_line)},
                    {"resident_b", json_number(point.resident_b)},
                    {"read_b_per_s", json_number(point.read_b_per_s)},
                    {"written_b_per_s", json_number(point.written_b_per_s)}});
  }
  return list;
}

}  // namespace

std::string program_json(const ProgramStudy& study) {
  Json all = {{"format", "headroom-profile"}, {"version", 1}, {"command", study.command_words}};
  all["kind"] = study.kind;
  all["sentences"] = study.sentences;
  all["user_s"] = json_number(study.cpu_s - study.kernel_s);
  all["wall_s"] = json_number(study.wall_s);
  all["cpu_s"] = json_number(study.cpu_s);
  all["memory_b"] = json_number(study.memory_b);
  all["threads_most"] = study.threads_most;
  all["waiting_share"] = json_number(study.waiting);
  if (study.replayed()) {
    all["host"] = cycles_json(study.here.mean);
    all["host"]["processor"] = study.here.name;
    all["host"]["clock_hz"] = study.here.clock_hz;
    all["host"]["unanchored_cycles_per_instruction"] = json_number(study.unanchored_cpi);
    all["host"]["relative_error"] = json_number(study.sampling_error);
    all["prediction"] = uncertainty_json(study.uncertainty);
    for (const auto& view : study.views) {
      Json one = {{"processor", view.id},
                  {"clock_hz", view.clock_hz},
                  {"speed", json_number(view.relative)},
                  {"speed_interval_90", interval_json(study.uncertainty, view.relative)}};
      one.update(cycles_json(view.mean));
      all["processors"].push_back(std::move(one));
    }
    all["what_would_help"] = study.help;
    for (const auto& improvement : study.improvements) {
      all["improvements"].push_back({{"what", improvement.what},
                                     {"gain", json_number(improvement.gain)},
                                     {"estimated", improvement.estimated}});
    }
    for (const auto& step : study.cores) {
      all["cores"].push_back({{"cores", step.cores}, {"speed", json_number(step.speed)}});
    }
    all["phases"] = phases_json(study);
  }
  for (const auto& point : study.misses) {
    all["misses_by_cache_size"].push_back(
        {{"cache_b", json_number(point.size_b)}, {"misses_per_1000", json_number(point.misses)}});
  }
  all["activity"] = activity_json(study);
  all["observed"] = observed_json(study.observed);
  return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headroom

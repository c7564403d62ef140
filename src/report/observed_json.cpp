#include <algorithm>
#include <nlohmann/json.hpp>

#include "profile/observed_summary.hpp"
#include "report/json_parts.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kCallsListed = 10;

Json calls_json(const CallSummary& calls) {
  Json json = {{"per_million_instructions", json_number(calls.per_million)}};
  json["estimated"] = calls.all > 0 ? json_number(calls.all) : Json(nullptr);
  json["per_cpu_s"] = calls.per_cpu_s > 0 ? json_number(calls.per_cpu_s) : Json(nullptr);
  json["met_by_snapshots"] = calls.met;
  json["most_frequent"] = Json::array();
  for (std::size_t i = 0; i < std::min(kCallsListed, calls.kinds.size()); ++i) {
    const auto& kind = calls.kinds[i];
    json["most_frequent"].push_back({{"name", kind.name}, {"share", json_number(kind.share)}});
  }
  return json;
}

Json threads_json(const ObservedSummary& observed) {
  Json list = Json::array();
  for (const auto& thread : observed.threads) {
    list.push_back({{"name", thread.name},
                    {"cpu_s", json_number(thread.cpu_s)},
                    {"in_line_s", json_number(thread.more.ready_s)},
                    {"asleep_s", json_number(thread.more.asleep_s)},
                    {"switches_voluntary", thread.more.switches_voluntary},
                    {"switches_forced", thread.more.switches_forced}});
  }
  return list;
}

}  // namespace

Json observed_json(const ObservedSummary& observed) {
  if (!observed.known) return nullptr;
  const auto share = [&](double value) {
    return observed.lines_known ? json_number(value) : Json(nullptr);
  };
  Json json;
  json["asleep_share"] = share(observed.waits.asleep);
  json["in_line_share"] = share(observed.waits.in_line);
  json["drive_wait_share"] = share(observed.waits.drive);
  json["in_line_s"] = share(observed.in_line_s);
  json["switches"] = {{"voluntary", observed.switches_voluntary},
                      {"forced", observed.switches_forced},
                      {"share_seen", json_number(observed.switches_seen)}};
  json["drive"] = {{"read_b", observed.storage_read_b}, {"written_b", observed.storage_written_b}};
  const auto& counts = observed.counts;
  json["tcp"] = {{"sockets", counts.tcp_sockets},
                 {"sent_b", observed.tcp.sent_b},
                 {"received_b", observed.tcp.received_b},
                 {"loop_sent_b", observed.tcp.loop_sent_b},
                 {"loop_received_b", observed.tcp.loop_received_b}};
  json["uncounted"] = {{"udp_sockets", counts.udp_sockets},
                       {"tcp_sockets", counts.unknown_sockets},
                       {"tcp_b", counts.unknown_b},
                       {"all_programs_sent_b", counts.device_sent_b},
                       {"all_programs_received_b", counts.device_received_b},
                       {"all_programs_loop_b", counts.device_loop_b}};
  json["system_calls"] = counts.call_instructions > 0 ? calls_json(observed.calls) : Json(nullptr);
  json["threads"] = threads_json(observed);
  return json;
}

}  // namespace headroom

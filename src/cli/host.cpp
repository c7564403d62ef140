#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/common.hpp"
#include "cli/terminal.hpp"
#include "host/machine_file.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

double kib(double bytes) {
  return bytes / 1024;
}

/// What was measured, for people, on stderr.
void tell_table(const HostFindings& found) {
  const auto& facts = found.facts;
  const auto& levels = found.levels;
  const auto& m = found.measured;
  const double hz = found.clock_hz(false);
  tell("{}{}: {} cores, {} threads, {:.1f} GB\n", printable(facts.description.processor),
       facts.virtual_machine ? " (virtual machine)" : "", facts.cores, facts.cpus.size(),
       facts.memory_b * 1e-9);
  tell("core kind          {}\n",
       found.kind.exact
           ? found.kind.name
           : fmt::format("{}: {} of the catalogue is nearest",
                         found.kind.name.empty() ? "unknown" : found.kind.name, found.kind.id));
  for (const auto& clock : m.clocks) {
    tell("clock              {:.2f} GHz with {} thread{}\n", clock.hz * 1e-9, clock.threads,
         clock.threads == 1 ? "" : "s");
  }
  const auto level = [&](std::string_view name, double s, double b, double reported_b) {
    tell("{:<18} {:5.1f} ns {:6.1f} cycles  {:.0f} KiB in effect, {:.0f} KiB reported\n", name,
         s * 1e9, s * hz, kib(b), kib(reported_b));
  };
  level("first cache", levels.l1_s, levels.l1_b, facts.cache_b(1));
  level("second cache", levels.l2_s, levels.l2_b, facts.cache_b(2));
  if (levels.l3_b > 0) level("third cache", levels.l3_s, levels.l3_b, facts.cache_b(3));
  if (levels.l3_others_b_per_s > 0) {
    tell("                   of which others take their part, at {:.0f} GB/s\n",
         levels.l3_others_b_per_s * 1e-9);
  }
  tell("memory             {:5.1f} ns {:6.1f} cycles  {}\n", levels.memory_s * 1e9,
       levels.memory_s * hz, m.huge_pages ? "in pages of 2 MiB" : "in small pages");
  tell("page walk          {:5.1f} ns {:6.1f} cycles\n", m.walk_s * 1e9, m.walk_s * hz);
  tell("cpuid              {:5.2f} us {:6.0f} cycles\n", m.cpuid_s * 1e6, m.cpuid_s * hz);
  for (const auto& row : m.bandwidths) {
    tell("memory bandwidth   {:5.1f} GB/s with {} thread{}\n", row.b_per_s * 1e-9, row.threads,
         row.threads == 1 ? "" : "s");
  }
  if (m.loaded_w > 0) {
    tell("package power      {:.0f} W at rest, {:.0f} W with all cores adding\n", m.rest_w,
         m.loaded_w);
  }
  if (m.rest.temperature_k && m.loaded.temperature_k) {
    constexpr double kZeroCelsiusK = 273.15;
    tell("temperature        {:.0f} degC at rest, {:.0f} degC with all cores adding\n",
         *m.rest.temperature_k - kZeroCelsiusK, *m.loaded.temperature_k - kZeroCelsiusK);
  } else {
    tell("temperature        no sensor can be read here\n");
  }
  tell("assumed            power, silicon, drive and cooling; the file says what\n");
  if (found.busy()) {
    tell("warning: the computer was busy (load {:.1f} on {} processors): measure it at rest\n",
         m.load, facts.cpus.size());
  }
  if (found.price_usd <= 0) tell("price              not known; --price sets it\n");
}

Json sensor_json(const SensorReading& reading, double power_w) {
  const auto value = [](const std::optional<double>& v) { return v ? Json(*v) : Json(); };
  return {{"temperature_k", value(reading.temperature_k)},
          {"power_w", power_w > 0 ? Json(power_w) : Json()}};
}

Json to_json(const HostFindings& found, const std::string& file) {
  const auto& facts = found.facts;
  const auto& m = found.measured;
  const auto& levels = found.levels;
  Json json = {{"format", "headroom-host"},
               {"version", 1},
               {"date", found.date},
               {"processor", facts.description.processor},
               {"vendor", facts.vendor},
               {"family", facts.family},
               {"model", facts.model},
               {"stepping", facts.stepping},
               {"virtual_machine", facts.virtual_machine},
               {"cores", facts.cores},
               {"threads", facts.cpus.size()},
               {"memory_b", facts.memory_b},
               {"core_kind", found.kind.name},
               {"microarchitecture", found.kind.id},
               {"microarchitecture_exact", found.kind.exact},
               {"huge_pages", m.huge_pages},
               {"load", m.load}};
  for (const auto& row : m.clocks) {
    json["clocks"].push_back({{"threads", row.threads}, {"clock_hz", row.hz}});
  }
  const auto level = [&](double s, double b, double reported_b) {
    return Json{{"latency_s", s}, {"effective_b", b}, {"reported_b", reported_b}};
  };
  json["l1"] = level(levels.l1_s, levels.l1_b, facts.cache_b(1));
  json["l2"] = level(levels.l2_s, levels.l2_b, facts.cache_b(2));
  json["l3"] = levels.l3_b > 0 ? level(levels.l3_s, levels.l3_b, facts.cache_b(3)) : Json();
  json["l3_others_b_per_s"] = levels.l3_others_b_per_s;
  json["page_walk_s"] = m.walk_s;
  json["cpuid_s"] = m.cpuid_s;
  json["memory_latency_s"] = levels.memory_s;
  for (const auto& row : m.latencies) {
    json["latencies"].push_back({{"size_b", row.bytes}, {"latency_s", row.s}});
  }
  json["kept"] = Json::array();
  for (const auto& row : m.kept) {
    json["kept"].push_back({{"own_b", row.own_b}, {"s", row.s}, {"share", row.share}});
  }
  for (const auto& row : m.bandwidths) {
    json["bandwidths"].push_back({{"threads", row.threads}, {"bandwidth_b_per_s", row.b_per_s}});
  }
  json["rest"] = sensor_json(m.rest, m.rest_w);
  json["loaded"] = sensor_json(m.loaded, m.loaded_w);
  json["machine_file"] = file;
  return json;
}

int host_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  HostFindings found;
  found.date = today();
  const std::string& price = arguments.get("price");
  if (!price.empty()) found.price_usd = read_quantity("price", price, "USD", 0, 1e7);
  listen_for_interrupt();
  found.facts = read_facts();
  found.kind =
      core_kind(found.facts.vendor, found.facts.family, found.facts.model, found.facts.stepping);
  {
    ProgressLine line("measuring");
    MeasureOptions options;
    options.quick = arguments.flag("quick");
    options.stopped = interrupted;
    options.progress = line.callback();
    found.measured = measure(found.facts, options);
    found.correct_cores();
  }
  if (!found.measured.complete) {
    tell("stopped: nothing is written\n");
    return 1;
  }
  found.levels =
      find_levels(found.measured.latencies, reported_caches(found.facts, found.kind, library),
                  found.measured.kept);
  const std::string file = machine_file(found, library);
  tell_table(found);
  if (arguments.flag("json")) {
    fmt::print("{}\n", to_json(found, file).dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{}", file);
  }
  return 0;
}

}  // namespace

extern const Command kHostCommand;
const Command kHostCommand{
    .name = "host",
    .summary = "measure this computer and print a machine file of it",
    .operands = "",
    .options = {{"quick", "", "two seconds instead of ten, and less sure", ""},
                {"price", "USD", "what it cost, for comparisons by price", ""},
                {"json", "", "print what was measured as JSON, the file within", ""},
                catalog_option()},
    .examples =
        "  headroom host > this-host.toml\n"
        "  headroom run this-host.toml compile\n"
        "  headroom compare imac-pro-2017 this-host.toml --workload compile\n",
    .run = host_command,
};

}  // namespace headroom

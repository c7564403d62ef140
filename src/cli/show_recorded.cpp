#include "cli/show_recorded.hpp"

#include <fmt/core.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/common.hpp"
#include "cli/own_workload.hpp"
#include "cli/terminal.hpp"
#include "compute/parts.hpp"
#include "profile/describe.hpp"
#include "profile/profile_file.hpp"
#include "replay/character_study.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

/// One of each family, from the slowest to the fastest of the iMac Pro's time.
const std::vector<std::string> kShown{"xeon-e5-1680v2", "core-i7-7700k", "xeon-w-2140b",
                                      "xeon-w-2191b",   "core-i9-9900k", "core-i9-10910",
                                      "xeon-w-3275m"};
constexpr const char* kAsked = "xeon-w-2140b";  ///< whose improvements are told
constexpr double kWorthTelling = 0.005;

struct Part {
  const char* name;
  char letter;
  double ReplayCounts::*cycles;
};
constexpr Part kStack[] = {
    {"work", '#', &ReplayCounts::base},          {"branches", 'b', &ReplayCounts::branch},
    {"fetching code", 'c', &ReplayCounts::code}, {"pages", 'p', &ReplayCounts::pages},
    {"second cache", '2', &ReplayCounts::l2},    {"third cache", '3', &ReplayCounts::l3},
    {"memory", 'm', &ReplayCounts::memory},
};

/// A bar of `width` letters that shows where a core's cycles go.
std::string bar(const ReplayCounts& mean, int width) {
  std::string text;
  double sum = 0;
  for (const auto& part : kStack) {
    sum += mean.*part.cycles / mean.cycles;
    const auto until = static_cast<std::size_t>(std::lround(sum * width));
    if (until > text.size()) text.resize(until, part.letter);
  }
  return text;
}

void print_views(const std::vector<ProcessorView>& views) {
  say("\nOne thread of it, cool, at each processor's turbo clock (1.00x: as recorded)\n\n");
  say("  {:<22}{:>6}{:>7}{:>7}  {}\n", "processor", "speed", "GHz", "IPC", "where its cycles go");
  for (const auto& view : views) {
    say("  {:<22}{:>5.2f}x{:>7.2f}{:>7.2f}  {}\n", view.name, view.relative, view.clock_hz * 1e-9,
        1 / view.mean.cycles, bar(view.mean, 40));
  }
  std::string key;
  for (const auto& part : kStack) key += fmt::format("  {} {}", part.letter, part.name);
  say("\n {}\n", key);
}

void print_improvements(const std::vector<Improvement>& all, const std::string& name) {
  say("\nWhat would help most on a {}\n\n", name);
  for (const auto& improvement : all) {
    if (improvement.gain >= kWorthTelling) {
      say("  {:>4.0f} %  {}\n", 100 * improvement.gain, improvement.what);
    }
  }
}

Json to_json(const ReplayCounts& mean) {
  Json json = {{"cycles_per_instruction", mean.cycles}};
  for (const auto& part : kStack) json[part.name] = mean.*part.cycles;
  json["mispredicts_per_1000"] = 1000 * mean.mispredicts;
  json["l1_misses_per_1000"] = 1000 * mean.l1_misses;
  json["l2_misses_per_1000"] = 1000 * mean.l2_misses;
  json["l3_misses_per_1000"] = 1000 * mean.l3_misses;
  return json;
}

}  // namespace

int show_recorded(const Arguments& arguments, const std::string& path) {
  const bool json = arguments.flag("json");
  const Profile profile = read_profile(path);
  if (!json) say("{}", describe(profile));
  const std::string& host = arguments.get("host");
  const bool replayed = profile.isa.empty() && !profile.snapshots.empty() &&
                        (!profile.host.pace.core.empty() || !host.empty());
  if (!replayed) {
    if (json) {
      throw InputError(fmt::format("{}: nothing in it can be replayed", path),
                       "leave --json out to see what it holds");
    }
    return 0;
  }
  const Library library = open_library(arguments);
  const RecordedProgram program = open_recorded(library, path, host);
  const auto views = view_on(library, *program.code, kShown);
  const Processor asked = read_processor(library, kAsked);
  const auto better = improvements(*program.code, asked);
  if (!json) {
    print_views(views);
    print_improvements(better, asked.name);
    return 0;
  }
  Json all = {{"format", "headroom-profile"}, {"version", 1}, {"command", profile.command}};
  all["host"] = to_json(program.code->host().mean);
  all["host"]["cycles_per_instruction"] = program.code->host().cpi;
  all["host"]["processor"] = profile.host.processor;
  all["host"]["clock_hz"] = program.code->host_instr_per_s() * program.code->host().cpi;
  all["host"]["relative_error"] = program.code->host().error;
  all["user_s"] = profile.totals.user_s;
  for (const auto& view : views) {
    Json one = {{"processor", view.id}, {"clock_hz", view.clock_hz}, {"speed", view.relative}};
    one.update(to_json(view.mean));
    all["processors"].push_back(std::move(one));
  }
  for (const auto& improvement : better) {
    all["improvements"].push_back({{"what", improvement.what}, {"gain", improvement.gain}});
  }
  fmt::print("{}\n", all.dump(2, ' ', false, Json::error_handler_t::replace));
  return 0;
}

}  // namespace headroom

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/series.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMostOthers = 40;
constexpr double kLevels = 4000;  ///< steps that a channel's range is told apart in

/// Whole multiples of `quantum`, each as its difference from the one before, a
/// difference of 0 as nothing: long plateaus become runs of commas.
std::string packed_steps(const std::vector<double>& values, double quantum) {
  std::string text;
  long long before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += ',';
    if (!measured(values[i])) {
      text += 'x';
      continue;
    }
    const long long now = std::llround(values[i] / quantum);
    if (now != before) fmt::format_to(std::back_inserter(text), "{}", now - before);
    before = now;
  }
  return text;
}

/// Distances of an extreme from the mean, as multiples of `quantum`; all 0: "".
std::string packed_distances(const std::vector<double>& mean, const std::vector<double>& extreme,
                             double quantum) {
  std::string text;
  bool any = false;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (i > 0) text += ',';
    if (!measured(mean[i]) || !measured(extreme[i])) continue;
    const long long by =
        std::llabs(std::llround(extreme[i] / quantum) - std::llround(mean[i] / quantum));
    if (by != 0) {
      fmt::format_to(std::back_inserter(text), "{}", by);
      any = true;
    }
  }
  return any ? text : std::string();
}

Json packed(const Trace& trace, std::size_t channel, std::size_t points, double scale = 1) {
  const Series s = thin(trace, channel, points, scale);
  double low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < s.size(); ++i) {
    low = std::fmin(low, s.low[i]);
    high = std::fmax(high, s.high[i]);
  }
  const double range = high > low ? high - low : std::max(std::fabs(high), 1e-3);
  const int decimals =
      measured(range) ? std::clamp(static_cast<int>(std::ceil(std::log10(kLevels / range))), -9, 9)
                      : 0;
  const double quantum = std::pow(10.0, -decimals);
  return {{"width", s.width_s},
          {"end", s.end_s},
          {"decimals", decimals},
          {"mean", packed_steps(s.mean, quantum)},
          {"low", packed_distances(s.mean, s.low, quantum)},
          {"high", packed_distances(s.mean, s.high, quantum)}};
}

Json strips_json(std::span<const ReportRun> runs, const std::vector<Strip>& strips) {
  Json list = Json::array();
  for (const auto& strip : strips) {
    Json curves = Json::array();
    for (const auto& c : strip.curves) {
      curves.push_back({{"run", c.run},
                        {"channel", runs[c.run].result->trace.channels()[c.channel].name},
                        {"label", c.label},
                        {"colour", c.colour},
                        {"dash", c.dash}});
    }
    list.push_back({{"title", strip.title},
                    {"unit", strip.unit},
                    {"decimals", strip.decimals},
                    {"zero", strip.from_zero},
                    {"height", strip.height_px},
                    {"curves", std::move(curves)}});
  }
  return list;
}

}  // namespace

std::string page_data(std::span<const ReportRun> runs, const std::vector<Strip>& strips,
                      std::size_t points) {
  const auto others = other_channels(runs, strips, kMostOthers);
  Json page;
  page["end"] = end_of(runs);
  page["strips"] = strips_json(runs, strips);
  page["others"] = Json::array();
  for (const auto& name : others) {
    const Trace& trace = runs[0].result->trace;
    const auto& channel = trace.channels()[trace.find(name)];
    page["others"].push_back(
        {{"name", name}, {"unit", channel.unit}, {"meaning", channel.meaning}});
  }
  page["marks"] = Json::array();
  for (const auto& mark : choose_marks(runs)) {
    page["marks"].push_back({{"time", mark.time_s}, {"label", mark.label}});
  }
  page["pauses"] = Json::array();
  for (const auto& pause : choose_pauses(runs)) {
    page["pauses"].push_back({pause.from_s, pause.to_s});
  }
  page["runs"] = Json::array();
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const Trace& trace = runs[run].result->trace;
    Json channels = Json::object();
    for (const auto& strip : strips) {
      for (const auto& c : strip.curves) {
        if (c.run == run)
          channels[trace.channels()[c.channel].name] = packed(trace, c.channel, points, c.scale);
      }
    }
    for (const auto& name : others) {
      if (trace.has(name)) channels[name] = packed(trace, trace.find(name), points * 3 / 10);
    }
    page["runs"].push_back({{"label", run_label(runs[run])},
                            {"letter", runs.size() > 1 ? run_letter(run) : ""},
                            {"colour", run_colour(run)},
                            {"dash", run_dash(run)},
                            {"channels", std::move(channels)}});
  }
  return script_safe(page.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace headroom

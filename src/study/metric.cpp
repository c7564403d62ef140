#include "study/metric.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace headroom {
namespace {

/// Endings of metrics' names, the longer first where one ends in another.
constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
    {"_gb_s", "GB/s"}, {"_kh_s", "kH/s"}, {"_ghz", "GHz"}, {"_rpm", "rpm"}, {"_dba", "dBA"},
    {"_ns", "ns"},     {"_w", "W"},       {"_c", "degC"},  {"_s", "s"}};

constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {{"degc", "degC"},
                                                                        {"°c", "degC"},
                                                                        {"c", "degC"},
                                                                        {"celsius", "degC"},
                                                                        {"deg c", "degC"},
                                                                        {"dba", "dBA"},
                                                                        {"db(a)", "dBA"},
                                                                        {"db", "dBA"},
                                                                        {"s", "s"},
                                                                        {"sec", "s"},
                                                                        {"seconds", "s"},
                                                                        {"w", "W"},
                                                                        {"watt", "W"},
                                                                        {"watts", "W"},
                                                                        {"ghz", "GHz"},
                                                                        {"rpm", "rpm"},
                                                                        {"gb/s", "GB/s"},
                                                                        {"kh/s", "kH/s"},
                                                                        {"ns", "ns"},
                                                                        {"gflop/s", "GFLOP/s"},
                                                                        {"gflops", "GFLOP/s"},
                                                                        {"points", "points"},
                                                                        {"point", "points"},
                                                                        {"pts", "points"},
                                                                        {"1", "1"},
                                                                        {"", "1"},
                                                                        {"ms", "ms"},
                                                                        {"us", "us"},
                                                                        {"min", "min"},
                                                                        {"h", "h"},
                                                                        {"mhz", "MHz"},
                                                                        {"hz", "Hz"},
                                                                        {"mb/s", "MB/s"},
                                                                        {"mw", "mW"},
                                                                        {"kw", "kW"},
                                                                        {"k", "K"},
                                                                        {"°f", "degF"},
                                                                        {"f", "degF"},
                                                                        {"degf", "degF"},
                                                                        {"tflop/s", "TFLOP/s"},
                                                                        {"mh/s", "MH/s"},
                                                                        {"h/s", "H/s"},
                                                                        {"j", "J"},
                                                                        {"v", "V"}};

}  // namespace

Scale scale_of(std::string_view unit) {
  const std::string usual = usual_unit(unit);
  if (usual == "degC") return Scale::degrees;
  if (usual == "dBA") return Scale::decibels;
  return Scale::ratio;
}

std::string base_metric(std::string_view metric) {
  if (metric.starts_with("run1_")) metric.remove_prefix(5);
  if (metric.ends_with("_mean")) metric.remove_suffix(5);
  if (metric.ends_with("_max")) metric.remove_suffix(4);
  return std::string(metric);
}

std::string unit_of_metric(std::string_view metric) {
  const std::string base = base_metric(metric);
  if (base == "score") return "points";
  if (base == "gflops") return "GFLOP/s";
  for (const auto& [ending, unit] : kEndings) {
    if (base.ends_with(ending)) return std::string(unit);
  }
  return {};
}

std::string usual_unit(std::string_view unit) {
  std::string lower(unit);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [spelling, usual] : kSpellings) {
    if (lower == spelling) return std::string(usual);
  }
  return {};
}

}  // namespace headroom

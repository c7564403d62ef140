#include "host/sensors.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace headroom {
namespace {

namespace fs = std::filesystem;
constexpr double kZeroCelsiusK = 273.15;

std::string text_in(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// A whole number in thousandths or millionths, as the kernel gives it.
std::optional<double> number_in(const fs::path& path, double scale) {
  const std::string text = text_in(path);
  long long value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{}) return std::nullopt;
  return static_cast<double>(value) * scale;
}

void read_temperature(const fs::path& chip, SensorReading& reading) {
  const std::string name = text_in(chip / "name");
  if (name != "coretemp" && name != "k10temp" && name != "zenpower") return;
  constexpr double kPlausibleK = 200;
  // temp1 is the package on Intel's and the control temperature on AMD's.
  const auto celsius = number_in(chip / "temp1_input", 1e-3);
  if (!celsius || *celsius + kZeroCelsiusK < kPlausibleK) return;
  const double kelvin = *celsius + kZeroCelsiusK;
  reading.temperature_k = std::max(kelvin, reading.temperature_k.value_or(0));
  if (const auto limit = number_in(chip / "temp1_crit", 1e-3)) {
    reading.limit_k = *limit + kZeroCelsiusK;
  }
}

void add(std::optional<double>& sum, const std::optional<double>& value) {
  if (value && *value > 0) sum = sum.value_or(0) + *value;
}

/// A package is "intel-rapl:0"; its parts, "intel-rapl:0:1", are counted in it.
bool is_package(const std::string& name) {
  constexpr std::string_view kPrefix = "intel-rapl:";
  return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
         std::all_of(name.begin() + kPrefix.size(), name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

SensorReading read_sensors(const std::string& root) {
  SensorReading reading;
  std::error_code status;
  for (const auto& chip : fs::directory_iterator(root + "/sys/class/hwmon", status)) {
    read_temperature(chip.path(), reading);
  }
  for (const auto& zone : fs::directory_iterator(root + "/sys/class/powercap", status)) {
    if (!is_package(zone.path().filename().string())) continue;
    if (!text_in(zone.path() / "name").starts_with("package")) continue;
    add(reading.energy_j, number_in(zone.path() / "energy_uj", 1e-6));
    add(reading.sustained_w, number_in(zone.path() / "constraint_0_power_limit_uw", 1e-6));
    add(reading.short_term_w, number_in(zone.path() / "constraint_1_power_limit_uw", 1e-6));
  }
  return reading;
}

}  // namespace headroom

#include "study/setup.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <vector>

#include "base/units.hpp"

namespace headroom {
namespace {

constexpr double kZeroCelsiusK = 273.15;
constexpr double kAfterReadingS = 5;  ///< a run goes on so long after the last reading
constexpr double kRepeatsWithoutEnd = 1e6;

struct Key {
  std::string name;
  std::string expected;  ///< in words, for the reason
  /// Puts the value where it belongs; false when it is not of the expected form.
  std::function<bool(RowSetup&, const std::string&)> set;
};

bool number(const std::string& text, double low, double high, double& value) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
}

bool count(const std::string& text, double high, double& value) {
  return number(text, 1, high, value) && value == std::floor(value);
}

bool bytes(const std::string& text, double& value) {
  if (number(text, 1, 1e18, value)) return true;
  try {
    value = parse_quantity(text, parse_unit("B"));
    return value >= 1 && value <= 1e18;
  } catch (const InputError&) {
    return false;
  }
}

bool display(const std::string& text, std::optional<double>& brightness) {
  double value = 0;
  if (text == "on") return true;  // as bright as the workload says
  if (text == "off") {
    brightness = 0;
  } else if (number(text, 0, 1, value)) {
    brightness = value;
  }
  return brightness.has_value();
}

bool threads(RowSetup& setup, const std::string& text) {
  double value = 0;
  const bool good = count(text, 4096, value);
  setup.options.threads = static_cast<int>(value);
  return good;
}

std::vector<Key> make_keys() {
  const auto into = [](auto place, double low, double high) {
    return [=](RowSetup& setup, const std::string& text) {
      return number(text, low, high, place(setup));
    };
  };
  return {
      {"ambient_c", "degC between -40 and 60",
       [](RowSetup& setup, const std::string& text) {
         double value = 0;
         const bool good = number(text, -40, 60, value);
         setup.surroundings.room_k = value + kZeroCelsiusK;
         return good;
       }},
      {"repeat", "a number of runs from 1 on",
       [](RowSetup& setup, const std::string& text) {
         return count(text, 1e6, setup.options.repeat);
       }},
      {"threads", "a number of threads from 1 on", threads},
      {"ranks", "a number of processes from 1 on, one a core", threads},
      {"bytes", "a size such as 1GB or 512MiB",
       [](RowSetup& setup, const std::string& text) { return bytes(text, setup.options.bytes); }},
      {"at_s", "seconds from 0 on", into([](RowSetup& s) -> double& { return s.at_s; }, 0, 1e7)},
      {"for_s", "seconds above 0",
       into([](RowSetup& s) -> double& { return s.options.for_s; }, 1e-3, 1e7)},
      {"fan_rpm", "rpm from 0 on",
       into([](RowSetup& s) -> double& { return s.options.fan_rpm; }, 0, 1e5)},
      {"distance_m", "metres between 0.01 and 100",
       into([](RowSetup& s) -> double& { return s.surroundings.distance_m; }, 0.01, 100)},
      {"room_floor_dba", "dBA between -20 and 120",
       into([](RowSetup& s) -> double& { return s.surroundings.room_floor_dba; }, -20, 120)},
      {"altitude_m", "metres between -500 and 9000",
       into([](RowSetup& s) -> double& { return s.surroundings.altitude_m; }, -500, 9000)},
      {"os", "the name of an operating system",
       [](RowSetup& setup, const std::string& text) {
         setup.options.os = text;
         return !text.empty();
       }},
      {"display", "on, off, or brightness as a share of 1",
       [](RowSetup& setup, const std::string& text) { return display(text, setup.display); }},
      {"gpus", "a number of graphics processors from 1 on",
       [](RowSetup& setup, const std::string& text) {
         double value = 0;
         const bool good = count(text, 64, value);
         setup.options.gpus = static_cast<int>(value);
         return good;
       }},
  };
}

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = make_keys();
  return kKeys;
}

}  // namespace

RowSetup read_setup(const std::map<std::string, std::string>& setup) {
  RowSetup result;
  for (const auto& [name, text] : setup) {
    const Key* found = nullptr;
    std::vector<std::string> known;
    for (const auto& key : keys()) {
      known.push_back(key.name);
      if (key.name == name) found = &key;
    }
    if (found == nullptr) {
      result.reason = fmt::format("the twin knows no setup '{}': {}", name, suggest(name, known));
      return result;
    }
    if (!found->set(result, text)) {
      result.reason = fmt::format("setup {} = '{}' is not {}", name, text, found->expected);
      return result;
    }
  }
  if (setup.contains("threads") && setup.contains("ranks")) {
    result.reason = "the setup gives both threads and ranks";
  }
  if (result.at_s >= 0) {
    if (result.options.for_s > 0 && result.options.for_s < result.at_s) {
      result.reason = "the reading comes after the end of the run";
    }
    if (result.options.for_s == 0) result.options.for_s = result.at_s + kAfterReadingS;
    if (result.options.repeat == 0) result.options.repeat = kRepeatsWithoutEnd;
  }
  return result;
}

std::vector<std::string> known_systems(const Workload& workload) {
  std::vector<std::string> known = {"macos", "windows", "linux"};
  for (const auto& phase : workload.phases) {
    for (const auto& [name, efficiency] : phase.graphics.system_efficiency) {
      if (std::ranges::find(known, name) == known.end()) known.push_back(name);
    }
  }
  return known;
}

std::string system_doubt(const Workload& workload, const std::string& system) {
  const bool doubt = std::ranges::any_of(workload.phases, [&](const Phase& phase) {
    const auto& systems = phase.graphics.system_efficiency;
    return !systems.empty() && !systems.contains(system);
  });
  if (!doubt) return {};
  return fmt::format(
      "{} depends on the operating system but says nothing of {}: it ran as if that cost nothing",
      workload.id, system);
}

}  // namespace headroom

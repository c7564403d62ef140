#include "report/figures.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "report/program_report.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string result_name(const Result& result) {
  std::string name = result.metric.empty() ? "result" : result.metric;
  if (name == "time_s") return "time";
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

Figure result_figure(const Workload& workload, const Summary& s) {
  const auto& r = workload.result;
  Figure f{"result", result_name(r), s.result_sustained, -4, r.unit, {}, r.kind == "time" ? -1 : 1};
  if (s.repeats.size() > 1 && measured(s.result_first)) {
    f.note = significant(s.result_first, 4, r.unit) + " at first";
  }
  if (workload.uncertainty.stated() && r.unit == "s") {
    f.note += fmt::format("{}nine times in ten {}", f.note.empty() ? "" : "; ",
                          time_interval(workload.uncertainty, s.result_sustained));
  }
  return f;
}

void add_clocks(std::vector<Figure>& out, const Machine& m, const Workload& w, const Summary& s) {
  Figure f{"clock", "processor clock", gigahertz(s.clock_sustained_hz), 2, "GHz", {}, 1};
  const double first = gigahertz(s.clock_first_hz);
  if (measured(first) && measured(f.value)) f.note = quantity(first, 2, "GHz in the first 10 s");
  if (uses_processor(w) || measured(f.value)) out.push_back(f);
  if (m.gpus.empty() || !uses_graphics(w)) return;
  out.push_back({"graphics_clock",
                 "graphics clock",
                 gigahertz(s.graphics_clock_sustained_hz),
                 2,
                 "GHz",
                 {},
                 1});
}

void add_temperatures(std::vector<Figure>& out, const Machine& m, const Summary& s) {
  const auto add = [&](const char* id, const char* name, double sustained_k, double highest_k) {
    Figure f{id, name, celsius(sustained_k), 0, "degC", {}, -1};
    if (measured(celsius(highest_k))) f.note = "at most " + quantity(celsius(highest_k), 0, "degC");
    out.push_back(f);
  };
  add("cpu_temperature", "processor temperature", s.cpu_sustained_k, s.cpu_highest_k);
  if (!m.gpus.empty()) {
    add("gpu_temperature", "graphics temperature", s.gpu_sustained_k, s.gpu_highest_k);
  }
}

}  // namespace

std::string Figure::number() const {
  return decimals < 0 ? significant(value, -decimals) : quantity(value, decimals);
}

std::string Figure::text() const {
  return measured(value) && !unit.empty() ? number() + " " + unit : number();
}

std::vector<Figure> key_figures(const Machine& machine, const Workload& workload,
                                const Surroundings& surroundings, const RunResult& result) {
  const Summary& s = result.summary;
  std::vector<Figure> out;
  if (workload.has_result) out.push_back(result_figure(workload, s));
  add_clocks(out, machine, workload, s);
  add_temperatures(out, machine, s);

  Figure noise{"noise", "noise", s.noise_sustained_dba, 0, "dBA", {}, -1};
  if (measured(noise.value)) {
    noise.note =
        fmt::format("{} at {}", noise_word(noise.value), plain(surroundings.distance_m, "m"));
  }
  out.push_back(noise);
  Figure fan{"fan", "fan speed", s.fan_sustained_rpm, 0, "rpm", {}, 0};
  if (measured(s.fan_highest_rpm)) fan.note = "at most " + quantity(s.fan_highest_rpm, 0, "rpm");
  out.push_back(fan);
  Figure wall{"wall", "wall power", s.wall_sustained_w, 0, "W", {}, -1};
  if (measured(s.wall_highest_w)) wall.note = "at most " + quantity(s.wall_highest_w, 0, "W");
  out.push_back(wall);
  const bool small = !(s.energy_j >= 3600);
  out.push_back({"energy", "energy", small ? s.energy_j : s.energy_j / 3600, -3, small ? "J" : "Wh",
                 "in " + duration(s.length_s), -1});
  if (const auto price = price_usd(machine)) {
    const std::string day = machine.offer.first_day(machine.configuration);
    out.push_back({"price", "price", *price, 0, "USD",
                   day.empty() ? std::string() : "on sale from " + day, -1});
  }
  return out;
}

bool uses_graphics(const Workload& workload) {
  return std::ranges::any_of(workload.phases, [](const auto& p) { return p.demands_graphics(); });
}

bool uses_processor(const Workload& workload) {
  return std::ranges::any_of(workload.phases, [](const auto& p) { return p.demands_processor(); });
}

std::vector<std::string> unrepeated(const std::vector<std::string>& texts) {
  std::vector<std::string> once;
  for (const auto& text : texts) {
    if (std::ranges::find(once, text) == once.end()) once.push_back(text);
  }
  return once;
}

std::optional<double> price_usd(const Machine& machine) {
  if (machine.offer.base_prices.empty()) return std::nullopt;
  try {
    const double price = machine.price_usd();
    if (measured(price) && machine.price_known()) return price;
  } catch (const InputError&) {
    // A user's own machine may hold options that nobody ever sold.
  }
  return std::nullopt;
}

std::string heat_loss(const Machine& machine, const Workload& workload, const Summary& summary) {
  const Losses& l = summary.losses;
  const bool graphics = !machine.gpus.empty() && uses_graphics(workload) && l.graphics_to_heat > 0;
  const bool processor = l.to_heat > 0;
  const std::string since =
      summary.first_heat_loss_s ? " after " + duration(*summary.first_heat_loss_s) : "";
  if (graphics && processor) {
    return fmt::format("processor loses {} and graphics {} to heat, first{}", percent(l.to_heat),
                       percent(l.graphics_to_heat), since.empty() ? " at once" : since);
  }
  if (graphics)
    return fmt::format("graphics loses {} to heat{}", percent(l.graphics_to_heat), since);
  if (processor) return fmt::format("loses {} to heat{}", percent(l.to_heat), since);
  if (!measured(l.to_heat)) return "loss to heat not measured";
  if (!since.empty()) return "loses next to nothing to heat, first" + since;
  return "loses nothing to heat";
}

}  // namespace headroom

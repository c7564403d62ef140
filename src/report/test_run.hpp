#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "report/report.hpp"

namespace headroom {

/// A made-up run for tests of the report: the curves look like a machine that
/// warms up, clamps and settles, but nothing was simulated. Holds everything that
/// a ReportRun points to.
struct TestRun {
  Machine machine;
  Workload workload;
  Surroundings surroundings;
  RunResult result;

  ReportRun report(std::string label = {}) const {
    return {&machine, &workload, &surroundings, &result, std::move(label)};
  }
};

namespace test_run_detail {

inline Option option(std::string slot, std::string id, std::string name, bool base, double usd) {
  Option o;
  o.slot = std::move(slot);
  o.id = std::move(id);
  o.name = std::move(name);
  o.base = base;
  if (!base) o.prices = {{"2017-12-14", usd}};
  return o;
}

inline void describe(TestRun& run, bool with_graphics) {
  Machine& m = run.machine;
  m.id = "sample-machine";
  m.name = "Sample Machine (2017)";
  m.summary = "A machine that exists only to test reports.";
  m.offer.machine = m.id;
  m.offer.name = m.name;
  m.offer.from = "2017-12-14";
  m.offer.to = "2021-03-19";
  m.offer.base_prices = {{"2017-12-14", 4999}};
  m.offer.options = {option("cpu", "eight", "8 cores, 3.2 GHz", true, 0),
                     option("cpu", "ten", "10 cores, 3.0 GHz", false, 800),
                     option("memory", "32gb", "32 GB ECC, 2666 MT/s", true, 0)};
  m.configuration.machine = m.id;
  m.configuration.options = {{"cpu", "ten"}, {"memory", "32gb"}};
  if (with_graphics) {
    m.gpus.resize(1);
    m.offer.options.push_back(option("gpu", "big", "Big Graphics, 16 GB", false, 600));
    m.configuration.options["gpu"] = "big";
  }
  m.provenance = {
      {"cooling.fan.speed_max", "2500 rpm", "fastest speed", "https://example.org/fans?a=1&b=2",
       12},
      {"cooling.fan.diameter", "0.12 m", "of the wheel", "assumed: from a photograph", 13},
      {"cooling.paste.resistance", "0.031 K/W", "die to base", "fitted: 4 temperatures, 2 machines",
       20},
      {"supply.efficiency", "0.9", "at half load", "derived: from two readings at the wall", 31},
      {"board.idle", "14 W", "at rest", "memory: an old review", 40}};
  Workload& w = run.workload;
  w.id = "sample-render";
  w.name = "Sample Render";
  w.summary = "Renders one picture again and again on every thread.";
  w.basis = "made up for tests";
  w.has_result = true;
  w.result = {"score", "points", "rate", 1};
  w.phases.resize(1);
  w.phases[0].processor.work_instr = 1e12;
  if (with_graphics) w.phases[0].graphics.work_flop = 1e12;
}

inline void fill_summary(TestRun& run, double length_s, double clock_ghz, double sink_k) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  Summary& s = run.result.summary;
  const bool graphics = !run.machine.gpus.empty();
  s.length_s = length_s;
  s.clock_first_hz = 4.3e9;
  s.clock_sustained_hz = clock_ghz * 1e9;
  s.graphics_clock_sustained_hz = graphics ? 1.21e9 : kNaN;
  s.cpu_highest_k = 368.4;
  s.cpu_sustained_k = 367.15;
  s.gpu_highest_k = graphics ? 352 : kNaN;
  s.gpu_sustained_k = graphics ? 349 : kNaN;
  s.wall_mean_w = s.wall_sustained_w = 231;
  s.wall_highest_w = 318;
  s.noise_sustained_dba = 24.6;
  s.noise_highest_dba = 27;
  s.fan_sustained_rpm = 1540;
  s.fan_highest_rpm = 1690;
  s.energy_j = 231 * length_s;
  s.losses = {0.041, 0.023, graphics ? 0.011 : 0, 0};
  s.first_heat_loss_s = 68;
  s.ledger = {s.energy_j, 120 * (sink_k - 295), s.energy_j - 120 * (sink_k - 295) - 1e-4};
  s.steps = 184213;
  const int repeats = 10;
  for (int i = 0; i < repeats; ++i) {
    Repeat r;
    r.start_s = i * length_s / repeats;
    r.end_s = (i + 1) * length_s / repeats - 1;
    r.finished = true;
    r.clock_hz = (clock_ghz + 0.45 * std::exp(-i / 1.6)) * 1e9;
    r.result = r.clock_hz * 5.6e-7;
    r.clamped = i > 0;
    s.repeats.push_back(r);
    run.result.trace.events.push_back(
        {r.end_s, "repeat", "pass " + std::to_string(i + 1) + " ended"});
  }
  s.result_first = s.repeats.front().result;
  s.result_sustained = s.repeats.back().result;
}

}  // namespace test_run_detail

/// `clock_ghz` is where the clock settles; `length_s` how long it runs.
inline TestRun make_test_run(double length_s = 600, double clock_ghz = 3.81,
                             bool with_graphics = true) {
  TestRun run;
  test_run_detail::describe(run, with_graphics);
  std::vector<Channel> channels = {{"cpu.clock", "GHz", "mean clock of the cores awake"},
                                   {"cpu.ceiling", "GHz", "what limits allow"},
                                   {"cpu.temperature", "degC", "hottest core"},
                                   {"cpu.power", "W", "package"},
                                   {"fan.speed", "rpm", "speed of the fans"},
                                   {"noise.level", "dBA", "at the listener"},
                                   {"wall.power", "W", "drawn from the wall"},
                                   {"temperature.sink", "degC", "temperature of the node"},
                                   {"temperature.board", "degC", "temperature of the node"}};
  if (with_graphics) {
    channels.push_back({"gpu.clock", "MHz", "clock of the graphics"});
    channels.push_back({"gpu.temperature", "degC", "edge of the die"});
    channels.push_back({"gpu.power", "W", "package"});
  }
  Trace trace(channels, 0.1);
  double sink_k = 303;
  const double step_s = 0.05;
  const auto steps = static_cast<long>(length_s / step_s);
  for (long i = 1; i <= steps; ++i) {
    const double t = static_cast<double>(i) * step_s;
    const double ripple = std::sin(t * 1.9) + std::sin(t * 7.3);
    const double pass = std::fmod(t, length_s / 10);
    const bool works = pass < length_s / 10 - 1;
    const double warm = 1 - std::exp(-t / 70);
    const double clock = works ? std::max(clock_ghz + 0.02 * ripple, 4.3 - 0.55 * warm) : 1.2;
    const double power = works ? 92 * std::pow(clock / 3.81, 2.2) : 14;
    sink_k += step_s * (power - 1.75 * (sink_k - 297)) / 160;
    const double core = std::min(95.0, sink_k - 273.15 + 0.36 * power + ripple);
    const double graphics = works ? 70 + 3 * ripple : 12;
    const double rpm = 1100 + 500 * std::clamp((sink_k - 320) / 20, 0.0, 1.0);
    std::vector<double> values = {clock,
                                  4.3 - 0.5 * warm,
                                  core,
                                  power,
                                  rpm,
                                  17 + 50 * std::log10(rpm / 1100),
                                  52 + 1.22 * power + (with_graphics ? 1.12 * graphics : 0),
                                  sink_k - 273.15,
                                  0.4 * (sink_k - 273.15) + 22};
    if (with_graphics) {
      values.push_back(works ? 1210 + 12 * ripple : 300);
      values.push_back(sink_k - 273.15 + 0.22 * graphics);
      values.push_back(graphics);
    }
    trace.record(Time::seconds(t), values);
  }
  run.result.trace = std::move(trace);
  test_run_detail::fill_summary(run, length_s, clock_ghz, sink_k);
  auto& events = run.result.trace.events;
  events.push_back({68, "clamp", "the hottest core reached 95 degC: heat lowers the clock"});
  std::ranges::stable_sort(events, {}, &Event::time_s);
  return run;
}

}  // namespace headroom

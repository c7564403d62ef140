#pragma once

#include "replay/program_study.hpp"

namespace headroom {

/// A made-up study for tests of the pages; nothing was replayed.
inline ProgramStudy made_up_study() {
  ProgramStudy s;
  s.name = "made-up.hprof";
  s.command = "made-up --fast";
  s.command_words = {"made-up", "--fast"};
  s.recorded_at = "2024-05-01T10:00:00Z";
  s.recorded_on = "a processor";
  s.wall_s = 4;
  s.cpu_s = 6;
  s.memory_b = 3e8;
  s.recorder_processors = 2;
  s.threads_most = 2;
  s.kind = "held up by memory";
  s.sentences = {"It is made up."};
  s.help = "What would help it most: memory with 20 % less latency (+12 %).";
  s.mix.integer = 0.6;
  s.mix.move = 0.4;
  s.mix.instructions = 1000;
  const auto view = [](const std::string& name, double relative) {
    ProcessorView v;
    v.id = v.name = name;
    v.clock_hz = 4e9;
    v.relative = relative;
    v.mean.cycles = 2;
    v.mean.base = 1;
    v.mean.branch = 0.25;
    v.mean.memory = 0.75;
    v.l1_b = 32768;
    v.l2_b = 1 << 20;
    v.l3_b = relative * (8 << 20);
    return v;
  };
  s.here = view("Here", 1);
  s.views = {view("Double", 2), view("Half", 0.5)};
  s.asked = "Double";
  s.asked_cores = 8;
  s.improvements = {{"memory with 20 % less latency", 0.12, false},
                    {"twice as many cores", 0.05, true},
                    {"a second cache of twice the size", 0, false}};
  s.cores = {{1, 1}, {2, 1.5}, {4, 1.5}};
  s.misses = {{16384, 20}, {65536, 10}, {1 << 20, 2}, {16 << 20, 0.1}};
  s.phases = {{0, 2, 0.4, "made-up", "one", s.here.mean},
              {2, 4, 0.6, "made-up", "two", s.here.mean}};
  for (int i = 0; i < 4; ++i) {
    s.activity.push_back({1.0 * i, i + 1.0, i < 2 ? 1.0 : 2.0, 2, 1e8 * i, 1e6, 0});
  }
  s.sampling_error = 0.2;
  s.uncertainty = {{{"of this", 0.3}, {"of that", 0.4}}};
  return s;
}

}  // namespace headroom

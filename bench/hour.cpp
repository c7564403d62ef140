// How long one simulated hour takes: CPU seconds of a single thread, median of
// five, all channels recorded. The goal is half a second at most, a tenth of a
// second is what it strives for, and no more than 200 MB of trace.
//
//   hour            prints a table
//   hour --benchmark_filter=.    the same by Google Benchmark

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string>
#include <vector>

#include "machine/run.hpp"
#include "replay/rested_workload.hpp"

namespace {

using namespace headroom;

constexpr int kRuns = 5;
constexpr double kGoalS = 0.5;
constexpr double kBestS = 0.1;
constexpr double kGoalMb = 200;

struct Case {
  const char* configuration;
  const char* workload;
  double repeat;  // 0: an hour
};
constexpr const char* kBest = "imac-pro-2017:cpu=xeon-w-2191b,gpu=radeon-pro-vega-64";
constexpr std::array<Case, 5> kCases = {{{kBest, "cpu-gpu-stress", 0},
                                         {kBest, "prime95-small", 0},
                                         {"imac-pro-2017", "prime95-small", 0},
                                         {"imac-pro-2017", "idle", 0},
                                         {kBest, "cinebench-r15-nt", 10}}};

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

const Library& library() {
  static const Library kLibrary;
  return kLibrary;
}

RunOptions options_of(const Case& c) {
  RunOptions options;
  options.repeat = c.repeat;
  if (c.repeat == 0) options.for_s = 3600;
  return options;
}

void print(const Case& c) {
  const Machine machine = assemble(library(), Configuration::parse(c.configuration));
  const Workload workload = read_rested_workload(library(), c.workload);
  std::vector<double> times;
  RunResult result;
  for (int i = 0; i < kRuns; ++i) {
    const double start = cpu_s();
    result = run(machine, workload, {}, options_of(c));
    times.push_back(cpu_s() - start);
  }
  std::ranges::sort(times);
  const double median_s = times[kRuns / 2];
  const auto& s = result.summary;
  const double hour_s = median_s * 3600 / s.length_s;
  const double mb = 1e-6 * static_cast<double>(result.trace.memory_b());
  fmt::print(
      "{:<14} {:<17} {:>6.0f} {:>8.3f} {:>8.3f} {:>8.2f} {:>8.2f} {:>8} {:>6.2f} {:>4} "
      "{:>6.1f} {:>8.1e}\n",
      machine.configuration.options.at("cpu"), c.workload, s.length_s, median_s, hour_s,
      hour_s / kGoalS, hour_s / kBestS, s.steps, 1e6 * median_s / static_cast<double>(s.steps),
      result.trace.channels().size(), mb, s.ledger.residual());
  if (mb > kGoalMb) fmt::print("  more than {:g} MB of trace\n", kGoalMb);
}

void hour(benchmark::State& state) {
  const Case& c = kCases[static_cast<std::size_t>(state.range(0))];
  const Machine machine = assemble(library(), Configuration::parse(c.configuration));
  const Workload workload = read_rested_workload(library(), c.workload);
  for (auto _ : state) benchmark::DoNotOptimize(run(machine, workload, {}, options_of(c)));
  state.SetLabel(std::string(c.configuration) + " " + c.workload);
}
BENCHMARK(hour)->DenseRange(0, kCases.size() - 1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }
  fmt::print("{:<14} {:<17} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6} {:>4} {:>6} {:>8}\n",
             "processor", "workload", "s", "CPU s", "per hour", "of goal", "of best", "steps", "us",
             "ch", "MB", "ledger");
  for (const auto& c : kCases) print(c);
  return 0;
}

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "host/machine_file.hpp"
#include "machine/machine.hpp"
#include "machine/run.hpp"
#include "replay/rested_workload.hpp"

namespace headroom {
namespace {

constexpr double kMiB = 1 << 20;

const Library& library() {
  static const Library built_in;
  return built_in;
}

/// A computer of so many cores, as it might have been measured.
HostFindings findings(int cores) {
  HostFindings found;
  found.date = "2024-05-01";
  auto& facts = found.facts;
  facts.description.processor = "Some \"quoted\" \\ processor";
  facts.description.features = {"avx2", "fma"};
  facts.description.caches = {{1, "Data", 32 << 10, 8, 64, 1},
                              {2, "Unified", 1 << 20, 8, 64, 1},
                              {3, "Unified", 32 << 20, 16, 64, static_cast<unsigned>(cores)}};
  facts.vendor = "AuthenticAMD";
  facts.cores = cores;
  facts.memory_b = 32e9;
  facts.drive_b = 500e9;
  for (int i = 0; i < cores; ++i) facts.cpus.push_back(i);
  found.kind = {"Zen 4", "zen-4", true};
  auto& m = found.measured;
  m.clocks = {{1, 4.0e9}, {cores, 3.5e9}};
  if (cores == 1) m.clocks.pop_back();
  m.bandwidths = {{1, 20e9}, {cores, 24e9}};
  m.l2_b_per_s = 120e9;
  m.l3_b_per_s = 80e9;
  m.huge_pages = m.complete = true;
  found.levels = {1e-9, 3.5e-9, 12.5e-9, 112.5e-9, 32 * 1024.0, kMiB, 6 * kMiB};
  return found;
}

std::string written(const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("headroom_host_") + test->name() + ".toml");
  std::ofstream(file) << text;
  return file.string();
}

Machine machine_of(const HostFindings& found) {
  return assemble(library(), Configuration::parse(written(machine_file(found, library()))));
}

TEST(HostFile, HoldsWhatWasMeasured) {
  const Machine machine = machine_of(findings(8));
  const auto& cpu = machine.cpu;
  EXPECT_EQ(cpu.cores, 8);
  EXPECT_NEAR(turbo_limit_hz(cpu, 1, VectorLevel::scalar), 4.0e9, 1e6);
  EXPECT_NEAR(turbo_limit_hz(cpu, 8, VectorLevel::avx2), 3.5e9, 1e6);
  EXPECT_NEAR(cpu.l3_b, 6 * kMiB, 1e4);  // what is there in effect, not what is reported
  const auto& core = cpu.microarchitecture;
  EXPECT_EQ(core.core.vectors, "avx2");
  EXPECT_NEAR(core.caches.l2_cycles, 14, 0.1);        // 3.5 ns at 4 GHz
  EXPECT_NEAR(core.caches.l3_core_cycles, 50, 0.1);   // 12.5 ns
  EXPECT_NEAR(core.caches.memory_s, 100e-9, 0.1e-9);  // 112.5 less 12.5
  EXPECT_NEAR(core.caches.l3_b_per_cycle, 20, 0.1);
  EXPECT_NEAR(machine.memory.bandwidth_b_per_s(), 24e9, 0.01e9);
  EXPECT_EQ(core.core.window, 320);  // of its kind
  const auto row =
      std::ranges::find(machine.provenance, "microarchitecture.core.window", &Provenance::path);
  ASSERT_NE(row, machine.provenance.end());
  EXPECT_TRUE(row->source.starts_with("https://"));
}

TEST(HostFile, PredictsTheBandwidthAndLatencyThatItWasMadeOf) {
  HostFindings found = findings(8);
  found.measured.bandwidths = {{1, 20e9}, {8, 60e9}};
  const Machine machine = machine_of(found);
  const auto value = [&](const char* id) {
    const auto workload = read_rested_workload(library(), id);
    return run(machine, workload, Surroundings()).summary.result_sustained;
  };
  EXPECT_NEAR(value("memory-read"), 20, 1);       // GB/s, one thread
  EXPECT_NEAR(value("pointer-chase"), 112.5, 6);  // ns; a little of it hits the caches
}

TEST(HostFile, SaysThatCoolingIsAssumed) {
  const Machine machine = machine_of(findings(4));
  EXPECT_NE(machine.summary.find("cooling are assumed"), std::string::npos);
  for (const auto& row : machine.provenance) {
    if (row.path.starts_with("cooling.")) {
      EXPECT_TRUE(row.source.starts_with("assumed:")) << row.path;
    }
  }
}

TEST(HostFile, WithoutAThirdCacheOrAnyClockIsStillAFile) {
  HostFindings found = findings(2);
  found.levels.l3_s = found.levels.l3_b = 0;
  found.measured.clocks.clear();
  found.measured.bandwidths.clear();
  found.facts.description = {};
  const Machine machine = machine_of(found);
  EXPECT_EQ(machine.cpu.l3_b, 0);
  EXPECT_GT(machine.memory.bandwidth_b_per_s(), 0);
}

TEST(HostFile, OfAnyNumberOfCoresIsReadAndHoldsItsClockUnderLoad) {
  const Workload workload = read_rested_workload(library(), "compile");
  for (const int cores : {1, 2, 7, 24, 64, 96}) {
    const Machine machine = machine_of(findings(cores));
    EXPECT_EQ(machine.cpu.cores, std::min(cores, 64));
    RunOptions options;
    options.for_s = 120;
    const auto result = run(machine, workload, Surroundings(), options);
    EXPECT_LT(result.summary.losses.to_heat, 1e-3) << cores;
    EXPECT_LT(result.summary.losses.to_power, 1e-3) << cores;
    EXPECT_NEAR(result.summary.clock_sustained_hz, cores == 1 ? 4.0e9 : 3.5e9, 0.5e9) << cores;
  }
}

/// What is wrong with the file when `from` is replaced by `to`.
std::string problem_with(const std::string& from, const std::string& to) {
  std::string text = machine_file(findings(4), library());
  const auto at = text.find(from);
  if (at == text.npos) return "no " + from;
  text.replace(at, from.size(), to);
  try {
    assemble(library(), Configuration::parse(written(text)));
  } catch (const InputError& error) {
    const auto& problem = error.problems().front();
    EXPECT_GT(problem.place.line, 0) << problem.what;
    return problem.what;
  }
  return "nothing";
}

TEST(HostFile, WithAMistakeIsRefusedAtItsLine) {
  EXPECT_EQ(problem_with("cores = 4\n", "cores = 4\nhats = 1\n"), "unknown key 'hats'");
  EXPECT_EQ(problem_with("extends = \"zen-4\"", "extends = \"zen-44\""),
            "there is no 'zen-44' that it could extend");
  EXPECT_EQ(problem_with("extends = \"zen-4\"", "extends = \"this-core\""),
            "'this-core' extends itself in the end");
  EXPECT_EQ(problem_with("microarchitecture = \"this-core\"", "microarchitecture = \"that\""),
            "no microarchitecture is called 'that'");
  EXPECT_NE(problem_with("l2_cycles = 14.0", "l2_cycles = 14000").find("l2_cycles"),
            std::string::npos);
  EXPECT_EQ(problem_with("[microarchitecture.this-core]\n",
                         "[processor]\nspare = 1\n[microarchitecture.this-core]\n"),
            "'processor.spare' must be a section");
}

TEST(HostFile, ItsNumbersCanBeChangedByTheirOrdinaryPaths) {
  auto configuration = Configuration::parse(written(machine_file(findings(4), library())));
  configuration.set("cpu.turbo=-10%");
  configuration.set("microarchitecture.caches.l2_cycles=20");
  configuration.set("microarchitecture.silicon.capacitance=+10%");  // only its kind's file has it
  const Machine machine = assemble(library(), configuration);
  EXPECT_NEAR(machine.cpu.turbo_hz.front(), 3.6e9, 1e6);
  EXPECT_DOUBLE_EQ(machine.cpu.microarchitecture.caches.l2_cycles, 20);
  const double base_f = read_microarchitecture(library(), "zen-4").silicon.capacitance_f;
  EXPECT_NEAR(machine.cpu.microarchitecture.silicon.capacitance_f, 1.1 * base_f, 1e-15);
}

TEST(HostFile, HasAPriceOnlyIfItsOwnerSaysOne) {
  HostFindings found = findings(4);
  EXPECT_FALSE(machine_of(found).price_known());
  found.price_usd = 500;
  const Machine priced = machine_of(found);
  EXPECT_TRUE(priced.price_known());
  EXPECT_EQ(priced.price_usd(), 500);
  EXPECT_EQ(priced.system, "linux");
}

}  // namespace
}  // namespace headroom

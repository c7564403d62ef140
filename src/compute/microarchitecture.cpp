#include "compute/microarchitecture.hpp"

#include <algorithm>

namespace headroom {

void Microarchitecture::Core::declare(Fields& f) {
  f.number("width", width, "1", "fused operations a cycle through rename", 1, 16);
  f.number("window", window, "1", "entries of the reorder buffer", 16, 1024);
  f.number("steady", steady, "1",
           "issue rate without misses, relative to Skylake's at equal width and window", 0.3, 3);
  f.number("mispredict_cycles", mispredict_cycles, "cycles", "cost of a mispredicted branch", 1,
           100);
  f.number("predictor", predictor, "1", "mispredictions relative to Skylake's predictor", 0.1, 5);
  f.number("fill_buffers", fill_buffers, "1", "misses of the first cache under way", 1, 128);
  f.number("prefetch_lines", prefetch_lines, "1", "lines under way, prefetches included", 1, 256);
  f.text("vectors", vectors, "widest vectors executed", {"sse", "avx", "avx2", "avx512"});
  f.flag("fused_multiply_add", fused_multiply_add, "one instruction multiplies and adds");
}

VectorLevel Microarchitecture::Core::level() const {
  if (vectors == "avx512") return VectorLevel::avx512;
  if (vectors == "avx2") return VectorLevel::avx2;
  return vectors == "avx" ? VectorLevel::avx : VectorLevel::sse;
}

void Microarchitecture::Caches::declare(Fields& f) {
  f.number("l1", l1_b, "KiB", "first data cache of a core", 4, 1024);
  f.number("l2", l2_b, "KiB", "second cache of a core", 32, 65536);
  f.number("l2_cycles", l2_cycles, "cycles", "load-to-use latency of the second cache", 4, 100);
  f.number("l2_throughput", l2_b_per_cycle, "B",
           "bytes a cycle one core loads from its second cache", 1, 1000);
  f.number("l3_throughput", l3_b_per_cycle, "B",
           "bytes a cycle one core loads from the third cache", 1, 1000);
  f.number("l3_core_cycles", l3_core_cycles, "cycles",
           "latency of the third cache that follows the core's clock", 0, 200);
  f.number("l3_uncore_cycles", l3_uncore_cycles, "cycles",
           "latency of the third cache that follows the uncore's clock", 0, 200);
  f.flag("l3_holds_l2", l3_holds_l2, "the third cache holds a copy of the second");
  f.number("memory_latency", memory_s, "ns", "from the third cache's miss to the data, unloaded",
           10, 500);
}

void Microarchitecture::Uncore::declare(Fields& f) {
  f.number("clock", clock_hz, "GHz", "clock of mesh or ring; 0: that of the cores", 0, 10);
  f.number("power", power_w, "W", "package apart from cores, awake, at no traffic", 0, 200);
  f.number("power_per_core", power_per_core_w, "W", "mesh and cache slice of each core", 0, 20);
  f.number("idle_power", idle_power_w, "W", "whole package in deep idle", 0, 50);
  f.number("energy_per_byte", energy_per_byte_j, "J/B", "package energy of memory traffic", 0,
           1e-8);
}

void Microarchitecture::Silicon::declare(Fields& f) {
  f.number("voltage_low", voltage_low_v, "V", "supply at clock_low", 0.4, 2);
  f.number("clock_low", clock_low_hz, "GHz", "lower point of the voltage curve", 0.1, 8);
  f.number("voltage_high", voltage_high_v, "V", "supply at clock_high", 0.4, 2);
  f.number("clock_high", clock_high_hz, "GHz", "upper point of the voltage curve", 0.1, 8);
  f.number("voltage_floor", voltage_floor_v, "V", "lowest supply", 0.3, 2);
  f.number("capacitance", capacitance_f, "nF", "switched capacitance of a core at activity 1", 0.05,
           50);
  f.number("idle_activity", idle_activity, "1", "activity of a clocked core that issues nothing", 0,
           1);
  f.number("leakage", leakage_w, "W", "of a core at leakage_voltage and leakage_temperature", 0,
           50);
  f.number("leakage_voltage", leakage_voltage_v, "V", "voltage of the leakage figure", 0.3, 2);
  f.number("leakage_exponent", leakage_exponent, "1", "power of voltage with which leakage goes", 0,
           6);
  f.number("leakage_temperature", leakage_temperature_k, "degC",
           "temperature of the leakage figure", -50, 150);
  f.number("leakage_slope", leakage_slope_per_k, "1", "logarithmic growth of leakage per kelvin", 0,
           0.1);
  f.number("gated_share", gated_share, "1", "leakage that remains in a core asleep", 0, 1);
}

void Microarchitecture::Licence::declare(Fields& f) {
  f.number("throttle", throttle_s, "us", "slow dispatch when a heavier licence is taken", 0, 1000);
  f.number("throttled_pace", throttled_pace, "1", "share of its rate at which wide code then runs",
           0.01, 1);
  f.number("halt", halt_s, "us", "cores stand while their clock changes", 0, 1000);
  f.number("keep", keep_s, "us", "a licence outlives its last wide instruction", 0, 1e5);
}

void Microarchitecture::IdleState::declare(Fields& f) {
  f.text("name", name, "what its maker calls it");
  f.number("exit", exit_s, "us", "from the interrupt to the first instruction", 0, 1e4);
  f.number("residency", residency_s, "us", "shortest stay that saves energy", 0, 1e6);
  f.flag("low_voltage", low_voltage, "the supply falls to its floor");
  f.flag("gated", gated, "cut off from the supply: gated_share of leakage remains");
}

const Microarchitecture::IdleState* Microarchitecture::idle_state(double wait_s) const {
  const IdleState* deepest = nullptr;
  for (const auto& state : idle_states) {
    if (state.residency_s <= wait_s) deepest = &state;
  }
  return deepest;
}

double Microarchitecture::Silicon::voltage_v(double clock_hz) const {
  const double slope = (voltage_high_v - voltage_low_v) / (clock_high_hz - clock_low_hz);
  return std::max(voltage_floor_v, voltage_low_v + slope * (clock_hz - clock_low_hz));
}

void Processor::Die::declare(Fields& f) {
  f.number("width", width_m, "mm", "of the silicon", 1, 100);
  f.number("height", height_m, "mm", "of the silicon", 1, 100);
  f.whole("columns", columns, "tiles across", 1, 16);
  f.whole("rows", rows, "tiles down", 1, 16);
  // An empty list would be required; the declared default is "the first tiles".
  if (core_tiles.empty()) core_tiles = {-1};
  f.numbers("core_tiles", core_tiles, "1", "tile of each core, row by row from 0", -1, 255);
}

void Processor::declare(Fields& f) {
  f.whole("cores", cores, "cores", 1, 64);
  f.whole("threads_per_core", threads_per_core, "hardware threads of each core", 1, 2);
  f.number("base", base_hz, "GHz", "guaranteed clock", 0.5, 10);
  f.number("l3", l3_b, "MiB", "shared third cache", 0, 1024);
  f.number("l3_others", l3_others_b_per_s, "GB/s", "that other users bring into the third cache", 0,
           1000);
  f.number("page_walk", walk_s, "ns", "of finding a page that no page buffer holds", 0, 10000);
  f.number("cpuid", cpuid_s, "us", "of an instruction cpuid, where a hypervisor answers it", 0,
           1000);
  f.number("pl1", pl1_w, "W", "sustained package power limit", 1, 1000);
  f.number("pl2", pl2_w, "W", "short-term package power limit", 1, 2000);
  f.number("tau", tau_s, "s", "time constant of the average held under PL1", 1e-3, 1000);
  f.number("icc_max", icc_max_a, "A", "current limit of the cores' supply", 1, 2000);
  f.number("loadline", loadline_ohm, "ohm", "resistance from regulator to die", 0, 0.01);
  f.number("tj_max", tj_max_k, "degC", "temperature at which the processor throttles itself", 50,
           130);
  f.whole("memory_channels", memory_channels, "memory channels", 1, 12);
  f.number("memory_rate", memory_rate_hz, "MT/s", "fastest memory supported", 400, 10000);
  f.flag("ecc", ecc, "corrects memory errors");
  f.numbers("turbo_cores", turbo_cores, "1", "cores awake, up to which each turbo clock holds", 1,
            64);
  f.numbers("turbo", turbo_hz, "GHz", "highest clock with that many cores awake", 0.5, 10);
  f.number("licence_avx2", licence_avx2, "1", "share of turbo under heavy 256-bit code", 0.3, 1);
  f.number("licence_avx512", licence_avx512, "1", "share of turbo under heavy 512-bit code", 0.3,
           1);
}

}  // namespace headroom

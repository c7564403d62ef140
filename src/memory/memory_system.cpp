#include "memory/memory_system.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {
constexpr double kBytesPerTransfer = 8;
constexpr double kSaturated = 0.97;  // beyond it the queue's law is cut off
}  // namespace

void MemorySystem::declare(Fields& f) {
  f.number("capacity", capacity_b, "GB", "installed memory", 0.5, 1e5);
  f.whole("modules", modules, "memory modules", 1, 24);
  f.number("rate", rate_hz, "MT/s", "transfers of a channel", 400, 10000);
  f.flag("ecc", ecc, "corrects errors");
  f.number("efficiency", efficiency, "1", "share of the theoretical rate when saturated", 0.1, 1);
  f.number("load_exponent", load_exponent, "1", "exponent of latency under load", 0, 3);
  f.number("idle_power_per_module", idle_w_per_module, "W", "refresh and standby", 0, 20);
  f.number("energy_per_byte", energy_per_byte_j, "J/B", "energy of traffic, in the modules", 0,
           1e-8);
}

double MemorySystem::bandwidth_b_per_s() const {
  return channels * rate_hz * kBytesPerTransfer * efficiency;
}

double MemorySystem::latency_factor(double utilisation) const {
  return std::pow(1 - std::clamp(utilisation, 0.0, kSaturated), -load_exponent);
}

double MemorySystem::power_w(double traffic_b_per_s) const {
  return modules * idle_w_per_module + energy_per_byte_j * traffic_b_per_s;
}

}  // namespace headroom

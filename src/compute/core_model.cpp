#include "compute/core_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr double kLineB = 64;
constexpr double kReferenceWindow = 224;  // of which Character::parallelism speaks
constexpr double kBlend = 3;  // how sharply width and dependences take turns as the limit
// Share of the width that a path tracer fills with both threads of a core: the
// load under which the power behind Silicon::capacitance_f was measured.
constexpr double kDenseIssue = 0.47;
constexpr double kHeavyShare = 0.25;     // vector share from which a licence is taken
constexpr double kIntegerVectors = 0.5;  // share of vector instructions that are integer: assumed
constexpr int kBisections = 40;

double vector_bits(VectorLevel level) {
  switch (level) {
    case VectorLevel::avx512:
      return 512;
    case VectorLevel::avx2:
    case VectorLevel::avx:
      return 256;
    case VectorLevel::sse:
      return 128;
    case VectorLevel::scalar:
      break;
  }
  return 64;
}

}  // namespace

double turbo_limit_hz(const Processor& processor, int cores_awake, VectorLevel licence) {
  const auto n = std::min(processor.turbo_cores.size(), processor.turbo_hz.size());
  double limit = n == 0 ? processor.base_hz : processor.turbo_hz[n - 1];
  for (std::size_t i = 0; i < n; ++i) {
    if (cores_awake <= processor.turbo_cores[i]) {
      limit = processor.turbo_hz[i];
      break;
    }
  }
  if (licence == VectorLevel::avx512) return limit * processor.licence_avx512;
  return licence == VectorLevel::avx2 ? limit * processor.licence_avx2 : limit;
}

double turbo_mean_hz(const Processor& processor, int cores_awake, VectorLevel licence) {
  const int cores = static_cast<int>(processor.cores);
  const double mean = processor.background_cores;
  double sum_hz = 0, left = 1, probability = std::exp(-mean);
  for (int more = 0; cores_awake + more < cores; ++more) {
    sum_hz += probability * turbo_limit_hz(processor, cores_awake + more, licence);
    left -= probability;
    probability *= mean / (more + 1);
  }
  return sum_hz + std::max(0.0, left) * turbo_limit_hz(processor, cores, licence);
}

double CoreModel::instruction_factor(const Character& c) const {
  const auto& core = processor_->microarchitecture.core;
  if (c.code) return 1;  // its instructions are counted as they are
  double wider = std::max(1.0, vector_bits(c.level()) / vector_bits(core.level()));
  if (core.level() == VectorLevel::avx && c.level() > VectorLevel::avx) {
    wider *= 1 + kIntegerVectors;  // plain AVX has no integer vectors beyond 128 bits
  }
  const double unfused = core.fused_multiply_add ? 1 : 1 + c.fused_share;
  return (1 - c.vector_share) + c.vector_share * wider * unfused;
}

VectorLevel CoreModel::licence(const Character& c) const {
  if (c.vector_share < kHeavyShare) return VectorLevel::scalar;
  return std::min(c.level(), processor_->microarchitecture.core.level());
}

double CoreModel::uncore_hz(double core_hz) const {
  const double clock_hz = processor_->microarchitecture.uncore.clock_hz;
  return clock_hz > 0 ? clock_hz : core_hz;
}

CoreModel::Terms CoreModel::known_terms(const Character& c, int threads, int per_core,
                                        double core_hz) const {
  const auto& core = processor_->microarchitecture.core;
  const auto& caches = processor_->microarchitecture.caches;
  const CodeTerms code = c.code->on(*processor_, threads, per_core);
  Terms t;
  t.fixed.base = code.base;
  t.fixed.branch = code.branch;
  t.fixed.l2 = code.l2;
  t.l3_s = caches.l3_core_cycles / core_hz + caches.l3_uncore_cycles / uncore_hz(core_hz);
  t.fixed.l3 = code.l3_waits * t.l3_s * core_hz;
  t.misses = code.memory_lines;
  t.waited = code.memory_waits * core_hz;
  t.streamed = t.misses * per_core / core.prefetch_lines * core_hz;
  return t;
}

CoreModel::Terms CoreModel::terms(const Character& c, int threads, int per_core,
                                  double core_hz) const {
  if (c.code) return known_terms(c, threads, per_core, core_hz);
  if (!c.recording.empty()) throw InternalError("the recording " + c.recording + " was not read");
  const auto& core = processor_->microarchitecture.core;
  const auto& caches = processor_->microarchitecture.caches;
  const double window_share = std::sqrt(core.window / per_core / kReferenceWindow);
  const double dependent = c.parallelism * window_share;
  // Rates belong to the work, however many instructions of this machine it takes.
  const double per_instr = 1e-3 / instruction_factor(c);

  Terms t;
  t.fixed.base =
      std::pow(std::pow(core.width, -kBlend) + std::pow(dependent, -kBlend), 1 / kBlend) /
      core.steady;
  t.fixed.branch = c.mispredicts * per_instr * core.predictor * core.mispredict_cycles;

  // Each thread's part of a cache: what it shares with the others counts once.
  const double l3_total_b = processor_->l3_b + (caches.l3_holds_l2 ? 0 : caches.l2_b);
  const double crowd = 1 + (threads - 1) * (1 - c.shared);
  const double siblings = 1 + (per_core - 1) * (1 - c.shared);
  const double miss1 = c.misses_at(caches.l1_b / siblings) * per_instr;
  const double miss2 = std::min(miss1, c.misses_at(caches.l2_b / siblings) * per_instr);
  t.misses = std::min(miss2, c.misses_at(l3_total_b / crowd) * per_instr);

  const double buffers = core.fill_buffers / per_core;
  const double together = std::max(1.0, std::min(c.memory_parallelism * window_share, buffers));
  const double waited = (1 - c.prefetched) / together;
  t.l3_s = caches.l3_core_cycles / core_hz + caches.l3_uncore_cycles / uncore_hz(core_hz);
  // A line costs what of its latency is waited for, and at least its transfer.
  const double moved_b = kLineB * (1 + c.written_back);
  t.fixed.l2 =
      (miss1 - miss2) * std::max(caches.l2_cycles * waited, moved_b / caches.l2_b_per_cycle);
  t.fixed.l3 =
      (miss2 - t.misses) * std::max(t.l3_s * core_hz * waited, moved_b / caches.l3_b_per_cycle);
  t.waited = t.misses * waited * core_hz;
  t.streamed = t.misses * per_core / core.prefetch_lines * core_hz;
  return t;
}

CpiStack CoreModel::stack(const Terms& t, double latency_factor) const {
  const double memory_s = t.l3_s + processor_->microarchitecture.caches.memory_s * latency_factor;
  CpiStack cpi = t.fixed;
  cpi.memory = t.waited * memory_s;
  // Prefetched lines wait for nobody, but only so many can be under way.
  cpi.memory += std::max(0.0, t.streamed * memory_s - cpi.total());
  return cpi;
}

double paired_ipc(double cpi, double width) {
  const double filled = std::min(1.0, 1 / (cpi * width));
  return width * (1 - (1 - filled) * (1 - filled));
}

ComputeRate CoreModel::rate(const Character& c, int threads, double core_hz) const {
  const int cores = static_cast<int>(processor_->cores);
  const int most = cores * static_cast<int>(processor_->threads_per_core);
  const int running = std::clamp(threads, 1, most);
  const double width = processor_->microarchitecture.core.width;
  ComputeRate result;
  result.cores_two = std::max(0, running - cores);
  result.cores_one = std::min(running, cores) - result.cores_two;
  const Terms one = terms(c, running, 1, core_hz);
  const Terms two = result.cores_two > 0 ? terms(c, running, 2, core_hz) : one;
  const double line_b = kLineB * (1 + c.written_back);

  struct Throughput {
    double ipc_one, ipc_two;  // of a core
    double instr_per_s, traffic_b_per_s;
  };
  auto at = [&](double latency_factor) {
    Throughput t{1 / stack(one, latency_factor).total(), 0, 0, 0};
    if (result.cores_two > 0) t.ipc_two = paired_ipc(stack(two, latency_factor).total(), width);
    const double rate_one = result.cores_one * t.ipc_one * core_hz;
    const double rate_two = result.cores_two * t.ipc_two * core_hz;
    t.instr_per_s = rate_one + rate_two;
    t.traffic_b_per_s = (rate_one * one.misses + rate_two * two.misses) * line_b;
    return t;
  };

  const double bandwidth = memory_->bandwidth_b_per_s();
  double latency_factor = 1;
  Throughput all = at(1);
  double slowed = 1;
  if (all.traffic_b_per_s > 0.01 * bandwidth) {
    // Utilisation u at which the traffic that latency(u) allows is u x bandwidth.
    double low = 0, high = 1;
    for (int i = 0; i < kBisections; ++i) {
      const double u = 0.5 * (low + high);
      (at(memory_->latency_factor(u)).traffic_b_per_s > u * bandwidth ? low : high) = u;
    }
    latency_factor = memory_->latency_factor(high);
    all = at(latency_factor);
    slowed = std::min(1.0, bandwidth / all.traffic_b_per_s);  // saturated: all wait in turn
  }
  result.stack =
      stack(result.cores_two >= std::max(1, result.cores_one) ? two : one, latency_factor);
  result.stack.memory += result.stack.total() * (1 / slowed - 1);

  const double idle = processor_->microarchitecture.silicon.idle_activity;
  // Half as wide a vector switches half as much.
  const double narrower = std::min(
      1.0, vector_bits(processor_->microarchitecture.core.level()) / vector_bits(c.level()));
  const double switching = c.switching > 1 ? 1 + (c.switching - 1) * narrower : c.switching;
  auto activity = [&](double ipc) {
    return idle + (1 - idle) * ipc / (kDenseIssue * width) * switching;
  };
  result.activity_one = activity(all.ipc_one * slowed);
  result.activity_two = activity(all.ipc_two * slowed);
  result.traffic_b_per_s = all.traffic_b_per_s * slowed;
  result.instr_per_s = all.instr_per_s * slowed / instruction_factor(c);
  return result;
}

}  // namespace headroom

#include "replay/core_setup.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr double kLineB = 64;

bool integer_vectors(OperationKind kind) {
  return kind >= OperationKind::kVectorLogic && kind <= OperationKind::kBlendVariable;
}

/// Vectors wider than the core's take as many operations as it needs for them.
void split_wide_vectors(Pipeline& pipeline, VectorLevel level) {
  const auto first = static_cast<std::size_t>(OperationKind::kVectorMove);
  for (std::size_t kind = first; kind < kOperationKinds; ++kind) {
    auto& widths = pipeline.units[kind];
    auto doubled = [](Pipeline::Unit unit) {
      unit.operations *= 2;
      unit.each *= 2;
      return unit;
    };
    const bool narrow_integers =
        level <= VectorLevel::avx && integer_vectors(static_cast<OperationKind>(kind));
    if (level <= VectorLevel::sse || narrow_integers) widths[2] = doubled(widths[1]);
    if (level < VectorLevel::avx512) widths[3] = doubled(widths[2]);
  }
}

}  // namespace

CoreSetup core_setup(const Processor& processor, const Pipeline& pipeline, double clock_hz,
                     double threads, double per_core, double latency_factor) {
  const auto& core = processor.microarchitecture.core;
  const auto& caches = processor.microarchitecture.caches;
  const auto& uncore = processor.microarchitecture.uncore;
  CoreSetup setup;
  setup.pipeline = pipeline;
  split_wide_vectors(setup.pipeline, core.level());
  setup.clock_hz = clock_hz;
  setup.width = core.width;
  setup.window = core.window / per_core;
  setup.mispredict_cycles = core.mispredict_cycles;
  setup.fill_buffers = std::max(1.0, core.fill_buffers / per_core);
  setup.l1_lines = caches.l1_b / kLineB / per_core;
  setup.l2_lines = caches.l2_b / kLineB / per_core;
  const double l3_b = processor.l3_b + (caches.l3_holds_l2 ? 0 : caches.l2_b);
  setup.l3_lines = l3_b / kLineB / std::max(1.0, threads);
  setup.l3_others_per_cycle =
      processor.l3_others_b_per_s / kLineB / clock_hz / std::max(1.0, threads);
  auto& pages = setup.pipeline.pages;
  if (processor.walk_s > 0) {
    pages.walk_cycles = std::max(1.0, processor.walk_s * clock_hz - pages.second_cycles);
  }
  if (processor.cpuid_s > 0) {
    for (auto& unit : setup.pipeline.units[static_cast<std::size_t>(OperationKind::kIdentify)]) {
      unit.latency = processor.cpuid_s * clock_hz;
    }
  }
  const double uncore_hz = uncore.clock_hz > 0 ? uncore.clock_hz : clock_hz;
  setup.l2_cycles = caches.l2_cycles;
  setup.l3_cycles = caches.l3_core_cycles + caches.l3_uncore_cycles * clock_hz / uncore_hz;
  setup.memory_cycles = setup.l3_cycles + caches.memory_s * latency_factor * clock_hz;
  setup.l2_line_cycles = kLineB / caches.l2_b_per_cycle;
  setup.l3_line_cycles = kLineB / caches.l3_b_per_cycle;
  // So many lines can be under way that one arrives every so many cycles.
  setup.memory_line_cycles = setup.memory_cycles / (core.prefetch_lines / per_core);
  for (double* entries :
       {&setup.pipeline.back.loads, &setup.pipeline.back.stores, &setup.pipeline.back.scheduler,
        &setup.pipeline.back.vector_scheduler, &setup.pipeline.back.vector_queue,
        &setup.pipeline.front.op_entries, &setup.pipeline.front.code_cache_b,
        &setup.pipeline.front.target_lines, &setup.pipeline.front.far_target_lines}) {
    *entries /= per_core;
  }
  return setup;
}

}  // namespace headroom

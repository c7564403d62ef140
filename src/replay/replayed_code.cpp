#include "replay/replayed_code.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "compute/core_model.hpp"

namespace headroom {
namespace {

// Threads of one program share about half of what they touch: as Character::shared.
constexpr double kShared = 0.5;

double reference_clock_hz(const Processor& processor) {
  return turbo_limit_hz(processor, 1, VectorLevel::scalar);
}

}  // namespace

std::vector<double> replayed_numbers(const Processor& processor) {
  const auto& core = processor.microarchitecture.core;
  const auto& caches = processor.microarchitecture.caches;
  return {core.width,
          core.window,
          core.mispredict_cycles,
          core.fill_buffers,
          core.prefetch_lines,
          static_cast<double>(core.level()),
          caches.l1_b,
          caches.l2_b,
          caches.l2_cycles,
          caches.l2_b_per_cycle,
          caches.l3_b_per_cycle,
          caches.l3_core_cycles,
          caches.l3_uncore_cycles,
          caches.l3_holds_l2 ? 1.0 : 0.0,
          caches.memory_s,
          processor.microarchitecture.uncore.clock_hz,
          processor.l3_b,
          processor.l3_others_b_per_s,
          processor.walk_s,
          processor.cpuid_s,
          reference_clock_hz(processor)};
}

ReplayedCode::ReplayedCode(const Library& library, std::shared_ptr<const Profile> profile,
                           const RecordingHost& host)
    : profile_(std::move(profile)), replay_(*profile_), recorder_(host) {
  for (const auto& id : library.ids("pipelines"))
    pipelines_.emplace(id, read_pipeline(library, id));
  host_ = replay_.on(host_core());
  if (host_.snapshots.empty()) {
    throw InputError("the profile holds no snapshots of the program's instructions",
                     "it ran too shortly, or what it did could not be followed; record it again "
                     "with more work");
  }
}

CoreSetup ReplayedCode::host_core() const {
  return core_setup(recorder_.processor, pipeline_of(recorder_.processor), recorder_.clock_hz);
}

WindowPaces ReplayedCode::host_windows() const {
  WindowPaces paces;
  for (const auto& snapshot : replay_.windows_on(host_core())) {
    auto& list = paces.emplace_back();
    for (const auto& window : snapshot) {
      const ReplayCounts all = weighted(window, host_.factors);
      list.push_back({all.instructions, all.cycles});
    }
  }
  return paces;
}

const Pipeline& ReplayedCode::pipeline_of(const Processor& processor) const {
  const auto found = pipelines_.find(processor.microarchitecture.pipeline);
  if (found != pipelines_.end()) return found->second;
  throw ModelError(
      fmt::format("recorded programs cannot be replayed on {}: its microarchitecture "
                  "'{}' names no pipeline of the catalogue",
                  processor.name, processor.microarchitecture.id));
}

ReplayedCode::Account ReplayedCode::account(const Processor& processor, double clock_hz,
                                            int threads, int per_core) const {
  Account account;
  const double crowd = 1 + (threads - 1) * (1 - kShared);
  const double at_hz = clock_hz > 0 ? clock_hz : reference_clock_hz(processor);
  const double siblings = 1 + (per_core - 1) * (1 - kShared);
  account.core = core_setup(processor, pipeline_of(processor), at_hz, crowd, per_core);
  auto& front = account.core.pipeline.front;
  for (double* part : {&account.core.l1_lines, &account.core.l2_lines, &front.op_entries,
                       &front.code_cache_b, &front.target_lines, &front.far_target_lines}) {
    *part *= per_core / siblings;
  }
  const CoreReplay there = replay_.on(account.core, host_.factors);
  // The same snapshots are left out on every core: those without instructions.
  ReplayCounts sum;
  double instructions = 0;
  for (std::size_t i = 0; i < there.snapshots.size(); ++i) {
    const double executed = host_.snapshots[i].share / host_.snapshots[i].cpi();
    ReplayCounts part = there.snapshots[i].counts;
    part *= executed / part.instructions;
    sum += part;
    instructions += executed;
  }
  sum *= 1 / instructions;
  account.mean = sum;
  account.cpi = sum.cycles;
  // What all snapshots have in common cancels, however much they differ from each other.
  account.ratio_error =
      weighted_error(host_.snapshots, there.snapshots, host_.factors, &ReplayCounts::cycles,
                     &ReplayCounts::cycles, profile_->ticks);
  return account;
}

double ReplayedCode::host_instr_per_s(int threads) const {
  const Processor& host = recorder_.processor;
  const int cores = std::max(1, static_cast<int>(host.cores));
  const int running =
      std::clamp(threads, 1, cores * std::max(1, static_cast<int>(host.threads_per_core)));
  if (running == 1) return host_instr_per_s();
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = host_paces_.find(running); known != host_paces_.end()) {
      return known->second;
    }
  }
  // Whether 33 or 64 share a cache makes little difference, and each answer is a replay.
  const int crowd = static_cast<int>(std::bit_ceil(static_cast<unsigned>(running)));
  const auto cpi = [&](int per_core) {
    return account(host, recorder_.clock_hz, crowd, per_core).cpi;
  };
  const int with_two = std::max(0, running - cores), with_one = std::min(running, cores) - with_two;
  double ipc = with_one > 0 ? with_one / cpi(1) : 0;
  if (with_two > 0) ipc += with_two * paired_ipc(cpi(2), host.microarchitecture.core.width);
  const double pace = recorder_.clock_hz * ipc / running;
  const std::lock_guard lock(mutex_);
  return host_paces_.emplace(running, pace).first->second;
}

CodeTerms ReplayedCode::on(const Processor& processor, int threads, int per_core) const {
  const Key key{processor.microarchitecture.pipeline, replayed_numbers(processor), threads,
                per_core};
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
  }
  const Account there = account(processor, 0, threads, per_core);
  CodeTerms terms;
  terms.base = there.mean.base + there.mean.code + there.mean.pages;
  terms.branch = there.mean.branch;
  terms.l2 = there.mean.l2;
  terms.l3_waits = there.mean.l3 / there.core.l3_cycles;
  terms.memory_waits = there.mean.memory / there.core.memory_cycles;
  terms.memory_lines = there.mean.l3_misses;
  const std::lock_guard lock(mutex_);
  return known_.emplace(key, terms).first->second;
}

}  // namespace headroom

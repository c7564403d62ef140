#include "replay/character_study.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "profile/instruction_mix.hpp"

namespace headroom {

namespace {

void note_caches(ProcessorView& view, const Processor& processor) {
  view.l1_b = processor.microarchitecture.caches.l1_b;
  view.l2_b = processor.microarchitecture.caches.l2_b;
  view.l3_b = processor.l3_b;
}

/// What halving the packed vector instructions would bring. Instructions with
/// 128-bit registers may be scalar floating point; only as many count as there are
/// vector integer instructions.
double wider_vectors(const ReplayedCode& code, const ReplayCounts& mean) {
  const InstructionMix mix = instruction_mix(code.profile());
  const double wide = mix.width_256 + mix.width_512;
  const double packed = wide + std::clamp(mix.vector_integer - wide, 0.0, mix.width_128);
  return 1 / (1 - 0.5 * std::min(1.0, packed) * mean.base / mean.cycles) - 1;
}

constexpr double kWorthCounting = 0.01;  ///< of all work; less is a look at the wrong moment
constexpr int kCoreSteps[] = {1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 24, 28, 32, 48, 64, 96, 128};

double work_threads(const Phase& phase) {
  const int threads = std::atoi(phase.processor.threads.c_str());
  return std::max(1, threads);
}

double seconds_on(const Workload& workload, double instr_per_s, int cores) {
  double seconds = 0;
  for (const auto& phase : workload.phases) {
    if (phase.processor.work_instr <= 0) {
      seconds += phase.for_s;
      continue;
    }
    const double at_once = std::min<double>(cores, work_threads(phase));
    seconds += phase.processor.work_instr / (instr_per_s * at_once);
  }
  return seconds;
}

}  // namespace

ProcessorView view_on(const ReplayedCode& code, const Processor& processor) {
  ProcessorView view;
  view.id = processor.id;
  view.name = processor.name;
  view.clock_hz = turbo_limit_hz(processor, 1, VectorLevel::scalar);
  const auto account = code.account(processor, view.clock_hz);
  view.mean = account.mean;
  view.relative = view.clock_hz / account.cpi / code.host_instr_per_s();
  note_caches(view, processor);
  return view;
}

std::vector<ProcessorView> view_on(const Library& library, const ReplayedCode& code,
                                   const std::vector<std::string>& ids) {
  std::vector<ProcessorView> views;
  for (const auto& id : ids) views.push_back(view_on(code, read_processor(library, id)));
  return views;
}

ProcessorView view_here(const ReplayedCode& code) {
  ProcessorView view;
  const auto& recorder = code.recorder();
  view.id = recorder.processor.id;
  view.name = recorder.processor.name;
  view.clock_hz = recorder.clock_hz;
  view.mean = code.host().mean;
  view.relative = 1;
  note_caches(view, recorder.processor);
  return view;
}

std::vector<CoreStep> core_steps(const Workload& workload, double instr_per_s, int most) {
  std::vector<CoreStep> steps;
  const double alone_s = seconds_on(workload, instr_per_s, 1);
  for (const int cores : kCoreSteps) {
    if (cores > most) break;
    const double seconds = seconds_on(workload, instr_per_s, cores);
    steps.push_back({cores, seconds > 0 ? alone_s / seconds : 1});
  }
  return steps;
}

int threads_most(const Workload& workload) {
  double all = 0;
  for (const auto& phase : workload.phases) all += phase.processor.work_instr;
  int most = 0;
  for (const auto& phase : workload.phases) {
    if (phase.processor.work_instr > kWorthCounting * all) {
      most = std::max(most, std::atoi(phase.processor.threads.c_str()));
    }
  }
  return most;
}

const ReplayedCode* recorded_code(const Workload& workload) {
  for (const auto& [name, character] : workload.characters) {
    if (!character.recording.empty()) continue;
    if (const auto* code = dynamic_cast<const ReplayedCode*>(character.code.get())) return code;
  }
  return nullptr;
}

std::vector<Improvement> improvements(const ReplayedCode& code, const Processor& processor) {
  using Better = std::function<void(Processor&, double&)>;
  const std::vector<std::pair<std::string, Better>> changes{
      {"a clock 10 % higher", [](Processor&, double& hz) { hz *= 1.1; }},
      {"a second cache of twice the size",
       [](Processor& p, double&) { p.microarchitecture.caches.l2_b *= 2; }},
      {"a third cache of twice the size", [](Processor& p, double&) { p.l3_b *= 2; }},
      {"memory with 20 % less latency",
       [](Processor& p, double&) { p.microarchitecture.caches.memory_s *= 0.8; }},
      {"second and third cache with 20 % less latency",
       [](Processor& p, double&) {
         auto& caches = p.microarchitecture.caches;
         caches.l2_cycles *= 0.8;
         caches.l3_core_cycles *= 0.8;
         caches.l3_uncore_cycles *= 0.8;
       }},
      {"mispredicted branches that cost half",
       [](Processor& p, double&) { p.microarchitecture.core.mispredict_cycles *= 0.5; }},
      {"a core one operation wider and with a window a quarter larger",
       [](Processor& p, double&) {
         p.microarchitecture.core.width += 1;
         p.microarchitecture.core.window *= 1.25;
       }},
      {"twice as many lines under way from memory",
       [](Processor& p, double&) {
         p.microarchitecture.core.fill_buffers *= 2;
         p.microarchitecture.core.prefetch_lines *= 2;
       }},
  };
  const double clock_hz = turbo_limit_hz(processor, 1, VectorLevel::scalar);
  const auto now = code.account(processor, clock_hz);
  const double pace = clock_hz / now.cpi;
  std::vector<Improvement> found{
      {"vectors twice as wide, if it were built for them", wider_vectors(code, now.mean), true}};
  for (const auto& [what, change] : changes) {
    Processor better = processor;
    double better_hz = clock_hz;
    change(better, better_hz);
    found.push_back({what, better_hz / code.account(better, better_hz).cpi / pace - 1, false});
  }
  std::ranges::stable_sort(found, std::greater<>(), &Improvement::gain);
  return found;
}

}  // namespace headroom

#include "replay/character_study.hpp"

#include <algorithm>
#include <functional>

#include "compute/core_model.hpp"
#include "compute/parts.hpp"

namespace headroom {

std::vector<ProcessorView> view_on(const Library& library, const ReplayedCode& code,
                                   const std::vector<std::string>& ids) {
  std::vector<ProcessorView> views;
  for (const auto& id : ids) {
    const Processor processor = read_processor(library, id);
    ProcessorView view;
    view.id = id;
    view.name = processor.name;
    view.clock_hz = turbo_limit_hz(processor, 1, VectorLevel::scalar);
    const auto account = code.account(processor, view.clock_hz);
    view.mean = account.mean;
    view.relative = view.clock_hz / account.cpi / code.host_instr_per_s();
    views.push_back(std::move(view));
  }
  return views;
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
  const double pace = clock_hz / code.account(processor, clock_hz).cpi;
  std::vector<Improvement> found;
  for (const auto& [what, change] : changes) {
    Processor better = processor;
    double better_hz = clock_hz;
    change(better, better_hz);
    found.push_back({what, better_hz / code.account(better, better_hz).cpi / pace - 1});
  }
  std::ranges::stable_sort(found, std::greater<>(), &Improvement::gain);
  return found;
}

}  // namespace headroom

#include <fmt/core.h>

#include "report/figures.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

std::string clocks(const Machine& machine, const Workload& workload, const Summary& s) {
  const double processor = gigahertz(s.clock_sustained_hz);
  const double graphics = gigahertz(s.graphics_clock_sustained_hz);
  const bool both = !machine.gpus.empty() && uses_graphics(workload) && measured(graphics);
  if (both && !uses_processor(workload)) return "graphics at " + quantity(graphics, 2, "GHz");
  std::string text = measured(processor) ? quantity(processor, 2, "GHz") : "a clock not measured";
  if (both) text += ", graphics at " + quantity(graphics, 2, "GHz");
  return text;
}

void append(std::string& text, const std::string& more) {
  text += (text.empty() ? "" : ", ") + more;
}

}  // namespace

std::string headline(const Machine& machine, const Workload& workload, const RunResult& result) {
  const Summary& s = result.summary;
  std::string sustained = clocks(machine, workload, s);
  const bool graphics_only = !machine.gpus.empty() && !uses_processor(workload);
  const double temperature = celsius(graphics_only ? s.gpu_sustained_k : s.cpu_sustained_k);
  if (measured(temperature)) append(sustained, quantity(temperature, 0, "degC"));
  if (measured(s.noise_sustained_dba)) append(sustained, quantity(s.noise_sustained_dba, 0, "dBA"));
  if (measured(s.wall_sustained_w)) append(sustained, quantity(s.wall_sustained_w, 0, "W"));
  std::string text;
  if (s.shut_down) {
    const std::string reason =
        s.shutdown_reason.empty() ? "reason not recorded" : s.shutdown_reason;
    text = fmt::format("shuts down after {} ({}); until then {}", duration(s.length_s), reason,
                       sustained);
  } else {
    text = "sustains " + sustained;
    if (workload.endless()) text += " over " + duration(s.length_s);
  }
  text += "; " + heat_loss(machine, workload, s);
  if (s.missed_deadlines > kLeastShare)
    text += fmt::format("; {} of deadlines missed", percent(s.missed_deadlines));
  return text;
}

}  // namespace headroom

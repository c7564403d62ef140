// Writes reports of made-up runs for the browser's test: sample_report FOLDER.
#include <fstream>
#include <iostream>

#include "report/report.hpp"
#include "report/test_run.hpp"

namespace {

using namespace headroom;

void write(const std::string& path, const std::vector<ReportRun>& runs) {
  std::ofstream out(path, std::ios::binary);
  out << html_report(runs, "headroom run sample-machine sample-render --repeat 10");
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

/// Names as they could stand in a hostile machine file.
TestRun hostile() {
  TestRun run = make_test_run(200, 3.4);
  const std::string attack =
      "<img src=x onerror=\"window.hacked=1\">\"'</script><script>window.hacked=1</script>";
  run.machine.name = attack;
  run.machine.summary = attack;
  run.workload.name = "</title></script><script>window.hacked=1</script>";
  run.workload.basis =
      "https://example.org/\"onmouseover=\"window.hacked=1 javascript:window.hacked=1";
  run.machine.configuration.options["cpu"] = attack;
  run.machine.provenance.push_back({attack, attack, attack, "javascript:window.hacked=1", 1});
  run.machine.provenance.push_back(
      {"a", "b", "c", "https://example.org/'><script>window.hacked=1</script>", 1});
  run.result.summary.warnings = {attack};
  run.result.trace.events.push_back({1, attack, attack});
  return run;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: sample_report FOLDER\n";
    return 64;
  }
  const std::string folder = std::string(arguments[1]) + "/";
  const TestRun one = make_test_run();
  const TestRun quiet = make_test_run(840, 3.52, false);
  TestRun warned = make_test_run(480, 3.95);
  warned.machine.name = "Rival Tower (2020)";
  warned.machine.id = "rival";
  warned.result.summary.wall_sustained_w = 305;
  warned.result.summary.warnings = {"extrapolated for 12 s: the fan's curve ends at 2500 rpm"};
  const TestRun bad = hostile();
  write(folder + "one.html", {one.report()});
  write(folder + "two.html", {one.report("Sample Machine, 10 cores"), warned.report()});
  write(folder + "many.html",
        {one.report("Sample Machine, 10 cores"), quiet.report("Without graphics"), warned.report(),
         bad.report("Fourth")});
  write(folder + "hostile.html", {bad.report()});
  write(folder + "hostile2.html", {bad.report("<b onclick=alert(1)>"), one.report()});
  return 0;
}

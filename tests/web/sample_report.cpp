// Writes reports of made-up runs for the browser's test: sample_report FOLDER.
#include <fstream>
#include <iostream>

#include "report/advice_report.hpp"
#include "report/claims_report.hpp"
#include "report/program_report.hpp"
#include "report/report.hpp"
#include "report/test_comparison.hpp"
#include "report/test_run.hpp"
#include "report/test_study.hpp"

namespace {

using namespace headroom;

void write(const std::string& path, const std::string& page) {
  std::ofstream out(path, std::ios::binary);
  out << page;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

void write(const std::string& path, const std::vector<ReportRun>& runs) {
  write(path, html_report(runs, "headroom run sample-machine sample-render --repeat 10"));
}

const std::string kAttack =
    "<img src=x onerror=\"window.hacked=1\">\"'</script><script>window.hacked=1</script>";

/// A claim of prices and needs: the only pages here whose numbers are real, since
/// those need no run.
ClaimReport claims(const std::string& statement) {
  const std::string text = R"(id = "sample"
name = "A sample claim"
said_by = "a friend"
source = "mine: said over lunch"
basis = "a test"
statement = ''')" + statement +
                           R"('''
[[figure]]
name = "base"
meaning = "its price"
kind = "price"
configuration = ["imac-pro-2017", "imac-27-2017"]
[[figure]]
name = "met"
meaning = "it meets"
kind = "need"
machine = "imac-pro-2017"
need = ["ecc", "rack"]
[[criterion]]
name = "costs at most 5000 USD"
holds = "base <= 5000"
[[criterion]]
name = "meets everything"
holds = "met == 1"
)";
  std::vector<Claim> list;
  list.push_back(read_claim(Document(text, "sample.toml", "claims/sample")));
  return judge_claims(Library(), std::move(list));
}

/// The pages without scripts, with these names in them.
void write_still_pages(const std::string& prefix, const std::string& name) {
  auto compared = made_up_comparison(3, 2);
  auto advice = made_up_advice();
  auto years = made_up_timeline();
  auto study = made_up_study();
  if (!name.empty()) {
    compared.standings[1].contender.label = name;
    compared.tasks[0].workload.name = name;
    advice.choices[1].standing.contender.label = name;
    advice.wish.tasks[0].workload.id = name;
    study.name = study.command = study.here.name = study.views[0].name = name;
    years.lanes[0].name = years.lanes[0].per_dollar[0].label = name;
  }
  write(prefix + "compare.html", comparison_html(compared, "headroom compare " + name));
  write(prefix + "advise.html", advice_html(advice, "headroom advise " + name));
  write(prefix + "timeline.html", timeline_html(years, "headroom timeline " + name));
  write(prefix + "program.html", program_html(study, "headroom show " + name));
  compared.tasks[0].workload.uncertainty = study.uncertainty;
  const std::vector<ProgramStudy> studies = {study};
  write(prefix + "recorded.html", comparison_html(compared, "headroom compare " + name, studies));
  write(prefix + "claims.html", claims_html(claims("It is dear. " + name), "headroom claims"));
}

/// Names as they could stand in a hostile machine file.
TestRun hostile() {
  TestRun run = make_test_run(200, 3.4);
  const std::string& attack = kAttack;
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
  warned.result.summary.warnings = {
      "extrapolated for 12 s in all: the fan's curve ends at 2500 rpm"};
  const TestRun bad = hostile();
  write(folder + "one.html", {one.report()});
  write(folder + "two.html", {one.report("Sample Machine, 10 cores"), warned.report()});
  write(folder + "many.html",
        {one.report("Sample Machine, 10 cores"), quiet.report("Without graphics"), warned.report(),
         bad.report("Fourth")});
  write(folder + "hostile.html", {bad.report()});
  write(folder + "hostile2.html", {bad.report("<b onclick=alert(1)>"), one.report()});
  write_still_pages(folder, "");
  write_still_pages(folder + "hostile-", kAttack);
  return 0;
}

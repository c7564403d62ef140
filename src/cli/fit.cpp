#include <fmt/core.h>

#include <filesystem>

#include "catalog/library.hpp"
#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "study/evidence.hpp"
#include "study/fit.hpp"
#include "study/predict.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// Whether it is the one file of the catalogue that this command is there to write.
bool is_fitted(const std::string& output, const std::string& catalog) {
  if (catalog.empty()) return false;
  std::error_code status;
  const auto fitted = fs::weakly_canonical(fs::path(catalog) / "fitted.toml", status);
  return fs::weakly_canonical(output, status) == fitted;
}

int fit_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& output = arguments.get("output");
  const auto& catalog = arguments.get("catalog");
  check_outputs({{"output", output}}, arguments.operands,
                is_fitted(output, catalog) ? std::string() : catalog);
  const auto rows = read_evidence(arguments.operands);
  const FitPlan plan = FitPlan::parse(library.text("fits.toml"), "catalog/fits.toml");
  std::vector<std::string> only;
  if (!arguments.get("block").empty()) only.push_back(arguments.get("block"));
  const Twin twin(library, rows);
  const Fitter fitter(plan, rows, twin.predictor());
  FitResult result;
  {
    ProgressLine line("fitting");
    result = fitter.fit(library.fitted(), only, line.callback());
  }
  for (const auto& block : result.blocks) {
    say("{}: {} rows, {} trials, {} = {:.4f}\n", block.name, block.rows.size(), block.evaluations,
        "sum of losses", block.objective);
    for (const auto& parameter : block.parameters) {
      say("  {} = {}{}{}\n", parameter.key,
          parameter.value.empty() ? "no row decides on it" : parameter.value,
          parameter.before.empty() || parameter.before == parameter.value
              ? ""
              : fmt::format(" (before: {})", parameter.before),
          parameter.at_limit ? ", at its limit" : "");
    }
  }
  if (output.empty()) {
    tell("nothing was written: give --output catalog/fitted.toml to keep this\n");
  } else {
    write_output(output, result.fitted.write());
    tell("{}: {} fitted numbers; build again to use them\n", printable(output),
         result.fitted.entries().size());
  }
  return 0;
}

}  // namespace

extern const Command kFitCommand;
const Command kFitCommand{
    .name = "fit",
    .summary = "find the numbers that nobody publishes from published measurements",
    .operands = "FILE...",
    .least = 1,
    .most = 100,
    .options = {{"output", "FILE", "write what was found, usually catalog/fitted.toml", ""},
                {"block", "NAME", "fit only this block of catalog/fits.toml", ""},
                catalog_option()},
    .examples =
        "  headroom fit evidence/measurements.csv --output catalog/fitted.toml\n"
        "  headroom fit evidence/measurements.csv --block scales\n",
    .run = fit_command,
};

}  // namespace headroom

#include <fmt/core.h>

#include "catalog/library.hpp"
#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "study/baseline.hpp"
#include "study/cross.hpp"
#include "study/evidence.hpp"
#include "study/fit.hpp"
#include "study/predict.hpp"
#include "study/validation.hpp"

namespace headroom {
namespace {

Validation cross(const Library& library, const std::vector<EvidenceRow>& rows, Fold fold,
                 const Progress& progress) {
  const Twin twin(library, rows);
  const Fitter fitter(FitPlan::parse(library.text("fits.toml"), "catalog/fits.toml"), rows,
                      twin.predictor());
  // What the fit finds from these very rows is where each fold begins.
  const FitResult full = fitter.fit(library.fitted(), {}, progress);
  const auto predictions = cross_validate(fitter, full.fitted, fold, progress);
  const auto formula = baseline_cross(baseline_rows(library, rows), folds_of(rows, fold));
  return validate(rows, predictions, formula, fold == Fold::row ? "each row" : "each machine");
}

int validate_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& page = arguments.get("into");
  check_outputs({{"into", page}}, arguments.operands, arguments.get("catalog"));
  if (!page.empty()) (void)read_page(page);  // told before the work, not after it
  const auto rows = read_evidence(arguments.operands);
  const auto& what = arguments.get("cross");
  if (!what.empty() && what != "row" && what != "machine") {
    throw InputError(fmt::format("--cross leaves out a row or a machine, not '{}'", what),
                     suggest(what, {"row", "machine"}));
  }
  Validation validation;
  {
    ProgressLine line("validating");
    const Progress progress = line.callback();
    if (what.empty()) {
      const Twin twin(library, rows);
      validation =
          validate(rows, twin.predict_all(progress), baseline_plain(baseline_rows(library, rows)));
    } else {
      validation = cross(library, rows, what == "row" ? Fold::row : Fold::machine, progress);
    }
  }
  const std::string table =
      arguments.flag("markdown") ? validation_markdown(validation) : validation_text(validation);
  if (!page.empty()) {
    const std::string name = what.empty() ? "validation" : "cross-" + what;
    std::string tables = validation_markdown(validation);
    if (arguments.flag("brief")) tables = tables.substr(0, tables.find("\n| machine |") + 1);
    write_output(page, replace_marked(read_page(page), name, tables));
    tell("{}: the table '{}' is new\n", printable(page), name);
  } else if (arguments.flag("json")) {
    fmt::print("{}\n", validation_json(validation));
  } else {
    say("{}", table);
  }
  return 0;
}

}  // namespace

extern const Command kValidateCommand;
const Command kValidateCommand{
    .name = "validate",
    .summary = "predict published measurements and compare",
    .operands = "FILE...",
    .least = 1,
    .most = 100,
    .options = {{"cross",
                 "WHAT",
                 "fit again without each row, or each machine, and predict what was left out: "
                 "row (the default) or machine",
                 "",
                 {"row", "machine"}},
                {"json", "", "print as JSON", ""},
                {"markdown", "", "print as Markdown tables", ""},
                {"brief", "", "with --into: the statistics without the rows", ""},
                {"into", "PAGE", "put the tables into a page, between its marks", ""},
                catalog_option()},
    .examples =
        "  headroom validate evidence/measurements.csv\n"
        "  headroom validate evidence/measurements.csv --cross\n"
        "  headroom validate evidence/measurements.csv --cross machine\n"
        "  headroom validate mine.csv --json\n",
    .run = validate_command,
};

}  // namespace headroom

#include "claims/claim.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/printable.hpp"
#include "claims/embedded.hpp"
#include "claims/expression.hpp"
#include "claims/metric_table.hpp"

namespace headroom {

const std::vector<FigureKind>& figure_kinds() {
  static const std::vector<FigureKind> kKinds = {
      {"run", "configuration or workload", "a reading of a run, once the machine is warm"},
      {"price", "configuration or day", "what a configuration cost on a day"},
      {"need", "need", "1 if any configuration sold of the machines meets the need, else 0"},
      {"airflow", "configuration", "air moved at the fans' greatest normal speed"},
      {"cooling-capacity", "configuration",
       "heat the chips can shed at that speed before one reaches its limit"},
      {"crossing", "against", "up to which value of a workload's number a configuration wins"},
      {"value", "day", "best work per 1000 USD of what the machines were sold as on a day"},
      {"advice", "budget", "the best that could be bought on a day within a budget"},
      {"derived", "", "a formula over the other figures"},
  };
  return kKinds;
}

const std::vector<std::string>& ClaimFigure::axis() const {
  if (kind == "run" && workloads.size() > 1) return workloads;
  if (kind == "price" && days.size() > 1) return days;
  if (kind == "need") return needs;
  if (kind == "crossing") return against;
  if (kind == "value") return days;
  if (kind == "advice") return budgets;
  return configurations;
}

const ClaimFigure* Claim::find(std::string_view figure) const {
  const auto it = std::ranges::find(figures, figure, &ClaimFigure::name);
  return it == figures.end() ? nullptr : &*it;
}

namespace {

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& kind : figure_kinds()) names.emplace_back(kind.name);
  return names;
}

/// Reads a text or a list of them that must be there.
std::vector<std::string> required_texts(Section& section, std::string_view key) {
  auto texts = section.texts(key);
  if (texts.empty()) {
    section.report(fmt::format("'{}' is missing", key), {}, "a text, or a list of texts");
  }
  return texts;
}

/// Whether a text is written as a day, "2017-12-14".
bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  const auto month = text.substr(5, 2), day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

void at_most_one(Section& section, std::string_view key, const std::vector<std::string>& texts) {
  if (texts.size() > 1) section.report(fmt::format("'{}' takes one text here", key), key);
}

/// What runs share: their length and where the machine stands.
void declare_run(ClaimFigure& figure, Fields& fields) {
  fields.number("for", figure.for_s, "s", "length of each run; its last third counts", 1, 2.6e6);
  figure.surroundings.declare(fields);
}

void read_kind(Section& section, ClaimFigure& f, Fields& fields) {
  const auto& kind = f.kind;
  if (kind == "derived") {
    fields.text("is", f.expression, "a formula over the other figures");
    fields.text("unit", f.unit, "what it is counted in", {}, true);
    return;
  }
  if (kind == "need" || kind == "value" || kind == "advice") {
    f.machines = kind == "need" ? required_texts(section, "machine") : section.texts("machine");
  } else {
    f.configurations = required_texts(section, "configuration");
    f.sets = section.texts("set");
    f.swaps = section.texts("swap");
  }
  if (kind == "price" || kind == "need") f.days = section.texts("day");
  if (kind == "need" || kind == "advice") {
    f.needs = kind == "need" ? required_texts(section, "need") : section.texts("need");
  }
  if (kind == "need") at_most_one(section, "day", f.days);
  if (kind == "run" || kind == "crossing" || kind == "value" || kind == "advice") {
    f.workloads = required_texts(section, "workload");
    declare_run(f, fields);
  }
  if (kind == "run") {
    fields.text("metric", f.metric, "what is read from the run");
    fields.whole("repeat", f.repeat, "passes of the workload, in place of a length", 1, 1e4);
    fields.whole("threads", f.threads, "threads, in place of the workload's own", 1, 1024);
    fields.whole("gpus", f.gpus, "graphics processors that are fitted", 1, 8);
    if (f.configurations.size() > 1 && f.workloads.size() > 1) {
      section.report("only one of 'configuration' and 'workload' can be a list", "workload");
    }
  }
  if (kind == "price" && f.configurations.size() > 1 && f.days.size() > 1) {
    section.report("only one of 'configuration' and 'day' can be a list", "day");
  }
  if (kind == "airflow" || kind == "cooling-capacity") f.surroundings.declare(fields);
  if (kind == "cooling-capacity") {
    fields.text("metric", f.metric, "heat of the chips, or power from the wall",
                {"chips", "wall_power"}, true);
    fields.number("processor", f.processor, "1", "share of the heat in the processor", 0, 1e3);
    fields.numbers("graphics", f.graphics, "1", "share of it in each graphics processor", 0, 1e3);
  }
  if (kind == "crossing") {
    at_most_one(section, "configuration", f.configurations);
    at_most_one(section, "workload", f.workloads);
    f.against = required_texts(section, "against");
    f.at = required_texts(section, "at");
    if (f.at.size() == 1) section.report("'at' needs two values at least", "at");
    fields.text("parameter", f.parameter, "path of the workload's number");
  }
  if (kind == "value" || kind == "advice") {
    f.days = required_texts(section, "day");
  }
  for (const auto& day : f.days) {
    if (!is_day(day)) {
      section.report(fmt::format("'{}' is no day", day), "day", "write it as \"2017-12-14\"");
    }
  }
  if (kind == "advice") {
    at_most_one(section, "day", f.days);
    f.budgets = required_texts(section, "budget");
    fields.text("metric", f.metric, "what of the advice", advice_metrics());
  }
}

ClaimFigure read_figure(Section& section) {
  ClaimFigure f;
  f.place = section.place();
  Fields fields;
  fields.text("name", f.name, "what expressions call it");
  fields.text("meaning", f.meaning, "what it is, for people");
  fields.text("kind", f.kind, "how it is found", kind_names());
  const auto kind = section.text("kind");
  const auto names = kind_names();
  if (std::ranges::find(names, kind) != names.end()) {
    f.kind = kind;
    if (kind == "airflow" || kind == "cooling-capacity") f.surroundings.room_k = 298.15;
    read_kind(section, f, fields);
  }
  section.read(fields);
  if (f.kind == "cooling-capacity" && f.metric.empty()) f.metric = "chips";
  if (!f.name.empty() && !Expression::is_name(f.name)) {
    section.report(fmt::format("'{}' is no name for a figure", f.name), "name",
                   "small letters, digits and '_', and not a function's name");
  }
  if (f.kind == "run" && !f.metric.empty()) {
    if (const auto help = wrong_metric(f.metric, f.repeat > 0 || f.threads > 0); !help.empty()) {
      section.report(fmt::format("a run has no metric '{}' here", f.metric), "metric", help);
    }
  }
  return f;
}

/// A text for people on one line, control characters spelled out.
void tidy(std::string& text) {
  std::ranges::replace(text, '\n', ' ');
  text = printable(text);
}

/// How many cases a formula has: 1 for plain numbers. Reports what does not fit.
std::size_t cases_of(const Claim& claim, const Expression& expression,
                     const std::map<std::string, std::size_t>& cases, std::size_t known,
                     Section& section, std::string_view key) {
  std::size_t length = 1;
  std::string longest;
  for (const auto& use : expression.uses()) {
    const auto end = claim.figures.begin() + static_cast<std::ptrdiff_t>(known);
    if (std::find_if(claim.figures.begin(), end,
                     [&](const ClaimFigure& f) { return f.name == use.name; }) == end) {
      std::vector<std::string> names;
      for (auto it = claim.figures.begin(); it != end; ++it) names.push_back(it->name);
      section.report(fmt::format("no figure before this is called '{}'", use.name), key,
                     suggest(use.name, names));
      continue;
    }
    const bool whole = !use.function.empty() && use.function != "exists";
    const auto found = cases.find(use.name);
    if (whole || found == cases.end() || found->second == 1) continue;
    if (length > 1 && found->second != length) {
      section.report(
          fmt::format("'{}' has {} cases and '{}' {}", longest, length, use.name, found->second),
          key, "series in one formula must be equally long");
    }
    length = found->second;
    longest = use.name;
  }
  return length;
}

}  // namespace

Claim read_claim(Document document) {
  Section root = document.root();
  Claim claim;
  Fields fields;
  fields.text("id", claim.id, "short name of the claim");
  fields.text("name", claim.name, "its heading");
  fields.text("statement", claim.statement, "what was said");
  fields.text("said_by", claim.said_by, "who said it");
  fields.text("source", claim.source, "where that is known from");
  fields.text("basis", claim.basis, "why the criteria are fair");
  root.read(fields);
  std::map<std::string, std::size_t> cases;
  for (auto& section : root.list("figure")) {
    claim.figures.push_back(read_figure(section));
    const auto& figure = claim.figures.back();
    std::size_t length = std::max<std::size_t>(1, figure.axis().size());
    if (!figure.expression.empty()) {
      try {
        length = cases_of(claim, Expression(figure.expression), cases, claim.figures.size() - 1,
                          section, "is");
      } catch (const InputError& error) {
        section.report(error.what(), "is", error.problems().front().help);
      }
    }
    if (!figure.name.empty() && !cases.emplace(figure.name, length).second) {
      section.report(fmt::format("two figures are called '{}'", figure.name), "name");
    }
  }
  for (auto& section : root.list("criterion")) {
    Criterion criterion;
    Fields row;
    row.text("name", criterion.name, "what must be so, in words");
    row.text("holds", criterion.holds, "the formula");
    row.text("in", criterion.in, "in how many cases of a series", {"all", "most", "any"});
    section.read(row);
    criterion.place = section.place("holds");
    if (!criterion.holds.empty()) {
      try {
        cases_of(claim, Expression(criterion.holds), cases, claim.figures.size(), section, "holds");
      } catch (const InputError& error) {
        section.report(error.what(), "holds", error.problems().front().help);
      }
    }
    claim.criteria.push_back(std::move(criterion));
  }
  for (auto* text :
       {&claim.id, &claim.name, &claim.statement, &claim.said_by, &claim.source, &claim.basis}) {
    tidy(*text);
  }
  for (auto& figure : claim.figures) tidy(figure.meaning), tidy(figure.unit);
  for (auto& criterion : claim.criteria) tidy(criterion.name), tidy(criterion.holds);
  if (claim.figures.empty()) root.report("a claim needs its figures", {}, "add [[figure]]");
  if (claim.criteria.empty()) root.report("a claim needs a criterion", {}, "add [[criterion]]");
  document.check();
  return claim;
}

ClaimSet::ClaimSet(const std::string& directory) {
  namespace fs = std::filesystem;
  if (directory.empty()) {
    for (const auto& file : embedded_claims()) {
      files_.emplace(Library::id_of(std::string(file.path)), std::string(file.text));
    }
    return;
  }
  root_ = directory;
  std::error_code status;
  fs::directory_iterator walk(directory, status);
  if (status) throw InputError(fmt::format("cannot read the folder '{}'", directory));
  for (const auto& entry : walk) {
    if (entry.path().extension() != ".toml") continue;
    files_.emplace(entry.path().stem().string(), read_text_file(entry.path().string()));
  }
}

std::vector<std::string> ClaimSet::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, text] : files_) ids.push_back(id);
  return ids;
}

Claim ClaimSet::read(const std::string& id) const {
  if (id.ends_with(".toml")) return read_claim(Document(read_text_file(id), id, "claims/" + id));
  const auto it = files_.find(id);
  if (it == files_.end()) {
    throw InputError(fmt::format("no claim is called '{}'", id), suggest(id, ids()));
  }
  return read_claim(Document(it->second, fmt::format("{}/{}.toml", root_, id), "claims/" + id));
}

}  // namespace headroom

#include <fmt/core.h>

#include <array>
#include <map>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

struct Kind {
  const char* name;
  const char* meaning;
};
constexpr std::array kKinds = {
    Kind{"published", "by the maker or others, with an address or a title"},
    Kind{"standard", "a law or a constant of nature or of a standard"},
    Kind{"measured", "on a machine, by whoever is named"},
    Kind{"derived", "computed from published numbers"},
    Kind{"fitted", "found by fitting the model to measurements"},
    Kind{"assumed", "an informed guess, with its reason"},
    Kind{"remembered", "from memory, to be checked"},
    Kind{"set", "by hand, on the command line"},
    Kind{"unnamed", "without a source"}};

constexpr std::size_t kMostText = 600;

std::string shortened(const std::string& text) {
  if (text.size() <= kMostText) return text;
  std::size_t cut = kMostText;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // within UTF-8
  return text.substr(0, cut) + "...";
}

std::vector<std::vector<std::string>> rows_of(const std::vector<const Provenance*>& list,
                                              std::string_view kind) {
  std::vector<std::vector<std::string>> rows;
  for (const auto* p : list) {
    if (source_kind(p->source) != kind) continue;
    rows.push_back({"<code>" + escape(p->path) + "</code>", pretty(p->written), pretty(p->meaning),
                    source_html(shortened(p->source))});
  }
  return rows;
}

std::string provenance_of(const Machine& machine) {
  std::vector<const Provenance*> list;
  std::map<std::string, std::size_t> counts;
  for (const auto& p : machine.provenance) {
    list.push_back(&p);
    ++counts[source_kind(p.source)];
  }
  std::string out = "<ul class=\"kinds\">\n";
  for (const auto& kind : kKinds) {
    const auto it = counts.find(kind.name);
    if (it == counts.end()) continue;
    out +=
        fmt::format("<li><b>{}</b> {}<span>{}</span></li>\n", it->second, kind.name, kind.meaning);
  }
  out += "</ul>\n";
  for (const std::string_view kind : {"set", "fitted", "assumed", "remembered", "derived",
                                      "measured", "published", "standard", "unnamed"}) {
    const auto rows = rows_of(list, kind);
    if (rows.empty()) continue;
    out += details_html(
        fmt::format("{} {} {}", rows.size(), kind, rows.size() == 1 ? "number" : "numbers"),
        table_html({"Number", "Value", "Meaning", kind == "fitted" ? "Fitted to" : "Source"},
                   rows));
  }
  return out;
}

}  // namespace

std::string source_kind(const std::string& source) {
  static constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"http://", "published"},
      {"https://", "published"},
      {"public ", "published"},
      {"standard:", "standard"},
      {"measured:", "measured"},
      {"mine:", "measured"},
      {"derived:", "derived"},
      {"fitted", "fitted"},
      {"assumed:", "assumed"},
      {"memory:", "remembered"},
      {"set:", "set"}};
  for (const auto& [prefix, kind] : kForms) {
    if (source.starts_with(prefix)) return std::string(kind);
  }
  return source.empty() ? "unnamed" : "published";
}

std::string provenance_html(std::span<const ReportRun> runs) {
  std::string out = "<section id=\"provenance\"><h2>Where the numbers come from</h2>\n";
  std::map<std::string, bool> shown;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Machine& machine = *runs[i].machine;
    if (machine.provenance.empty()) continue;
    if (!shown
             .emplace(
                 machine.configuration.text() + machine.configuration.changes_text() + machine.name,
                 true)
             .second)
      continue;
    if (runs.size() > 1) out += "<h3>" + run_heading(runs, i) + "</h3>\n";
    out += provenance_of(machine);
  }
  if (shown.empty()) out += "<p>Nothing was recorded.</p>\n";
  return out + "</section>\n";
}

}  // namespace headroom

#include "catalog/document.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include "catalog/change.hpp"
#include "catalog/field_values.hpp"

namespace headroom {
namespace {

constexpr std::string_view kSourceForms[] = {
    "http://", "https://",  "assumed:",  "derived:", "memory:", "fitted",
    "public ", "standard:", "measured:", "mine:",    "set:"};
constexpr std::string_view kSourceHelp =
    "add source = \"https://...\", or \"assumed: why\", \"derived: how\", \"mine: ...\"";

bool is_source(std::string_view text) {
  return std::ranges::any_of(kSourceForms, [&](auto form) { return text.starts_with(form); });
}

std::string written(const toml::node& node) {
  if (const auto text = node.value<std::string>()) return *text;
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* array = node.as_array()) {
    std::string text;
    for (const auto& item : *array) text += (text.empty() ? "" : ", ") + written(item);
    return text;
  }
  std::ostringstream out;
  node.visit([&](const auto& n) {
    if constexpr (!toml::is_table<decltype(n)>) out << n;
  });
  return out.str();
}

}  // namespace

struct DocumentState {
  std::string file;
  std::string name;
  const FittedValues* fitted;
  std::vector<std::string> lines;
  toml::table table;
  const toml::table* root = &table;  ///< the part of it that is this document
  std::vector<Problem> problems;
  std::vector<Provenance> provenance;
  std::set<const toml::node*> used;
  std::map<const toml::node*, std::set<std::string>> asked;
  std::set<const toml::node*> skipped;  ///< whatever they hold
  ChangeSet* changes = nullptr;
  std::string prefix;  ///< of this document's paths among the changes
  std::vector<std::pair<std::string, std::string>> changed;  ///< paths and what was typed

  Place place_of(const toml::source_region& region) const {
    Place place{
        file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), 1, {}};
    if (region.begin.line == region.end.line && region.end.column > region.begin.column) {
      place.width = static_cast<int>(region.end.column - region.begin.column);
    }
    if (place.line >= 1 && place.line <= static_cast<int>(lines.size())) {
      place.text = lines[static_cast<std::size_t>(place.line - 1)];
    }
    return place;
  }

  /// The source that holds for a table: its own, or that of the tables around.
  std::string source_of(const toml::table& in, const std::string& around) {
    if (const auto* own = in.get("source")) used.insert(own);
    return in["source"].value_or(around);
  }

  void report(std::string what, const toml::node& at, std::string help = {}) {
    problems.push_back({std::move(what), place_of(at.source()), std::move(help)});
  }

  /// What was typed that changed `path` or anything below it.
  std::string typed_for(const std::string& path) const {
    std::set<std::string> typed;
    for (const auto& [at, text] : changed) {
      if (at == path || path.empty() || at.starts_with(path + ".")) typed.insert(text);
    }
    return fmt::format("{}", fmt::join(typed, " "));
  }

  /// Lets the changes act on a field that holds what the file says. True if any did.
  bool change(const Fields::Row& row, const std::string& path, const toml::table& in,
              const std::string& says, int line) {
    if (changes == nullptr) return false;
    const auto flag = [&](std::string_view key) { return in[key].value_or(false); };
    try {
      const auto done = changes->apply(prefix + path, row, {!says.empty(), says, flag});
      if (!done) return false;
      for (const auto& typed : done->typed) changed.emplace_back(path, typed);
      provenance.push_back({path, done->written, row.meaning, done->source, line});
      return true;
    } catch (const InputError& error) {
      problems.push_back({error.what(), {}, error.problems().front().help});
      return false;
    }
  }

  void report_unused(const toml::table& in, const std::string& path) {
    if (skipped.contains(&in)) return;
    for (const auto& [key, node] : in) {
      const std::string full =
          path.empty() ? std::string(key.str()) : path + "." + std::string(key.str());
      if (!used.contains(&node)) {
        const auto& names = asked[&in];
        problems.push_back({fmt::format("unknown key '{}'", full), place_of(key.source()),
                            suggest(key.str(), {names.begin(), names.end()})});
      } else if (key.str() == "sources" && node.is_table()) {
        for (const auto& [named, source] : *node.as_table()) {
          if (in.contains(named.str())) continue;
          const auto& names = asked[&in];
          problems.push_back({fmt::format("a source for '{}', which is not there", named.str()),
                              place_of(named.source()),
                              suggest(named.str(), {names.begin(), names.end()})});
        }
      } else if (const auto* table_node = node.as_table()) {
        report_unused(*table_node, full);
      } else if (const auto* array = node.as_array();
                 array != nullptr && !skipped.contains(&node)) {
        for (const auto& item : *array) {
          if (const auto* row = item.as_table()) report_unused(*row, full);
        }
      }
    }
  }
};

namespace {
const toml::table& table_of(const void* table) {
  return *static_cast<const toml::table*>(table);
}
}  // namespace

Document::Document(const std::string& text, const std::string& file, std::string name,
                   const FittedValues* fitted, const std::vector<std::string>& inside)
    : state_(std::make_unique<DocumentState>()) {
  state_->file = file;
  state_->name = std::move(name);
  state_->fitted = fitted;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    state_->lines.push_back(line);
  }
  try {
    state_->table = toml::parse(text, file);
    // A copy under another file name is still the machine that its id says.
    for (const auto& key : inside) {
      state_->root = (*state_->root)[key].as_table();
      if (state_->root == nullptr) throw InternalError("no table " + key + " in " + file);
    }
    if (const auto id = (*state_->root)["id"].value<std::string>()) {
      state_->name = state_->name.substr(0, state_->name.find('/') + 1) + *id;
    }
  } catch (const toml::parse_error& error) {
    throw InputError({Problem{fmt::format("not readable as TOML: {}", error.description()),
                              state_->place_of(error.source()), ""}});
  }
}

Document::~Document() = default;
Document::Document(Document&&) noexcept = default;

Section Document::root() {
  return Section(state_.get(), state_->root, "", state_->source_of(*state_->root, ""));
}

void Document::change(ChangeSet& changes, std::string prefix) {
  if (changes.empty()) return;
  state_->changes = &changes;
  state_->prefix = std::move(prefix);
}

const std::vector<Provenance>& Document::provenance() const {
  return state_->provenance;
}

void Document::check() {
  auto problems = state_->problems;
  std::swap(problems, state_->problems);
  state_->report_unused(*state_->root, "");
  std::swap(problems, state_->problems);
  if (problems.empty()) return;
  if (const auto typed = state_->typed_for(""); !typed.empty()) {
    for (auto& problem : problems) {  // what the file says may be wrong only since it was changed
      if (problem.place.line == 0) continue;
      problem.help += fmt::format("{}as changed by {}", problem.help.empty() ? "" : "; ", typed);
    }
  }
  std::ranges::stable_sort(
      problems, [](const auto& a, const auto& b) { return a.place.line < b.place.line; });
  throw InputError(std::move(problems));
}

bool Section::has(std::string_view key) const {
  if (!present()) return false;
  state_->asked[&table_of(table_)].insert(std::string(key));
  return table_of(table_).contains(key);
}

void Section::report(std::string what, std::string_view key, std::string help) {
  if (state_ == nullptr) throw InternalError("report on an absent section: " + what);
  if (!key.empty()) {  // what was changed there is the command line's fault, not the file's
    const auto typed = state_->typed_for(path_ + (path_.empty() ? "" : ".") + std::string(key));
    if (!typed.empty()) {
      state_->problems.push_back({typed + ": " + what, {}, std::move(help)});
      return;
    }
  }
  state_->problems.push_back({std::move(what), place(key), std::move(help)});
}

Place Section::place(std::string_view key) const {
  if (!present()) return {};
  const auto& table = table_of(table_);
  const toml::node* node = key.empty() ? nullptr : table.get(key);
  return state_->place_of(node != nullptr ? node->source() : table.source());
}

std::vector<std::string> Section::keys() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  if (present()) {
    for (const auto& [key, node] : table_of(table_)) {
      found.emplace_back(key.source().begin, std::string(key.str()));
    }
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
  });
  std::vector<std::string> names;
  for (auto& [at, name] : found) names.push_back(std::move(name));
  return names;
}

namespace {

/// A text, or a day that stands without quotes, as a text.
std::optional<std::string> text_of(const toml::node& node) {
  const auto* date = node.as_date();
  if (date == nullptr) return node.value<std::string>();
  const toml::date d = date->get();
  return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}

/// Fills one declared field from a node; the messages name the field.
class FieldReader {
 public:
  FieldReader(DocumentState& state, const Fields::Row& row, const toml::node& node)
      : state_(state), row_(row), node_(node) {}

  void operator()(double* field) const {
    if (const auto value = number(node_)) *field = *value;
  }
  void operator()(std::vector<double>* field) const {
    const auto problems = state_.problems.size();
    std::vector<double> values;
    if (const auto* array = node_.as_array()) {
      for (const auto& item : *array) {
        if (const auto value = number(item)) values.push_back(*value);
      }
    } else if (const auto text = node_.value<std::string>()) {
      for (const auto& item : split_list(*text)) {
        if (const auto value = quantity(item, node_)) values.push_back(*value);
      }
    } else if (const auto value = number(node_)) {
      values.push_back(*value);
    }
    if (values.empty() && state_.problems.size() == problems) {
      state_.report(fmt::format("'{}' is an empty list", row_.name), node_);
    }
    *field = std::move(values);
  }
  void operator()(std::string* field) const {
    const auto text = node_.value<std::string>();
    if (!text) return state_.report(fmt::format("'{}' must be a text", row_.name), node_);
    if (!row_.choices.empty() && std::ranges::find(row_.choices, *text) == row_.choices.end()) {
      return state_.report(
          fmt::format("'{}' must be one of: {}", row_.name, fmt::join(row_.choices, ", ")), node_,
          suggest(*text, row_.choices));
    }
    *field = *text;
  }
  void operator()(std::vector<std::string>* field) const {
    field->clear();
    const auto take = [&](const toml::node& node) {
      if (const auto text = text_of(node)) return field->push_back(*text);
      state_.report(fmt::format("'{}' must be a list of texts", row_.name), node);
    };
    const auto* array = node_.as_array();
    if (array == nullptr) return take(node_);
    for (const auto& item : *array) take(item);
  }
  void operator()(bool* field) const {
    if (const auto value = node_.value<bool>()) {
      *field = *value;
    } else {
      state_.report(fmt::format("'{}' must be true or false", row_.name), node_);
    }
  }

 private:
  std::optional<double> number(const toml::node& node) const {
    if (const auto text = node.value<std::string>()) return quantity(*text, node);
    if (const auto* whole = node.as_integer()) {
      return quantity(fmt::to_string(whole->get()), node);
    }
    if (const auto* value = node.as_floating_point()) {
      return quantity(fmt::to_string(value->get()), node);
    }
    state_.report(fmt::format("'{}' must be a quantity in {}", row_.name, row_.unit.symbol), node);
    return std::nullopt;
  }
  std::optional<double> quantity(const std::string& text, const toml::node& node) const {
    try {
      return field_quantity(row_, text);
    } catch (const InputError& error) {
      state_.report(error.what(), node, error.problems().front().help);
    }
    return std::nullopt;
  }

  DocumentState& state_;
  const Fields::Row& row_;
  const toml::node& node_;
};

}  // namespace

void Section::read(Fields& fields) {
  if (!present()) return;
  auto& state = *state_;
  const auto& table = table_of(table_);
  auto& asked = state.asked[&table];
  asked.insert("source");
  for (const auto* key : {"source", "sources"}) {
    if (const auto* node = table.get(key)) state.used.insert(node);
  }
  const toml::table* sources = table["sources"].as_table();
  if (sources != nullptr) {
    for (const auto& [key, node] : *sources) state.used.insert(&node);
  }
  for (const auto& row : fields.rows()) {
    asked.insert(row.name);
    const std::string path = path_.empty() ? row.name : path_ + "." + row.name;
    const toml::node* node = table.get(row.name);
    if (node == nullptr) {
      if (state.change(row, path, table, "", 0)) continue;
      if (row.required) {
        report(fmt::format("{} lacks '{}' ({}{})", path_.empty() ? "the file" : "'" + path_ + "'",
                           row.name, row.meaning,
                           row.unit.symbol == "1" ? "" : ", in " + row.unit.symbol));
      }
      continue;
    }
    state.used.insert(node);
    const int line = static_cast<int>(node->source().begin.line);
    const bool numeric = std::holds_alternative<double*>(row.target) ||
                         std::holds_alternative<std::vector<double>*>(row.target);
    std::string source = source_;
    if (sources != nullptr) source = (*sources)[row.name].value_or(source);
    if (numeric && !is_source(source)) {
      state.report(source.empty() ? fmt::format("'{}' has no source", path)
                                  : fmt::format("the source of '{}' is not of a known form: '{}'",
                                                path, source),
                   *node, std::string(kSourceHelp));
    }
    std::string says = written(*node);
    if (numeric && node->is_string() && says == "fitted") {
      const std::string key = state.name + "/" + path;
      const auto entry = state.fitted != nullptr ? state.fitted->find(key) : std::nullopt;
      if (entry) {
        const toml::value<std::string> value(entry->value);
        std::visit(FieldReader(state, row, value), row.target);
        says = entry->value;
        source = "fitted: " + entry->evidence;
      } else if (state.changes == nullptr || !state.changes->replaces(state.prefix + path)) {
        state.report(fmt::format("nothing has been fitted for '{}'", key), *node,
                     "run 'headroom fit', or give a number");
        continue;
      }
    } else {
      std::visit(FieldReader(state, row, *node), row.target);
    }
    if (state.change(row, path, table, says, line)) continue;
    if (numeric) state.provenance.push_back({path, says, row.meaning, source, line});
  }
}

void Section::skip(std::string_view key) {
  if (!present()) return;
  const auto& table = table_of(table_);
  state_->asked[&table].insert(std::string(key));
  if (const toml::node* node = table.get(key)) {
    state_->used.insert(node);
    state_->skipped.insert(node);
  }
}

Section Section::child(std::string_view key, bool required) {
  if (!present()) return {};
  const auto& table = table_of(table_);
  state_->asked[&table].insert(std::string(key));
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    if (required) report(fmt::format("the section [{}] is missing", path));
    return {};
  }
  state_->used.insert(node);
  const auto* inner = node->as_table();
  if (inner == nullptr) {
    report(fmt::format("'{}' must be a section", path), key);
    return {};
  }
  return Section(state_, inner, path, state_->source_of(*inner, source_));
}

Section Section::child_or_empty(std::string_view key) {
  static const toml::table kEmpty;
  if (auto section = child(key, false); section || !present()) return section;
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  return Section(state_, &kEmpty, path, source_);
}

std::vector<Section> Section::list(std::string_view key) {
  std::vector<Section> sections;
  if (!present()) return sections;
  const auto& table = table_of(table_);
  state_->asked[&table].insert(std::string(key));
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  const toml::node* node = table.get(key);
  if (node == nullptr) return sections;
  state_->used.insert(node);
  const auto* array = node->as_array();
  if (array == nullptr) {
    report(fmt::format("'{}' must be a list of sections, [[{}]]", path, path), key);
    return sections;
  }
  int index = 0;
  for (const auto& item : *array) {
    if (const auto* inner = item.as_table()) {
      // A row is known by its name, a link by its ends, anything else by its place.
      auto id = (*inner)["name"].value_or(std::to_string(index));
      const auto from = (*inner)["from"].value<std::string>();
      const auto to = (*inner)["to"].value<std::string>();
      if (!inner->contains("name") && from && to) id = *from + "-" + *to;
      sections.push_back(
          Section(state_, inner, path + "." + id, state_->source_of(*inner, source_)));
    } else {
      state_->report(fmt::format("'{}' must be a list of sections", path), item);
    }
    ++index;
  }
  return sections;
}

std::vector<std::pair<std::string, Section>> Section::named(std::string_view key) {
  std::vector<std::pair<std::string, Section>> sections;
  Section outer = child(key, false);
  for (const auto& name : outer.keys()) {
    if (name == "source" || name == "sources") {
      state_->used.insert(table_of(outer.table_).get(name));
      continue;
    }
    sections.emplace_back(name, outer.child(name));
  }
  return sections;
}

std::string Section::date(std::string_view key, std::string fallback) {
  if (!has(key)) return fallback;
  const toml::node* node = table_of(table_).get(key);
  state_->used.insert(node);
  if (node->is_date()) return *text_of(*node);
  state_->report(fmt::format("'{}' must be a date", key), *node,
                 "write it as 2017-12-14, unquoted");
  return fallback;
}

}  // namespace headroom

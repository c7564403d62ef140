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

namespace headroom {
namespace {

constexpr std::string_view kSourceForms[] = {
    "http://", "https://", "assumed:",  "derived:",  "memory:",
    "fitted",  "public ",  "standard:", "measured:", "mine:"};
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

/// "4.5, 4.4, 4.4 GHz": several numbers of one unit in one text.
std::vector<std::string> split_list(const std::string& text) {
  // The unit is what follows the last number; it may itself hold digits ("m3/s").
  const auto last = text.find_last_of(',') + 1;
  const auto number = text.find_first_of("0123456789.", last);
  const auto unit_at = std::min(text.find_first_not_of("0123456789.eE+-", number), text.size());
  const std::string unit = text.substr(unit_at);
  std::vector<std::string> items;
  std::stringstream stream(text.substr(0, unit_at));
  for (std::string item; std::getline(stream, item, ',');) {
    item.erase(0, item.find_first_not_of(' '));
    items.push_back(item + unit);
  }
  return items;
}

}  // namespace

struct DocumentState {
  std::string file;
  std::string name;
  const FittedValues* fitted;
  std::vector<std::string> lines;
  toml::table table;
  std::vector<Problem> problems;
  std::vector<Provenance> provenance;
  std::set<const toml::node*> used;
  std::map<const toml::node*, std::set<std::string>> asked;

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

  void report_unused(const toml::table& in, const std::string& path) {
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
      } else if (const auto* array = node.as_array()) {
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
                   const FittedValues* fitted)
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
    if (const auto id = state_->table["id"].value<std::string>()) {
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
  return Section(state_.get(), &state_->table, "", state_->source_of(state_->table, ""));
}

const std::vector<Provenance>& Document::provenance() const {
  return state_->provenance;
}

void Document::check() {
  auto problems = state_->problems;
  std::swap(problems, state_->problems);
  state_->report_unused(state_->table, "");
  std::swap(problems, state_->problems);
  if (problems.empty()) return;
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
    const auto* array = node_.as_array();
    if (array == nullptr) {
      if (const auto text = node_.value<std::string>()) return field->push_back(*text);
      return state_.report(fmt::format("'{}' must be a list of texts", row_.name), node_);
    }
    for (const auto& item : *array) {
      if (const auto text = item.value<std::string>()) {
        field->push_back(*text);
      } else {
        state_.report(fmt::format("'{}' must be a list of texts", row_.name), item);
      }
    }
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
      const double value = parse_quantity(text, row_.unit);
      if (value >= row_.low && value <= row_.high) return value;
      state_.report(fmt::format("'{}' is {}: must lie between {:g} and {:g} {}", row_.name, text,
                                in_unit(row_.low, row_.unit), in_unit(row_.high, row_.unit),
                                row_.unit.symbol),
                    node, row_.meaning);
    } catch (const InputError& error) {
      state_.report(fmt::format("'{}': {}", row_.name, error.what()), node,
                    error.problems().front().help);
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
    const toml::node* node = table.get(row.name);
    if (node == nullptr) {
      if (row.required) {
        report(fmt::format("{} lacks '{}' ({}{})", path_.empty() ? "the file" : "'" + path_ + "'",
                           row.name, row.meaning,
                           row.unit.symbol == "1" ? "" : ", in " + row.unit.symbol));
      }
      continue;
    }
    state.used.insert(node);
    const bool numeric = std::holds_alternative<double*>(row.target) ||
                         std::holds_alternative<std::vector<double>*>(row.target);
    const std::string path = path_.empty() ? row.name : path_ + "." + row.name;
    std::string source = source_;
    if (sources != nullptr) source = (*sources)[row.name].value_or(source);
    if (numeric && !is_source(source)) {
      state.report(source.empty() ? fmt::format("'{}' has no source", path)
                                  : fmt::format("the source of '{}' is not of a known form: '{}'",
                                                path, source),
                   *node, std::string(kSourceHelp));
    }
    if (numeric && node->value_or(std::string_view()) == "fitted") {
      const std::string key = state.name + "/" + path;
      const auto entry = state.fitted != nullptr ? state.fitted->find(key) : std::nullopt;
      if (!entry) {
        state.report(fmt::format("nothing has been fitted for '{}'", key), *node,
                     "run 'headroom fit', or give a number");
        continue;
      }
      const toml::value<std::string> value(entry->value);
      std::visit(FieldReader(state, row, value), row.target);
      state.provenance.push_back({path, entry->value, row.meaning, "fitted: " + entry->evidence,
                                  static_cast<int>(node->source().begin.line)});
      continue;
    }
    std::visit(FieldReader(state, row, *node), row.target);
    if (numeric) {
      state.provenance.push_back(
          {path, written(*node), row.meaning, source, static_cast<int>(node->source().begin.line)});
    }
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

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> values;
  if (!present()) return values;
  Fields fields;
  fields.texts(key, values, "");
  read(fields);
  return values;
}

std::string Section::text(std::string_view key, std::string fallback) {
  if (!present()) return fallback;
  Fields fields;
  fields.text(key, fallback, "", {}, true);
  read(fields);
  return fallback;
}

std::string Section::date(std::string_view key, std::string fallback) {
  if (!has(key)) return fallback;
  const toml::node* node = table_of(table_).get(key);
  state_->used.insert(node);
  if (const auto* date = node->as_date()) {
    const toml::date d = date->get();
    return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
  }
  state_->report(fmt::format("'{}' must be a date", key), *node,
                 "write it as 2017-12-14, unquoted");
  return fallback;
}

}  // namespace headroom

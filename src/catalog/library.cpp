#include "catalog/library.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catalog/embedded.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSuffix = ".toml";
constexpr std::uintmax_t kLargestFile = 64u << 20;
/// Tables in which a machine's file may bring parts along, and the kinds they are.
struct PartTable {
  std::string_view name, kind;
};
constexpr PartTable kPartTables[] = {{"processor", "processors"},
                                     {"microarchitecture", "microarchitectures"},
                                     {"graphics", "graphics"}};

/// Quotes a text for TOML.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string read_text_file(const std::string& path) {
  std::error_code status;
  if (fs::is_directory(path, status)) throw InputError(fmt::format("'{}' is a folder", path));
  if (fs::is_character_file(path, status) || fs::is_block_file(path, status)) {
    throw InputError(fmt::format("'{}' is a device", path));
  }
  const auto size = fs::file_size(path, status);
  if (!status && size > kLargestFile) {
    throw InputError(fmt::format("'{}' is larger than 64 MiB", path));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw InputError(fmt::format("cannot open '{}'", path), "is the path right?");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

FittedTable FittedTable::parse(const std::string& text, const std::string& file) {
  FittedTable table;
  if (text.empty()) return table;
  Document document(text, file, "fitted");
  for (auto& row : document.root().list("fitted")) {
    Entry entry;
    Fields fields;
    fields.text("key", entry.key, "catalogue file and path of the number");
    fields.text("value", entry.value, "the number with its unit");
    fields.text("evidence", entry.evidence, "what it was fitted to");
    row.read(fields);
    table.set(std::move(entry));
  }
  document.check();
  return table;
}

std::optional<FittedValues::Entry> FittedTable::find(std::string_view key) const {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return std::nullopt;
  return it->second;
}

void FittedTable::set(Entry entry) {
  std::string key = entry.key;
  entries_.insert_or_assign(std::move(key), std::move(entry));
}

std::string FittedTable::write() const {
  std::string text =
      "# Numbers that nobody publishes, found by 'headroom fit'. Written by that command:\n"
      "# run it again and get the same. catalog/fits.toml says what is fitted to what.\n";
  for (const auto& [key, entry] : entries_) {
    text += fmt::format("\n[[fitted]]\nkey = {}\nvalue = {}\nevidence = {}\n", toml_text(key),
                        toml_text(entry.value), toml_text(entry.evidence));
  }
  return text;
}

Library::Library(std::string directory) : directory_(std::move(directory)) {
  if (directory_.empty()) {
    for (const auto& file : embedded_catalog()) {
      files_.emplace(std::string(file.path), std::string(file.text));
    }
  } else {
    std::error_code status;
    fs::recursive_directory_iterator walk(directory_, status);
    if (status) throw InputError(fmt::format("cannot read the catalogue '{}'", directory_));
    for (const auto& entry : walk) {
      if (entry.path().extension() != kSuffix) continue;
      files_.emplace(fs::relative(entry.path(), directory_).generic_string(),
                     read_text_file(entry.path().string()));
    }
  }
  fitted_ = FittedTable::parse(text("fitted.toml"), "catalog/fitted.toml");
}

std::string Library::id_of(const std::string& id) {
  return id.ends_with(kSuffix) ? fs::path(id).stem().string() : id;
}

Document Library::open(std::string_view kind, const std::string& id) const {
  const std::string name = fmt::format("{}/{}", kind, id_of(id));
  if (id.ends_with(kSuffix)) return Document(read_text_file(id), id, name, &fitted_);
  if (const auto* own = own_part(kind, id)) {
    return Document(own_text_, own_file_, name, &fitted_, {own->table, own->id});
  }
  const auto it = files_.find(name + std::string(kSuffix));
  if (it == files_.end()) {
    throw InputError(
        fmt::format(
            "no {} is called '{}'",
            kind.ends_with('s') && kind != "graphics" ? kind.substr(0, kind.size() - 1) : kind, id),
        suggest(id, ids(kind)));
  }
  const std::string root = directory_.empty() ? "catalog" : directory_;
  return Document(it->second, root + "/" + it->first, name, &fitted_);
}

std::optional<Library> Library::with_parts_of(const std::string& machine) const {
  if (!machine.ends_with(kSuffix)) return std::nullopt;
  const std::string text = read_text_file(machine);
  Document document(text, machine, machine);
  Section root = document.root();
  std::vector<OwnPart> own;
  for (const auto& key : root.keys()) {
    const auto* table = std::ranges::find(kPartTables, key, &PartTable::name);
    if (table == std::end(kPartTables)) {
      root.skip(key);  // the machine's own, read elsewhere
      continue;
    }
    for (const auto& [id, section] : root.named(key)) {
      own.push_back({key, std::string(table->kind), id});
      root.child(key).skip(id);
    }
  }
  document.check();
  if (own.empty()) return std::nullopt;
  Library library = *this;
  library.own_file_ = machine;
  library.own_text_ = text;
  library.own_ = std::move(own);
  return library;
}

std::vector<std::pair<std::string, std::string>> Library::own_parts() const {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& part : own_) parts.emplace_back(part.kind, part.id);
  return parts;
}

const Library::OwnPart* Library::own_part(std::string_view kind, std::string_view id) const {
  const auto it = std::ranges::find_if(
      own_, [&](const auto& part) { return part.kind == kind && part.id == id; });
  return it == own_.end() ? nullptr : &*it;
}

bool Library::contains(std::string_view kind, std::string_view id) const {
  if (own_part(kind, id) != nullptr) return true;
  return files_.contains(fmt::format("{}/{}{}", kind, id, kSuffix));
}

std::vector<std::string> Library::ids(std::string_view kind) const {
  std::vector<std::string> found;
  const std::string folder = std::string(kind) + "/";
  for (const auto& [path, text] : files_) {
    if (path.starts_with(folder)) found.push_back(id_of(path));
  }
  for (const auto& part : own_) {
    if (part.kind == kind && !files_.contains(folder + part.id + std::string(kSuffix))) {
      found.push_back(part.id);
    }
  }
  std::ranges::sort(found);  // paths end in ".toml", which sorts otherwise
  return found;
}

std::vector<std::string> Library::kinds() const {
  std::vector<std::string> found;
  for (const auto& [path, text] : files_) {
    const auto cut = path.find('/');
    if (cut == path.npos) continue;
    if (found.empty() || found.back() != path.substr(0, cut)) found.push_back(path.substr(0, cut));
  }
  return found;
}

std::string Library::text(const std::string& path) const {
  const auto it = files_.find(path);
  return it == files_.end() ? std::string() : it->second;
}

std::string Library::recording(const std::string& id) const {
  const std::string path = fmt::format("recordings/{}.hprof", id);
  if (!directory_.empty()) return read_text_file(directory_ + "/" + path);
  for (const auto& file : embedded_recordings()) {
    if (file.path == path) return std::string(file.text);
  }
  throw InputError(fmt::format("no recording is called '{}'", id), suggest(id, ids("recordings")));
}

}  // namespace headroom

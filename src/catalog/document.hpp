#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/units.hpp"

namespace headroom {

/// Where one number of the catalogue comes from, for `headroom show`.
struct Provenance {
  std::string path;     ///< "cooling.fan.speed_max"
  std::string written;  ///< as it stands in the file, "2500 rpm"
  std::string meaning;
  std::string source;  ///< a URL, or "assumed: ...", "derived: ...", "memory: ...", "fitted: ...",
                       ///< or "set: ..." for what the user changed
  int line = 0;
};

/// Numbers that `headroom fit` found. A file says "fitted" where such a number
/// belongs; the value and the evidence it rests on come from here.
class FittedValues {
 public:
  struct Entry {
    std::string key;       ///< "machines/imac-pro-2017/cooling.paste.resistance"
    std::string value;     ///< with its unit, "0.031 K/W"
    std::string evidence;  ///< what it was fitted to
  };
  virtual ~FittedValues() = default;
  /// The entry under `key`, or nothing.
  virtual std::optional<Entry> find(std::string_view key) const = 0;
};

class ChangeSet;
class Section;
struct DocumentState;

/// A TOML file being read strictly. Reading never throws for what the file
/// says: problems are collected, each with its place, and check() throws them
/// all. A key that nobody asked for, a wrong unit, a value out of range, a
/// number without a source are problems.
class Document {
 public:
  /// Parses `text`; `name` ("machines/imac-pro-2017") prefixes fitted keys and
  /// `file` names it in messages. A file that is not TOML throws InputError. With
  /// `inside` ({"processor", "mine"}) the document is that one table of the text, and
  /// what stands around it is not looked at; it must be there.
  Document(const std::string& text, const std::string& file, std::string name,
           const FittedValues* fitted = nullptr, const std::vector<std::string>& inside = {});
  ~Document();
  Document(Document&&) noexcept;

  /// What is read from here on is changed by those of `changes` whose path,
  /// behind `prefix` ("cpu."), is the field's. They are checked as if they stood in
  /// the file, but the messages name the command line. `changes` must outlive the
  /// reading, and ChangeSet::check() tells at its end what concerned nothing.
  void change(ChangeSet& changes, std::string prefix = {});

  Section root();
  /// Throws InputError with every problem found so far, unknown keys included,
  /// in the order of the file's lines. Call when everything has been read.
  void check();
  /// The numbers read so far, with their sources.
  const std::vector<Provenance>& provenance() const;

 private:
  std::unique_ptr<DocumentState> state_;
};

/// One table of a Document. Cheap to copy; valid as long as the Document. A
/// missing table gives an absent Section, from which nothing can be read.
///
/// Sources: a table that holds numbers has a key `source` for all of them, and
/// may have a sub-table `sources` that names a different one for a single key.
/// Tables inside it without a source of their own inherit it.
class Section {
 public:
  Section() = default;
  bool present() const { return table_ != nullptr; }
  explicit operator bool() const { return present(); }

  /// Fills every declared field; reports those that lack or are wrong.
  void read(Fields& fields);
  /// declare() and read() in one, for a parameter struct.
  template <class Parameters>
  Parameters get() {
    Parameters parameters;
    Fields fields;
    parameters.declare(fields);
    read(fields);
    return parameters;
  }

  bool has(std::string_view key) const;
  /// The table under `key`; reports a problem if it is required and missing.
  Section child(std::string_view key, bool required = true);
  /// The table under `key` or, where there is none, an empty one in its place: for
  /// numbers that have their values already and may still be changed.
  Section child_or_empty(std::string_view key);
  /// The tables of the array of tables `[[key]]`, in file order.
  std::vector<Section> list(std::string_view key);
  /// The named tables within the table `key`, in file order, as (name, table).
  std::vector<std::pair<std::string, Section>> named(std::string_view key);
  /// The texts of the list under `key`, or the one text; empty if missing.
  std::vector<std::string> texts(std::string_view key);
  /// The text under `key`, or `fallback`.
  std::string text(std::string_view key, std::string fallback = {});
  /// The date under `key` as "2017-12-14", which sorts as text, or `fallback`.
  std::string date(std::string_view key, std::string fallback = {});
  /// Every key of this table, in file order; marks none as read.
  std::vector<std::string> keys() const;

  /// Takes what stands under `key`, if anything does, as read, whatever it is.
  void skip(std::string_view key);

  /// Records a problem at `key` (or at the table itself when empty).
  void report(std::string what, std::string_view key = {}, std::string help = {});
  Place place(std::string_view key = {}) const;
  const std::string& path() const { return path_; }
  /// The source that holds for the table's numbers; "" where none is given.
  const std::string& source() const { return source_; }

 private:
  friend class Document;
  Section(DocumentState* state, const void* table, std::string path, std::string source)
      : state_(state), table_(table), path_(std::move(path)), source_(std::move(source)) {}
  DocumentState* state_ = nullptr;
  const void* table_ = nullptr;  ///< a toml::table, kept out of this header
  std::string path_;
  std::string source_;  ///< inherited from the tables around
};

}  // namespace headroom

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/document.hpp"

namespace headroom {

/// Fitted values by key, as they stand in catalog/fitted.toml.
class FittedTable final : public FittedValues {
 public:
  /// Reads the text of a fitted.toml. Throws InputError.
  static FittedTable parse(const std::string& text, const std::string& file);
  std::optional<Entry> find(std::string_view key) const override;
  /// Sets or replaces an entry.
  void set(Entry entry);
  /// The file's text: entries in order of their keys, so that it diffs well.
  std::string write() const;
  const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

/// The catalogue: machines, parts, workloads, by kind (a folder's name) and id.
/// What was built into the program, unless a folder is given.
class Library {
 public:
  /// `directory` "" means the built-in catalogue. Throws InputError if the
  /// folder cannot be read.
  explicit Library(std::string directory = {});

  /// Opens catalog/<kind>/<id>.toml, or the user's own file when `id` ends in
  /// ".toml". Throws InputError, with a suggestion, when there is none.
  Document open(std::string_view kind, const std::string& id) const;
  /// The id that an opened file goes by: its own name without folder and ".toml".
  static std::string id_of(const std::string& id);
  /// The library and the parts that a user's own machine file brings along: its tables
  /// [processor.ID], [microarchitecture.ID] and [graphics.ID], each as a file of the
  /// catalogue would be; they go before parts of the catalogue of the same id. Nothing
  /// for a file without such tables, and for a machine of the catalogue. Throws
  /// InputError as open().
  std::optional<Library> with_parts_of(const std::string& machine) const;
  /// The kinds and ids of those parts.
  std::vector<std::pair<std::string, std::string>> own_parts() const;
  bool contains(std::string_view kind, std::string_view id) const;
  /// The ids of one kind, sorted.
  std::vector<std::string> ids(std::string_view kind) const;
  /// The kinds there are: "graphics", "machines", ...
  std::vector<std::string> kinds() const;
  /// The text of a file of the catalogue, such as "fits.toml", or "".
  std::string text(const std::string& path) const;
  /// The profile recordings/<id>.hprof, byte by byte. Throws InputError when there is none.
  std::string recording(const std::string& id) const;

  const FittedTable& fitted() const { return fitted_; }
  /// Replaces the fitted values, as a fit does while it searches.
  void set_fitted(FittedTable fitted) { fitted_ = std::move(fitted); }

 private:
  struct OwnPart {
    std::string table;  ///< "processor"
    std::string kind;   ///< "processors"
    std::string id;
  };
  const OwnPart* own_part(std::string_view kind, std::string_view id) const;

  std::string directory_;
  std::map<std::string, std::string, std::less<>> files_;  ///< path below the root -> text
  std::string own_file_, own_text_;  ///< of a user's machine that brings parts along
  std::vector<OwnPart> own_;
  FittedTable fitted_;
};

/// The text of a file. Throws InputError when it cannot be read or is larger
/// than 64 MiB.
std::string read_text_file(const std::string& path);

}  // namespace headroom

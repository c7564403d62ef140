#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"

namespace headroom {

/// What the user wants otherwise than the catalogue has it: one number, by the
/// path that `headroom show` prints.
struct Change {
  /// "cooling.fan.speed_max"; a '*' stands for any part of a path, so that
  /// "cooling.fins.*.gap" means every fin stack. A blank may be written '_'.
  std::string path;
  /// "3200 rpm", "3200" in the field's own unit, "4.2, 4.0 GHz" for a list, or
  /// relative to what the catalogue says: "+30%", "-10%", "*1.5" (or "x1.5").
  std::string value;

  /// Reads "cooling.fan.speed_max=3200". `option` names the option of the command
  /// line in messages. Throws InputError for text of another form.
  static Change parse(std::string_view text, std::string_view option = "set");
  /// "--set cooling.fan.speed_max=3200", in quotes where a shell needs them.
  std::string text() const;
};

/// A name that stands for several numbers, which belong together.
struct ChangeAlias {
  std::string_view path;
  std::string_view meaning;
};
/// The aliases there are, for help and documents.
const std::vector<ChangeAlias>& change_aliases();

/// The changes of one machine or workload while its files are read. The files
/// share it: each uses the changes that concern it, and check() tells which
/// concerned none. Changes of one number act in their order.
class ChangeSet {
 public:
  ChangeSet() = default;
  /// Throws InputError when an alias is given what it cannot take.
  explicit ChangeSet(const std::vector<Change>& changes);

  bool empty() const { return targets_.empty(); }
  /// Paths that begin with `from` are meant to begin with `to`: "memory." with
  /// "options.memory.32gb.".
  void redirect(std::string_view from, std::string_view to);

  /// What the catalogue says of a field, for the messages and the source.
  struct Said {
    bool present = false;  ///< false: the field stands at its default
    std::string written;   ///< "2500 rpm"
    /// Whether a flag of the same table is on, such as `paste` of a link.
    std::function<bool(std::string_view)> flag;
  };
  /// What became of a field that was changed.
  struct Outcome {
    std::string written;             ///< "3200 rpm"
    std::string source;              ///< "set: on the command line; the catalogue says 2500 rpm"
    std::vector<std::string> typed;  ///< what the user wrote, "--set a.b=3200 rpm"
  };
  /// Applies what concerns the field at `path`, which holds what the catalogue
  /// says. Throws InputError, naming the command line, for a value that the field
  /// cannot take.
  std::optional<Outcome> apply(const std::string& path, const Fields::Row& row, const Said& said);
  /// Whether a change gives `path` a value that needs none from the catalogue.
  bool replaces(const std::string& path) const;
  /// Throws InputError for changes that concerned nothing, with the nearest path.
  void check() const;

 private:
  struct Target {  ///< a change, or one of those that an alias stands for
    std::string typed;
    std::string path;
    std::string value;
    std::string flag;       ///< "": none; else only where this flag is on
    bool at_least = false;  ///< only raises, and only a number that is not 0
    std::size_t change = 0;
  };
  std::vector<Target> targets_;
  std::vector<Change> changes_;
  std::vector<bool> used_;
  std::set<std::string> known_, texts_;
};

}  // namespace headroom

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/configuration.hpp"
#include "catalog/document.hpp"

namespace headroom {

/// The files a machine is read from: its own, and for each part swapped in from
/// another machine that machine's, of which only the part's sections count; those
/// sections of its own file do not. A swapped cooling is [cooling], [thermal],
/// [enclosure] and [firmware.fans], but for [thermal.cpu_die]: what lies between the
/// processor's die and its lid came with the processor. A user's own file may bring
/// processors, microarchitectures and graphics along, in tables of their own.
class MachineFiles {
 public:
  static constexpr const char* kUnderLid = "cpu_die";

  /// Opens them all. Throws InputError for a file that is not there, and for a part
  /// that cannot be swapped. `library` and `changes` must outlive the files.
  MachineFiles(const Library& library, const Configuration& configuration, ChangeSet& changes);

  Document& own() { return own_; }
  /// The library, with the parts that the machine's own file brings along.
  const Library& library() const { return with_parts_ ? *with_parts_ : *shared_; }
  /// The root of the file whose sections of the part count.
  Section root(const std::string& part);
  /// As Document::check(), for each file and each part in the machine's own file.
  void check();
  /// The numbers that count.
  std::vector<Provenance> provenance() const;

 private:
  const Library* shared_;
  std::optional<Library> with_parts_;
  Document own_;
  std::map<std::string, Document> donors_;  ///< by part
};

}  // namespace headroom

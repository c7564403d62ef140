#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "advice/comparison.hpp"
#include "catalog/library.hpp"

namespace headroom {

/// Assesses many configurations at the same tasks. Those that a run cannot tell
/// apart, such as two sizes of memory in as many modules, share their runs.
class Assessor {
 public:
  Assessor(const Library& library, const std::vector<Task>& tasks,
           const Circumstances& circumstances);

  /// Puts configurations together, all cores at work.
  std::vector<Contender> assemble_all(const std::vector<Configuration>& configurations) const;
  /// Standings of all contenders, in their order, at the prices of
  /// `circumstances.day` (or of each one's own first day); all cores at work.
  /// `speed` is not judged yet. Runs that were done before are not done again.
  std::vector<Standing> assess(std::vector<Contender> contenders, const Progress& progress = {},
                               bool (*stop)() = nullptr);
  std::size_t runs() const { return runs_; }
  bool stopped() const { return stopped_; }

 private:
  std::string likeness(const Machine& machine) const;

  const Library& library_;
  const std::vector<Task>& tasks_;
  const Circumstances& circumstances_;
  bool uses_drive_ = false;
  std::map<std::string, std::vector<Outcome>> known_;
  std::size_t runs_ = 0;
  bool stopped_ = false;
};

}  // namespace headroom

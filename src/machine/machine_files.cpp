#include "machine/machine_files.hpp"

#include <fmt/core.h>

#include "compute/parts.hpp"

namespace headroom {
namespace {

/// Whether a section of a machine's file is one of the part's, or holds one.
bool belongs(std::string_view part, std::string_view key) {
  if (part != "cooling") return key == part;
  return key == "cooling" || key == "thermal" || key == "enclosure" || key == "firmware";
}

/// What may stand in a machine's file as a part of its own: see Library::with_parts_of().
constexpr const char* kPartTables[] = {"processor", "microarchitecture", "graphics"};

void skip_all_but(Section section, std::string_view kept) {
  for (const auto& key : section.keys()) {
    if (key != kept) section.skip(key);
  }
}

}  // namespace

MachineFiles::MachineFiles(const Library& library, const Configuration& configuration,
                           ChangeSet& changes)
    : shared_(&library),
      with_parts_(library.with_parts_of(configuration.machine)),
      own_(library.open("machines", configuration.machine)) {
  own_.change(changes);
  Section own = own_.root();
  for (const auto* table : kPartTables) own.skip(table);  // read as parts
  for (const auto& [name, id] : configuration.swaps) {
    const SwapPart& part = swap_part(name);
    if (part.kind != "machines") continue;
    Document donor = library.open("machines", id);
    donor.change(changes);
    Section root = donor.root();
    for (const auto& key : root.keys()) {
      if (!belongs(name, key)) root.skip(key);
    }
    for (const auto& key : own.keys()) {
      if (belongs(name, key) && key != "firmware" && key != "thermal") own.skip(key);
    }
    if (name == "cooling") {
      skip_all_but(own.child("thermal", false), kUnderLid);
      skip_all_but(root.child("firmware", false), "fans");
      own.child("firmware", false).skip("fans");
    }
    donors_.emplace(name, std::move(donor));
  }
}

Section MachineFiles::root(const std::string& part) {
  const auto it = donors_.find(part);
  return it == donors_.end() ? own_.root() : it->second.root();
}

void MachineFiles::check() {
  own_.check();
  for (auto& [part, donor] : donors_) donor.check();
  for (const auto& [kind, id] : library().own_parts()) {  // the ones not chosen, too
    if (kind == "processors") read_processor(library(), id);
    if (kind == "microarchitectures") read_microarchitecture(library(), id);
    if (kind == "graphics") read_graphics(library(), id);
  }
}

std::vector<Provenance> MachineFiles::provenance() const {
  std::vector<Provenance> rows = own_.provenance();
  for (const auto& [part, donor] : donors_) {
    for (const auto& row : donor.provenance()) {
      if (!row.path.starts_with(fmt::format("thermal.{}.", kUnderLid))) rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace headroom

#include "compute/parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace headroom {
namespace {

using Rows = std::vector<Provenance>;
using Chain = std::vector<std::string>;  ///< parts that are being read, each for the one before

void read_names(Section& root, std::string& id, std::string& name, const std::string& file_id) {
  id = file_id;
  if (name.empty()) name = file_id;
  std::string note;
  Fields fields;
  fields.text("id", id, "name of this part in commands");
  fields.text("name", name, "name for people");
  fields.text("note", note, "a remark", {}, true);
  root.read(fields);
}

/// Adds the document's numbers; those of what it extends that it gives anew go.
void keep(const Document& document, const std::string& prefix, Rows& into) {
  for (auto row : document.provenance()) {
    row.path = prefix + "." + row.path;
    const auto old = std::ranges::find(into, row.path, &Provenance::path);
    if (old == into.end()) {
      into.push_back(std::move(row));
    } else {
      *old = std::move(row);
    }
  }
}

void append(Rows rows, Rows* into) {
  if (into == nullptr) return;
  std::ranges::move(rows, std::back_inserter(*into));
}

/// A section of a part. What extends another part need not have it, since its numbers
/// are there already; but they may still be changed.
template <class Parameters>
Section fill(Section& root, std::string_view key, Parameters& parameters, bool extends) {
  Section section = extends ? root.child_or_empty(key) : root.child(key);
  Fields fields;
  parameters.declare(fields);
  section.read(fields);
  return section;
}

/// The part that this one extends, or "" for none. Throws InputError at once for one that
/// is not there: every number that it should bring would be a problem of its own.
std::string extended(Section& root, const Library& library, std::string_view kind,
                     const Chain& chain) {
  std::string base = root.text("extends");
  if (base.empty()) return base;
  if (std::ranges::find(chain, base) != chain.end()) {
    throw InputError({Problem{
        fmt::format("'{}' extends itself in the end", chain.front()), root.place("extends"), {}}});
  }
  if (!library.contains(kind, base) && !base.ends_with(".toml")) {
    throw InputError({Problem{fmt::format("there is no '{}' that it could extend", base),
                              root.place("extends"), suggest(base, library.ids(kind))}});
  }
  return base;
}

Microarchitecture read_microarchitecture(const Library& library, const std::string& id, Rows& rows,
                                         ChangeSet* changes, Chain chain) {
  chain.push_back(id);
  Document document = library.open("microarchitectures", id);
  if (changes != nullptr) document.change(*changes, "microarchitecture.");
  Section root = document.root();
  Microarchitecture m;
  const std::string base = extended(root, library, "microarchitectures", chain);
  const bool extends = !base.empty();
  if (extends) {
    m = read_microarchitecture(library, base, rows, nullptr, chain);
    m.name.clear();
  }
  read_names(root, m.id, m.name, Library::id_of(id));
  m.pipeline = root.text("pipeline", m.pipeline);
  fill(root, "core", m.core, extends);
  fill(root, "caches", m.caches, extends);
  fill(root, "uncore", m.uncore, extends);
  if (auto part = fill(root, "silicon", m.silicon, extends)) {
    if (!(m.silicon.clock_high_hz > m.silicon.clock_low_hz) ||
        m.silicon.voltage_high_v < m.silicon.voltage_low_v) {
      part.report("the voltage curve must rise from its lower to its upper point", "clock_high");
    }
  }
  if (extends || root.has("licence")) fill(root, "licence", m.licence, extends);
  auto idle_states = root.list("idle_state");
  if (!idle_states.empty()) {  // a list of its own replaces the other
    m.idle_states.clear();
    std::erase_if(rows, [](const auto& row) {
      return row.path.starts_with("microarchitecture.idle_state.");
    });
  }
  for (auto& part : idle_states) {
    m.idle_states.push_back(part.get<Microarchitecture::IdleState>());
    const auto n = m.idle_states.size();
    if (n > 1 && m.idle_states[n - 1].residency_s < m.idle_states[n - 2].residency_s) {
      part.report("idle states must come in the order of their residencies", "residency");
    }
  }
  document.check();
  keep(document, "microarchitecture", rows);
  return m;
}

void check_tiles(Section part, Processor& p) {
  auto& tiles = p.die.core_tiles;
  if (tiles.size() == 1 && tiles[0] < 0) {
    tiles.clear();
    for (int i = 0; i < p.cores; ++i) tiles.push_back(i);
  }
  auto sorted = tiles;
  std::ranges::sort(sorted);
  const bool known = !std::isnan(p.cores);  // a missing number was reported already
  if (known && (tiles.size() != static_cast<std::size_t>(p.cores) ||
                std::ranges::adjacent_find(sorted) != sorted.end() || sorted.front() < 0 ||
                sorted.back() >= p.die.columns * p.die.rows)) {
    part.report(fmt::format("core_tiles needs {} different tiles below {}", p.cores,
                            p.die.columns * p.die.rows),
                "core_tiles");
  }
}

void check_turbo(Section& root, const Processor& p) {
  if (p.turbo_cores.size() != p.turbo_hz.size() ||
      !std::ranges::is_sorted(p.turbo_cores, std::less_equal<>()) ||
      !std::ranges::is_sorted(p.turbo_hz, std::greater<>())) {
    root.report("the turbo table needs rising core counts and as many clocks that do not rise",
                "turbo");
  } else if (!p.turbo_cores.empty() && p.turbo_cores.back() < p.cores) {
    root.report(
        fmt::format("the turbo table ends at {} cores of {}", p.turbo_cores.back(), p.cores),
        "turbo_cores");
  }
  if (p.pl2_w < p.pl1_w) root.report("pl2 is below pl1", "pl2");
}

/// A processor but for its microarchitecture, whose id goes to `kind`. Tiles that no
/// file names stay so until the one that was asked for is read: it may have other cores.
Processor read_numbers(const Library& library, const std::string& id, Rows& rows,
                       ChangeSet* changes, Chain chain, std::string& kind) {
  chain.push_back(id);
  Document document = library.open("processors", id);
  if (changes != nullptr) document.change(*changes, "cpu.");
  Section root = document.root();
  Processor p;
  const std::string base = extended(root, library, "processors", chain);
  const bool extends = !base.empty();
  if (extends) {
    p = read_numbers(library, base, rows, nullptr, chain, kind);
    p.name.clear();
  }
  read_names(root, p.id, p.name, Library::id_of(id));
  kind = root.text("microarchitecture", kind);
  Fields fields;
  p.declare(fields);
  root.read(fields);
  if (auto part = fill(root, "die", p.die, extends)) {
    Processor with_tiles = p;
    check_tiles(part, with_tiles);
    if (chain.size() == 1) p = std::move(with_tiles);
  }
  check_turbo(root, p);
  if (kind.empty()) {
    root.report("the processor lacks 'microarchitecture'", {},
                suggest("", library.ids("microarchitectures")));
  } else if (!library.contains("microarchitectures", kind) && !kind.ends_with(".toml")) {
    root.report(fmt::format("no microarchitecture is called '{}'", kind), "microarchitecture",
                suggest(kind, library.ids("microarchitectures")));
  }
  document.check();
  keep(document, "cpu", rows);
  return p;
}

Graphics read_graphics(const Library& library, const std::string& id, Rows& rows,
                       ChangeSet* changes, Chain chain) {
  chain.push_back(id);
  Document document = library.open("graphics", id);
  if (changes != nullptr) document.change(*changes, "gpu.");
  Section root = document.root();
  Graphics g;
  const std::string base = extended(root, library, "graphics", chain);
  const bool extends = !base.empty();
  if (extends) {
    g = read_graphics(library, base, rows, nullptr, chain);
    g.name.clear();
  }
  read_names(root, g.id, g.name, Library::id_of(id));
  Fields fields;
  g.declare(fields);
  root.read(fields);
  fill(root, "die", g.die, extends);
  if (g.state_hz.size() != g.state_v.size() ||
      !std::ranges::is_sorted(g.state_hz, std::less_equal<>()) ||
      !std::ranges::is_sorted(g.state_v)) {
    root.report("the clock states need rising clocks and as many voltages that do not fall",
                "state_clocks");
  }
  document.check();
  keep(document, "gpu", rows);
  return g;
}

}  // namespace

Microarchitecture read_microarchitecture(const Library& library, const std::string& id,
                                         Rows* provenance, ChangeSet* changes) {
  Rows rows;
  auto part = read_microarchitecture(library, id, rows, changes, Chain());
  append(std::move(rows), provenance);
  return part;
}

Processor read_processor(const Library& library, const std::string& id, Rows* provenance,
                         ChangeSet* changes) {
  Rows rows;
  std::string kind;
  auto part = read_numbers(library, id, rows, changes, Chain(), kind);
  append(std::move(rows), provenance);
  part.microarchitecture = read_microarchitecture(library, kind, provenance, changes);
  return part;
}

Graphics read_graphics(const Library& library, const std::string& id, Rows* provenance,
                       ChangeSet* changes) {
  Rows rows;
  auto part = read_graphics(library, id, rows, changes, Chain());
  append(std::move(rows), provenance);
  return part;
}

System read_system(const Library& library, const std::string& id,
                   std::vector<Provenance>* provenance, ChangeSet* changes) {
  Document document = library.open("systems", id);
  if (changes != nullptr) document.change(*changes, "system.");
  Section root = document.root();
  System system;
  read_names(root, system.id, system.name, Library::id_of(id));
  Fields fields;
  fields.number("awake_cores", system.awake_cores, "1",
                "cores that its own threads keep awake, on average", 0, 16);
  root.child("background").read(fields);
  document.check();
  Rows rows;
  keep(document, "system", rows);
  append(std::move(rows), provenance);
  return system;
}

}  // namespace headroom

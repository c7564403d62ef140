#include "compute/parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

void read_names(Section& root, std::string& id, std::string& name, const std::string& file_id) {
  id = file_id;
  name = file_id;
  std::string note;
  Fields fields;
  fields.text("id", id, "name of this part in commands");
  fields.text("name", name, "name for people");
  fields.text("note", note, "a remark", {}, true);
  root.read(fields);
}

void keep(const Document& document, const std::string& prefix, std::vector<Provenance>* into) {
  if (into == nullptr) return;
  for (auto row : document.provenance()) {
    row.path = prefix + "." + row.path;
    into->push_back(std::move(row));
  }
}

}  // namespace

Microarchitecture read_microarchitecture(const Library& library, const std::string& id,
                                         std::vector<Provenance>* provenance, ChangeSet* changes) {
  Document document = library.open("microarchitectures", id);
  if (changes != nullptr) document.change(*changes, "microarchitecture.");
  Section root = document.root();
  Microarchitecture m;
  read_names(root, m.id, m.name, Library::id_of(id));
  if (auto part = root.child("core")) m.core = part.get<Microarchitecture::Core>();
  if (auto part = root.child("caches")) m.caches = part.get<Microarchitecture::Caches>();
  if (auto part = root.child("uncore")) m.uncore = part.get<Microarchitecture::Uncore>();
  if (auto part = root.child("silicon")) {
    m.silicon = part.get<Microarchitecture::Silicon>();
    if (!(m.silicon.clock_high_hz > m.silicon.clock_low_hz) ||
        m.silicon.voltage_high_v < m.silicon.voltage_low_v) {
      part.report("the voltage curve must rise from its lower to its upper point", "clock_high");
    }
  }
  if (auto part = root.child("licence", false)) {
    m.licence = part.get<Microarchitecture::Licence>();
  }
  for (auto& part : root.list("idle_state")) {
    m.idle_states.push_back(part.get<Microarchitecture::IdleState>());
    const auto n = m.idle_states.size();
    if (n > 1 && m.idle_states[n - 1].residency_s < m.idle_states[n - 2].residency_s) {
      part.report("idle states must come in the order of their residencies", "residency");
    }
  }
  document.check();
  keep(document, "microarchitecture", provenance);
  return m;
}

Processor read_processor(const Library& library, const std::string& id,
                         std::vector<Provenance>* provenance, ChangeSet* changes) {
  Document document = library.open("processors", id);
  if (changes != nullptr) document.change(*changes, "cpu.");
  Section root = document.root();
  Processor p;
  read_names(root, p.id, p.name, Library::id_of(id));
  const std::string kind = root.text("microarchitecture");
  Fields fields;
  p.declare(fields);
  root.read(fields);
  if (auto part = root.child("die")) {
    p.die = part.get<Processor::Die>();
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
  if (kind.empty()) {
    root.report("the processor lacks 'microarchitecture'", {},
                suggest("", library.ids("microarchitectures")));
  } else if (!library.contains("microarchitectures", kind) && !kind.ends_with(".toml")) {
    root.report(fmt::format("no microarchitecture is called '{}'", kind), "microarchitecture",
                suggest(kind, library.ids("microarchitectures")));
  }
  document.check();
  keep(document, "cpu", provenance);
  p.microarchitecture = read_microarchitecture(library, kind, provenance, changes);
  return p;
}

Graphics read_graphics(const Library& library, const std::string& id,
                       std::vector<Provenance>* provenance, ChangeSet* changes) {
  Document document = library.open("graphics", id);
  if (changes != nullptr) document.change(*changes, "gpu.");
  Section root = document.root();
  Graphics g;
  read_names(root, g.id, g.name, Library::id_of(id));
  Fields fields;
  g.declare(fields);
  root.read(fields);
  if (auto part = root.child("die")) g.die = part.get<Graphics::Die>();
  if (g.state_hz.size() != g.state_v.size() ||
      !std::ranges::is_sorted(g.state_hz, std::less_equal<>()) ||
      !std::ranges::is_sorted(g.state_v)) {
    root.report("the clock states need rising clocks and as many voltages that do not fall",
                "state_clocks");
  }
  document.check();
  keep(document, "gpu", provenance);
  return g;
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
  keep(document, "system", provenance);
  return system;
}

}  // namespace headroom

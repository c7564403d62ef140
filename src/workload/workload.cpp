#include "workload/workload.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace headroom {

void Phase::Processor::declare(Fields& f) {
  f.number("work", work_instr, "instr", "instructions over all threads", 0, 1e18);
  f.text("threads", threads, "\"all\", \"cores\" or a number");
  f.number("serial", serial, "1", "share of the work that one thread must do alone", 0, 1);
  f.number("sync", sync, "1", "slowdown per further thread from locks and hand-overs", 0, 1);
  f.number("crosstalk", crosstalk, "1", "further slowdown per ordered pair of threads", 0, 0.1);
  f.text("character", character, "which [characters.*] the instructions are like", {}, true);
  f.number("period", period_s, "s", "the work is due once every period; 0: no deadline", 0, 3600);
  f.number("busy", busy, "1", "share of the time that the threads run", 0, 1);
  f.number("wait", wait_s, "ms", "how long a pause lasts where busy is below 1", 1e-3, 1e5);
}

void Phase::Graphics::declare(Fields& f) {
  f.number("work", work_flop, "flop", "single-precision operations", 0, 1e21);
  f.number("traffic", traffic_b, "B", "bytes from and to graphics memory", 0, 1e18);
  f.number("efficiency", efficiency, "1", "share of peak arithmetic reached", 1e-4, 1);
  f.number("bandwidth_efficiency", bandwidth_efficiency, "1", "share of peak bandwidth reached",
           1e-4, 1);
  f.number("activity", activity, "1", "switching relative to dense arithmetic", 0, 3);
  f.number("busy", busy, "1", "share of the time it is given work", 0, 1);
}

void Phase::Storage::declare(Fields& f) {
  f.number("read", read_b, "B", "bytes read from the drive", 0, 1e18);
  f.number("write", write_b, "B", "bytes written to the drive", 0, 1e18);
}

namespace {

bool is_thread_count(const std::string& text) {
  if (text == "all" || text == "cores") return true;
  int count = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
  return status == std::errc{} && end == text.data() + text.size() && count >= 1 && count <= 4096;
}

Phase read_phase(Section section, const Workload& workload, std::size_t index) {
  Phase phase;
  Fields fields;
  phase.name = fmt::format("phase {}", index + 1);
  fields.text("name", phase.name, "what the phase is called");
  fields.number("for", phase.for_s, "s", "lasts so long; 0: until its demands are met", 0, 1e7);
  fields.flag("endless", phase.endless, "its demands never end");
  fields.number("memory", phase.memory_b, "B", "memory that it needs", 0, 1e14);
  fields.number("network", phase.network_b, "B", "bytes over the network", 0, 1e18);
  section.read(fields);
  phase.after = section.texts("after");
  std::erase_if(phase.after, [&](const auto& name) { return name == "start"; });
  phase.follows_nothing = section.has("after") && phase.after.empty();

  const bool timed = phase.endless || phase.for_s > 0;
  if (auto part = section.child("processor", false)) {
    phase.processor = part.get<Phase::Processor>();
    if (!is_thread_count(phase.processor.threads)) {
      part.report(fmt::format("threads = \"{}\" is no number of threads", phase.processor.threads),
                  "threads", "\"all\", \"cores\", or a number from \"1\" on");
    }
    if (phase.processor.work_instr <= 0 && !timed) {
      part.report(fmt::format("phase '{}' gives the processor no work", phase.name), {},
                  "add work = \"100 Ginstr\", for = \"30 s\" or endless = true");
    }
    if (phase.processor.period_s > 0 && !timed) {
      part.report(fmt::format("phase '{}' has work due every period, but no end", phase.name),
                  "period", "add for = \"5 min\" or endless = true");
    }
    if (phase.processor.busy <= 0 && phase.processor.work_instr > 0) {
      part.report(fmt::format("phase '{}' has work but is never busy", phase.name), "busy");
    }
    phase.endless_processor = phase.processor.work_instr <= 0 && timed;
    std::vector<std::string> known;
    for (const auto& [name, character] : workload.characters) known.push_back(name);
    if (phase.processor.character.empty() && known.size() == 1) {
      phase.processor.character = known[0];
    }
    if (!workload.characters.contains(phase.processor.character)) {
      part.report(fmt::format("no character is called '{}'", phase.processor.character),
                  "character", suggest(phase.processor.character, known));
    }
  }
  if (auto part = section.child("graphics", false)) {
    phase.graphics = part.get<Phase::Graphics>();
    if (auto systems = part.child("system", false)) {
      for (const auto& name : systems.keys()) {
        if (name == "source" || name == "sources") continue;
        double value = kRequired;
        Fields one;
        one.number(name, value, "1", "efficiency under this operating system, relative", 1e-3, 10);
        systems.read(one);
        phase.graphics.system_efficiency[name] = value;
      }
    }
    phase.endless_graphics =
        phase.graphics.work_flop <= 0 && phase.graphics.traffic_b <= 0 && timed;
    if (!timed && phase.graphics.work_flop <= 0 && phase.graphics.traffic_b <= 0) {
      part.report(fmt::format("phase '{}' gives the graphics no work", phase.name));
    }
  }
  if (auto part = section.child("storage", false)) phase.storage = part.get<Phase::Storage>();
  const bool told = section.has("processor") || section.has("graphics");  // each spoke for itself
  if (!told && !timed && phase.storage.read_b + phase.storage.write_b + phase.network_b <= 0) {
    section.report(fmt::format("phase '{}' asks nothing and lasts no time", phase.name), {},
                   "give it a processor, graphics or storage part, or for = \"10 s\"");
  }
  return phase;
}

/// Reports phases that wait for one that does not exist, or for themselves.
void check_graph(Workload& workload, std::vector<Section>& sections) {
  auto& phases = workload.phases;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (std::ranges::find(names, phases[i].name) != names.end()) {
      sections[i].report(fmt::format("two phases are called '{}'", phases[i].name), "name");
    }
    names.push_back(phases[i].name);
  }
  for (std::size_t i = 0; i < phases.size(); ++i) {
    for (const auto& before : phases[i].after) {
      if (std::ranges::find(names, before) == names.end()) {
        sections[i].report(
            fmt::format("phase '{}' waits for '{}', which does not exist", phases[i].name, before),
            "after", suggest(before, names));
      }
    }
    if (phases[i].after.empty() && !phases[i].follows_nothing && i > 0) {
      phases[i].after.push_back(phases[i - 1].name);
    }
  }
  // Strike out phases whose predecessors are struck out or missing, which was said
  // already; what stays is a circle.
  std::set<std::string> done;
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& phase : phases) {
      if (done.contains(phase.name)) continue;
      if (std::ranges::all_of(phase.after, [&](const auto& name) {
            return done.contains(name) || std::ranges::find(names, name) == names.end();
          })) {
        moved = done.insert(phase.name).second;
      }
    }
  }
  std::string circle;
  std::size_t first = phases.size();
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (done.contains(phases[i].name)) continue;
    first = std::min(first, i);
    circle += (circle.empty() ? "" : ", ") + phases[i].name;
  }
  if (first < phases.size()) {
    sections[first].report(fmt::format("these phases wait for each other: {}", circle), "after",
                           "one of them must start first");
  }
}

Character read_described(Section section, const std::string& name) {
  auto character = section.get<Character>();
  if (character.cache_sizes_b.size() != character.misses.size() ||
      !std::ranges::is_sorted(character.cache_sizes_b, std::less_equal<>())) {
    section.report(fmt::format("the miss curve of '{}' needs rising cache sizes and as many "
                               "misses",
                               name),
                   "misses");
  }
  if (!std::ranges::is_sorted(character.misses, std::greater<>())) {
    section.report(fmt::format("the misses of '{}' grow with the cache", name), "misses",
                   "a larger cache misses less or as much");
  }
  return character;
}

/// One that rests on a recording, which says all but what declare_rested() lists; and
/// of that, it says what stands where the file is silent.
Character read_rested(Section section, const std::string& name, const std::string& recording,
                      const CharacterOfRecording& of_recording) {
  Character character;
  if (of_recording) {
    try {
      character = of_recording(recording);
    } catch (const InputError& error) {
      const auto& problem = error.problems().front();
      if (!problem.place.file.empty()) throw;  // of another file, such as a pipeline's
      section.report(problem.what, "recording", problem.help);
    }
  }
  character.recording = recording;
  Fields open, all;
  character.declare_rested(open);
  Character described;
  described.declare(all);
  for (const auto& row : all.rows()) {
    if (std::ranges::find(open.rows(), row.name, &Fields::Row::name) != open.rows().end()) continue;
    if (!section.has(row.name)) continue;
    section.skip(row.name);
    section.report(
        fmt::format("'{}' of '{}' follows from its recording '{}'", row.name, name, recording),
        row.name, "take one of the two away");
  }
  section.read(open);
  if (section.source().empty()) {
    section.report(fmt::format("the recording of '{}' has no source", name), "recording",
                   "add source = \"derived: why it is of this kind\"");
  }
  return character;
}

/// Puts what a character rests on among the numbers, by its line in the file.
void tell_recording(Workload& workload, const Section& section, const std::string& recording) {
  const int line = section.place("recording").line;
  auto& rows = workload.provenance;
  const auto next =
      std::ranges::find_if(rows, [&](const Provenance& row) { return row.line > line; });
  rows.insert(next, {section.path() + ".recording", recording, "the recorded program it rests on",
                     section.source(), line});
}

}  // namespace

const Character& Workload::character_of(const Phase& phase) const {
  return characters.at(phase.processor.character);
}

bool Workload::endless() const {
  return std::ranges::any_of(phases, [](const auto& phase) { return phase.endless; });
}

Workload read_workload(const Library& library, const std::string& id,
                       const std::vector<Change>& changes,
                       const CharacterOfRecording& of_recording) {
  Document document = library.open("workloads", id);
  ChangeSet set(changes);
  set.redirect("workload.", "");
  document.change(set);
  Section root = document.root();
  Workload workload;
  workload.id = Library::id_of(id);
  workload.name = workload.id;
  Fields fields;
  std::string written_id = workload.id;
  fields.text("id", written_id, "name of this workload in commands");
  fields.text("name", workload.name, "name for people");
  fields.text("summary", workload.summary, "what it does, in a line", {}, true);
  fields.text("basis", workload.basis, "what its numbers come from", {}, true);
  fields.number("repeat", workload.repeat, "1", "runs of the whole graph", 1, 1e6);
  fields.number("gap", workload.gap_s, "s", "pause between repeats", 0, 1e5);
  fields.number("display", workload.display, "1", "brightness of the display", 0, 1);
  root.read(fields);
  for (const auto& text : root.texts("needs")) {
    try {
      workload.needs.push_back(parse_need(text));
    } catch (const InputError& error) {
      root.report(error.problems().front().what, "needs", error.problems().front().help);
    }
  }

  std::vector<std::pair<Section, std::string>> rested;
  for (auto& [name, section] : root.named("characters")) {
    const std::string recording = section.text("recording");
    const bool rests = section.has("recording");
    if (rests && recording.empty()) {
      section.report(fmt::format("'recording' of '{}' names none", name), "recording",
                     "'headroom list recordings' tells those that come along");
    }
    workload.characters.emplace(
        name, !rests ? read_described(section, name)
                     : read_rested(section, name, recording,
                                   recording.empty() ? CharacterOfRecording{} : of_recording));
    if (!recording.empty()) rested.emplace_back(section, recording);
  }
  auto sections = root.list("phase");
  if (sections.empty()) {
    root.report("the workload has no phase", {}, "add [[phase]] with a processor or graphics part");
  }
  for (auto& section : sections) {
    workload.phases.push_back(read_phase(section, workload, workload.phases.size()));
  }
  check_graph(workload, sections);
  if (auto section = root.child("result", false)) {
    auto& result = workload.result;
    Fields of_result;
    of_result.text("metric", result.metric, "name of the reading");
    of_result.text("unit", result.unit, "its unit");
    of_result.text(
        "kind", result.kind, "how it follows from the run",
        {"rate", "time", "time-per-work", "graphics-rate", "graphics-bandwidth", "storage-rate"});
    of_result.number("scale", result.scale, "1", "units of the reading per unit of the run", 1e-30,
                     1e30);
    section.read(of_result);
    auto any = [&](auto asks) { return std::ranges::any_of(workload.phases, asks); };
    const bool of_graphics = result.kind.starts_with("graphics");
    const bool of_storage = result.kind == "storage-rate";
    if ((of_graphics && !any([](const Phase& p) { return p.demands_graphics(); })) ||
        (of_storage &&
         !any([](const Phase& p) { return p.storage.read_b + p.storage.write_b > 0; }))) {
      section.report(fmt::format("a result of kind '{}' needs a phase with such work", result.kind),
                     "kind");
    }
    workload.has_result = true;
  }
  document.check();
  set.check();
  workload.provenance = document.provenance();
  for (const auto& [section, recording] : rested) tell_recording(workload, section, recording);
  return workload;
}

}  // namespace headroom

#include "replay/pipeline.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>

namespace headroom {
namespace {

constexpr std::string_view kPortLetters = "0123456789abcdefgh";
constexpr std::array<std::string_view, 4> kWidths{"", ".128", ".256", ".512"};

/// Ports as a set of bits; reports letters that are none.
unsigned port_mask(Section& section, std::string_view key, const std::string& ports) {
  unsigned mask = 0;
  for (const char port : ports) {
    const auto index = kPortLetters.find(port);
    if (index == std::string_view::npos) {
      section.report(fmt::format("'{}' is no port", port), key,
                     "ports are single letters from 0 to 9 and a to h");
      continue;
    }
    mask |= 1u << index;
  }
  return mask;
}

Pipeline::Unit read_unit(Section section) {
  auto unit = section.get<Pipeline::Unit>();
  unit.mask = port_mask(section, "ports", unit.ports);
  unit.beside_mask = port_mask(section, "beside", unit.beside);
  if (unit.beside.size() > 1 || (unit.beside_mask != 0 && unit.mask == 0)) {
    section.report(fmt::format("'beside' is '{}'", unit.beside), "beside",
                   "one port, of an operation that has others in 'ports'");
  }
  return unit;
}

/// [operations.float_add] holds for all widths; [operations."float_add.256"]
/// for 256 bits, and 512 if that has no table of its own.
void read_operations(Pipeline& pipeline, Section& root) {
  std::map<std::string, Section, std::less<>> given;
  for (auto& [name, section] : root.named("operations")) given.emplace(name, section);
  for (std::size_t kind = 1; kind < kOperationKinds; ++kind) {
    const std::string name(operation_name(static_cast<OperationKind>(kind)));
    const auto base = given.find(name);
    if (base == given.end()) {
      root.report(fmt::format("the operation '{}' is missing", name), "operations");
      continue;
    }
    auto& widths = pipeline.units[kind];
    widths[0] = read_unit(base->second);
    given.erase(base);
    for (std::size_t width = 1; width < kWidths.size(); ++width) {
      widths[width] = widths[width - 1];
      const auto own = given.find(name + std::string(kWidths[width]));
      if (own == given.end()) continue;
      widths[width] = read_unit(own->second);
      given.erase(own);
    }
  }
  for (auto& [name, section] : given) {
    read_unit(section);  // its numbers are not to be blamed as well
    section.report(fmt::format("no operation is called '{}'", name));
  }
  pipeline.units[0] = {};
  for (auto& unit : pipeline.units[0]) unit.latency = 0;
}

}  // namespace

void Pipeline::FrontEnd::declare(Fields& f) {
  f.number("op_width", op_width, "1", "operations a cycle from decoded code", 1, 16);
  f.number("op_line", op_line_b, "B", "line of code of which a cycle takes decoded operations", 16,
           128);
  f.number("op_entries", op_entries, "1", "entries for decoded code; 0: it is not kept", 0, 65536);
  f.number("entry_operations", entry_operations, "1", "operations of one line in such an entry", 1,
           64);
  f.number("decode_width", decode_width, "1", "instructions decoded a cycle", 1, 16);
  f.number("decode_bytes", decode_b, "B", "bytes of code decoded a cycle", 4, 128);
  f.number("switch_cycles", switch_cycles, "cycles", "lost when fetch leaves the decoded code", 0,
           20);
  f.number("code_cache", code_cache_b, "KiB", "first instruction cache", 4, 1024);
  f.number("taken_cycles", taken_cycles, "cycles",
           "from a taken branch to its target; one in short loops", 0, 5);
  f.number("indirect_cycles", indirect_cycles, "cycles",
           "further ones, to a target that is known by its history", 0, 5);
  f.number("varied_every", varied_every, "cycles",
           "from one looked-up jump to the next, of those that have gone to several places", 0, 20);
  f.number("return_cycles", return_cycles, "cycles", "further ones, of a return", 0, 5);
  f.number("string_cycles", string_cycles, "cycles",
           "before a repeated string instruction begins, up to 64 bytes", 0, 200);
  f.number("long_string_cycles", long_string_cycles, "cycles",
           "before a repeated string instruction of more begins", 0, 200);
  f.flag("fuses_numbers", fuses_numbers,
         "jumps become one with comparisons of memory with a number, too");
  f.number("queue", queue, "1", "operations fetched and not yet renamed", 8, 1024);
  f.whole("predictor", predictor, "recorded branch predictor: 0 small, 1 medium, 2 large", 0, 2);
  f.number("target_lines", target_lines, "1", "code lines whose branch targets are known at once",
           64, 65536);
  f.number("target_cycles", target_cycles, "cycles",
           "more, to foretell a branch whose target is not", 0, 40);
  f.number("far_target_lines", far_target_lines, "1",
           "code lines whose branch targets are known before they are decoded", 64, 1048576);
  f.number("far_target_cycles", far_target_cycles, "cycles",
           "from a taken branch to its target, where decoders find it", 0, 40);
  f.number("foretold_lines", foretold_lines, "1", "lines of code foretold ahead of fetch, at most",
           1, 512);
}

void Pipeline::BackEnd::declare(Fields& f) {
  f.number("retire_width", retire_width, "1", "operations retired a cycle", 1, 32);
  f.number("load_queue", loads, "1", "loads under way", 8, 1024);
  f.number("store_queue", stores, "1", "stores under way", 8, 1024);
  f.number("scheduler", scheduler, "1", "operations that wait for their operands", 8, 1024);
  f.number("vector_scheduler", vector_scheduler, "1", "of vectors; 0: one scheduler for all", 0,
           1024);
  f.number("vector_queue", vector_queue, "1", "of vectors that wait before their scheduler", 0,
           1024);
  f.number("general_registers", general_registers, "1", "general results under way", 16, 1024);
  f.number("vector_registers", vector_registers, "1", "vector results under way", 16, 1024);
  f.flag("ports_in_turn", ports_in_turn,
         "operations are spread over their ports as they are renamed, however many wait there");
  f.flag("jumps_apart", jumps_apart,
         "a jump that is part of an operation other than a comparison takes a port of its own");
  f.flag("move_elimination", move_elimination, "renaming does moves between registers");
}

void Pipeline::LoadStore::declare(Fields& f) {
  f.text("load_ports", load_ports, "ports for the addresses of loads");
  f.text("vector_load_ports", vector_load_ports, "the same, of vectors");
  f.text("store_ports", store_ports, "ports for the addresses of stores");
  f.text("data_ports", data_ports, "ports for the data of stores");
  f.text("vector_data_ports", vector_data_ports, "the same, of vectors");
  f.number("l1_cycles", l1_cycles, "cycles", "load-to-use latency of the first cache", 1, 20);
  f.number("scale_cycles", scale_cycles, "cycles",
           "further ones where the address takes a multiple of a register", 0, 5);
  f.number("vector_cycles", vector_cycles, "cycles", "further ones into a vector register", 0, 10);
  f.number("forward_cycles", forward_cycles, "cycles", "from a store to a load of its address", 0,
           30);
  f.number("split_cycles", split_cycles, "cycles", "further ones across the end of a line", 0, 50);
  f.number("load_bytes", load_b, "B", "widest load in one go", 8, 128);
  f.number("store_bytes", store_b, "B", "widest store in one go", 8, 128);
  f.flag("renames_memory", renames_memory,
         "loads of whole registers take values just stored at renaming");
  f.flag("pairs_stores", pairs_stores, "two stores to one half of a line leave the queue together");
  f.number("stream_lines", stream_lines, "1", "how far ahead a stream is fetched", 1, 64);
  f.number("stream_starts", stream_starts, "1", "lines of a stream before that begins", 1, 64);
  f.number("stride_lines", stride_lines, "1", "steps of one instruction that are fetched ahead", 1,
           15);
  f.number("stride_bytes", stride_b, "KiB", "the longest of those steps", 0.0625, 64);
  f.number("block_bytes", block_b, "B",
           "of which all lines come into the second cache with one from beyond it", 64, 4096);
  f.number("written_cycles", written_cycles, "cycles",
           "for which a line that was stored to and leaves the first cache takes its way", 0, 20);
  f.number("written_stream_cycles", written_stream_cycles, "cycles",
           "the same, where lines come and go in the order of a stream", 0, 20);
}

void Pipeline::Pages::declare(Fields& f) {
  f.number("first", first, "1", "pages the first translation buffer holds", 8, 4096);
  f.number("second", second, "1", "pages the second translation buffer holds", 64, 65536);
  f.number("code_first", code_first, "1", "pages of code the first buffer holds", 8, 4096);
  f.number("code_second", code_second, "1", "pages of code the second holds", 64, 65536);
  f.number("second_cycles", second_cycles, "cycles", "lost by a hit in the second", 0, 50);
  f.number("second_every", second_every, "cycles", "from one lookup in the second to the next", 0,
           10);
  f.number("walk_cycles", walk_cycles, "cycles", "lost by a walk of the page tables", 5, 500);
  f.number("walkers", walkers, "1", "walks at a time", 1, 16);
}

void Pipeline::Unit::declare(Fields& f) {
  f.number("latency", latency, "cycles", "from operands to result", 0, 500);
  f.number("busy", busy, "cycles", "for which its port takes no other", 1, 500);
  f.number("operations", operations, "1", "renamed operations per instruction", 0, 200);
  f.number("each", each, "1", "how many of them need one of the ports", 0, 200);
  f.text("ports", ports, "that can execute it, one letter each", {}, true);
  f.text("beside", beside, "port that it takes besides, when the result comes", {}, true);
}

Pipeline read_pipeline(const Library& library, const std::string& id,
                       std::vector<Provenance>* provenance, ChangeSet* changes) {
  Document document = library.open("pipelines", id);
  if (changes != nullptr) document.change(*changes, "pipeline.");
  Section root = document.root();
  Pipeline pipeline;
  pipeline.id = Library::id_of(id);
  Fields names;
  names.text("id", pipeline.id, "name of this part in commands");
  names.text("name", pipeline.name, "name for people");
  root.read(names);
  if (auto part = root.child("front_end")) {
    pipeline.front = part.get<Pipeline::FrontEnd>();
    const double line = pipeline.front.op_line_b;
    if (line != std::exp2(std::round(std::log2(line)))) {
      part.report(fmt::format("'op_line' is {} B", line), "op_line",
                  "code lines are a power of two, such as 32 B or 64 B");
    }
  }
  if (auto part = root.child("back_end")) pipeline.back = part.get<Pipeline::BackEnd>();
  if (auto part = root.child("pages")) pipeline.pages = part.get<Pipeline::Pages>();
  if (auto part = root.child("memory")) {
    pipeline.memory = part.get<Pipeline::LoadStore>();
    if (std::fmod(pipeline.memory.block_b, 64) != 0) {
      part.report(fmt::format("'block_bytes' is {} B", pipeline.memory.block_b), "block_bytes",
                  "whole lines of 64 B, such as 128 B or 256 B");
    }
    pipeline.load_mask = port_mask(part, "load_ports", pipeline.memory.load_ports);
    pipeline.store_mask = port_mask(part, "store_ports", pipeline.memory.store_ports);
    pipeline.vector_load_mask =
        port_mask(part, "vector_load_ports", pipeline.memory.vector_load_ports);
    pipeline.vector_data_mask =
        port_mask(part, "vector_data_ports", pipeline.memory.vector_data_ports);
    pipeline.data_mask = port_mask(part, "data_ports", pipeline.memory.data_ports);
  }
  read_operations(pipeline, root);
  document.check();
  if (provenance != nullptr) {
    for (auto row : document.provenance()) {
      row.path = "pipeline." + row.path;
      provenance->push_back(std::move(row));
    }
  }
  return pipeline;
}

}  // namespace headroom

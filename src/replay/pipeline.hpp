#pragma once

#include <array>
#include <string>
#include <vector>

#include "catalog/change.hpp"
#include "catalog/library.hpp"
#include "replay/operation.hpp"

namespace headroom {

/// The parameters of an out-of-order core that replay needs beyond those of
/// interval analysis: queues, ports, latencies. One file each in
/// catalog/pipelines; several microarchitectures may share one.
struct Pipeline {
  std::string id;
  std::string name;

  struct FrontEnd {
    double op_width = kRequired;    ///< operations a cycle from decoded code
    double op_line_b = kRequired;   ///< code of which a cycle takes them: no further than its end
    double op_entries = kRequired;  ///< of decoded code that is kept; 0: none
    double entry_operations = kRequired;  ///< of one such line, in an entry
    double decode_width = kRequired;      ///< instructions a cycle otherwise
    double decode_b = kRequired;          ///< bytes of them a cycle
    double switch_cycles = kRequired;     ///< lost when fetch leaves the kept code
    double code_cache_b = kRequired;      ///< first instruction cache
    double taken_cycles = kRequired;      ///< from a taken branch to its target; 1 in short loops
    double indirect_cycles = 0;           ///< further ones, to a target known by its history
    double varied_every = 0;   ///< cycles from one jump to the next of those with several targets
    double return_cycles = 0;  ///< further ones, of a return
    double string_cycles = kRequired;       ///< before a repeated string instruction begins
    double long_string_cycles = kRequired;  ///< the same, of more than 64 bytes
    bool fuses_numbers = false;             ///< jumps with comparisons of memory with a number, too
    double queue = kRequired;               ///< operations fetched and not yet renamed
    double predictor = kRequired;           ///< 0 small, 1 medium, 2 large: which comes nearest
    double target_lines = kRequired;        ///< code lines whose branch targets are known at once
    double target_cycles = kRequired;       ///< more, to foretell one whose target is not
    double far_target_lines = kRequired;    ///< code lines whose branch targets are known at all
    double far_target_cycles = kRequired;   ///< until the decoders find others
    double foretold_lines = kRequired;      ///< how far foretelling gets ahead of fetch
    void declare(Fields& f);
  } front;

  struct BackEnd {
    double retire_width = kRequired;
    double loads = kRequired, stores = kRequired;  ///< entries of both queues
    double scheduler = kRequired;                  ///< entries for general operations
    double vector_scheduler = 0;                   ///< 0: one scheduler for all
    double vector_queue = 0;                       ///< entries that wait, in order, before it
    double general_registers = kRequired, vector_registers = kRequired;  ///< for results under way
    bool ports_in_turn = false;  ///< ports are given without a look at who waits for them
    bool jumps_apart = false;    ///< a jump that is part of an operation other than a comparison
                                 ///< takes a port of its own
    bool move_elimination = true;
    void declare(Fields& f);
  } back;

  struct LoadStore {
    std::string load_ports = {}, vector_load_ports = {}, store_ports = {};  ///< addresses
    std::string data_ports = {}, vector_data_ports = {};                    ///< of stores
    double l1_cycles = kRequired;
    double scale_cycles = 0;  ///< further ones where the address takes a multiple of a register
    double vector_cycles = kRequired;                ///< further ones into a vector register
    double forward_cycles = kRequired;               ///< from a store to a load of the same address
    double split_cycles = kRequired;                 ///< further ones across a line's end
    double load_b = kRequired, store_b = kRequired;  ///< widest access in one go
    bool renames_memory = false;                     ///< loads take values just stored at renaming
    bool pairs_stores = false;        ///< two stores to one half of a line leave together
    double stream_lines = kRequired;  ///< how far ahead a stream is fetched
    double stream_starts = 2;         ///< lines of it before that begins
    double stride_lines = 2;          ///< steps of one instruction that are fetched ahead
    double stride_b = 2048;           ///< the longest of them, B
    double block_b = 128;             ///< B, whose other lines come with the first from far away
    /// Cycles for which the way between both caches is taken by a line that was stored to and
    /// leaves the first; the same where lines come and go in the order of a stream.
    double written_cycles = 0, written_stream_cycles = 0;
    void declare(Fields& f);
  } memory;

  struct Pages {
    double first = kRequired, second = kRequired;            ///< entries of both levels
    double code_first = kRequired, code_second = kRequired;  ///< of code
    double second_cycles = kRequired;
    double second_every = 1;  ///< cycles from one lookup in the second level to the next
    double walk_cycles = kRequired;
    double walkers = kRequired;
    void declare(Fields& f);
  } pages;

  /// How one kind of operation is executed.
  struct Unit {
    double latency = kRequired;  ///< cycles
    double busy = 1;             ///< cycles for which its port takes no other, on average
    double operations = 1;       ///< renamed operations per instruction
    double each = 1;             ///< of them, how many need one of the ports
    std::string ports = {};      ///< one letter each; empty: none
    std::string beside = {};     ///< one that it takes besides, as the result comes
    void declare(Fields& f);
    unsigned mask = 0, beside_mask = 0;
  };
  /// By kind, then by vector width: 0 scalar or none, 128, 256, 512 bits.
  std::array<std::array<Unit, 4>, kOperationKinds> units;
  unsigned load_mask = 0, vector_load_mask = 0, store_mask = 0;
  unsigned data_mask = 0, vector_data_mask = 0;

  const Unit& unit(const Operation& op) const {
    return units[static_cast<std::size_t>(op.kind)][op.width];
  }
  const Unit& unit(OperationKind kind) const { return units[static_cast<std::size_t>(kind)][0]; }
};

/// Reads catalog/pipelines/<id>.toml, or the user's own. `provenance`, if given, gets
/// the source of every number; `changes`, if given, act on paths that begin with
/// "pipeline.". Throws InputError.
Pipeline read_pipeline(const Library& library, const std::string& id,
                       std::vector<Provenance>* provenance = nullptr, ChangeSet* changes = nullptr);

}  // namespace headroom

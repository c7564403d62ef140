#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "catalog/change.hpp"
#include "catalog/features.hpp"
#include "catalog/library.hpp"
#include "workload/character.hpp"
#include "workload/uncertainty.hpp"

namespace headroom {

/// What one phase of a workload asks of a machine. All its demands start
/// together and the phase ends when the last is met; a demand of zero is none.
struct Phase {
  std::string name;
  std::vector<std::string> after;  ///< phases that must end first; default: the one before
  bool follows_nothing = false;    ///< starts with the workload: after = "start"

  struct Processor {
    double work_instr = 0;        ///< over all threads; of the program's AVX2 build
    std::string threads = "all";  ///< "all" hardware threads, "cores" (one each), or a number
    double serial = 0;            ///< share of the work that only one thread can do
    double sync = 0;              ///< slowdown per further thread from locks and hand-overs
    double crosstalk = 0;         ///< further slowdown per ordered pair of threads (Gunther's law)
    std::string character;        ///< which [characters.*] its instructions are like
    double period_s = 0;          ///< deadline work: the work is due once every period
    double busy = 1;              ///< share of the time that threads run, when not limited
    double wait_s = 5e-3;         ///< how long a pause lasts where busy is below 1
    void declare(Fields& f);
  } processor;

  struct Graphics {
    double work_flop = 0;
    double traffic_b = 0;   ///< of graphics memory
    double efficiency = 1;  ///< share of peak arithmetic the kernels reach
    double bandwidth_efficiency = 0.85;
    double activity = 1;  ///< switching relative to dense single-precision arithmetic
    double busy = 1;      ///< share of the time the graphics processor is given work
    std::map<std::string, double> system_efficiency;  ///< by operating system, relative
    void declare(Fields& f);
  } graphics;

  struct Storage {
    double read_b = 0;
    double write_b = 0;
    void declare(Fields& f);
  } storage;

  double network_b = 0;
  double memory_b = 0;   ///< must fit: memory that the phase needs
  double for_s = 0;      ///< lasts so long whatever happens; 0: until the demands are met
  bool endless = false;  ///< its demands never end: runs until the run ends

  bool demands_processor() const { return processor.work_instr > 0 || endless_processor; }
  bool demands_graphics() const {
    return graphics.work_flop > 0 || graphics.traffic_b > 0 || endless_graphics;
  }
  bool endless_processor = false;  ///< no end of work for the processor, at full rate
  bool endless_graphics = false;
};

/// What the benchmark prints of itself, and how it follows from the run.
struct Result {
  std::string metric;  ///< "score", "time_s", "gflops", ...
  std::string unit;    ///< "points", "s", ...
  std::string kind;    ///< "rate": scale x work per second; "time": seconds; see docs
  double scale = 1;    ///< the one constant of a closed benchmark
};

/// A graph of phases, repeated. One file each in catalog/workloads.
struct Workload {
  std::string id;
  std::string name;
  std::string summary;
  std::string basis;  ///< what its numbers come from, in words
  std::vector<Phase> phases;
  std::map<std::string, Character> characters;
  std::vector<Need> needs;  ///< what a machine must have to run it at all: ECC, ...
  double repeat = 1;
  double gap_s = 0;    ///< pause between repeats
  double display = 1;  ///< brightness, share of full
  Result result;
  bool has_result = false;
  Uncertainty uncertainty;             ///< of its times, where it is a recorded program
  std::vector<Provenance> provenance;  ///< of every number

  const Character& character_of(const Phase& phase) const;
  /// The end of any phase without an end of its own is the end of the run.
  bool endless() const;
};

/// The character that a recorded program has, by its name: its code, and what follows
/// from that. Throws InputError where there is none.
using CharacterOfRecording = std::function<Character(const std::string& recording)>;

/// Reads a workload of the catalogue, or the user's own file. Throws InputError
/// listing everything wrong with it: unknown keys, a phase that waits for
/// itself, a phase that asks nothing. `changes` act on its numbers by their paths
/// in the file, "phase.render.processor.serial", with or without "workload." before.
/// This room knows no recordings: without `of_recording`, a character that rests on
/// one has its name and no code, which is enough to be listed but not to be run.
/// read_rested_workload() (replay/rested_workload.hpp) reads it whole.
Workload read_workload(const Library& library, const std::string& id,
                       const std::vector<Change>& changes = {},
                       const CharacterOfRecording& of_recording = {});

}  // namespace headroom

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profile/observed.hpp"
#include "profile/operation_table.hpp"
#include "profile/part_layout.hpp"

namespace headroom {

/// A recorded run of a program: what the whole run asked of the machine, how
/// that varied in time, and snapshots of the instructions and addresses that it
/// ran. Everything here is independent of how fast the recording machine was,
/// except the times, which say how fast this machine did it.

/// The computer that the profile was recorded on.
struct HostDescription {
  std::string processor;  ///< as the processor names itself
  std::string kernel;
  std::vector<std::string> features;  ///< instruction sets, as Linux names them
  std::uint32_t logical_processors = 0, cores = 0;
  std::uint64_t memory_b = 0;
  struct Cache {
    std::uint32_t level = 0;
    std::string kind;  ///< "Data", "Instruction" or "Unified"
    std::uint64_t size_b = 0;
    std::uint32_t ways = 0, line_b = 0;
    std::uint32_t shared_by = 0;  ///< logical processors
  };
  std::vector<Cache> caches;
  /// What it was measured to do just after the recording. Replay of the profile on
  /// this very machine begins from these, so that models need only tell the ratio.
  struct Pace {
    std::string core;                     ///< microarchitecture of the catalogue; "": not measured
    double clock_hz = 0;                  ///< with one thread at work
    double l1_b = 0, l2_b = 0, l3_b = 0;  ///< caches in effect
    double l2_s = 0, l3_s = 0, memory_s = 0;  ///< from a load's address to its data
    double stream_b_per_s = 0;                ///< read by one thread
    double l3_others_b_per_s = 0;  ///< that others brought into the third cache meanwhile
    double walk_s = 0;             ///< finding a page that no page buffer holds; 0: unknown
    double cpuid_s = 0;  ///< one instruction cpuid, which a hypervisor answers; 0: unknown
  };
  Pace pace;
};

/// What the kernel counted over the whole run, all processes together.
struct RunTotals {
  double wall_s = 0, user_s = 0, system_s = 0;
  std::uint64_t resident_most_b = 0;
  std::uint64_t switches_voluntary = 0, switches_forced = 0;
  std::uint64_t faults_minor = 0, faults_major = 0;
  std::uint64_t read_b = 0, written_b = 0;                  ///< by system calls
  std::uint64_t storage_read_b = 0, storage_written_b = 0;  ///< reached a drive
  std::uint32_t processes = 0;                              ///< that the recorder was loaded into
  std::int32_t exit_status = 0;    ///< as a shell shows it: 128 + n for a signal
  double pause_s = 0;              ///< for which programs stood still to be copied
  double snapshot_cpu_s = 0;       ///< spent beside and after the run
  std::uint64_t instructions = 0;  ///< of all processes and threads, exactly; 0: not counted
};

/// One look at all processes of the run together.
struct TimelineRow {
  double time_s = 0;                ///< since the start
  double user_s = 0, system_s = 0;  ///< used so far
  std::uint32_t processes = 0, threads = 0, running = 0;
  std::uint64_t resident_b = 0;
  std::uint64_t read_b = 0, written_b = 0;  ///< so far
};

/// CPU time of one thread, of those that used most.
struct ThreadTime {
  std::int32_t process = 0, thread = 0;
  std::string name;
  double cpu_s = 0;
  double first_seen_s = 0, last_seen_s = 0;
  std::uint64_t instructions = 0;  ///< exactly; 0: not counted
};

/// A run of instructions with one way in and one way out.
struct CodeBlock {
  std::uint64_t address = 0;
  std::uint16_t instructions = 0;
  BlockEnd end = BlockEnd::kFallThrough;
  std::vector<std::uint8_t> code;  ///< the bytes of its instructions
  std::vector<AccessSite> sites;   ///< its memory operands, in order
  std::uint8_t region = 0;         ///< index in Profile::region_s, where there are any

  bool operator==(const CodeBlock& other) const;
};

struct BlockEvent {
  std::uint32_t block = 0;     ///< index in Profile::blocks
  std::uint32_t accesses = 0;  ///< that belong to it, in the window's list
  std::uint8_t missed = 0;     ///< bits 0 to 2: the small, medium, large predictor missed the
                               ///< branch that led here, or its target; bit 3: a return did
  std::uint8_t code_reuse = 0;
};

struct DataAccess {
  std::uint64_t address = 0;
  std::uint8_t instruction = 0;  ///< index in its block
  std::uint8_t kind = 0;         ///< kLoads, kStores, ...
  std::uint8_t bytes = 0;
  std::uint8_t reuse = 0, page_reuse = 0;  ///< buckets, in data accesses

  bool operator==(const DataAccess&) const = default;
};

/// Some ten thousand instructions, each with the addresses it used.
struct Window {
  std::uint64_t first_instruction = 0;  ///< since the snapshot began: its warm-up
  std::uint64_t instructions = 0;
  std::vector<BlockEvent> events;
  std::vector<DataAccess> accesses;
};

using ReuseHistogram = std::array<std::uint64_t, kReuseBuckets>;

/// A stretch of one thread, followed instruction by instruction in a copy.
struct Snapshot {
  std::int32_t process = 0, thread = 0;
  std::string thread_name, program;
  double time_s = 0;                       ///< since the run's start
  double cpu_s = 0;                        ///< CPU time that its process had used
  double covered_s = 0;                    ///< CPU time of its process that it stands for
  std::uint64_t covered_instructions = 0;  ///< that it stands for; 0: not counted
  double child_cpu_s = 0;
  EndReason reason = EndReason::kLength;
  std::int32_t system_call = -1;
  std::uint64_t instructions = 0, accesses = 0;
  BranchCounts branches;
  ReuseHistogram data_reuse{}, page_reuse{}, code_reuse{};
  std::vector<Window> windows;
};

/// Whether others worked on the same cores meanwhile; see profile/own_core.hpp.
struct OwnCore {
  double share = 1;         ///< of the run's time outside the kernel in which none did
  std::uint32_t looks = 0;  ///< from which that comes; 0: nobody looked

  bool operator==(const OwnCore&) const = default;
};

struct Profile {
  std::vector<std::string> command;
  std::string recorded_at;  ///< UTC, ISO 8601
  HostDescription host;
  /// The instruction-set level that an emulator showed to the program, such as
  /// "ivybridge"; then all times are the emulator's. Empty: run as it is.
  std::string isa;
  RunTotals totals;
  std::vector<TimelineRow> timeline;
  std::vector<ThreadTime> threads;
  Observed observed;
  std::vector<CodeBlock> blocks;
  std::vector<Snapshot> snapshots;
  /// CPU time in each region of the code, as timers found it; see profile/code_regions.hpp.
  std::vector<double> region_s;
  std::uint32_t ticks = 0;  ///< of timers, from which those come
  OwnCore own_core;
  /// Of a stripped profile, whose blocks hold no code; see replay/strip_profile.hpp.
  std::optional<OperationTable> operations;

  bool stripped() const { return operations.has_value(); }
};

}  // namespace headroom

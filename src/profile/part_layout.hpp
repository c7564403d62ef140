#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "profile/reuse_buckets.hpp"

namespace headroom {

/// What the recorder inside a profiled program and the launcher outside share:
/// a page of memory for orders and counts, and the raw file that each snapshot
/// leaves behind. Both sides come from one build, so these are plain structs;
/// nothing of this is ever kept. What is kept is the .hprof file.

inline constexpr std::uint64_t kControlMagic = 0x314c54434d5248ull;  ///< "HRMCTL1"
inline constexpr std::uint64_t kPartMagic = 0x3154505f4d5248ull;     ///< "HRM_PT1"
inline constexpr unsigned kLiveSlots = 48;
inline constexpr unsigned kFolderBytes = 256;
inline constexpr unsigned kCallNumbers = 512;  ///< of system calls; the last: all others

inline constexpr unsigned kTicksMost = 1 << 16;

/// The environment variable that names the control file.
inline constexpr const char* kRecorderVariable = "HEADROOM_RECORDER";

/// What snapshots, and the process that makes them, are called in a process list.
inline constexpr const char* kSnapshotName = "headroom-copy";

/// Where a thread was when its timer rang, the CPU time that went by since its tick before, and
/// what a look took: a fixed number of additions that need not wait for each other (0: none).
struct Tick {
  std::uint64_t address;
  std::uint64_t cpu_ns;
  std::uint32_t look_ns;
  std::uint32_t padding;
};

/// Mapped, shared, into every recorded process. The first half is written once
/// by the launcher, but for the lengths, which it may change once the program has ended and
/// before copies are let go; the second half changes while the run goes on.
struct ControlPage {
  std::uint64_t magic = kControlMagic;
  std::uint64_t warm_instructions = 50'000'000;  ///< before the measured stretch
  std::uint64_t measured_instructions = 10'000'000;
  std::uint64_t window_instructions = 10'000;
  std::uint64_t window_gap = 1'000'000;  ///< from one measured window's end to the next
  std::uint64_t predictor_instructions = 15'000'000;  ///< of warm-up, with predictors
  std::uint64_t first_period_ns = 25'000'000;         ///< of CPU time, doubled as a run lasts
  std::uint64_t tick_ns = 2'000'000;                  ///< likewise; kernels round it up to theirs
  std::uint32_t live_most = 40;                       ///< snapshots waiting or under way at a time
  std::uint32_t child_seconds_most = 20;              ///< CPU time of one snapshot
  std::uint32_t pages_per_fault = 1;                  ///< that the kernel may give at once
  char folder[kFolderBytes] = {};                     ///< where parts are written
  char library[kFolderBytes] = {};                    ///< the recorder's own path

  std::atomic<std::uint32_t> off = 0;         ///< take no more snapshots
  std::atomic<std::uint32_t> finish_now = 0;  ///< those under way end soon
  std::atomic<std::uint32_t> taken = 0;
  std::atomic<std::uint32_t> processes = 0;  ///< that loaded the recorder
  std::atomic<std::uint64_t> period_ns = 0;
  std::atomic<std::uint64_t> pause_ns = 0;          ///< for which programs stood still to be forked
  std::atomic<std::int32_t> live[kLiveSlots] = {};  ///< process ids; 0: free, -1: taken
  std::atomic<std::uint64_t> live_since_ns[kLiveSlots] = {};  ///< CLOCK_MONOTONIC
  std::atomic<std::uint64_t> live_b[kLiveSlots] = {};         ///< memory that a copy may hold back
  std::atomic<std::uint32_t> go[kLiveSlots] = {};             ///< a Go: what a waiting copy may do
  std::atomic<std::uint64_t> launcher_seen_ns = 0;            ///< the launcher is still there
  std::atomic<std::uint32_t> ticks = 0;                       ///< counted, not all of them kept
  Tick tick[kTicksMost];                                      ///< the file's zeros to begin with
};

/// A copy waits for its turn, so that it does not take the program's processor,
/// caches or memory's bandwidth from it while the program runs.
enum Go : std::uint32_t {
  kGoWait,
  kGoIdle,  ///< run on processors that nobody else wants
  kGoNow,   ///< the program has ended: run like any other
};

enum class EndReason : std::uint32_t {
  kLength,       ///< ran its full length
  kSystemCall,   ///< the program asked the kernel for something that could be seen outside
  kExit,         ///< the program's end
  kFault,        ///< the program would have met a fault, or left what can be followed
  kUnsupported,  ///< an instruction that the code cache cannot carry
  kTime,         ///< used up its time, or the launcher called for the end
  kFull,         ///< one of its tables was full
};

/// How a block of instructions ends.
enum class BlockEnd : std::uint8_t {
  kFallThrough,
  kConditional,
  kJump,
  kIndirectJump,
  kCall,
  kReturn,
  kIndirectCall,
  kSystemCall,
};

/// What an instruction does at an address; bits of AccessSite::kind.
inline constexpr std::uint8_t kLoads = 1;
inline constexpr std::uint8_t kStores = 2;
inline constexpr std::uint8_t kPrefetches = 4;
inline constexpr std::uint8_t kRepeats = 8;    ///< a string instruction: many lines an execution
inline constexpr std::uint8_t kGathers = 16;   ///< only the first lane's base is known
inline constexpr std::uint8_t kRepCount = 32;  ///< recorder only: not an access, a count

/// One memory operand of one instruction of a block.
struct AccessSite {
  std::uint8_t instruction;  ///< index in its block
  std::uint8_t kind;
  std::uint8_t bytes;  ///< 1 to 64
  std::uint8_t padding = 0;
};

struct PartBlock {
  std::uint64_t address;
  std::uint32_t first_site;
  std::uint16_t sites;
  std::uint16_t bytes;
  std::uint16_t instructions;
  BlockEnd end;
  std::uint8_t padding = 0;
  std::uint32_t code_at;  ///< in the part's code bytes
};

/// One execution of a block within a window.
struct PartBlockEvent {
  std::uint32_t block;
  std::uint16_t accesses;   ///< that follow in the access list
  std::uint8_t missed;      ///< bits: predictor 0 to 2 missed what led here; 3: a return did
  std::uint8_t code_reuse;  ///< longest reuse time of its lines, bucket
};

struct PartAccess {
  std::uint64_t address;
  std::uint8_t instruction;
  std::uint8_t kind;
  std::uint8_t bytes;
  std::uint8_t reuse;       ///< bucket, in data accesses
  std::uint8_t page_reuse;  ///< bucket, in data accesses
  std::uint8_t padding[3] = {};
};

struct PartWindow {
  std::uint64_t first_instruction;  ///< since the snapshot began
  std::uint64_t instructions;
  std::uint64_t events;    ///< block executions
  std::uint64_t accesses;  ///< in all of them
};

struct BranchCounts {
  std::uint64_t instructions = 0;  ///< over which all this was counted
  std::uint64_t conditional = 0;
  std::uint64_t taken = 0;
  std::uint64_t missed[3] = {};                     ///< by a small, a medium and a large predictor
  std::uint64_t indirect = 0, indirect_missed = 0;  ///< by a medium predictor
  std::uint64_t returns = 0, returns_missed = 0;
};

/// Begins a part file. Then follow, without gaps: blocks, sites, code bytes,
/// windows, block events, accesses, each as many as counted here.
struct PartHeader {
  std::uint64_t magic = kPartMagic;
  std::uint64_t header_bytes = 0;
  std::int32_t process = 0, thread = 0;
  std::uint64_t monotonic_ns = 0;    ///< CLOCK_MONOTONIC when the snapshot was taken
  std::uint64_t process_cpu_ns = 0;  ///< CPU time that the process had used then
  std::uint64_t covered_ns = 0;      ///< of it, since the process's snapshot before
  std::uint64_t pause_ns = 0;        ///< for which the program stood still
  std::uint64_t child_cpu_ns = 0;    ///< CPU time that the snapshot itself took
  /// Instructions that the process had run when the snapshot ended, and those of
  /// them since the one before; 0: not counted.
  std::uint64_t process_instructions = 0, covered_instructions = 0;
  std::uint64_t instructions = 0, accesses = 0, block_executions = 0;
  EndReason reason = EndReason::kLength;
  std::int32_t system_call = -1;           ///< that ended it
  std::uint32_t calls[kCallNumbers] = {};  ///< system calls met, that one among them
  BranchCounts branches;
  std::uint64_t data_reuse[kReuseBuckets] = {};
  std::uint64_t page_reuse[kReuseBuckets] = {};
  std::uint64_t code_reuse[kReuseBuckets] = {};
  std::uint64_t blocks = 0, sites = 0, code_bytes = 0, windows = 0, events = 0;
  std::uint64_t window_accesses = 0;
  char name[16] = {};  ///< of the thread
  char program[256] = {};
};

}  // namespace headroom

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace headroom {

/// What the plugin inside an emulator and the launcher outside share beside the
/// control page: exact counts, which stand in shared memory so that they are
/// right however a process ends, and the emulator's own messages, which must not
/// appear among the program's output. The file is called kCountsFile and lies in
/// the recorder's folder.
inline constexpr const char* kCountsFile = "counts";
inline constexpr std::uint64_t kCountMagic = 0x31544e434d5248ull;  ///< "HRMCNT1"
inline constexpr unsigned kThreadCounts = 4096;
inline constexpr unsigned kMessageBytes = 8192;

/// Instructions of one thread. Only that thread writes `instructions`.
struct alignas(64) ThreadCount {
  enum State : std::uint32_t { kFree, kRunning, kEnded };
  std::uint64_t instructions;
  std::atomic<std::uint32_t> state;
  std::int32_t process, thread;
};

struct CountPage {
  std::uint64_t magic;
  char program[4096];                             ///< that the emulator runs, for the parts
  std::atomic<std::uint32_t> started;             ///< other programs, which run unseen
  std::atomic<std::uint32_t> uncounted;           ///< threads for which there was no place
  std::atomic<std::uint64_t> ended_instructions;  ///< of threads whose place was needed again
  std::atomic<std::uint32_t> message_bytes;       ///< that were written; more than fit, perhaps
  char messages[kMessageBytes];
  ThreadCount threads[kThreadCounts];
};

}  // namespace headroom

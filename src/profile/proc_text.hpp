#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// What Linux writes about processes and threads under /proc, read from the text, so
/// that tests need no process. Nothing is taken for granted: what is missing or cut
/// short gives nothing, or zero. The fields are described in proc(5).

/// /proc/PID/stat, or that of one thread.
struct ProcStat {
  std::string name;
  char state = '?';  ///< R runs or is ready, S sleeps, D sleeps whatever signal comes
  double user_s = 0, system_s = 0;
  double children_user_s = 0, children_system_s = 0;  ///< ended and waited for
  double started_s = 0;                               ///< since the computer started
  std::uint64_t stack_at = 0;  ///< the same in processes that forked without exec
};
std::optional<ProcStat> parse_stat(std::string_view text);

/// /proc/PID/task/TID/schedstat.
struct ProcSchedule {
  double ran_s = 0, ready_s = 0;  ///< on a processor; in line for one
  std::uint64_t runs = 0;         ///< times it got one
};
std::optional<ProcSchedule> parse_schedule(std::string_view text);

/// Of /proc/PID/task/TID/status, the last two lines.
struct ProcSwitches {
  std::uint64_t voluntary = 0, forced = 0;
};
ProcSwitches parse_switches(std::string_view text);

/// /proc/PID/io: with all threads, and children that have ended and been waited for.
struct ProcIo {
  std::uint64_t read_b = 0, written_b = 0;  ///< by system calls
  std::uint64_t read_calls = 0, write_calls = 0;
  std::uint64_t storage_read_b = 0, storage_written_b = 0;
};
ProcIo parse_io(std::string_view text);

/// /proc/net/dev, all devices together.
struct ProcDevices {
  std::uint64_t sent_b = 0, received_b = 0, loop_b = 0;
};
ProcDevices parse_devices(std::string_view text);

/// Numbers with spaces between them, as in `children`.
std::vector<std::uint64_t> parse_numbers(std::string_view text);

}  // namespace headroom

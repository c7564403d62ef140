#include "profile/call_summary.hpp"

#include <sys/syscall.h>

#include <algorithm>

#include "profile/system_call_names.hpp"

namespace headroom {
namespace {

constexpr double kEnough = 10;  ///< reads and writes met

/// Those that /proc/PID/io counts, some of them twice: as a read and as a write.
int times_counted(std::uint32_t number) {
  switch (number) {
    case SYS_read:
    case SYS_write:
    case SYS_pread64:
    case SYS_pwrite64:
    case SYS_readv:
    case SYS_writev:
    case SYS_preadv:
    case SYS_pwritev:
    case SYS_preadv2:
    case SYS_pwritev2:
      return 1;
    case SYS_sendfile:
    case SYS_copy_file_range:
      return 2;
    default:
      return 0;
  }
}

}  // namespace

CallSummary summarize_calls(const Profile& profile) {
  const Observed& observed = profile.observed;
  CallSummary summary;
  double all = 0, counted = 0;
  for (const auto& call : observed.calls) {
    summary.met += call.count;
    all += static_cast<double>(call.count);
    counted += times_counted(call.number) * static_cast<double>(call.count);
    summary.kinds.push_back({system_call_name(call.number), call.count, 0});
  }
  if (all <= 0) return summary;
  for (auto& kind : summary.kinds) kind.share = static_cast<double>(kind.met) / all;
  std::ranges::stable_sort(summary.kinds, std::greater{}, &CallSummary::Kind::met);
  if (observed.call_instructions > 0) {
    summary.per_million = all / (static_cast<double>(observed.call_instructions) * 1e-6);
  }
  const double cpu_s = profile.totals.user_s + profile.totals.system_s;
  if (counted >= kEnough) {
    const auto exactly = static_cast<double>(observed.read_calls + observed.write_calls);
    summary.all = exactly * all / counted;
    if (cpu_s > 1e-6) summary.per_cpu_s = summary.all / cpu_s;
  }
  return summary;
}

}  // namespace headroom

#include "profile/observed_summary.hpp"

#include <algorithm>

namespace headroom {

ObservedSummary summarize_observed(const Profile& profile) {
  const RunTotals& totals = profile.totals;
  ObservedSummary summary;
  summary.switches_voluntary = totals.switches_voluntary;
  summary.switches_forced = totals.switches_forced;
  summary.storage_read_b = totals.storage_read_b;
  summary.storage_written_b = totals.storage_written_b;
  summary.counts = profile.observed;
  summary.counts.rows.clear();
  summary.counts.threads.clear();
  summary.known = !profile.observed.empty();
  if (!summary.known) return summary;
  summary.lines_known = knows_lines(profile);
  summary.waits = wait_shares(profile);
  summary.calls = summarize_calls(profile);
  if (!profile.observed.rows.empty()) {
    const ObservedRow& last = profile.observed.rows.back();
    summary.in_line_s = last.ready_s;
    summary.tcp = last.tcp;
    const auto seen =
        static_cast<double>(last.switches_voluntary) + static_cast<double>(last.switches_forced);
    const auto all = static_cast<double>(totals.switches_voluntary) +
                     static_cast<double>(totals.switches_forced);
    summary.switches_seen = all > 0 ? std::min(1.0, seen / all) : 1;
  }
  const auto count = std::min(profile.threads.size(), profile.observed.threads.size());
  for (std::size_t i = 0; i < count; ++i) {
    const ThreadTime& thread = profile.threads[i];
    summary.threads.push_back({thread.name, thread.cpu_s, profile.observed.threads[i]});
  }
  return summary;
}

}  // namespace headroom
